//! Customers, their reseller relationships and their agreement: CUS-01 to CUS-13.

use crate::source::{
    CREATE_CUSTOMER, OURS, document, multi_partner_support, partnering_with_providers,
    partnering_with_resellers, working_with_partners,
};
use crate::{
    Act, Attester, Buyer, Caller, CartContent, Day, Denial, Finding, Identifier, IdentifierKind, Partner,
    PartnerKind, Party, Reason, Registration, Remaining, Remedy, Role, Rule, Verdict,
};

pub static CUS_01: Rule = Rule::shape_and_deny(
    "CUS-01",
    "a customer has a tenant, a domain of its own, a country, type Customer, profiles and the partners that \
     serve it",
    &[Denial::of(
        Reason::DomainTaken,
        &[
            Remedy::of("Choose another domain."),
            Remedy::by("InviteCustomer", "Invite the customer if it exists already."),
        ],
    )],
    &[partnering_with_resellers("188"), CREATE_CUSTOMER],
);

/// Judges CUS-01 by the customer's domain.
pub fn domain_must_be_free(domain: &str, taken: bool, Act { subject, .. }: &Act) -> Verdict {
    Verdict::require(!taken, || {
        let message = format!("domain `{domain}` belongs to another customer");
        Finding::new(Reason::DomainTaken, subject, message).fact("domain", domain)
    })
}

/// A designated reseller manages the customer's account and subscriptions (sentences 189–191).
pub static CUS_02: Rule = Rule::deny(
    "CUS-02",
    "a provider creates customers and may designate a reseller, a direct-bill partner creates its own; a \
     reseller creates none",
    &[Denial::of(
        Reason::ResellerCannotCreateTenant,
        &[
            Remedy::by("CreateCustomer", "Ask your provider to create the customer and to designate you."),
            Remedy::by("InviteCustomer", "Invite the customer together with your provider."),
        ],
    )],
    &[partnering_with_resellers("189-191"), CREATE_CUSTOMER],
);

/// Judges CUS-02 by the kind of the partner that creates the customer.
pub fn creator_must_be_provider_or_direct_bill(creator: &Partner) -> Verdict {
    Verdict::require(creator.kind != PartnerKind::IndirectReseller, || {
        let name = &creator.name;
        let message = format!("reseller `{name}` cannot create a customer tenant: its provider does");
        Finding::new(Reason::ResellerCannotCreateTenant, name, message).fact("reseller", name)
    })
}

/// In the source, user name and password are not accessible again after the page is closed (sentence 204).
pub static CUS_03: Rule = Rule::shape_and_deny(
    "CUS-03",
    "admin user name and temporary password are shown exactly once and stored nowhere in clear",
    &[Denial::of(
        Reason::SetupInfoAlreadyShown,
        &[Remedy::by("RotateSetupPassword", "Rotate the temporary password, then reveal the new one.")],
    )],
    &[partnering_with_resellers("202-204")],
);

/// Judges CUS-03 for a request to show the setup information.
pub fn setup_info_must_be_unseen(already_shown: bool, Act { subject, .. }: &Act) -> Verdict {
    Verdict::require(!already_shown, || {
        let message = format!("setup information of `{subject}` was shown before and is stored nowhere");
        Finding::new(Reason::SetupInfoAlreadyShown, subject, message).fact("customer", subject)
    })
}

pub static CUS_04: Rule = Rule::shape(
    "CUS-04",
    "adding a customer with its first subscriptions is one operation that leaves all or nothing",
    &[partnering_with_resellers("194-201")],
);

pub static CUS_05: Rule = Rule::shape(
    "CUS-05",
    "customers are listed per provider, filtered per reseller, and found by name or domain",
    &[partnering_with_providers("190"), partnering_with_resellers("205-212")],
);

pub static CUS_06: Rule = Rule::deny(
    "CUS-06",
    "whoever orders for a customer, or whose subscription is reactivated, has a reseller relationship with it",
    &[Denial::of(
        Reason::ResellerRelationshipMissing,
        &[Remedy::by("InviteCustomer", "Invite the customer and have it accept, then repeat the call.")],
    )],
    &[partnering_with_providers("193")],
);

