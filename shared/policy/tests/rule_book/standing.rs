//! ENR-11 to ENR-16.

use crate::cases::{Cases, Expect::*};
use crate::fixtures::*;
use csp_policy::boundaries::*;
use csp_policy::rules::standing::*;
use csp_policy::*;

registered! {
    tables: every_partner_of_the_chain_is_enrolled, only_a_global_admin_grants_or_takes_that_role, the_last_global_admin_stays, only_an_operator_changes_a_listing, new_business_needs_good_standing, some_countries_demand_a_registration_id;
    tests: exactly_24_countries_demand_a_registration_id;
}

fn ordered_by(seller: Partner) -> SubmitOrder {
    with(submit_order(), |sale| sale.seller = seller)
}

fn sold_by(reseller: Partner) -> SubmitOrder {
    with(submit_order(), |sale| sale.reseller = Some(reseller))
}

fn every_partner_of_the_chain_is_enrolled(cases: &mut Cases) {
    let pending = |partner| Partner { enrollment: Enrollment::Pending, ..partner };
    cases.check(
        &ENR_11,
        [
            ("both are authorized", submit_order(), Allowed),
            (
                "the provider is pending",
                ordered_by(pending(contoso())),
                Denied(&[Reason::PartnerNotEnrolled]),
            ),
            ("the reseller is pending", sold_by(pending(fabrikam())), Denied(&[Reason::PartnerNotEnrolled])),
            (
                "the reseller was rejected",
                sold_by(Partner { enrollment: Enrollment::Rejected, ..fabrikam() }),
                Denied(&[Reason::PartnerNotEnrolled]),
            ),
        ],
    );
}

fn only_a_global_admin_grants_or_takes_that_role(cases: &mut Cases) {
    const NOT_GRANTABLE: &[Reason] = &[Reason::RoleNotGrantable];
    let granted_by = |caller, admin_access| CreateUser {
        caller,
        admin_access,
        adminship: Adminship { before: false, after: true, others: true },
        ..create_user()
    };
    cases.check(
        &ENR_12,
        [
            ("granted by a global admin of the account", granted_by(admin_of(&fabrikam()), false), Allowed),
            ("granted by an operator", granted_by(Caller::operator(), false), Allowed),
            ("granted by an admin agent", granted_by(agent_of(&fabrikam()), false), Denied(NOT_GRANTABLE)),
            (
                "granted by a provider with administrator access",
                granted_by(admin_of(&contoso()), true),
                Denied(NOT_GRANTABLE),
            ),
            ("another role", CreateUser { caller: agent_of(&fabrikam()), ..create_user() }, Irrelevant),
        ],
    );
    let kept = Adminship { before: true, after: true, others: false };
    cases.check(
        &ENR_12,
        [
            ("taken by a global admin of the account", set_user_roles(), Allowed),
            (
                "taken by an admin agent",
                SetUserRoles { caller: agent_of(&fabrikam()), ..set_user_roles() },
                Denied(NOT_GRANTABLE),
            ),
            ("kept", SetUserRoles { adminship: kept, ..set_user_roles() }, Irrelevant),
        ],
    );
}

fn the_last_global_admin_stays(cases: &mut Cases) {
    const LAST: &[Reason] = &[Reason::LastGlobalAdmin];
    let last = Adminship { before: true, after: false, others: false };
    let deleted = |caller, adminship| {
        let SetUserRoles { act, partner, admin_access, .. } = set_user_roles();
        DeleteUser { act, caller, partner, admin_access, adminship }
    };
    cases.check(
        &ENR_12,
        [
            ("one of two is deleted", deleted(admin_of(&fabrikam()), set_user_roles().adminship), Allowed),
            ("the last one is deleted", deleted(admin_of(&fabrikam()), last), Denied(LAST)),
            ("the last one is deleted by an operator", deleted(Caller::operator(), last), Denied(LAST)),
            (
                "an admin agent deletes the last one",
                deleted(agent_of(&fabrikam()), last),
                Denied(&[Reason::RoleNotGrantable, Reason::LastGlobalAdmin]),
            ),
        ],
    );
    cases.check(
        &ENR_12,
        [("the last one loses the role", SetUserRoles { adminship: last, ..set_user_roles() }, Denied(LAST))],
    );
}

