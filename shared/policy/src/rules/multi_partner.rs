//! Several partners, one customer: MUL-01 to MUL-06.

use crate::source::{multi_partner_support, working_with_partners};
use crate::{Act, Caller, Denial, Finding, Footing, Partner, Reason, Remedy, Rule, Verdict};

pub static MUL_01: Rule = Rule::shape(
    "MUL-01",
    "a customer buys different services from different partners and engages several to manage its \
     subscriptions",
    &[working_with_partners("164-168"), multi_partner_support("108-109")],
);

pub static MUL_02: Rule = Rule::invariant(
    "MUL-02",
    "adding a partner changes no existing subscription",
    &[multi_partner_support("113")],
);

pub static MUL_03: Rule = Rule::invariant(
    "MUL-03",
    "adding a partner moves no subscription and no account ownership",
    &[multi_partner_support("114")],
);

pub static MUL_04: Rule = Rule::invariant(
    "MUL-04",
    "adding a partner changes no term and no obligation of existing subscriptions",
    &[multi_partner_support("115")],
);

pub static MUL_05: Rule = Rule::invariant(
    "MUL-05",
    "adding a partner changes no partner of record",
    &[multi_partner_support("116")],
);

pub static MUL_06: Rule = Rule::shape_and_deny(
    "MUL-06",
    "a partner that the customer hired, by an active relationship and a live admin grant that the customer \
     gave, reads all subscriptions of the customer; with a managing role it manages them on the customer's \
     behalf, and never buys, adds seats, cancels or changes the reseller of record; a grant that came with \
     the customer's creation opens the subscriptions of its provider only",
    &[Denial::of(Reason::AdminGrantMissing, REMEDIES_WITHOUT_GRANT)],
    &[working_with_partners("167-168"), multi_partner_support("108-110")],
);

/// What a partner without a managing grant can do; SUB-15 has the same remedies.
pub(crate) const REMEDIES_WITHOUT_GRANT: &[Remedy] = &[
    Remedy::by(
        "InviteCustomer",
        "Invite the customer to give you an admin grant with the role global-administrator, \
         billing-administrator or license-administrator.",
    ),
    Remedy::of("Ask the seller or the reseller of record of the subscription to do it."),
];

/// Judges MUL-06 for managing a subscription by a hired partner; not applicable to the seller, to its
/// resellers, which SUB-15 judges, and to operators.
pub fn hired_partner_must_hold_a_managing_role(
    caller: &Caller,
    seller: &Partner,
    footing: &Footing,
    act: &Act,
) -> Verdict {
    let is_of_seller = caller.is_partner(&seller.tenant) || footing.of_record || footing.designated;
    if caller.is_operator() || is_of_seller || !footing.hired {
        return Verdict::NotApplicable;
    }
    Verdict::require(footing.managing_grant.is_some(), || admin_grant_missing(seller, act))
}

/// The refusal of a partner that reads the subscription and may not manage it.
pub(crate) fn admin_grant_missing(seller: &Partner, Act { subject, .. }: &Act) -> Finding {
    let name = &seller.name;
    let message = format!(
        "you may read `{subject}`, but no live admin grant with a managing role lets you manage it: its \
         seller `{name}` and its reseller of record may"
    );
    Finding::new(Reason::AdminGrantMissing, subject, message)
        .fact("subscription", subject)
        .fact("seller", name)
}
