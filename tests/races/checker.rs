//! What a history, and the book that it left, must not show. Pure: it asks nobody.

use crate::races::history::{Call, Deed, Outcome};

/// What the book says at the end of a schedule, about those who took part in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FinalState {
    pub(crate) partnerships: Vec<Partnership>,
    pub(crate) relationships: Vec<Relationship>,
    pub(crate) subscriptions: Vec<Subscription>,
}

/// A partnership; `tenant` is the reseller's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Partnership {
    pub(crate) provider: String,
    pub(crate) tenant: String,
    pub(crate) active: bool,
}

/// A reseller relationship; `tenant` is the customer's, `seller` its partner or the provider of its reseller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Relationship {
    pub(crate) seller: String,
    pub(crate) customer: String,
    pub(crate) tenant: String,
    pub(crate) active: bool,
}

/// What was sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subscription {
    pub(crate) seller: String,
    pub(crate) customer: String,
    pub(crate) active: bool,
}

/// Everything that is wrong, in words.
pub(crate) fn violations(calls: &[Call], book: &FinalState) -> Vec<String> {
    let mut found = enemies(calls);
    found.extend(sold_without_relationship(book));
    found.extend(both_reseller_and_customer(book));
    found
}

/// No call that began after a revocation was acknowledged succeeds by what was revoked.
fn enemies(calls: &[Call]) -> Vec<String> {
    let done = || calls.iter().filter(|call| call.outcome == Outcome::Done);
    let mut found = Vec::new();
    for revocation in done() {
        let Deed::Revokes(fact) = &revocation.deed else { continue };
        for later in done().filter(|call| call.invoked > revocation.returned) {
            if later.deed == Deed::RestsOn(fact.clone()) {
                let (revoked, succeeded) = (revocation.words, later.words);
                found.push(format!("`{succeeded}` began after `{revoked}` was acknowledged: {fact}"));
            }
        }
    }
    found
}

/// CUS-09: an active subscription has an active relationship of its seller with its customer.
fn sold_without_relationship(book: &FinalState) -> Vec<String> {
    let is_served = |sold: &Subscription| {
        book.relationships
            .iter()
            .any(|it| it.active && it.seller == sold.seller && it.customer == sold.customer)
    };
    let sold = book.subscriptions.iter().filter(|sold| sold.active && !is_served(sold));
    sold.map(|sold| format!("CUS-09: {} sold to {} without a relationship", sold.seller, sold.customer))
        .collect()
}

/// PSH-11: nobody is a provider's reseller and its customer.
fn both_reseller_and_customer(book: &FinalState) -> Vec<String> {
    let mut found = Vec::new();
    for partnership in book.partnerships.iter().filter(|it| it.active) {
        let as_customer = |it: &&Relationship| {
            it.active && it.seller == partnership.provider && it.tenant == partnership.tenant
        };
        for relationship in book.relationships.iter().filter(as_customer) {
            let (tenant, provider) = (&partnership.tenant, &partnership.provider);
            let customer = &relationship.customer;
            found.push(format!("PSH-11: {tenant} is reseller of {provider} and its customer {customer}"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A call on the fact `f`, from one place in the order to another.
    fn call(deed: fn(String) -> Deed, invoked: u64, returned: u64, outcome: Outcome) -> Call {
        Call { words: "x", deed: deed("f".to_owned()), invoked, returned, outcome, code: None }
    }

    fn enemies_among(calls: &[Call]) -> usize {
        violations(calls, &FinalState::default()).len()
    }

    #[test]
    fn a_call_that_began_after_the_acknowledgement_must_not_succeed() {
        let revoked = call(Deed::Revokes, 2, 5, Outcome::Done);
        for (began, ended) in [(0, 1), (0, 3), (3, 4), (3, 9), (4, 9)] {
            assert_eq!(
                enemies_among(&[revoked.clone(), call(Deed::RestsOn, began, ended, Outcome::Done)]),
                0
            );
        }
        assert_eq!(enemies_among(&[revoked.clone(), call(Deed::RestsOn, 6, 7, Outcome::Done)]), 1);
        assert_eq!(enemies_among(&[revoked, call(Deed::RestsOn, 6, 7, Outcome::Refused)]), 0);
    }

    #[test]
    fn what_was_not_revoked_may_be_rested_on() {
        let later = call(Deed::RestsOn, 6, 7, Outcome::Done);
        for outcome in [Outcome::Refused, Outcome::Unknown] {
            assert_eq!(enemies_among(&[call(Deed::Revokes, 2, 5, outcome), later.clone()]), 0);
        }
        let other = Call { deed: Deed::Revokes("g".to_owned()), ..call(Deed::Revokes, 2, 5, Outcome::Done) };
        assert_eq!(enemies_among(&[other, later]), 0);
    }

    fn relationship(active: bool) -> Relationship {
        let (seller, customer) = ("partners/p".to_owned(), "customers/c".to_owned());
        Relationship { seller, customer, tenant: "t".to_owned(), active }
    }

    #[test]
    fn an_active_subscription_needs_its_sellers_relationship() {
        let sold = |active| Subscription {
            seller: "partners/p".to_owned(),
            customer: "customers/c".to_owned(),
            active,
        };
        let found = |relationships: &[bool], active| {
            let relationships = relationships.iter().map(|active| relationship(*active)).collect();
            let book =
                FinalState { relationships, subscriptions: vec![sold(active)], ..FinalState::default() };
            violations(&[], &book).len()
        };
        assert_eq!(found(&[true], true), 0);
        assert_eq!(found(&[false], false), 0);
        assert_eq!(found(&[false, true], true), 0, "it was given again");
        assert_eq!(found(&[false], true), 1);
        assert_eq!(found(&[], true), 1);
    }

    #[test]
    fn nobody_is_reseller_and_customer_of_one_provider() {
        let found = |partnered, served, tenant: &str| {
            let (provider, tenant) = ("partners/p".to_owned(), tenant.to_owned());
            let partnerships = vec![Partnership { provider, tenant, active: partnered }];
            let book = FinalState {
                partnerships,
                relationships: vec![relationship(served)],
                ..FinalState::default()
            };
            violations(&[], &book).len()
        };
        assert_eq!(found(true, true, "t"), 1);
        assert_eq!(found(true, false, "t"), 0);
        assert_eq!(found(false, true, "t"), 0);
        assert_eq!(found(true, true, "another"), 0);
    }
}