/// Judges CUS-06 for the partner that sells to `customer`.
pub fn relationship_must_be_active<'a>(
    seller: &Partner,
    customer: impl FnOnce() -> &'a str,
    active: bool,
) -> Verdict {
    Verdict::require(active, || relationship_missing(&seller.name, customer(), "sell to"))
}

/// Judges CUS-06 for a cart: the seller and the reseller that prepares the cart serve the customer. Whether
/// the seller does is told only to a reseller that is its partner.
pub fn preparers_must_serve_the_customer(content: &CartContent) -> Verdict {
    let CartContent { seller, reseller, buyer, .. } = content;
    let may_be_told = reseller.is_none() || content.partnership_active;
    let of_seller = Some((seller, content.seller_serves)).filter(|_| may_be_told);
    let of_reseller = reseller.as_ref().map(|reseller| (reseller, content.reseller_serves));
    let judged: Vec<_> = of_seller.into_iter().chain(of_reseller).collect();
    if judged.is_empty() {
        return Verdict::NotApplicable;
    }
    let missing = judged.into_iter().filter(|(_, serves)| !serves);
    let missing: Vec<_> =
        missing.map(|(partner, _)| relationship_missing(&partner.name, &buyer.name, "order for")).collect();
    if missing.is_empty() { Verdict::Holds } else { Verdict::Violated(missing) }
}

fn relationship_missing(partner: &str, customer: &str, act: &str) -> Finding {
    let message =
        format!("`{partner}` cannot {act} `{customer}`: it has no active reseller relationship with it");
    Finding::new(Reason::ResellerRelationshipMissing, partner, message)
        .fact("partner", partner)
        .fact("customer", customer)
}

pub static CUS_07: Rule = Rule::shape_and_deny(
    "CUS-07",
    "an existing customer is invited by e-mail, by one partner or jointly; a global admin of its tenant \
     accepts or declines",
    &[Denial::of(
        Reason::SignerNotGlobalAdmin,
        &[Remedy::of("Sign in as a global admin of the customer's tenant.")],
    )],
    &[
        partnering_with_providers("191-192"),
        partnering_with_resellers("132"),
        multi_partner_support("110-111"),
    ],
);

/// Judges CUS-07 by the caller who answers; not applicable when an operator records a relationship.
pub fn customer_admin_must_answer(
    caller: Option<&Caller>,
    tenant: &str,
    Act { subject, .. }: &Act,
) -> Verdict {
    let Some(caller) = caller else { return Verdict::NotApplicable };
    Verdict::require(caller.is_customer(tenant) && caller.holds(Role::GlobalAdmin), || {
        let message = format!("`{subject}` can be answered by a global admin of tenant `{tenant}` only");
        Finding::new(Reason::SignerNotGlobalAdmin, subject, message)
            .fact("invitation", subject)
            .fact("tenant_id", tenant)
    })
}

pub static CUS_08: Rule = Rule::shape(
    "CUS-08",
    "delegated admin and reseller relationship are separate grants: revoking admin leaves trading possible, \
     ending the relationship ends admin",
    &[
        multi_partner_support("110"),
        document("Granular delegated admin privileges: FAQ; delegatedAdminRelationship (Graph reference)"),
    ],
);

pub static CUS_09: Rule = Rule::deny(
    "CUS-09",
    "a reseller relationship ends only when no active subscription rests on it, and a partner ends it in \
     good faith",
    &[
        Denial::of(
            Reason::ActiveSubscriptionsRemain,
            &[
                Remedy::by("SuspendSubscription", "Suspend the subscriptions, then repeat the call."),
                Remedy::by("CancelSubscription", "Cancel them within their window, then repeat the call."),
            ],
        ),
        Denial::of(Reason::AttestationMissing, &[Remedy::of("Make the good-faith statement.")]),
    ],
    &[document("Remove a reseller relationship with a customer")],
);

