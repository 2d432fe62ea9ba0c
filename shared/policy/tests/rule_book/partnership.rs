//! PSH-01 to PSH-12.

use crate::cases::{Cases, Expect::*};
use crate::fixtures::*;
use csp_policy::boundaries::*;
use csp_policy::rules::partnership::*;
use csp_policy::*;

registered! {
    tables: business_with_a_reseller_needs_an_active_partnership, a_provider_asks_a_reseller, an_invitation_is_answered_once_and_in_time, the_resellers_global_admin_accepts_and_confirms, a_provider_manages_users_with_administrator_access_only, the_provider_removes_a_partnership_knowingly, a_tenant_is_a_providers_reseller_or_its_customer, edges_are_decided_where_they_are_kept;
}

fn business_with_a_reseller_needs_an_active_partnership(cases: &mut Cases) {
    const INACTIVE: &[Reason] = &[Reason::PartnershipNotActive];
    let order = SubmitOrder { partnership_active: false, ..submit_order() };
    cases.check(
        &PSH_01,
        [
            ("an active partnership", submit_order(), Allowed),
            ("none", order, Denied(INACTIVE)),
            ("no reseller", SubmitOrder { partnership_active: false, ..submit_direct_order() }, Irrelevant),
        ],
    );
    let contact = |contact| SetSupportContact { contact, partnership_active: false, ..set_support_contact() };
    cases.check(
        &PSH_01,
        [
            ("a contact without partnership", contact(fabrikam()), Denied(INACTIVE)),
            ("the seller itself", contact(contoso()), Irrelevant),
        ],
    );
}

fn a_provider_asks_a_reseller(cases: &mut Cases) {
    let between = |provider, reseller| RequestPartnership { provider, reseller, ..request_partnership() };
    cases.check(
        &PSH_02,
        [
            ("a provider asks a reseller", request_partnership(), Allowed),
            ("a direct-bill partner asks", between(northwind(), fabrikam()), Denied(&[Reason::NotAProvider])),
            (
                "a direct-bill partner is asked",
                between(contoso(), northwind()),
                Denied(&[Reason::NotAReseller]),
            ),
            (
                "a reseller asks a provider",
                between(fabrikam(), contoso()),
                Denied(&[Reason::NotAProvider, Reason::NotAReseller]),
            ),
        ],
    );
}

fn an_invitation_is_answered_once_and_in_time(cases: &mut Cases) {
    let answered = |state, now: &str| AcceptPartnership {
        now: instant(now),
        invitation: Some(Invitation { state, ..invitation() }),
        ..accept_partnership()
    };
    use InvitationState::*;
    cases.check(
        &PSH_03,
        [
            ("in time", answered(Open, "2023-10-02T12:00:00Z"), Allowed),
            ("at the last instant", answered(Open, "2023-10-30T12:00:00Z"), Allowed),
            (
                "just after",
                answered(Open, "2023-10-30T12:00:00.000001Z"),
                Denied(&[Reason::InvitationExpired]),
            ),
            ("twice", answered(Answered, "2023-10-02T12:00:00Z"), Denied(&[Reason::InvitationUsed])),
            ("withdrawn", answered(Withdrawn, "2023-10-02T12:00:00Z"), Denied(&[Reason::InvitationUsed])),
            ("a record has none", AcceptPartnership { invitation: None, ..accept_partnership() }, Irrelevant),
        ],
    );
}

