//! Ordering: SUB-01 to SUB-04 and SUB-09.

use crate::source::{OURS, document, partnering_with_resellers, working_with_partners};
use crate::{
    Capacity, Cart, Chain, Denial, Finding, Instant, MpnKind, NamedMpnId, PartnerKind, Reason, Rule,
    RuleKind, Verdict, is_within_window,
};

/// an offer names publisher, countries, currency, seats, limits, prerequisites, terms, price and upgrade
/// targets; it is versioned and readable by resellers
pub static SUB_01: Rule = Rule {
    id: "SUB-01",
    kind: RuleKind::Shape,
    statement: "an offer names publisher, countries, currency, seats, limits, prerequisites, terms, price and upgrade targets; it is versioned and readable by resellers",
    denials: &[],
    sources: &[working_with_partners("113,122-124"), document("CSP offers; Offer resources (API reference)")],
    since: None,
    until: None,
};

/// Offers and licence counts are chosen, reviewed, then submitted or cancelled as a whole (sentences
/// 197–201). The expiry is ours.
pub static SUB_02: Rule = Rule {
    id: "SUB-02",
    kind: RuleKind::ShapeAndDeny,
    statement: "a cart is reviewed, then submitted once or cancelled; it expires after 7 days",
    denials: &[
        Denial {
            reason: Reason::CartExpired,
            remedies: &["Prepare the cart again and submit it within 7 days."],
        },
        Denial {
            reason: Reason::CartAlreadySubmitted,
            remedies: &["Look at the order that this cart became; prepare a new cart to buy more."],
        },
    ],
    sources: &[partnering_with_resellers("197-201,209-215"), OURS],
    since: None,
    until: None,
};

/// Judges SUB-02 by the age of the cart; not applicable without one.
pub fn cart_must_not_be_expired(cart: Option<&Cart>, now: Instant) -> Verdict {
    let Some(cart) = cart else { return Verdict::NotApplicable };
    Verdict::require(is_within_window(cart.create_time, now), || {
        let message = format!(
            "cart `{}` has expired: it was created at {}, more than 7 days ago",
            cart.name, cart.create_time
        );
        Finding::new(Reason::CartExpired, &cart.name, message)
            .fact("cart", &cart.name)
            .fact("create_time", cart.create_time)
    })
}

/// Judges SUB-02 by what became of the cart; not applicable without one.
pub fn cart_must_not_be_submitted(cart: Option<&Cart>) -> Verdict {
    let Some(cart) = cart else { return Verdict::NotApplicable };
    Verdict::require(!cart.submitted, || {
        let message = format!("cart `{}` was already submitted", cart.name);
        Finding::new(Reason::CartAlreadySubmitted, &cart.name, message).fact("cart", &cart.name)
    })
}

/// new subscriptions, upgrades and additional licences are changes to the customer's account, made by the
/// provider or direct-bill partner
pub static SUB_03: Rule = Rule {
    id: "SUB-03",
    kind: RuleKind::Shape,
    statement: "new subscriptions, upgrades and additional licences are changes to the customer's account, made by the provider or direct-bill partner",
    denials: &[],
    sources: &[partnering_with_resellers("209")],
    since: None,
    until: None,
};

/// The MPN ID of the location account with which the reseller was onboarded goes on the subscription
/// (sentences 141–142), on order or later (sentences 156–158).
pub static SUB_04: Rule = Rule {
    id: "SUB-04",
    kind: RuleKind::ShapeAndDeny,
    statement: "the reseller of record is a location MPN ID of the reseller, never a global one and never the own one of the provider",
    denials: &[
        Denial {
            reason: Reason::MpnIdUnknown,
            remedies: &["Check the number; name the reseller's location MPN ID."],
        },
        Denial {
            reason: Reason::MpnIdNotALocation,
            remedies: &["Name the MPN ID of the location with which the reseller was onboarded."],
        },
        Denial {
            reason: Reason::MpnIdNotAReseller,
            remedies: &["Name the location MPN ID of the indirect reseller of this sale."],
        },
    ],
    sources: &[partnering_with_resellers("141-143,156-158")],
    since: None,
    until: None,
};

/// Judges SUB-04; not applicable when no MPN ID is named.
pub fn reseller_of_record_must_be_a_resellers_location(
    named: Option<&NamedMpnId>,
    chain: Chain<'_>,
) -> Verdict {
    let Some(named) = named else { return Verdict::NotApplicable };
    let Some(known) = &named.known else {
        return mpn_id(Reason::MpnIdUnknown, named, "is unknown to the registry").into();
    };
    if known.kind != MpnKind::Location {
        return mpn_id(Reason::MpnIdNotALocation, named, "is a global one, which never transacts").into();
    }
    let holder = known.partner.as_ref();
    if holder == Some(&chain.seller.name) {
        return mpn_id(Reason::MpnIdNotAReseller, named, "is the seller's own").into();
    }
    let is_the_resellers = chain.reseller.is_some_and(|partner| {
        partner.kind == PartnerKind::IndirectReseller && holder == Some(&partner.name)
    });
    Verdict::require(is_the_resellers, || {
        mpn_id(Reason::MpnIdNotAReseller, named, "does not belong to the indirect reseller of this sale")
    })
}

fn mpn_id(reason: Reason, named: &NamedMpnId, flaw: &str) -> Finding {
    let id = &named.id;
    let message = format!("MPN ID `{id}` cannot be reseller of record: it {flaw}");
    Finding::new(reason, id, message).fact("mpn_id", id)
}

/// the partner attests on every purchase in which capacity it acts: indirect when a reseller is named,
/// direct otherwise
pub static SUB_09: Rule = Rule {
    id: "SUB-09",
    kind: RuleKind::Deny,
    statement: "the partner attests on every purchase in which capacity it acts: indirect when a reseller is named, direct otherwise",
    denials: &[Denial {
        reason: Reason::AttestationMissing,
        remedies: &["Attest the capacity: indirect with a reseller, direct without."],
    }],
    sources: &[document("Create an order for a customer of an indirect reseller (API reference)")],
    since: None,
    until: None,
};

/// Judges SUB-09; not applicable to a record.
pub fn capacity_must_be_attested(
    attested: Option<Capacity>,
    names_reseller: bool,
    recorded: bool,
    subject: &str,
) -> Verdict {
    if recorded {
        return Verdict::NotApplicable;
    }
    let needed = if names_reseller { Capacity::Indirect } else { Capacity::Direct };
    Verdict::require(attested == Some(needed), || {
        let given = attested.map_or_else(|| "none".to_owned(), |capacity| capacity.to_string());
        let message = format!("order `{subject}` must attest capacity `{needed}`, not `{given}`");
        Finding::new(Reason::AttestationMissing, subject, message)
            .fact("order", subject)
            .fact("needed", needed)
            .fact("given", given)
            .at_field("attested_capacity")
    })
}
