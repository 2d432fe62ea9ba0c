//! Living subscriptions: SUB-05, SUB-06, SUB-10, SUB-11, SUB-15 and SUB-14.

use crate::source::{document, partnering_with_resellers};
use crate::{
    Caller, Denial, Finding, Instant, Partner, PartnerKind, Reason, Rule, RuleKind, SubscriptionState,
    Verdict, is_within_window,
};

/// every change of the reseller of record is effective-dated, and its history is readable
pub static SUB_05: Rule = Rule {
    id: "SUB-05",
    kind: RuleKind::Shape,
    statement: "every change of the reseller of record is effective-dated, and its history is readable",
    denials: &[],
    sources: &[partnering_with_resellers("158,168-170,216")],
    since: None,
    until: None,
};

/// The provider may delegate support for a subscription to a reseller of its list (sentences 171–173).
/// Whether the partnership is active is judged by PSH-01.
pub static SUB_06: Rule = Rule {
    id: "SUB-06",
    kind: RuleKind::ShapeAndDeny,
    statement: "the support contact of a subscription is its seller, or a reseller that serves the customer",
    denials: &[Denial {
        reason: Reason::SupportContactNotEligible,
        remedies: &["Name the seller itself, or a reseller that serves this customer."],
    }],
    sources: &[partnering_with_resellers("154,171-173,218")],
    since: None,
    until: None,
};

/// The contact when it is not the seller itself.
pub fn foreign_contact<'a>(seller: &Partner, contact: &'a Partner) -> Option<&'a Partner> {
    (contact.name != seller.name).then_some(contact)
}

/// Judges SUB-06.
pub fn support_contact_must_serve_the_customer(
    seller: &Partner,
    contact: &Partner,
    serves_customer: bool,
    subject: &str,
) -> Verdict {
    let is_reseller = contact.kind == PartnerKind::IndirectReseller;
    Verdict::require(contact.name == seller.name || (is_reseller && serves_customer), || {
        let (name, kind) = (&contact.name, contact.kind);
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

/// cancelling, and taking seats back, is possible within 7 days of their purchase, renewal or addition
pub static SUB_10: Rule = Rule {
    id: "SUB-10",
    kind: RuleKind::Deny,
    statement: "cancelling, and taking seats back, is possible within 7 days of their purchase, renewal or addition",
    denials: &[
        Denial {
            reason: Reason::CancellationWindowClosed,
            remedies: &["Switch auto-renewal off: the subscription ends with its term."],
        },
        Denial {
            reason: Reason::SeatReductionWindowClosed,
            remedies: &[
                "Take back only seats that were added within the last 7 days.",
                "Reduce the seats at the next renewal.",
            ],
        },
    ],
    sources: &[
        document("New commerce cancellation policy"),
        document("Create, manage, suspend or cancel subscriptions (new commerce)"),
    ],
    since: None,
    until: None,
};

/// Judges SUB-10 for a cancellation.
pub fn cancellation_must_be_in_the_window(start: Instant, now: Instant, subject: &str) -> Verdict {
    Verdict::require(is_within_window(start, now), || {
        let message =
            format!("`{subject}` cannot be cancelled: its window of 7 days opened at {start} and is closed");
        Finding::new(Reason::CancellationWindowClosed, subject, message)
            .fact("subscription", subject)
            .fact("window_start", start)
    })
}

/// Judges SUB-10 for fewer seats; not applicable otherwise.
pub fn seats_must_be_reducible(before: u32, after: u32, reducible: u32, subject: &str) -> Verdict {
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

/// a subscription goes pending, active, suspended and back, expired, disabled, deleted; or from active to
/// cancelled; changes need the state that they start from
pub static SUB_11: Rule = Rule {
    id: "SUB-11",
    kind: RuleKind::ShapeAndDeny,
    statement: "a subscription goes pending, active, suspended and back, expired, disabled, deleted; or from active to cancelled; changes need the state that they start from",
    denials: &[Denial {
        reason: Reason::SubscriptionNotActive,
        remedies: &["Reactivate the subscription if it is suspended, or order a new one."],
    }],
    sources: &[document("Subscription life cycle states")],
    since: None,
    until: None,
};

/// Judges SUB-11 for an act that needs an active subscription.
pub fn subscription_must_be_active(state: SubscriptionState, subject: &str) -> Verdict {
    Verdict::require(state == SubscriptionState::Active, || not_active(state, subject, "is"))
}

/// Judges SUB-11 for a reactivation, which starts from suspension; an active one already is what is wanted.
pub fn subscription_must_be_suspended(state: SubscriptionState, subject: &str) -> Verdict {
    let reactivable = matches!(state, SubscriptionState::Suspended | SubscriptionState::Active);
    Verdict::require(reactivable, || not_active(state, subject, "cannot be reactivated: it is"))
}

fn not_active(state: SubscriptionState, subject: &str, flaw: &str) -> Finding {
    let message = format!("subscription `{subject}` {flaw} {state}, not active");
    Finding::new(Reason::SubscriptionNotActive, subject, message)
        .fact("subscription", subject)
        .fact("state", state)
}

/// A reseller that is associated with a customer or a subscription manages it on behalf of the customer
/// (sentences 153, 190–191). Orders stay with the provider (sentence 209).
pub static SUB_15: Rule = Rule {
    id: "SUB-15",
    kind: RuleKind::ShapeAndDeny,
    statement: "a designated reseller reads a subscription, suspends and reactivates it, sets auto-renewal and contacts; purchases and seats stay with the seller",
    denials: &[
        Denial {
            reason: Reason::ResellerNotDesignated,
            remedies: &[
                "Have the provider designate you for this customer, or associate you with the subscription.",
            ],
        },
        Denial {
            reason: Reason::ResellerCannotOrder,
            remedies: &["Ask the provider or direct-bill partner that sold the subscription."],
        },
    ],
    sources: &[partnering_with_resellers("153,162,190-191,207")],
    since: None,
    until: None,
};

/// Judges SUB-15 for managing; not applicable to an operator.
pub fn caller_must_be_seller_or_designated(
    caller: &Caller,
    seller: &Partner,
    designated: bool,
    subject: &str,
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

/// Judges SUB-15 for buying and giving back; not applicable to an operator.
pub fn seats_must_be_changed_by_the_seller(caller: &Caller, seller: &Partner, subject: &str) -> Verdict {
    kept_by_the_seller(caller, seller, subject, "seats")
}

/// Judges SUB-15 for the reseller of record; not applicable to an operator.
pub fn reseller_must_be_associated_by_the_seller(
    caller: &Caller,
    seller: &Partner,
    subject: &str,
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

/// a refused or failed order leaves no subscription; an accepted one leaves exactly one per line, however
/// often it is repeated
pub static SUB_14: Rule = Rule {
    id: "SUB-14",
    kind: RuleKind::Invariant,
    statement: "a refused or failed order leaves no subscription; an accepted one leaves exactly one per line, however often it is repeated",
    denials: &[],
    sources: &[partnering_with_resellers("199")],
    since: None,
    until: None,
};
