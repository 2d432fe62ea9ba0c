//! AGR-01 to AGR-08.

use crate::cases::{Cases, Expect::*, day};
use crate::fixtures::*;
use csp_policy::boundaries::*;
use csp_policy::rules::agreement::*;
use csp_policy::*;

registered! {
    tables: a_partner_submits_an_order_only_after_signing_the_agreement, a_reseller_of_record_has_signed, new_business_with_a_reseller_needs_its_signature, a_customer_is_created_only_for_an_onboarded_reseller, a_global_admin_signs_the_agreement_of_an_authorized_account;
    tests: the_missing_readiness_steps_are_listed_in_order;
}

const UNSIGNED: &[Reason] = &[Reason::PartnerAgreementUnsigned];

fn unsigned(partner: Partner) -> Partner {
    Partner { agreement_since: None, ..partner }
}

fn a_partner_submits_an_order_only_after_signing_the_agreement(cases: &mut Cases) {
    let order = with(submit_order(), |sale| sale.seller = unsigned(contoso()));
    cases.check(
        &AGR_01,
        [
            ("signed before", submit_order(), Allowed),
            ("never signed", order.clone(), Denied(UNSIGNED)),
            (
                "on the first day of the rule",
                SubmitOrder { act: on("2020-02-01"), ..order.clone() },
                Denied(UNSIGNED),
            ),
            (
                "on the day before the rule",
                SubmitOrder { act: on("2020-01-31"), ..order.clone() },
                Irrelevant,
            ),
            (
                "signed on the day of the order",
                with(order.clone(), |sale| {
                    sale.seller = Partner { agreement_since: Some(today()), ..contoso() }
                }),
                Allowed,
            ),
            (
                "signed on the day after the order",
                with(order, |sale| {
                    sale.seller = Partner { agreement_since: Some(day("2023-10-03")), ..contoso() }
                }),
                Denied(UNSIGNED),
            ),
        ],
    );
    let more = with(change_quantity(), |sale| sale.seller = unsigned(contoso()));
    let fewer = with(take_seats_back(), |sale| sale.seller = unsigned(contoso()));
    cases.check(
        &AGR_01,
        [
            ("adding seats is a sale", more, Denied(UNSIGNED)),
            ("removing seats is not a sale", fewer, Irrelevant),
        ],
    );
}

fn a_reseller_of_record_has_signed(cases: &mut Cases) {
    let order = with(submit_order(), |sale| sale.reseller = Some(unsigned(fabrikam())));
    cases.check(
        &AGR_02,
        [
            ("a reseller that signed", submit_order(), Allowed),
            ("an unsigned reseller", order.clone(), Denied(UNSIGNED)),
            (
                "on the first day of the rule",
                SubmitOrder { act: on("2020-02-01"), ..order.clone() },
                Denied(UNSIGNED),
            ),
            ("on the day before the rule", SubmitOrder { act: on("2020-01-31"), ..order }, Irrelevant),
            ("no reseller", submit_direct_order(), Irrelevant),
        ],
    );
    let later = AssociateReseller { reseller: Some(unsigned(fabrikam())), ..associate_reseller() };
    cases.check(
        &AGR_02,
        [
            ("associated after the order", associate_reseller(), Allowed),
            ("unsigned, associated after the order", later, Denied(UNSIGNED)),
        ],
    );
}

fn new_business_with_a_reseller_needs_its_signature(cases: &mut Cases) {
    let create = CreateCustomer { reseller: Some(unsigned(fabrikam())), ..create_customer() };
    cases.check(
        &AGR_03,
        [
            ("a customer for a reseller that signed", create_customer(), Allowed),
            ("a customer for an unsigned reseller", create.clone(), Denied(UNSIGNED)),
            (
                "on the day before the rule",
                CreateCustomer { act: on("2020-01-31"), ..create.clone() },
                Irrelevant,
            ),
            ("a customer without a reseller", CreateCustomer { reseller: None, ..create }, Irrelevant),
        ],
    );
    let invite = InviteCustomer { reseller: Some(unsigned(fabrikam())), ..invite_customer() };
    cases.check(&AGR_03, [("a joint invitation with an unsigned reseller", invite, Denied(UNSIGNED))]);
}

fn a_customer_is_created_only_for_an_onboarded_reseller(cases: &mut Cases) {
    let served_by = |reseller| CreateCustomer { reseller, ..create_customer() };
    let fresh = Partner { onboarded: false, ..fabrikam() };
    cases.check(
        &AGR_04,
        [
            ("an onboarded reseller", served_by(Some(fabrikam())), Allowed),
            ("a reseller without an MPN ID", served_by(Some(fresh)), Denied(&[Reason::ResellerNotOnboarded])),
            ("no reseller", served_by(None), Irrelevant),
        ],
    );
    const NOT_ONBOARDED: &[Reason] = &[Reason::ResellerNotOnboarded];
    let alone = |seller| InviteCustomer { seller, reseller: None, ..invite_customer() };
    let fresh = Partner { onboarded: false, ..fabrikam() };
    let accepted = AcceptInvitation { seller: fresh.clone(), reseller: None, ..accept_invitation() };
    cases.check(
        &AGR_04,
        [
            ("an onboarded reseller invites alone", alone(fabrikam()), Allowed),
            ("a reseller without an MPN ID invites alone", alone(fresh), Denied(NOT_ONBOARDED)),
            ("a provider invites alone", alone(contoso()), Irrelevant),
        ],
    );
    cases.check(
        &AGR_04,
        [("the invitation of a reseller without an MPN ID is accepted", accepted, Denied(NOT_ONBOARDED))],
    );
}

fn the_missing_readiness_steps_are_listed_in_order() {
    let fresh = Partner { onboarded: false, enrollment: Enrollment::Pending, ..unsigned(fabrikam()) };
    let all = [ReadinessStep::Onboard, ReadinessStep::Enroll, ReadinessStep::SignAgreement];
    assert_eq!(missing_steps(&fresh, today()), all);
    assert_eq!(missing_steps(&unsigned(fabrikam()), today()), [ReadinessStep::SignAgreement]);
    assert_eq!(missing_steps(&unsigned(fabrikam()), day("2020-01-31")), []);
    assert_eq!(missing_steps(&fabrikam(), today()), []);
}

fn a_global_admin_signs_the_agreement_of_an_authorized_account(cases: &mut Cases) {
    const NOT_ADMIN: &[Reason] = &[Reason::SignerNotGlobalAdmin];
    let signed_by = |caller| SignPartnerAgreement { caller, ..sign_partner_agreement() };
    let of = |partner| SignPartnerAgreement { partner, ..sign_partner_agreement() };
    cases.check(
        &AGR_05,
        [
            ("a global admin", sign_partner_agreement(), Allowed),
            ("an admin agent", signed_by(agent_of(&fabrikam())), Denied(NOT_ADMIN)),
            ("another partner's admin", signed_by(admin_of(&contoso())), Denied(NOT_ADMIN)),
            (
                "an operator records a signature",
                SignPartnerAgreement { recorded: true, ..signed_by(Caller::operator()) },
                Allowed,
            ),
            (
                "a pending enrolment",
                of(Partner { enrollment: Enrollment::Pending, ..fabrikam() }),
                Denied(&[Reason::EnrollmentNotAuthorized]),
            ),
            (
                "no MPN ID",
                of(Partner { onboarded: false, ..fabrikam() }),
                Denied(&[Reason::MpnNotAssociated]),
            ),
        ],
    );
}
