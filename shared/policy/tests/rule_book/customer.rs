//! CUS-01 to CUS-13.

use crate::cases::{Cases, Expect::*, day};
use crate::fixtures::*;
use csp_policy::boundaries::*;
use csp_policy::rules::customer::*;
use csp_policy::*;

registered! {
    tables: a_domain_belongs_to_one_customer, a_reseller_must_not_create_a_customer_tenant, setup_information_is_shown_once, a_partner_orders_only_for_a_customer_with_a_reseller_relationship, a_cart_is_prepared_for_a_customer_that_seller_and_reseller_serve, only_a_global_admin_of_the_customer_answers_an_invitation, a_relationship_ends_only_without_active_subscriptions, a_customer_accepts_its_agreement_before_it_orders, only_the_transacting_partner_attests_the_customer_agreement, a_new_customer_declares_its_company, an_identifier_contradicts_the_declared_company;
}

fn a_domain_belongs_to_one_customer(cases: &mut Cases) {
    cases.check(
        &CUS_01,
        [
            ("a free domain", create_customer(), Allowed),
            (
                "a taken domain",
                CreateCustomer { domain_taken: true, ..create_customer() },
                Denied(&[Reason::DomainTaken]),
            ),
        ],
    );
}

fn a_reseller_must_not_create_a_customer_tenant(cases: &mut Cases) {
    let created_by = |seller| CreateCustomer { seller, reseller: None, ..create_customer() };
    cases.check(
        &CUS_02,
        [
            ("a provider", created_by(contoso()), Allowed),
            ("a direct-bill partner", created_by(northwind()), Allowed),
            ("a reseller", created_by(fabrikam()), Denied(&[Reason::ResellerCannotCreateTenant])),
        ],
    );
}

fn setup_information_is_shown_once(cases: &mut Cases) {
    let reveal = |already_shown| RevealSetupInfo { act: act("customers/tailspin"), already_shown };
    cases.check(
        &CUS_03,
        [
            ("the first time", reveal(false), Allowed),
            ("the second time", reveal(true), Denied(&[Reason::SetupInfoAlreadyShown])),
        ],
    );
}

fn a_partner_orders_only_for_a_customer_with_a_reseller_relationship(cases: &mut Cases) {
    cases.check(
        &CUS_06,
        [
            ("an active relationship", submit_order(), Allowed),
            (
                "no active relationship",
                with(submit_order(), |sale| sale.relationship_active = false),
                Denied(&[Reason::ResellerRelationshipMissing]),
            ),
        ],
    );
    let reactivated =
        |relationship_active| ReactivateSubscription { relationship_active, ..reactivate_subscription() };
    cases.check(
        &CUS_06,
        [
            ("reactivated while the relationship is active", reactivated(true), Allowed),
            (
                "reactivated after the relationship ended",
                reactivated(false),
                Denied(&[Reason::ResellerRelationshipMissing]),
            ),
        ],
    );
}

fn a_cart_is_prepared_for_a_customer_that_seller_and_reseller_serve(cases: &mut Cases) {
    const MISSING: Reason = Reason::ResellerRelationshipMissing;
    let of = |content| CreateCart { content, ..create_cart() };
    let unserved = CartContent { seller_serves: false, ..cart_content() };
    cases.check(
        &CUS_06,
        [
            ("both serve it", create_cart(), Allowed),
            ("the seller does not", of(unserved.clone()), Denied(&[MISSING])),
            (
                "the reseller does not",
                of(CartContent { reseller_serves: false, ..cart_content() }),
                Denied(&[MISSING]),
            ),
            (
                "neither serves it",
                of(CartContent { reseller_serves: false, ..unserved.clone() }),
                Denied(&[MISSING, MISSING]),
            ),
            (
                "a stranger is not told whether the seller serves it",
                of(CartContent { partnership_active: false, ..unserved.clone() }),
                Allowed,
            ),
            (
                "the seller prepares it",
                of(CartContent { reseller: None, reseller_serves: false, ..cart_content() }),
                Allowed,
            ),
            (
                "the seller prepares it and does not serve it",
                of(CartContent { reseller: None, partnership_active: false, ..unserved }),
                Denied(&[MISSING]),
            ),
        ],
    );
}

