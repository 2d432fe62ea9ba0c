//! The partnership between a provider and a reseller: PSH-01 to PSH-13.

use crate::source::{
    OURS, document, partnering_with_providers, partnering_with_resellers, working_with_partners,
};
use crate::{
    Act, Caller, Chain, Denial, Finding, Instant, Invitation, InvitationState, NamedAccount, Partner,
    PartnerKind, Reason, Remedy, Role, Rule, Verdict,
};

pub static PSH_01: Rule = Rule::deny(
    "PSH-01",
    "provider and reseller interact and transact only under an active partnership",
    &[Denial::of(
        Reason::PartnershipNotActive,
        &[
            Remedy::by(
                "RequestPartnership",
                "Request a partnership with this reseller and have it accepted.",
            ),
            Remedy::of("Name a reseller with which a partnership is active."),
        ],
    )],
    &[partnering_with_resellers("129,137")],
);

/// Judges PSH-01; not applicable when no reseller takes part.
pub fn partnership_must_be_active(chain: Chain<'_>, active: bool) -> Verdict {
    let Chain { seller: provider, reseller: Some(reseller) } = chain else { return Verdict::NotApplicable };
    Verdict::require(active, || {
        let message =
            format!("no partnership between `{}` and reseller `{}` is active", provider.name, reseller.name);
        Finding::new(Reason::PartnershipNotActive, &reseller.name, message)
            .fact("provider", &provider.name)
            .fact("reseller", &reseller.name)
    })
}

/// Judges PSH-01 for a sale, or for an association of a reseller; not applicable to a chain that SAL-01 or
/// SUB-04 refuses, which no partnership could mend.
pub fn partnership_of_the_chain_must_be_active(chain: Chain<'_>, active: bool) -> Verdict {
    let kinds = (chain.seller.kind, chain.reseller.map(|reseller| reseller.kind));
    if kinds != (PartnerKind::IndirectProvider, Some(PartnerKind::IndirectReseller)) {
        return Verdict::NotApplicable;
    }
    partnership_must_be_active(chain, active)
}

pub static PSH_02: Rule = Rule::deny(
    "PSH-02",
    "a provider requests a partnership, of a partner that is enrolled as reseller and has an account",
    &[
        Denial::of(
            Reason::NotAProvider,
            &[Remedy::of("Request the partnership from an indirect provider account.")],
        ),
        Denial::of(
            Reason::NotAReseller,
            &[Remedy::of("Address a partner that is enrolled as indirect reseller.")],
        ),
    ],
    &[partnering_with_resellers("134,139")],
);

/// Judges PSH-02 for the partner that requests the partnership.
pub fn requester_must_be_a_provider(requester: &Partner) -> Verdict {
    Verdict::require(requester.kind == PartnerKind::IndirectProvider, || {
        let (name, kind) = (&requester.name, requester.kind);
        let message = format!("`{name}` is {kind}: only an indirect provider requests a partnership");
        Finding::new(Reason::NotAProvider, name, message).fact("partner", name).fact("kind", kind)
    })
}

/// Judges PSH-02 for the partner that is asked.
pub fn addressee_must_be_a_reseller(addressee: &Partner) -> Verdict {
    Verdict::require(addressee.kind == PartnerKind::IndirectReseller, || {
        let (name, kind) = (&addressee.name, addressee.kind);
        let message = format!("`{name}` is {kind}: a partnership is requested of an indirect reseller only");
        Finding::new(Reason::NotAReseller, name, message).fact("partner", name).fact("kind", kind)
    })
}

/// Expiry, single use and withdrawal of the link are decisions of this project. The rule also applies to
/// invitations of customers.
pub static PSH_03: Rule = Rule::shape_and_deny(
    "PSH-03",
    "a request carries a personalised link that is unguessable, single use, expiring, and can be withdrawn",
    &[
        Denial::of(Reason::InvitationExpired, &[Remedy::of("Ask the sender for a new invitation.")]),
        Denial::of(
            Reason::InvitationUsed,
            &[Remedy::of("Ask the sender for a new invitation if the relationship is still wanted.")],
        ),
    ],
    &[partnering_with_providers("181-182"), partnering_with_resellers("139-149"), OURS],
);

/// Judges PSH-03 for an answer; not applicable without an invitation. An answer at `expire_time` is in time.
pub fn invitation_must_be_open(invitation: Option<&Invitation>, now: Instant) -> Verdict {
    let Some(invitation) = invitation else { return Verdict::NotApplicable };
    let (name, expire_time) = (&invitation.name, invitation.expire_time);
    let used = |flaw: &str| {
        Finding::new(Reason::InvitationUsed, name, format!("invitation `{name}` {flaw}"))
            .fact("invitation", name)
            .fact("expire_time", expire_time)
            .into()
    };
    match invitation.state {
        InvitationState::Open => Verdict::require(now <= expire_time, || {
            let message =
                format!("invitation `{name}` has expired: it was open until {expire_time}, and it is {now}");
            Finding::new(Reason::InvitationExpired, name, message)
                .fact("invitation", name)
                .fact("expire_time", expire_time)
                .fact("decide_time", now)
        }),
        InvitationState::Withdrawn => used("was withdrawn"),
        InvitationState::Answered => used("was already answered"),
    }
}

