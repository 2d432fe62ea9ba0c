//! Existing subscriptions: SUB-05, SUB-06, SUB-10, SUB-11, SUB-14, SUB-15 and SUB-16.

use super::multi_partner::{REMEDIES_WITHOUT_GRANT, admin_grant_missing};
use crate::source::{OURS, document, partnering_with_resellers, working_with_partners};
use crate::{
    Act, Caller, Chain, Denial, Finding, Footing, HeldSeats, Instant, Partner, PartnerKind, Reason, Remedy,
    Rule, SeatAddition, SubscriptionState, Verdict,
};

pub static SUB_05: Rule = Rule::shape(
    "SUB-05",
    "every change of the reseller of record is effective-dated, and its history is readable",
    &[partnering_with_resellers("158,168-170,216")],
);

/// PSH-01 judges whether the partnership is active, where the caller may learn of it.
pub static SUB_06: Rule = Rule::shape_and_deny(
    "SUB-06",
    "the support contact of a subscription is its seller; or a reseller in an active partnership with the \
     seller that serves the customer or is of record on the subscription; or a partner that the customer \
     hired to manage",
    &[Denial::of(
        Reason::SupportContactNotEligible,
        &[Remedy::of("Name the seller itself, or another partner that ListEligibleSupportContacts lists.")],
    )],
    &[partnering_with_resellers("154,171-173,215-218"), working_with_partners("167-168")],
);

/// Judges SUB-06. The new contact stands in the reseller's place of the chain. In a chain without a reseller,
/// the seller itself is the contact. `footing` is the contact's; `is_told` says whether the caller may learn
/// how contact and customer are connected.
pub fn contact_must_be_eligible(chain: Chain<'_>, footing: &Footing, is_told: bool, act: &Act) -> Verdict {
    let Some(contact) = chain.reseller else { return Verdict::Holds };
    let is_reseller = contact.kind == PartnerKind::IndirectReseller;
    // Where the caller may learn of a partnership that is missing, PSH-01 refuses it.
    let fits_but_for_psh_01 = is_reseller && (footing.serves_customer || footing.of_record);
    Verdict::require(footing.may_be_contact() || (is_told && fits_but_for_psh_01), || {
        let (name, kind, subject) = (&contact.name, contact.kind, &act.subject);
        let message = format!(
            "`{name}` cannot be support contact of `{subject}`: it is neither the seller, nor its reseller \
             that serves the customer or is of record, nor hired by the customer to manage"
        );
        Finding::new(Reason::SupportContactNotEligible, name, message)
            .fact("contact", name)
            .fact("contact_kind", kind)
            .fact("subscription", subject)
    })
}

pub static SUB_10: Rule = Rule::deny(
    "SUB-10",
    "cancelling, and giving seats back, is possible within 7 days of their purchase, renewal or addition; seats \
     are given back newest first; a base stays while an add-on of the same seller needs it",
    &[
        Denial::of(
            Reason::CancellationWindowClosed,
            &[
                Remedy::by(
                    "SetAutoRenew",
                    "Switch auto-renewal off: the subscription ends with its term, at {term_end_time}.",
                ),
                Remedy::of("If it renews, cancel within 7 days after the renewal at {term_end_time}."),
            ],
        ),
        Denial::of(
            Reason::SeatReductionWindowClosed,
            &[
                Remedy::of(
                    "If it renews, give the seats back within 7 days after the renewal at {term_end_time}.",
                ),
                Remedy::of("Give back at most {seats_reducible} seats now."),
            ],
        ),
        Denial::of(Reason::AddOnsRemain, ADD_ONS_FIRST),
    ],
    &[
        document("New commerce cancellation policy"),
        document("Create, manage, suspend or cancel subscriptions (new commerce)"),
        document("New commerce add-ons"),
    ],
);

pub(super) const ADD_ONS_FIRST: &[Remedy] = &[
    Remedy::by("CancelSubscription", "Cancel the add-ons first: {add_ons}."),
    Remedy::by("SubmitOrder", "Order another base of the add-ons first."),
];

/// Judges SUB-10 for a cancellation, which gives all seats back. Not applicable unless the subscription is
/// active: SUB-11 refuses it then.
pub fn cancellation_must_be_in_the_window(
    state: SubscriptionState,
    held: &HeldSeats,
    now: Instant,
    Act { subject, .. }: &Act,
) -> Verdict {
    if state != SubscriptionState::Active {
        return Verdict::NotApplicable;
    }
    Verdict::require(held.reducible(now) >= held.seats, || {
        let (seats, windows) = (held.seats, windows(held, now));
        let message =
            format!("`{subject}` cannot be cancelled: the open windows of its {seats} seats are: {windows}");
        closed(Reason::CancellationWindowClosed, subject, message, held, now)
    })
}