fn the_resellers_global_admin_accepts_and_confirms(cases: &mut Cases) {
    const NOT_ADMIN: &[Reason] = &[Reason::AccepterNotGlobalAdmin];
    let accepted_by = |caller| AcceptPartnership { caller, ..accept_partnership() };
    cases.check(
        &PSH_04,
        [
            ("its global admin", accept_partnership(), Allowed),
            ("its sales agent", accepted_by(agent_of(&fabrikam())), Denied(NOT_ADMIN)),
            ("the provider itself", accepted_by(admin_of(&contoso())), Denied(NOT_ADMIN)),
            (
                "without confirmation",
                AcceptPartnership { confirmed: false, ..accept_partnership() },
                Denied(&[Reason::ConfirmationMissing]),
            ),
            (
                "a record",
                AcceptPartnership { recorded: true, confirmed: false, ..accepted_by(Caller::operator()) },
                Irrelevant,
            ),
        ],
    );
    let declined_by = |caller| DeclinePartnership {
        act: act("partnerships/1"),
        caller,
        now: now(),
        reseller: fabrikam(),
        invitation: invitation(),
    };
    cases.check(
        &PSH_04,
        [
            ("declined by its global admin", declined_by(admin_of(&fabrikam())), Allowed),
            ("declined by an agent", declined_by(agent_of(&fabrikam())), Denied(NOT_ADMIN)),
        ],
    );
}

fn a_provider_manages_users_with_administrator_access_only(cases: &mut Cases) {
    let added_by = |caller, admin_access| AddUser {
        act: act("partners/fabrikam/users/1"),
        caller,
        partner: fabrikam(),
        admin_access,
    };
    cases.check(
        &PSH_06,
        [
            ("a provider with access", added_by(admin_of(&contoso()), true), Allowed),
            (
                "a provider without",
                added_by(admin_of(&contoso()), false),
                Denied(&[Reason::ProviderAdminAccessMissing]),
            ),
            ("the reseller itself", added_by(admin_of(&fabrikam()), false), Irrelevant),
        ],
    );
}

fn the_provider_removes_a_partnership_knowingly(cases: &mut Cases) {
    let removed = |caller, confirmed, attested| RemovePartnership {
        caller,
        confirmed,
        attested,
        ..remove_partnership()
    };
    let provider = || agent_of(&contoso());
    cases.check(
        &PSH_09,
        [
            ("confirmed and attested", remove_partnership(), Allowed),
            ("unconfirmed", removed(provider(), false, true), Denied(&[Reason::ConfirmationMissing])),
            ("unattested", removed(provider(), true, false), Denied(&[Reason::AttestationMissing])),
            ("an operator attests nothing", removed(Caller::operator(), true, false), Allowed),
            (
                "an operator confirms",
                removed(Caller::operator(), false, false),
                Denied(&[Reason::ConfirmationMissing]),
            ),
            ("the reseller", removed(agent_of(&fabrikam()), true, true), Denied(&[Reason::NotAProvider])),
        ],
    );
}

fn a_tenant_is_a_providers_reseller_or_its_customer(cases: &mut Cases) {
    const CONFLICT: &[Reason] = &[Reason::RelationshipTypeConflict];
    let edge = || Some("relationships/7".to_owned());
    cases.check(
        &PSH_11,
        [
            ("a reseller that is no customer", accept_partnership(), Allowed),
            (
                "one that is",
                AcceptPartnership { other_edge: edge(), ..accept_partnership() },
                Denied(CONFLICT),
            ),
        ],
    );
    let invite = InviteCustomer { other_edge: edge(), ..invite_customer() };
    cases.check(
        &PSH_11,
        [
            ("a reseller as customer", invite.clone(), Denied(CONFLICT)),
            ("a tenant that nobody knows yet", InviteCustomer { buyer: None, ..invite }, Irrelevant),
        ],
    );
    let refused = decide(AcceptPartnership { other_edge: edge(), ..accept_partnership() }).unwrap_err();
    assert_eq!(refused.violations[0].remedies().len(), 3, "the refusal names the three ways out");
}

fn edges_are_decided_where_they_are_kept(cases: &mut Cases) {
    let edges = EstablishEdges {
        act: act("customers/tailspin"),
        seller: contoso(),
        reseller: Some(fabrikam()),
        partnership_active: true,
        customer_tenant: "tailspin-tenant".to_owned(),
        other_edge: None,
    };
    cases.check(
        &PSH_01,
        [
            ("a partnership that is active", edges.clone(), Allowed),
            (
                "one that was removed meanwhile",
                EstablishEdges { partnership_active: false, ..edges },
                Denied(&[Reason::PartnershipNotActive]),
            ),
        ],
    );
}
