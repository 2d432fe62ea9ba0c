//! PSH-01 to PSH-13.

use crate::cases::{Cases, Expect::*};
use crate::fixtures::*;
use csp_policy::boundaries::*;
use csp_policy::rules::partnership::*;
use csp_policy::*;

registered! {
    tables: business_with_a_reseller_needs_an_active_partnership, only_a_provider_requests_a_partnership_and_only_of_a_reseller, an_invitation_is_answered_once_and_in_time, the_resellers_global_admin_accepts_and_confirms, a_provider_manages_users_with_administrator_access_only, removing_a_partnership_takes_confirmation_and_good_faith, a_tenant_is_either_reseller_or_customer_of_a_provider, a_new_customers_edges_need_an_active_partnership, an_account_names_the_reseller_of_record_if_it_has_one_location;
}

fn business_with_a_reseller_needs_an_active_partnership(cases: &mut Cases) {
    const INACTIVE: &[Reason] = &[Reason::PartnershipNotActive];
    let order = with(submit_order(), |sale| sale.partnership_active = false);
    cases.check(
        &PSH_01,
        [
            ("an active partnership", submit_order(), Allowed),
            ("no active partnership", order, Denied(INACTIVE)),
            ("no reseller", with(submit_direct_order(), |sale| sale.partnership_active = false), Irrelevant),
        ],
    );
    let contact = |contact| SetSupportContact { contact, partnership_active: false, ..set_support_contact() };
    cases.check(
        &PSH_01,
        [
            ("a contact without a partnership", contact(fabrikam()), Denied(INACTIVE)),
            ("the seller itself as contact", contact(contoso()), Irrelevant),
        ],
    );
}

fn only_a_provider_requests_a_partnership_and_only_of_a_reseller(cases: &mut Cases) {
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
        act: Act { at: instant(now), ..act("partnerships/1") },
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
                "just after the last instant",
                answered(Open, "2023-10-30T12:00:00.000001Z"),
                Denied(&[Reason::InvitationExpired]),
            ),
            (
                "an answered invitation",
                answered(Answered, "2023-10-02T12:00:00Z"),
                Denied(&[Reason::InvitationUsed]),
            ),
            (
                "a withdrawn invitation",
                answered(Withdrawn, "2023-10-02T12:00:00Z"),
                Denied(&[Reason::InvitationUsed]),
            ),
            (
                "a record has no invitation",
                AcceptPartnership { invitation: None, ..accept_partnership() },
                Irrelevant,
            ),
        ],
    );
}

fn the_resellers_global_admin_accepts_and_confirms(cases: &mut Cases) {
    const NOT_ADMIN: &[Reason] = &[Reason::AccepterNotGlobalAdmin];
    let accepted_by = |caller| AcceptPartnership { caller, ..accept_partnership() };
    cases.check(
        &PSH_04,
        [
            ("the reseller's global admin", accept_partnership(), Allowed),
            ("the reseller's admin agent", accepted_by(agent_of(&fabrikam())), Denied(NOT_ADMIN)),
            ("the provider itself", accepted_by(admin_of(&contoso())), Denied(NOT_ADMIN)),
            (
                "no confirmation",
                AcceptPartnership { confirmed: false, ..accept_partnership() },
                Denied(&[Reason::ConfirmationMissing]),
            ),
            (
                "an operator records a partnership",
                AcceptPartnership { recorded: true, confirmed: false, ..accepted_by(Caller::operator()) },
                Irrelevant,
            ),
        ],
    );
    let declined_by = |caller| DeclinePartnership {
        act: act("partnerships/1"),
        caller,
        reseller: fabrikam(),
        invitation: invitation(),
    };
    cases.check(
        &PSH_04,
        [
            ("declined by the reseller's global admin", declined_by(admin_of(&fabrikam())), Allowed),
            ("declined by an admin agent", declined_by(agent_of(&fabrikam())), Denied(NOT_ADMIN)),
        ],
    );
}

fn a_provider_manages_users_with_administrator_access_only(cases: &mut Cases) {
    let created_by = |caller, admin_access| CreateUser { caller, admin_access, ..create_user() };
    cases.check(
        &PSH_06,
        [
            ("a provider with access", created_by(admin_of(&contoso()), true), Allowed),
            (
                "a provider without access",
                created_by(admin_of(&contoso()), false),
                Denied(&[Reason::ProviderAdminAccessMissing]),
            ),
            ("the reseller itself", created_by(admin_of(&fabrikam()), false), Irrelevant),
        ],
    );
}

fn removing_a_partnership_takes_confirmation_and_good_faith(cases: &mut Cases) {
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
            ("an operator needs no good-faith statement", removed(Caller::operator(), true, false), Allowed),
            (
                "an operator without confirmation",
                removed(Caller::operator(), false, false),
                Denied(&[Reason::ConfirmationMissing]),
            ),
            ("the reseller", removed(agent_of(&fabrikam()), true, true), Denied(&[Reason::NotAProvider])),
        ],
    );
}

fn a_tenant_is_either_reseller_or_customer_of_a_provider(cases: &mut Cases) {
    const CONFLICT: &[Reason] = &[Reason::RelationshipTypeConflict];
    let edge = || Some("relationships/7".to_owned());
    cases.check(
        &PSH_11,
        [
            ("a reseller that is not a customer", accept_partnership(), Allowed),
            (
                "a reseller that is a customer",
                AcceptPartnership { other_edge: edge(), ..accept_partnership() },
                Denied(CONFLICT),
            ),
        ],
    );
    let invite = InviteCustomer { other_edge: edge(), ..invite_customer() };
    cases.check(
        &PSH_11,
        [
            ("a reseller that is invited as customer", invite.clone(), Denied(CONFLICT)),
            ("an unknown tenant", InviteCustomer { buyer: None, ..invite }, Irrelevant),
        ],
    );
    let refused = decide(AcceptPartnership { other_edge: edge(), ..accept_partnership() }).unwrap_err();
    assert_eq!(refused.violations[0].remedies().len(), 3, "the refusal names the three ways out");
}

fn a_new_customers_edges_need_an_active_partnership(cases: &mut Cases) {
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
            ("an active partnership", edges.clone(), Allowed),
            (
                "a partnership that was removed meanwhile",
                EstablishEdges { partnership_active: false, ..edges },
                Denied(&[Reason::PartnershipNotActive]),
            ),
        ],
    );
}

fn an_account_names_the_reseller_of_record_if_it_has_one_location(cases: &mut Cases) {
    const AMBIGUOUS: &[Reason] = &[Reason::MpnIdAmbiguous];
    let named = |locations, reseller_mpn_id| {
        with(submit_order(), |sale| {
            sale.reseller_account = Some(NamedAccount { name: "partners/fabrikam".to_owned(), locations });
            sale.reseller_mpn_id = reseller_mpn_id;
        })
    };
    cases.check(
        &PSH_13,
        [
            ("one location", named(1, Some(location_of_fabrikam())), Allowed),
            ("no location", named(0, None), Denied(AMBIGUOUS)),
            ("two locations", named(2, None), Denied(AMBIGUOUS)),
            ("a reseller that its number names", submit_order(), Irrelevant),
        ],
    );
    let associated = AssociateReseller {
        reseller_account: Some(NamedAccount { name: "partners/fabrikam".to_owned(), locations: 2 }),
        reseller_mpn_id: None,
        ..associate_reseller()
    };
    cases.check(&PSH_13, [("an association with two locations", associated, Denied(AMBIGUOUS))]);
}