fn only_a_global_admin_of_the_customer_answers_an_invitation(cases: &mut Cases) {
    const NOT_ADMIN: &[Reason] = &[Reason::SignerNotGlobalAdmin];
    let accepted_by = |caller| AcceptInvitation { caller, ..accept_invitation() };
    cases.check(
        &CUS_07,
        [
            ("the customer's global admin", accept_invitation(), Allowed),
            (
                "a person of the customer without a role",
                accepted_by(Caller { roles: vec![], ..customer_admin() }),
                Denied(NOT_ADMIN),
            ),
            ("a partner", accepted_by(admin_of(&fabrikam())), Denied(NOT_ADMIN)),
            (
                "an operator records a relationship",
                AcceptInvitation { recorded: true, ..accepted_by(Caller::operator()) },
                Irrelevant,
            ),
        ],
    );
    let declined_by = |caller| DeclineInvitation {
        act: act("invitations/1"),
        caller,
        customer_tenant: "tailspin-tenant".to_owned(),
        invitation: invitation(),
    };
    cases.check(
        &CUS_07,
        [
            ("declined by the customer's global admin", declined_by(customer_admin()), Allowed),
            ("declined by a partner", declined_by(admin_of(&contoso())), Denied(NOT_ADMIN)),
        ],
    );
}

fn a_relationship_ends_only_without_active_subscriptions(cases: &mut Cases) {
    let ended = |caller, count, attested| RemoveResellerRelationship {
        act: act("relationships/1"),
        caller,
        partner: "partners/contoso".to_owned(),
        customer: "customers/tailspin".to_owned(),
        remaining: Remaining {
            count,
            first: (0..count.min(1))
                .map(|_| Revision::undated("customers/tailspin/subscriptions/s-1", 1))
                .collect(),
        },
        attested,
    };
    let partner = || agent_of(&contoso());
    cases.check(
        &CUS_09,
        [
            ("no active subscription", ended(partner(), 0, true), Allowed),
            (
                "one active subscription",
                ended(partner(), 1, true),
                Denied(&[Reason::ActiveSubscriptionsRemain]),
            ),
            (
                "more active subscriptions than are named",
                ended(partner(), 12, true),
                Denied(&[Reason::ActiveSubscriptionsRemain]),
            ),
            (
                "a partner without the good-faith statement",
                ended(partner(), 0, false),
                Denied(&[Reason::AttestationMissing]),
            ),
            ("a customer needs no statement", ended(customer_admin(), 0, false), Allowed),
            ("an operator needs no statement", ended(Caller::operator(), 0, false), Allowed),
        ],
    );
}

fn a_customer_accepts_its_agreement_before_it_orders(cases: &mut Cases) {
    const MISSING: &[Reason] = &[Reason::CustomerAgreementMissing];
    let accepted = |customer_agreement_since| {
        with(submit_order(), |sale| sale.customer_agreement_since = customer_agreement_since)
    };
    cases.check(
        &CUS_10,
        [
            ("accepted today", accepted(Some(today())), Allowed),
            ("accepted tomorrow", accepted(Some(day("2023-10-03"))), Denied(MISSING)),
            ("never accepted", accepted(None), Denied(MISSING)),
        ],
    );
}

