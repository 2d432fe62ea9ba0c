//! Ordering: SUB-01 to SUB-04 and SUB-09.

use crate::source::{OFFERS, OURS, document, partnering_with_resellers, working_with_partners};
use crate::{
    Act, Advisory, AdvisoryReason, Capacity, Cart, Chain, Denial, Finding, Instant, MpnKind, NamedMpnId,
    PartnerKind, Reason, Remedy, Rule, Sale, Verdict, is_within_window,
};

pub static SUB_01: Rule = Rule::shape(
    "SUB-01",
    "an offer names publisher, countries, currency, seats, limits, prerequisites, terms, price and upgrade \
     targets; it is versioned and readable by resellers",
    &[working_with_partners("113,122-124"), OFFERS],
);

/// The expiry is a decision of this project.
pub static SUB_02: Rule = Rule::shape_and_deny(
    "SUB-02",
    "a cart is reviewed, then submitted once or cancelled; its creator and its seller may change it; it \
     expires after 7 days",
    &[
        Denial::of(
            Reason::CartExpired,
            &[Remedy::by("CreateCart", "Prepare the cart again and submit it within 7 days.")],
        ),
        Denial::of(
            Reason::CartAlreadySubmitted,
            &[Remedy::by(
                "CreateCart",
                "Look at the order that this cart became; prepare a new cart to buy more.",
            )],
        ),
    ],
    &[partnering_with_resellers("197-201,209-215"), OURS],
);

/// Judges SUB-02 by the age of the cart; not applicable without a cart, or to a cart that was submitted.
pub fn cart_must_be_unexpired(cart: Option<&Cart>, now: Instant) -> Verdict {
    let Some(cart) = cart.filter(|cart| !cart.submitted) else { return Verdict::NotApplicable };
    Verdict::require(is_within_window(cart.create_time, now), || {
        let message = format!(
            "cart `{}` has expired: it was created at {}, more than 7 days before {now}",
            cart.name, cart.create_time
        );
        Finding::new(Reason::CartExpired, &cart.name, message)
            .fact("cart", &cart.name)
            .fact("create_time", cart.create_time)
            .fact("decide_time", now)
    })
}

/// Judges SUB-02 by an earlier submission of the cart; not applicable without a cart.
pub fn cart_must_be_unsubmitted(cart: Option<&Cart>) -> Verdict {
    let Some(cart) = cart else { return Verdict::NotApplicable };
    Verdict::require(!cart.submitted, || {
        let message = format!("cart `{}` was already submitted", cart.name);
        Finding::new(Reason::CartAlreadySubmitted, &cart.name, message).fact("cart", &cart.name)
    })
}

pub static SUB_03: Rule = Rule::shape(
    "SUB-03",
    "new subscriptions, upgrades and additional licences are changes to the customer's account, made by the \
     provider or direct-bill partner",
    &[partnering_with_resellers("209")],
);

/// The order names the reseller of record (sentences 141–142), or the seller adds it later (sentences
/// 156–158).
pub static SUB_04: Rule = Rule::shape_and_deny(
    "SUB-04",
    "the reseller of record is a location MPN ID of the reseller, never a global one and never the own one \
     of the provider",
    &[
        Denial::of(
            Reason::MpnIdUnknown,
            &[Remedy::of("Check the number; name the reseller's location MPN ID.")],
        ),
        Denial::of(
            Reason::MpnIdNotALocation,
            &[Remedy::of("Name the MPN ID of the location with which the reseller was onboarded.")],
        ),
        Denial::of(
            Reason::MpnIdNotAReseller,
            &[Remedy::of("Name the location MPN ID of the indirect reseller of this sale.")],
        ),
    ],
    &[partnering_with_resellers("141-143,156-158")],
);

/// Judges SUB-04; not applicable when no MPN ID is named.
pub fn mpn_id_must_be_the_resellers_location(named: Option<&NamedMpnId>, chain: Chain<'_>) -> Verdict {
    let Some(named) = named else { return Verdict::NotApplicable };
    let Some(known) = &named.known else {
        return mpn_id(Reason::MpnIdUnknown, named, "is unknown to the registry").into();
    };
    if known.kind != MpnKind::Location {
        return mpn_id(Reason::MpnIdNotALocation, named, "is a global one, which never transacts").into();
    }
    if known.partner.is_none() {
        return mpn_id(Reason::MpnIdUnknown, named, "is held by no account").into();
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

/// The notice of SUB-04 about an accepted reseller of record that does not serve the customer; `None` for
/// other sales.
pub fn reseller_should_serve(sale: &Sale, Act { subject, .. }: &Act) -> Option<Advisory> {
    let reseller = sale.reseller.as_ref().filter(|_| !sale.reseller_serves)?;
    Some(does_not_serve(&reseller.name, sale.buyer.told(), subject))
}

pub(crate) fn does_not_serve(reseller: &str, customer: &str, subject: &str) -> Advisory {
    Advisory {
        rule: &SUB_04,
        reason: AdvisoryReason::ResellerDoesNotServeCustomer,
        subject: reseller.to_owned(),
        line: None,
        message: format!(
            "reseller `{reseller}` becomes reseller of record on `{subject}` and does not serve customer `{customer}`"
        ),
        facts: vec![
            ("reseller", reseller.to_owned()),
            ("customer", customer.to_owned()),
            ("sale", subject.to_owned()),
        ],
        remedies: SERVE,
    }
}

const SERVE: &[Remedy] = &[
    Remedy::of("Check the number: is it the reseller that you mean?"),
    Remedy::by("InviteCustomer", "Invite the customer jointly with the reseller."),
];

pub static SUB_09: Rule = Rule::deny(
    "SUB-09",
    "the partner attests on every purchase in which capacity it acts: indirect when a reseller is named, \
     direct otherwise",
    &[Denial::of(
        Reason::AttestationMissing,
        &[Remedy::of("Attest the capacity: indirect with a reseller, direct without.")],
    )],
    &[document("Create an order for a customer of an indirect reseller (API reference)")],
);

/// Judges SUB-09; not applicable when an operator records earlier subscriptions, or a reseller submits. Where
/// SAL-01 refuses the chain, either capacity is accepted: the fitting one follows from the chain that mends
/// it.
pub fn capacity_must_be_attested(
    attested: Option<Capacity>,
    sale: &Sale,
    recorded: bool,
    Act { subject, .. }: &Act,
) -> Verdict {
    if recorded {
        return Verdict::NotApplicable;
    }
    let named = sale.names_reseller();
    let (needed, is_refused) = match sale.seller.kind {
        PartnerKind::IndirectReseller => return Verdict::NotApplicable,
        PartnerKind::DirectBill => (Capacity::Direct, named),
        PartnerKind::IndirectProvider if named => (Capacity::Indirect, false),
        PartnerKind::IndirectProvider if sale.reseller_required => (Capacity::Indirect, true),
        PartnerKind::IndirectProvider => (Capacity::Direct, false),
    };
    Verdict::require(attested == Some(needed) || (is_refused && attested.is_some()), || {
        let given = attested.map_or_else(|| "none".to_owned(), |capacity| capacity.to_string());
        let message = format!("order `{subject}` must attest capacity `{needed}`, not `{given}`");
        Finding::new(Reason::AttestationMissing, subject, message)
            .fact("order", subject)
            .fact("needed", needed)
            .fact("given", given)
            .at_field("attested_capacity")
    })
}