/// Judges CUS-09 by the active subscriptions that depend on the relationship. Whoever may end the
/// relationship may see all of them.
pub fn no_active_subscription_may_remain(partner: &str, customer: &str, remaining: &Remaining) -> Verdict {
    let Remaining { count, first } = remaining;
    Verdict::require(*count == 0, || {
        let names: Vec<_> = first.iter().map(|it| it.resource.as_str()).collect();
        let named = names.join("`, `");
        let rest =
            if u64::try_from(names.len()).is_ok_and(|named| named < *count) { " and others" } else { "" };
        let message = format!(
            "relationship of `{partner}` with `{customer}` cannot end: `{count}` active subscriptions rest on it, \
             `{named}`{rest}"
        );
        Finding::new(Reason::ActiveSubscriptionsRemain, partner, message)
            .fact("partner", partner)
            .fact("customer", customer)
            .fact("active_subscriptions", count)
            .fact("subscriptions", names.join(" "))
    })
}

/// Judges CUS-09 by the good-faith statement of a partner; not applicable to customers and operators.
pub fn ending_must_be_attested(caller: &Caller, attested: bool, Act { subject, .. }: &Act) -> Verdict {
    if !matches!(caller.party, Party::Partner { .. }) {
        return Verdict::NotApplicable;
    }
    Verdict::require(attested, || {
        let message = format!("`{subject}` cannot be ended by a partner without the good-faith statement");
        Finding::new(Reason::AttestationMissing, subject, message)
            .fact("relationship", subject)
            .at_field("good_faith")
    })
}

/// The refusal codes for a wrong attestation are decisions of this project.
pub static CUS_10: Rule = Rule::deny(
    "CUS-10",
    "a customer orders only after its agreement was accepted: by itself for every partner, or attested by \
     the transacting partner for this partner, never by a reseller; an operator withdraws a refuted acceptance",
    &[
        Denial::of(
            Reason::CustomerAgreementMissing,
            &[Remedy::by(
                "ConfirmCustomerAgreement",
                "Attest that the customer accepted its agreement, or have the customer accept it.",
            )],
        ),
        Denial::of(
            Reason::ResellerCannotAttest,
            &[Remedy::by(
                "ConfirmCustomerAgreement",
                "Ask your provider to attest, or have the customer accept the agreement itself.",
            )],
        ),
        Denial::of(
            Reason::ResellerRelationshipMissing,
            &[Remedy::by("InviteCustomer", "Invite the customer and have it accept, then attest.")],
        ),
        Denial::of(
            Reason::AttestationMissing,
            &[Remedy::of("Name the person who accepted, with the e-mail address.")],
        ),
        Denial::of(
            Reason::AgreementDateInFuture,
            &[Remedy::of("Give the day on which the agreement was accepted.")],
        ),
    ],
    &[document("Confirm customer acceptance of the Microsoft Customer Agreement"), OURS],
);

/// Judges CUS-10 for an order, on the day of the order.
pub fn agreement_must_be_confirmed(accepted: Option<Day>, day: Day, buyer: &Buyer) -> Verdict {
    Verdict::require(accepted.is_some_and(|since| since <= day), || {
        let name = buyer.told();
        let message = format!("customer `{name}` has not accepted its agreement by {day}");
        Finding::new(Reason::CustomerAgreementMissing, name, message)
            .fact("customer", name)
            .fact("as_of_date", day)
    })
}

/// Judges CUS-10 by the partner that attests; not applicable when no partner attests.
pub fn attester_must_be_the_transacting_partner(attester: Option<&Attester>, customer: &str) -> Verdict {
    let Some(Attester { partner, transacts, .. }) = attester else { return Verdict::NotApplicable };
    if partner.kind == PartnerKind::IndirectReseller {
        let name = &partner.name;
        let message = format!(
            "reseller `{name}` cannot attest the agreement of `{customer}`: the transacting partner does"
        );
        return Finding::new(Reason::ResellerCannotAttest, name, message)
            .fact("reseller", name)
            .fact("customer", customer)
            .into();
    }
    Verdict::require(*transacts, || relationship_missing(&partner.name, customer, "attest the agreement of"))
}

