//! Existing subscriptions: SUB-05, SUB-06, SUB-10, SUB-11, SUB-15 and SUB-14.

use crate::source::{document, partnering_with_resellers};
use crate::{
    Act, Caller, Chain, Denial, Finding, Instant, Partner, PartnerKind, Reason, Remedy, Rule,
    SubscriptionState, Verdict, is_within_window,
};

pub static SUB_05: Rule = Rule::shape(
    "SUB-05",
    "every change of the reseller of record is effective-dated, and its history is readable",
    &[partnering_with_resellers("158,168-170,216")],
);

/// PSH-01 judges whether the partnership is active.
pub static SUB_06: Rule = Rule::shape_and_deny(
    "SUB-06",
    "the support contact of a subscription is its seller, or a reseller that serves the customer",
    &[Denial::of(
        Reason::SupportContactNotEligible,
        &[Remedy::of("Name the seller itself, or a reseller that serves this customer.")],
    )],
    &[partnering_with_resellers("154,171-173,218")],
);

/// Judges SUB-06. The new contact stands in the reseller's place of the chain. In a chain without a reseller,
/// the seller itself is the contact.
pub fn contact_must_serve_the_customer(chain: Chain<'_>, serves_customer: bool, act: &Act) -> Verdict {
    let Some(contact) = chain.reseller else { return Verdict::Holds };
    let is_reseller = contact.kind == PartnerKind::IndirectReseller;
    Verdict::require(is_reseller && serves_customer, || {
        let (name, kind, subject) = (&contact.name, contact.kind, &act.subject);
        let message = format!(
            "`{name}` cannot be support contact of `{subject}`: it must be the seller or a reseller that serves the customer"
        );
        Finding::new(Reason::SupportContactNotEligible, name, message)
            .fact("contact", name)
            .fact("contact_kind", kind)
            .fact("subscription", subject)
            .fact("serves_customer", serves_customer)
    })
}

pub static SUB_10: Rule = Rule::deny(
    "SUB-10",
    "cancelling, and taking seats back, is possible within 7 days of their purchase, renewal or addition",
    &[
        Denial::of(
            Reason::CancellationWindowClosed,
            &[Remedy::by("SetAutoRenew", "Switch auto-renewal off: the subscription ends with its term.")],
        ),
        Denial::of(
            Reason::SeatReductionWindowClosed,
            &[
                Remedy::of("Take back only seats that were added within the last 7 days."),
                Remedy::of("Reduce the seats at the next renewal."),
            ],
        ),
    ],
    &[
        document("New commerce cancellation policy"),
        document("Create, manage, suspend or cancel subscriptions (new commerce)"),
    ],
);

/// Judges SUB-10 for a cancellation.
pub fn cancellation_must_be_in_the_window(
    start: Instant,
    now: Instant,
    Act { subject, .. }: &Act,
) -> Verdict {
    Verdict::require(is_within_window(start, now), || {
        let message =
            format!("`{subject}` cannot be cancelled: its window of 7 days opened at {start} and is closed");
        Finding::new(Reason::CancellationWindowClosed, subject, message)
            .fact("subscription", subject)
            .fact("window_start", start)
    })
}

/// Judges SUB-10 for a reduction of seats; not applicable to other changes.
pub fn seats_must_be_reducible(
    before: u32,
    after: u32,
    reducible: u32,
    Act { subject, .. }: &Act,
) -> Verdict {
    if after >= before {
        return Verdict::NotApplicable;
    }
    let wanted = before - after;
    Verdict::require(wanted <= reducible, || {
        let message = format!(
            "`{wanted}` seats of `{subject}` cannot be taken back: the window of 7 days is open for {reducible}"
        );
        Finding::new(Reason::SeatReductionWindowClosed, subject, message)
            .fact("subscription", subject)
            .fact("seats_wanted", wanted)
            .fact("seats_reducible", reducible)
    })
}

pub static SUB_11: Rule = Rule::shape_and_deny(
    "SUB-11",
    "a subscription goes pending, active, suspended and back, expired, disabled, deleted; or from active to \
     cancelled; changes need the state that they start from",
    &[Denial::of(
        Reason::SubscriptionNotActive,
        &[Remedy::by(
            "ReactivateSubscription",
            "Reactivate the subscription if it is suspended, or order a new one.",
        )],
    )],
    &[document("Subscription life cycle states")],
);