/// Judges SUB-10 for a reduction of seats; not applicable to other changes.
pub fn seats_must_be_reducible(
    held: &HeldSeats,
    after: u32,
    now: Instant,
    Act { subject, .. }: &Act,
) -> Verdict {
    if after >= held.seats {
        return Verdict::NotApplicable;
    }
    let wanted = held.seats - after;
    Verdict::require(wanted <= held.reducible(now), || {
        let windows = windows(held, now);
        let message =
            format!("`{wanted}` seats of `{subject}` cannot be given back: its open windows are: {windows}");
        closed(Reason::SeatReductionWindowClosed, subject, message, held, now).fact("seats_wanted", wanted)
    })
}

fn closed(reason: Reason, subject: &str, message: String, held: &HeldSeats, now: Instant) -> Finding {
    Finding::new(reason, subject, message)
        .fact("subscription", subject)
        .fact("seats", held.seats)
        .fact("seats_reducible", held.reducible(now))
        .fact("windows", windows(held, now))
        .fact("term_end_time", held.term_end)
}

/// The open windows, newest first: numbers of seats, each with its last instant.
fn windows(held: &HeldSeats, now: Instant) -> String {
    let window = |open: &SeatAddition| format!("{} until {}", open.seats, open.close_time());
    let open: Vec<String> = held.open(now).map(window).collect();
    if open.is_empty() { "none".to_owned() } else { open.join("; ") }
}

/// Judges SUB-10 by the add-ons that would be left without an active base; not applicable without any.
pub fn add_ons_must_keep_a_base(left: &[String], Act { subject, .. }: &Act) -> Verdict {
    if left.is_empty() {
        return Verdict::NotApplicable;
    }
    let add_ons = left.join(", ");
    let message = format!("`{subject}` is the only active base of add-ons: {add_ons}");
    Finding::new(Reason::AddOnsRemain, subject, message)
        .fact("subscription", subject)
        .fact("add_ons", add_ons)
        .into()
}

pub static SUB_11: Rule = Rule::shape_and_deny(
    "SUB-11",
    "a subscription is active, suspended and active again, until it expires, or is cancelled from active; a \
     change needs the state that it starts from",
    &[Denial::of(
        Reason::SubscriptionNotActive,
        &[
            Remedy::by("ReactivateSubscription", "Reactivate a suspended subscription."),
            Remedy::by("SubmitOrder", "Order a new subscription in place of an expired or cancelled one."),
        ],
    )],
    &[document("Subscription life cycle states")],
);

/// Judges SUB-11 for an act that needs an active subscription, unless the result of the act is already there.
pub fn subscription_must_be_active(
    state: SubscriptionState,
    is_done: bool,
    Act { subject, .. }: &Act,
) -> Verdict {
    Verdict::require(is_done || state == SubscriptionState::Active, || not_active(state, subject, "is"))
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

/// A designated reseller is a reseller through which the seller serves the customer (sentences 153, 190–191).
/// MUL-06 judges the partners that the customer hired.
pub static SUB_15: Rule = Rule::shape_and_deny(
    "SUB-15",
    "the seller, the reseller of record and a partner with a live admin grant with a managing role suspend \
     and reactivate a subscription, set auto-renewal and contacts; a designated reseller without such a \
     grant only reads; purchases, seats, cancellations and upgrades stay with the seller",
    &[
        Denial::of(
            Reason::ResellerNotDesignated,
            &[Remedy::by(
                "AssociateReseller",
                "Have the provider designate you for this customer, or associate you with the subscription.",
            )],
        ),
        Denial::of(Reason::AdminGrantMissing, REMEDIES_WITHOUT_GRANT),
        Denial::of(
            Reason::ResellerCannotOrder,
            &[Remedy::of("Ask the provider or direct-bill partner that sold the subscription.")],
        ),
    ],
    &[partnering_with_resellers("153,162,190-191,207")],
);

/// Judges SUB-15 for managing a subscription: state, auto-renewal, contacts. Not applicable to an operator,
/// and to a hired partner through which the seller does not serve.
pub fn caller_must_sell_or_manage(
    caller: &Caller,
    seller: &Partner,
    footing: &Footing,
    act: &Act,
) -> Verdict {
    if caller.is_operator() {
        return Verdict::NotApplicable;
    }
    if caller.is_partner(&seller.tenant) || footing.of_record {
        return Verdict::Holds;
    }
    if footing.designated {
        let has_grant = footing.managing_grant.is_some();
        return Verdict::require(has_grant, || admin_grant_missing(seller, act));
    }
    if footing.hired {
        return Verdict::NotApplicable;
    }
    let subject = &act.subject;
    Verdict::require(false, || {
        let message = format!(
            "`{subject}` can be managed by its seller `{}`, its reseller of record, or a partner with an \
             admin grant of the customer only",
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

/// Whether the caller may do what SUB-15 keeps to the seller.
pub fn acts_as_the_seller(caller: &Caller, seller: &Partner) -> bool {
    caller.is_operator() || caller.is_partner(&seller.tenant)
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

pub static SUB_16: Rule = Rule::shape(
    "SUB-16",
    "a command whose meaning turns on a value needs the value, or an explicit word for none: absent is not false",
    &[OURS],
);