fn only_the_transacting_partner_attests_the_customer_agreement(cases: &mut Cases) {
    let attested = |attester, signed_on: &str| ConfirmCustomerAgreement {
        act: act("customers/tailspin"),
        customer: "customers/tailspin".to_owned(),
        attester,
        signed_on: day(signed_on),
        latest_day: day("2023-10-03"),
    };
    let by = |partner| Attester {
        partner,
        transacts: true,
        signer_name: "Tia Spin".to_owned(),
        signer_email: "tia@tailspin.example".to_owned(),
    };
    cases.check(
        &CUS_10,
        [
            ("the customer's provider", attested(Some(by(contoso())), "2023-10-02"), Allowed),
            ("the customer itself", attested(None, "2023-10-02"), Allowed),
            (
                "a reseller",
                attested(Some(by(fabrikam())), "2023-10-02"),
                Denied(&[Reason::ResellerCannotAttest]),
            ),
            (
                "a partner without a relationship",
                attested(Some(Attester { transacts: false, ..by(contoso()) }), "2023-10-02"),
                Denied(&[Reason::ResellerRelationshipMissing]),
            ),
            (
                "no signer named",
                attested(Some(Attester { signer_name: " ".to_owned(), ..by(contoso()) }), "2023-10-02"),
                Denied(&[Reason::AttestationMissing]),
            ),
            ("a day that has begun in the east", attested(Some(by(contoso())), "2023-10-03"), Allowed),
            (
                "a day that has begun nowhere",
                attested(Some(by(contoso())), "2023-10-04"),
                Denied(&[Reason::AgreementDateInFuture]),
            ),
        ],
    );
}

fn a_new_customer_declares_its_company(cases: &mut Cases) {
    const UNDECLARED: &[Reason] = &[Reason::OrganizationUndeclared];
    let silent = || Registration { organization_declared: false, ..registration() };
    let created = |registration| CreateCustomer { registration, ..create_customer() };
    cases.check(
        &CUS_13,
        [
            ("declared at the creation", created(registration()), Irrelevant),
            ("not declared at the creation", created(silent()), Denied(UNDECLARED)),
        ],
    );
    let accepted = |registration| AcceptInvitation { registration, ..accept_invitation() };
    cases.check(
        &CUS_13,
        [
            ("declared by an unknown tenant", accepted(Some(registration())), Irrelevant),
            ("not declared by an unknown tenant", accepted(Some(silent())), Denied(UNDECLARED)),
            ("a known customer accepts", accepted(None), Irrelevant),
        ],
    );
}

fn an_identifier_contradicts_the_declared_company(cases: &mut Cases) {
    const CONTRADICTED: &[Reason] = &[Reason::OrganizationContradicted];
    let held = |kind, holders: &[&str]| Identifier {
        kind,
        value: "value".to_owned(),
        holders: holders.iter().map(|it| format!("organizations/{it}")).collect(),
    };
    let domain = |holders| held(IdentifierKind::Domain, holders);
    let tailspin = |identifiers, organization| Buyer { identifiers, organization, ..tailspin() };
    let none = |identifiers| tailspin(identifiers, None);
    let own = |identifiers| tailspin(identifiers, Some(company("tailspin")));
    let sold = |buyer| SubmitOrder { sale: Sale { buyer, ..sale() }, ..submit_order() };
    let registered = held(IdentifierKind::RegistrationId, &["fabrikam"]);
    cases.check(
        &CUS_13,
        [
            ("no company has a domain of the customer", sold(own(vec![])), Irrelevant),
            ("the declared company has the domain", sold(own(vec![domain(&["tailspin"])])), Allowed),
            ("it shares the domain", sold(own(vec![domain(&["fabrikam", "tailspin"])])), Allowed),
            ("another company has the domain", sold(own(vec![domain(&["fabrikam"])])), Denied(CONTRADICTED)),
            (
                "a company has a domain of a customer of none",
                sold(none(vec![domain(&["fabrikam"])])),
                Denied(CONTRADICTED),
            ),
            (
                "a company has the registration id of a customer of none",
                sold(none(vec![registered.clone()])),
                Denied(CONTRADICTED),
            ),
            (
                "both contradict",
                sold(none(vec![domain(&["fabrikam"]), registered])),
                Denied(&[Reason::OrganizationContradicted; 2]),
            ),
        ],
    );
    let created = CreateCustomer { buyer: none(vec![domain(&["fabrikam"])]), ..create_customer() };
    cases.check(&CUS_13, [("contradicted at the creation", created, Denied(CONTRADICTED))]);
}