/// The reseller may answer before it signs the partner agreement (`partnering_with_providers`, sentence 168).
/// Declining is a decision of this project.
pub static PSH_04: Rule = Rule::deny(
    "PSH-04",
    "the reseller's global admin accepts or declines, and confirms the authorisation explicitly when \
     accepting",
    &[
        Denial::of(
            Reason::AccepterNotGlobalAdmin,
            &[Remedy::of("Sign in as a global admin of the reseller's CSP tenant.")],
        ),
        Denial::of(Reason::ConfirmationMissing, &[Remedy::of("Confirm that you authorise this provider.")]),
    ],
    &[
        partnering_with_providers("168,183-185"),
        document("Transition from direct-bill to indirect reseller"),
        OURS,
    ],
);

/// Judges PSH-04 by the caller; not applicable when an operator records an earlier partnership.
pub fn accepter_must_be_global_admin(caller: &Caller, reseller: &Partner, recorded: bool) -> Verdict {
    if recorded {
        return Verdict::NotApplicable;
    }
    Verdict::require(caller.is_partner(&reseller.tenant) && caller.holds(Role::GlobalAdmin), || {
        let name = &reseller.name;
        let message =
            format!("a request to `{name}` can be answered by a global admin of its CSP tenant only");
        Finding::new(Reason::AccepterNotGlobalAdmin, name, message).fact("reseller", name)
    })
}

/// Judges PSH-04 by the confirmation; not applicable when an operator records an earlier partnership.
pub fn authorization_must_be_confirmed(
    confirmed: bool,
    recorded: bool,
    Act { subject, .. }: &Act,
) -> Verdict {
    if recorded {
        return Verdict::NotApplicable;
    }
    Verdict::require(confirmed, || {
        let message = format!(
            "`{subject}` cannot be accepted without the explicit confirmation that the provider is authorised"
        );
        confirmation_missing(subject, message, "authorization")
    })
}

fn confirmation_missing(subject: &str, message: String, field: &'static str) -> Finding {
    Finding::new(Reason::ConfirmationMissing, subject, message).fact("partnership", subject).at_field(field)
}

pub static PSH_05: Rule = Rule::shape(
    "PSH-05",
    "once accepted, each side lists the other; both may have many partnerships",
    &[partnering_with_providers("186,189"), partnering_with_resellers("150")],
);

/// The source grants both rights in one sentence (187). They are separate rights, since the reseller can
/// withdraw the administrator access alone (PSH-07).
pub static PSH_06: Rule = Rule::shape_and_deny(
    "PSH-06",
    "acceptance lets the provider order for the reseller's customers and, separately, administer the \
     reseller's account; managing its users needs the second",
    &[Denial::of(
        Reason::ProviderAdminAccessMissing,
        &[Remedy::of("Ask the reseller's own global admin or user admin to manage its users.")],
    )],
    &[partnering_with_providers("187")],
);

/// Judges PSH-06 for a caller from another partner; not applicable to the partner's own people and to
/// operators.
pub fn provider_must_hold_admin_access(caller: &Caller, partner: &Partner, held: bool) -> Verdict {
    if caller.is_operator() || caller.is_partner(&partner.tenant) {
        return Verdict::NotApplicable;
    }
    Verdict::require(held, || {
        let name = &partner.name;
        let message = format!(
            "users of `{name}` can be managed by a provider only with administrator access to its account"
        );
        Finding::new(Reason::ProviderAdminAccessMissing, name, message).fact("reseller", name)
    })
}

pub static PSH_07: Rule = Rule::shape(
    "PSH-07",
    "the reseller may withdraw the administrator access later; the partnership goes on",
    &[partnering_with_providers("188")],
);

pub static PSH_08: Rule = Rule::shape(
    "PSH-08",
    "under an active partnership the provider adds customers for the reseller, orders for them, associates \
     the reseller and makes it support contact",
    &[partnering_with_resellers("150-154")],
);

/// The good-faith statement names a legitimate purpose and compliance with the provider's agreements
/// (`partnering_with_resellers`, sentences 177–182). In the source, Microsoft's support ends a partnership
/// (`working_with_partners`, sentence 186); here an operator does.
pub static PSH_09: Rule = Rule::deny(
    "PSH-09",
    "the provider removes a partnership with an explicit confirmation and the good-faith statement; an \
     operator may end it for either side",
    &[
        Denial::of(
            Reason::NotAProvider,
            &[
                Remedy::by("RemovePartnership", "Ask the provider to remove the partnership."),
                Remedy::by("RemovePartnership", "Ask an operator to end it for you."),
            ],
        ),
        Denial::of(Reason::ConfirmationMissing, &[Remedy::of("Confirm the removal.")]),
        Denial::of(Reason::AttestationMissing, &[Remedy::of("Make the good-faith statement.")]),
    ],
    &[partnering_with_resellers("175-182"), working_with_partners("186"), OURS],
);

