//! The checks of a schedule: pure functions from its history and its final state to violations.

use crate::races::history::{Call, FactUse, Outcome};

/// The stored state at the end of a schedule, of the parties that took part in the schedule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FinalState {
    pub(crate) partnerships: Vec<Partnership>,
    pub(crate) relationships: Vec<Relationship>,
    pub(crate) subscriptions: Vec<Subscription>,
    /// The terms of the offers that are sold.
    pub(crate) offers: Vec<Offer>,
}

/// The terms of an offer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) name: String,
    /// The base offers of an add-on.
    pub(crate) bases: Vec<String>,
    /// Maximum number of seats of one customer.
    pub(crate) limit: Option<i32>,
}

/// A stored partnership; `tenant` is the reseller's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Partnership {
    pub(crate) provider: String,
    pub(crate) tenant: String,
    pub(crate) active: bool,
}

/// A stored reseller relationship. `seller` is its partner; `tenant` is the customer's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Relationship {
    pub(crate) seller: String,
    pub(crate) customer: String,
    pub(crate) tenant: String,
    pub(crate) active: bool,
}

/// A sold subscription.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Subscription {
    pub(crate) seller: String,
    pub(crate) customer: String,
    pub(crate) offer: String,
    pub(crate) seats: i32,
    pub(crate) active: bool,
}

/// All violations, one sentence each.
pub(crate) fn violations(calls: &[Call], book: &FinalState) -> Vec<String> {
    let mut found = calls_after_revocation(calls);
    found.extend(sold_without_relationship(book));
    found.extend(both_reseller_and_customer(book));
    found.extend(add_ons_without_base(book));
    found.extend(limits_exceeded(book));
    found
}

/// The active subscriptions of the customer.
fn active<'b>(book: &'b FinalState, customer: &str) -> impl Iterator<Item = &'b Subscription> {
    book.subscriptions.iter().filter(move |sold| sold.active && sold.customer == customer)
}

/// SUB-08 and SUB-10: an active add-on must have an active base of its customer.
fn add_ons_without_base(book: &FinalState) -> Vec<String> {
    let mut found = Vec::new();
    for offer in book.offers.iter().filter(|offer| !offer.bases.is_empty()) {
        for add_on in book.subscriptions.iter().filter(|sold| sold.active && sold.offer == offer.name) {
            if !active(book, &add_on.customer).any(|base| offer.bases.contains(&base.offer)) {
                found.push(format!("SUB-10: {} of {} has no base", offer.name, add_on.customer));
            }
        }
    }
    found
}

/// SUB-08: no customer holds more seats of an offer than the offer allows.
fn limits_exceeded(book: &FinalState) -> Vec<String> {
    let mut found = Vec::new();
    for offer in &book.offers {
        let of_offer = book.subscriptions.iter().filter(|sold| sold.offer == offer.name);
        let customers: std::collections::BTreeSet<&str> =
            of_offer.map(|sold| sold.customer.as_str()).collect();
        for customer in customers {
            let held = active(book, customer).filter(|sold| sold.offer == offer.name);
            let seats: i32 = held.map(|sold| sold.seats).sum();
            if offer.limit.is_some_and(|limit| seats > limit) {
                found.push(format!("SUB-08: {customer} holds {seats} seats of {}", offer.name));
            }
        }
    }
    found
}

/// No call that began after the acknowledgement of a revocation may succeed by the revoked fact.
fn calls_after_revocation(calls: &[Call]) -> Vec<String> {
    let done = || calls.iter().filter(|call| call.outcome == Outcome::Done);
    let mut found = Vec::new();
    for revocation in done() {
        let FactUse::Revokes(fact) = &revocation.fact_use else { continue };
        for later in done().filter(|call| call.invoked > revocation.returned) {
            if later.fact_use == FactUse::DependsOn(fact.clone()) {
                let (revoked, succeeded) = (revocation.rpc, later.rpc);
                found.push(format!("`{succeeded}` began after `{revoked}` was acknowledged: {fact}"));
            }
        }
    }
    found
}

/// CUS-09: an active subscription must have an active relationship of its seller with its customer.
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