fn only_an_operator_changes_a_listing(cases: &mut Cases) {
    let by = |caller| UpdateListing { act: act("listings/contoso"), caller };
    cases.check(
        &ENR_13,
        [
            ("an operator", by(Caller::operator()), Allowed),
            ("the provider", by(admin_of(&contoso())), Denied(&[Reason::ListingChangedByOperatorOnly])),
        ],
    );
}

fn new_business_needs_good_standing(cases: &mut Cases) {
    let standing = |standing, partner| Partner { standing, ..partner };
    cases.check(
        &ENR_14,
        [
            ("both are in good standing", submit_order(), Allowed),
            (
                "a restricted provider",
                ordered_by(standing(Standing::Restricted, contoso())),
                Denied(&[Reason::PartnerRestricted]),
            ),
            (
                "a suspended reseller",
                sold_by(standing(Standing::Suspended, fabrikam())),
                Denied(&[Reason::PartnerSuspended]),
            ),
            (
                "a reseller that was removed",
                sold_by(standing(Standing::Deauthorized, fabrikam())),
                Denied(&[Reason::PartnerDeauthorized]),
            ),
        ],
    );
    let more = with(change_quantity(), |sale| sale.seller = standing(Standing::Suspended, contoso()));
    let fewer = with(take_seats_back(), |sale| sale.seller = standing(Standing::Suspended, contoso()));
    cases.check(
        &ENR_14,
        [
            ("a suspended provider adds seats", more, Denied(&[Reason::PartnerSuspended])),
            ("a suspended provider removes seats", fewer, Irrelevant),
        ],
    );
    let pending = Partner { enrollment: Enrollment::Pending, ..standing(Standing::Suspended, fabrikam()) };
    let request = RequestPartnership {
        provider: Partner { enrollment: Enrollment::Pending, ..contoso() },
        reseller: pending,
        ..request_partnership()
    };
    cases.check(&ENR_14, [("pending accounts have no standing", request, Irrelevant)]);
}

fn some_countries_demand_a_registration_id(cases: &mut Cases) {
    let enrol = |code: &str, id: &str, is_not_personal| EnrollPartner {
        country: country(code),
        registration_id: RegistrationId { id: id.to_owned(), is_not_personal },
        ..enroll_partner()
    };
    cases.check(
        &ENR_15,
        [
            ("Poland, with an id", enrol("PL", "PL-1", true), Allowed),
            ("Poland, without an id", enrol("PL", " ", true), Denied(&[Reason::RegistrationIdRequired])),
            ("Poland, unattested", enrol("PL", "PL-1", false), Denied(&[Reason::RegistrationIdRequired])),
            ("Italy", enrol("IT", "", false), Irrelevant),
        ],
    );
    let mut brazil = create_customer();
    brazil.buyer.country = country("BR");
    cases.check(&ENR_15, [("a customer in Brazil", brazil, Denied(&[Reason::RegistrationIdRequired]))]);
    let accepts = |registration| {
        let mut accepted = AcceptInvitation { registration, ..accept_invitation() };
        accepted.buyer.country = country("BR");
        accepted
    };
    cases.check(
        &ENR_15,
        [
            (
                "an unknown tenant in Brazil",
                accepts(Some(registration())),
                Denied(&[Reason::RegistrationIdRequired]),
            ),
            ("a known customer in Brazil", accepts(None), Irrelevant),
        ],
    );
}

fn exactly_24_countries_demand_a_registration_id() {
    let listed = "AM AZ BY BR HU IN IQ KZ KG MD MM PL RU SA ZA SS TJ TH TR UA AE UZ VE VN";
    let demanded: Vec<String> = countries()
        .filter(|country| {
            registration_id_must_be_given(*country, &RegistrationId::default(), "x.example")
                != Verdict::NotApplicable
        })
        .map(|country| country.to_string())
        .collect();
    let mut expected: Vec<&str> = listed.split(' ').collect();
    expected.sort_unstable();
    assert_eq!(demanded, expected);
}