/// Judges PSH-09 by the caller; not applicable to an operator.
pub fn remover_must_be_the_provider(
    caller: &Caller,
    provider: &Partner,
    Act { subject, .. }: &Act,
) -> Verdict {
    if caller.is_operator() {
        return Verdict::NotApplicable;
    }
    Verdict::require(caller.is_partner(&provider.tenant), || {
        let name = &provider.name;
        let message = format!("`{subject}` can be removed by its provider `{name}` or by an operator only");
        Finding::new(Reason::NotAProvider, subject, message)
            .fact("partnership", subject)
            .fact("provider", name)
    })
}

/// Judges PSH-09 by the confirmation, which an operator must give too.
pub fn removal_must_be_confirmed(confirmed: bool, Act { subject, .. }: &Act) -> Verdict {
    Verdict::require(confirmed, || {
        let message = format!("`{subject}` cannot be removed without an explicit confirmation");
        confirmation_missing(subject, message, "confirmation")
    })
}

/// Judges PSH-09 by the good-faith statement of the provider; not applicable to an operator.
pub fn removal_must_be_attested(caller: &Caller, attested: bool, Act { subject, .. }: &Act) -> Verdict {
    if caller.is_operator() {
        return Verdict::NotApplicable;
    }
    Verdict::require(attested, || {
        let message = format!("`{subject}` cannot be removed without the good-faith statement");
        Finding::new(Reason::AttestationMissing, subject, message)
            .fact("partnership", subject)
            .at_field("good_faith")
    })
}

pub static PSH_10: Rule = Rule::invariant(
    "PSH-10",
    "removal removes no customer and no admin grant, notifies nobody, and leaves existing subscriptions; new \
     business naming the reseller is refused from then on",
    &[partnering_with_resellers("180-186")],
);

/// The remedies are the three options of the source (sentences 179–187).
pub static PSH_11: Rule = Rule::deny(
    "PSH-11",
    "a tenant has one relationship type with a provider: its reseller or its customer",
    &[Denial::of(
        Reason::RelationshipTypeConflict,
        &[
            Remedy::of("Set up another tenant of type Customer and use that one."),
            Remedy::by(
                "RemovePartnership",
                "End the partnership with this provider, partner with another provider, and buy for your own \
             use from another partner.",
            ),
            Remedy::of("Stay a customer of this provider and be the reseller of another provider."),
        ],
    )],
    &[working_with_partners("178-187")],
);

/// Judges PSH-11. `other_edge` is the resource name of the relationship of the other type that already
/// connects this tenant with the provider; `None` without a relationship of the other type.
pub fn edge_types_must_agree(provider: &Partner, tenant: &str, other_edge: Option<&str>) -> Verdict {
    let Some(edge) = other_edge else { return Verdict::Holds };
    let name = &provider.name;
    let message = format!(
        "tenant `{tenant}` already has `{edge}` with `{name}`: it is either that provider's reseller or its customer"
    );
    Finding::new(Reason::RelationshipTypeConflict, edge, message)
        .fact("tenant_id", tenant)
        .fact("relationship", edge)
        .fact("provider", name)
        .into()
}

pub static PSH_12: Rule = Rule::invariant(
    "PSH-12",
    "a partnership brings no customers along, in either direction",
    &[document("Connect with your customers")],
);

pub static PSH_13: Rule = Rule::shape_and_deny(
    "PSH-13",
    "a provider can read what it needs to name its reseller; it names the reseller's account instead of a number \
     where the account has exactly one location",
    &[Denial::of(
        Reason::MpnIdAmbiguous,
        &[
            Remedy::of("Name the number of one of the reseller's location MPN IDs."),
            Remedy::by("AssociateMpnId", "Have a location MPN ID associated with the reseller's account."),
        ],
    )],
    &[partnering_with_resellers("142,193-194,215")],
);

/// Judges PSH-13; not applicable when no reseller is named by its account.
pub fn account_must_have_one_location(named: Option<&NamedAccount>) -> Verdict {
    let Some(NamedAccount { name, locations }) = named else { return Verdict::NotApplicable };
    Verdict::require(*locations == 1, || {
        let message = match locations {
            0 => format!("reseller `{name}` has no location MPN ID: no number can be reseller of record"),
            _ => format!(
                "reseller `{name}` has {locations} location MPN IDs: its account does not tell which one"
            ),
        };
        Finding::new(Reason::MpnIdAmbiguous, name, message)
            .fact("reseller", name)
            .fact("locations", locations)
    })
}