/// Judges SUB-11 for an act that needs an active subscription.
pub fn subscription_must_be_active(state: SubscriptionState, Act { subject, .. }: &Act) -> Verdict {
    Verdict::require(state == SubscriptionState::Active, || not_active(state, subject, "is"))
}

/// Judges SUB-11 for a reactivation. An active subscription is accepted too: the subscription is already in
/// the requested state.
pub fn subscription_must_be_suspended(state: SubscriptionState, Act { subject, .. }: &Act) -> Verdict {
    let reactivable = matches!(state, SubscriptionState::Suspended | SubscriptionState::Active);
    Verdict::require(reactivable, || not_active(state, subject, "cannot be reactivated: it is"))
}

fn not_active(state: SubscriptionState, subject: &str, flaw: &str) -> Finding {
    let message = format!("subscription `{subject}` {flaw} {state}, not active");
    Finding::new(Reason::SubscriptionNotActive, subject, message)
        .fact("subscription", subject)
        .fact("state", state)
}

/// A designated reseller is a reseller that is associated with the customer or the subscription (sentences
/// 153, 190–191).
pub static SUB_15: Rule = Rule::shape_and_deny(
    "SUB-15",
    "a designated reseller reads a subscription, suspends and reactivates it, sets auto-renewal and \
     contacts; purchases and seats stay with the seller",
    &[
        Denial::of(
            Reason::ResellerNotDesignated,
            &[Remedy::by(
                "AssociateReseller",
                "Have the provider designate you for this customer, or associate you with the subscription.",
            )],
        ),
        Denial::of(
            Reason::ResellerCannotOrder,
            &[Remedy::of("Ask the provider or direct-bill partner that sold the subscription.")],
        ),
    ],
    &[partnering_with_resellers("153,162,190-191,207")],
);

/// Judges SUB-15 for managing a subscription: state, auto-renewal, contacts. Not applicable to an operator.
pub fn caller_must_sell_or_be_designated(
    caller: &Caller,
    seller: &Partner,
    designated: bool,
    Act { subject, .. }: &Act,
) -> Verdict {
    if caller.is_operator() {
        return Verdict::NotApplicable;
    }
    Verdict::require(designated || caller.is_partner(&seller.tenant), || {
        let message = format!(
            "`{subject}` can be managed by its seller `{}` or by a designated reseller only",
            seller.name
        );
        Finding::new(Reason::ResellerNotDesignated, subject, message)
            .fact("subscription", subject)
            .fact("seller", &seller.name)
    })
}

/// Judges SUB-15 for a change of seats and for a cancellation; not applicable to an operator.
pub fn seats_must_be_changed_by_the_seller(
    caller: &Caller,
    seller: &Partner,
    Act { subject, .. }: &Act,
) -> Verdict {
    kept_by_the_seller(caller, seller, subject, "seats")
}

/// Judges SUB-15 for a change of the reseller of record; not applicable to an operator.
pub fn reseller_must_be_associated_by_the_seller(
    caller: &Caller,
    seller: &Partner,
    Act { subject, .. }: &Act,
) -> Verdict {
    kept_by_the_seller(caller, seller, subject, "reseller of record")
}

fn kept_by_the_seller(caller: &Caller, seller: &Partner, subject: &str, what: &str) -> Verdict {
    if caller.is_operator() {
        return Verdict::NotApplicable;
    }
    Verdict::require(caller.is_partner(&seller.tenant), || {
        let name = &seller.name;
        let message = format!("{what} of `{subject}` can be changed by its seller `{name}` only");
        Finding::new(Reason::ResellerCannotOrder, subject, message)
            .fact("subscription", subject)
            .fact("seller", name)
    })
}

pub static SUB_14: Rule = Rule::invariant(
    "SUB-14",
    "a refused or failed order leaves no subscription; an accepted one leaves exactly one per line, however \
     often it is repeated",
    &[partnering_with_resellers("199")],
);