/// Judges CUS-10 by the person who accepted for the customer; not applicable when no partner attests.
pub fn signer_must_be_named(attester: Option<&Attester>, customer: &str) -> Verdict {
    let Some(attester) = attester else { return Verdict::NotApplicable };
    let named = !attester.signer_name.trim().is_empty() && !attester.signer_email.trim().is_empty();
    Verdict::require(named, || {
        let message = format!(
            "the attestation for `{customer}` must name the person who accepted, with the e-mail address"
        );
        Finding::new(Reason::AttestationMissing, customer, message)
            .fact("customer", customer)
            .at_field("signer")
    })
}

/// Judges CUS-10 by the day of acceptance, which must not be after `day`, the latest day that has begun
/// somewhere.
pub fn agreement_date_must_have_come(signed_on: Day, day: Day, customer: &str) -> Verdict {
    Verdict::require(signed_on <= day, || {
        let message =
            format!("agreement of `{customer}` cannot be accepted on `{signed_on}`: that day is after {day}");
        Finding::new(Reason::AgreementDateInFuture, customer, message)
            .fact("customer", customer)
            .fact("accept_date", signed_on)
            .fact("as_of_date", day)
            .at_field("accept_date")
    })
}

/// What counts as a contradiction is a decision of this project.
pub static CUS_11: Rule = Rule::shape(
    "CUS-11",
    "a customer, its partners about themselves, and operators learn who can act on the customer's tenant, by \
     which path, since when and until when, and what a named partner lacks",
    &[OURS],
);

pub static CUS_12: Rule = Rule::shape(
    "CUS-12",
    "owner permission on a customer's tenant for Azure is recorded as a grant of its own kind, which the end \
     of a relationship does not end",
    &[partnering_with_resellers("165-167")],
);

pub static CUS_13: Rule = Rule::shape_and_deny(
    "CUS-13",
    "a customer carries the organisation that it belongs to, or the word none; it is declared at \
     registration, no domain and no registration id of the customer contradicts it, and an operator corrects \
     it",
    &[
        Denial::of(
            Reason::OrganizationUndeclared,
            &[Remedy::of(
                "Name the company, or an account of it, or declare `none`: the company has no account in the \
                 programme.",
            )],
        ),
        Denial::of(
            Reason::OrganizationContradicted,
            &[
                Remedy::of("Name an account of the company that has this domain or registration id."),
                Remedy::by(
                    "SetCustomerOrganization",
                    "Ask an operator to set the company of a registered customer.",
                ),
            ],
        ),
    ],
    &[working_with_partners("172,176-177"), OURS],
);

/// Judges CUS-13 by the declaration of a new customer: its presence, and what contradicts it.
pub fn organization_must_be_declared(registration: &Registration, buyer: &Buyer) -> Verdict {
    if registration.organization_declared {
        return organization_must_not_be_contradicted(buyer);
    }
    let name = buyer.told();
    let message = format!("customer `{name}` must declare the company that it belongs to, or `none`");
    Finding::new(Reason::OrganizationUndeclared, name, message)
        .fact("customer", name)
        .at_field("organization")
        .into()
}

/// Judges CUS-13 by the customer's domains and its registration id. The company that has them stays unnamed:
/// the caller may have no right to see it.
pub fn organization_must_not_be_contradicted(buyer: &Buyer) -> Verdict {
    let declared = buyer.organization.as_ref().map(|company| &company.name);
    Verdict::all(buyer.identifiers.iter().map(|it| {
        let is_own = declared.is_some_and(|company| it.holders.contains(company));
        Verdict::require(is_own, || contradicted(buyer, it))
    }))
}

fn contradicted(buyer: &Buyer, identifier: &Identifier) -> Finding {
    let (fact, kind) = match identifier.kind {
        IdentifierKind::Domain => ("domain", "domain"),
        IdentifierKind::RegistrationId => ("registration_id", "registration id"),
    };
    let (name, value) = (buyer.told(), &identifier.value);
    let message = format!(
        "the declared company of `{name}` is contradicted: {kind} `{value}` belongs to another company of the \
         programme"
    );
    Finding::new(Reason::OrganizationContradicted, name, message).fact("customer", name).fact(fact, value)
}