/// PSH-11: no tenant may be both reseller and customer of one provider.
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

    /// A call on the fact `f`, between two places in the order of all calls.
    fn call(fact_use: fn(String) -> FactUse, invoked: u64, returned: u64, outcome: Outcome) -> Call {
        Call { rpc: "x", fact_use: fact_use("f".to_owned()), invoked, returned, outcome, code: None }
    }

    fn count_violations(calls: &[Call]) -> usize {
        violations(calls, &FinalState::default()).len()
    }

    #[test]
    fn a_call_after_an_acknowledged_revocation_must_not_succeed() {
        let revoked = call(FactUse::Revokes, 2, 5, Outcome::Done);
        for (began, ended) in [(0, 1), (0, 3), (3, 4), (3, 9), (4, 9)] {
            assert_eq!(
                count_violations(&[revoked.clone(), call(FactUse::DependsOn, began, ended, Outcome::Done)]),
                0
            );
        }
        assert_eq!(count_violations(&[revoked.clone(), call(FactUse::DependsOn, 6, 7, Outcome::Done)]), 1);
        assert_eq!(count_violations(&[revoked, call(FactUse::DependsOn, 6, 7, Outcome::Refused)]), 0);
    }

    #[test]
    fn a_call_may_succeed_by_a_fact_that_was_not_revoked() {
        let later = call(FactUse::DependsOn, 6, 7, Outcome::Done);
        for outcome in [Outcome::Refused, Outcome::Unknown] {
            assert_eq!(count_violations(&[call(FactUse::Revokes, 2, 5, outcome), later.clone()]), 0);
        }
        let other = Call {
            fact_use: FactUse::Revokes("g".to_owned()),
            ..call(FactUse::Revokes, 2, 5, Outcome::Done)
        };
        assert_eq!(count_violations(&[other, later]), 0);
    }

    fn relationship(active: bool) -> Relationship {
        let (seller, customer) = ("partners/p".to_owned(), "customers/c".to_owned());
        Relationship { seller, customer, tenant: "t".to_owned(), active }
    }

    #[test]
    fn an_active_subscription_needs_a_relationship_of_its_seller() {
        let sold = |active| Subscription {
            seller: "partners/p".to_owned(),
            customer: "customers/c".to_owned(),
            active,
            ..Subscription::default()
        };
        let found = |relationships: &[bool], active| {
            let relationships = relationships.iter().map(|active| relationship(*active)).collect();
            let book =
                FinalState { relationships, subscriptions: vec![sold(active)], ..FinalState::default() };
            violations(&[], &book).len()
        };
        assert_eq!(found(&[true], true), 0);
        assert_eq!(found(&[false], false), 0);
        assert_eq!(found(&[false, true], true), 0, "a later relationship serves the subscription");
        assert_eq!(found(&[false], true), 1);
        assert_eq!(found(&[], true), 1);
    }

    #[test]
    fn an_active_add_on_needs_a_base_and_a_customer_keeps_the_limit() {
        let sold = |offer: &str, seats, active| Subscription {
            seller: "partners/p".to_owned(),
            customer: "customers/c".to_owned(),
            offer: offer.to_owned(),
            seats,
            active,
        };
        let found = |subscriptions| {
            let add_on = Offer {
                name: "add-on".to_owned(),
                bases: vec!["one".to_owned(), "other".to_owned()],
                limit: Some(5),
            };
            let relationships = vec![relationship(true)];
            let book =
                FinalState { relationships, subscriptions, offers: vec![add_on], ..FinalState::default() };
            violations(&[], &book).len()
        };
        assert_eq!(found(vec![sold("add-on", 5, true), sold("other", 1, true)]), 0);
        assert_eq!(found(vec![sold("add-on", 5, true), sold("other", 1, false)]), 1);
        assert_eq!(found(vec![sold("add-on", 5, false)]), 0);
        assert_eq!(found(vec![sold("add-on", 3, true), sold("add-on", 3, true), sold("one", 1, true)]), 1);
        assert_eq!(found(vec![sold("add-on", 3, true), sold("add-on", 3, false), sold("one", 1, true)]), 0);
    }

    #[test]
    fn no_tenant_is_reseller_and_customer_of_one_provider() {
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
