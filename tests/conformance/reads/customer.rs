//! RPCs of the customer service. Only the partners that serve a customer, the customer itself and operators
//! see the customer.

use csp_proto::customer::v1::{
    BatchGetCustomersRequest, CheckDomainRequest, Customer, CustomerAgreementState, CustomerFilter,
    GetCustomerAgreementRequest, GetCustomerRequest, ListCustomersRequest, RecordCustomerAgreementRequest,
    RecordCustomerRequest, RevealSetupInfoRequest, RotateSetupPasswordRequest,
    SetCustomerOrganizationRequest, UpdateCustomerRequest, WithdrawCustomerAgreementRequest,
};
use csp_proto::r#type::v1::{Contact, CustomerProfile, Tenant};
use csp_tests::{Running, Seller, agreement_of, attested, company, evidence, profile, refusal_of};
use prost_types::FieldMask;

use crate::scene::Scene;

pub(crate) const SCENES: &[Scene<()>] = &[
    scene!(a_customer_is_read_by_the_partners_that_serve_it()),
    scene!(a_domain_is_checked_for_availability()),
    scene!(customers_are_listed()),
    scene!(a_past_partner_lists_name_and_tenant()),
    scene!(a_customer_is_changed()),
    scene!(a_customer_is_recorded()),
    scene!(an_agreement_is_recorded_and_read()),
    scene!(a_refuted_agreement_is_withdrawn()),
    scene!(a_partner_sees_the_acceptances_that_serve_it()),
    scene!(the_setup_password_is_rotated()),
    scene!(an_external_id_is_the_callers_own_key()),
];

/// A direct-bill partner, its customer, and a partner unrelated to both.
async fn seller_customer_and_stranger(suite: &Running) -> (Seller, String, Seller) {
    let (litware, wingtip) =
        (suite.direct_bill("litware", "DE").await, suite.direct_bill("wingtip", "DE").await);
    let created = litware.create_customer(profile("tailspin", "FR"), None).await.unwrap().into_inner();
    (litware, created.customer.unwrap().name, wingtip)
}

async fn a_customer_is_read_by_the_partners_that_serve_it() {
    let suite = Running::start().await;
    let (litware, tailspin, wingtip) = seller_customer_and_stranger(&suite).await;
    let read = GetCustomerRequest { name: tailspin.clone() };
    let customer = litware.people.customers().get_customer(read.clone()).await.unwrap().into_inner().customer;
    let customer = customer.unwrap();
    assert_eq!(
        (customer.region.as_str(), customer.creator.as_str()),
        ("regions/europe", litware.name.as_str())
    );
    assert_eq!(refusal_of(wingtip.people.customers().get_customer(read).await).reason, "NOT_FOUND");

    let names = vec!["customers/nobody".to_owned(), tailspin];
    let batch = BatchGetCustomersRequest { names };
    let read = litware.people.customers().batch_get_customers(batch.clone()).await.unwrap().into_inner();
    assert_eq!((read.customers, read.missing), (vec![customer], vec!["customers/nobody".to_owned()]));
    assert!(
        wingtip
            .people
            .customers()
            .batch_get_customers(batch)
            .await
            .unwrap()
            .into_inner()
            .customers
            .is_empty()
    );
    let many = BatchGetCustomersRequest { names: vec!["customers/nobody".to_owned(); 101] };
    let refusal = refusal_of(litware.people.customers().batch_get_customers(many).await);
    assert_eq!(refusal.reason, "FIELD_INVALID");
}

async fn a_domain_is_checked_for_availability() {
    let suite = Running::start().await;
    let (_, _, wingtip) = seller_customer_and_stranger(&suite).await;
    let mut customers = wingtip.people.customers();
    for (domain, free) in [("tailspin.example", false), ("unheard-of.example", true)] {
        let request = CheckDomainRequest { domain: domain.to_owned() };
        assert_eq!(customers.check_domain(request).await.unwrap().into_inner().available, free, "{domain}");
    }
    let refusal =
        refusal_of(customers.check_domain(CheckDomainRequest { domain: "No Domain".to_owned() }).await);
    assert_eq!(
        (refusal.reason.as_str(), refusal.fields.as_slice()),
        ("FIELD_INVALID", ["domain".to_owned()].as_slice())
    );
}

fn filtered(filter: CustomerFilter) -> ListCustomersRequest {
    ListCustomersRequest { filter: Some(filter), ..Default::default() }
}

async fn customers_are_listed() {
    let suite = Running::start().await;
    let (litware, tailspin, wingtip) = seller_customer_and_stranger(&suite).await;
    let by_name = filtered(CustomerFilter { text: "TAILSPIN".to_owned(), ..Default::default() });
    let found = litware.people.customers().list_customers(by_name.clone()).await.unwrap().into_inner();
    assert_eq!(found.customers.iter().map(|customer| &customer.name).collect::<Vec<_>>(), [&tailspin]);
    let found = wingtip.people.customers().list_customers(by_name).await.unwrap().into_inner();
    assert!(found.customers.is_empty());
    let negative = ListCustomersRequest { page_size: -1, ..Default::default() };
    let refusal = refusal_of(litware.people.customers().list_customers(negative).await);
    assert_eq!(refusal.reason, "FIELD_INVALID");
}

async fn a_past_partner_lists_name_and_tenant() {
    let suite = Running::start().await;
    let (litware, tailspin, _) = seller_customer_and_stranger(&suite).await;
    let relationship = litware.relationship(&tailspin).await;
    litware.people.remove_relationship(&relationship, Some(attested())).await.unwrap();
    let listed = litware.people.customers().list_customers(ListCustomersRequest::default()).await.unwrap();
    let outline = Customer {
        name: tailspin,
        profile: Some(CustomerProfile {
            tenant: Some(Tenant { tenant_id: "tailspin.tenant".to_owned(), ..Default::default() }),
            company_name: "tailspin Inc".to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    };
    assert_eq!(listed.into_inner().customers, [outline]);
}

async fn a_customer_is_changed() {
    let suite = Running::start().await;
    let (litware, tailspin, wingtip) = seller_customer_and_stranger(&suite).await;
    let renamed = UpdateCustomerRequest {
        customer: Some(Customer {
            name: tailspin.clone(),
            profile: Some(CustomerProfile { company_name: "Tailspin Toys".to_owned(), ..Default::default() }),
            ..Default::default()
        }),
        update_mask: Some(FieldMask { paths: vec!["profile.company_name".to_owned()] }),
        ..Default::default()
    };
    let changed = litware.people.customers().update_customer(renamed.clone()).await.unwrap().into_inner();
    assert_eq!(changed.customer.unwrap().profile.unwrap().company_name, "Tailspin Toys");
    assert_eq!(refusal_of(wingtip.people.customers().update_customer(renamed).await).reason, "NOT_FOUND");

    let organization = company(&suite.organization("tailspin", "FR").await);
    let request = SetCustomerOrganizationRequest {
        name: tailspin,
        organization,
        evidence: Some(evidence("2026-11-20")),
        ..Default::default()
    };
    let silent = SetCustomerOrganizationRequest { organization: None, ..request.clone() };
    let refusal = refusal_of(suite.operator().customers().set_customer_organization(silent).await);
    assert_eq!((refusal.reason.as_str(), refusal.fields), ("FIELD_INVALID", vec!["organization".to_owned()]));
    let corrected = suite.operator().customers().set_customer_organization(request.clone()).await.unwrap();
    let corrected = corrected.into_inner().customer.unwrap();
    assert_eq!(corrected.organization_evidence, request.evidence);
    assert_eq!(corrected.profile.unwrap().organization, request.organization);
    let refusal = refusal_of(litware.people.customers().set_customer_organization(request).await);
    assert_eq!(refusal.reason, "ROLE_MISSING");
}

async fn a_customer_is_recorded() {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let request = RecordCustomerRequest {
        profile: Some(profile("tailspin", "FR")),
        seller: litware.name.clone(),
        evidence: Some(evidence("2024-05-01")),
        ..Default::default()
    };
    let recorded = suite.operator().customers().record_customer(request.clone()).await.unwrap().into_inner();
    let customer = recorded.customer.unwrap();
    assert_eq!((customer.creator.as_str(), customer.evidence), ("", request.evidence.clone()));
    assert_eq!(recorded.relationships[0].partner, litware.name);
    let refusal = refusal_of(litware.people.customers().record_customer(request).await);
    assert_eq!(refusal.reason, "ROLE_MISSING");
}

async fn an_agreement_is_recorded_and_read() {
    let suite = Running::start().await;
    let (litware, tailspin, wingtip) = seller_customer_and_stranger(&suite).await;
    let read = GetCustomerAgreementRequest { name: agreement_of(&tailspin) };
    let none = refusal_of(litware.people.customers().get_customer_agreement(read.clone()).await);
    assert_eq!(none.reason, "NOT_FOUND");

    let request = RecordCustomerAgreementRequest {
        name: agreement_of(&tailspin),
        signer: Some(Contact {
            first_name: "Cy".to_owned(),
            last_name: "Customer".to_owned(),
            email: "cy@customer.example".to_owned(),
            phone: String::new(),
        }),
        evidence: Some(evidence("2024-05-01")),
        ..Default::default()
    };
    let mut operator = suite.operator().customers();
    let recorded = operator.record_customer_agreement(request.clone()).await.unwrap().into_inner().agreement;
    let again = operator.record_customer_agreement(request.clone()).await.unwrap().into_inner().agreement;
    assert_eq!(again, recorded, "the result is already there");
    let other = RecordCustomerAgreementRequest { evidence: Some(evidence("2024-05-02")), ..request };
    let refusal = refusal_of(operator.record_customer_agreement(other).await);
    assert_eq!(refusal.reason, "RESOURCE_ALREADY_EXISTS");
    let shown = litware.people.customers().get_customer_agreement(read.clone()).await.unwrap().into_inner();
    assert_eq!(shown.agreement, recorded);
    let refusal = refusal_of(wingtip.people.customers().get_customer_agreement(read).await);
    assert_eq!(refusal.reason, "NOT_FOUND");
}

fn withdrawal(customer: &str, attester: &str) -> WithdrawCustomerAgreementRequest {
    WithdrawCustomerAgreementRequest {
        name: agreement_of(customer),
        attester: attester.to_owned(),
        reason: "the signer did not work for the customer".to_owned(),
        evidence: Some(evidence("2026-11-20")),
        ..Default::default()
    }
}

async fn a_refuted_agreement_is_withdrawn() {
    let suite = Running::start().await;
    let (litware, tailspin, wingtip) = seller_customer_and_stranger(&suite).await;
    litware.confirm_agreement(&tailspin).await.unwrap();
    let mut operator = suite.operator().customers();
    let other = withdrawal(&tailspin, &wingtip.name);
    assert_eq!(refusal_of(operator.withdraw_customer_agreement(other).await).reason, "NOT_FOUND");
    let request = withdrawal(&tailspin, &litware.name);
    let refusal = refusal_of(litware.people.customers().withdraw_customer_agreement(request.clone()).await);
    assert_eq!(refusal.reason, "ROLE_MISSING");

    let withdrawn = operator.withdraw_customer_agreement(request.clone()).await.unwrap().into_inner();
    let withdrawn = withdrawn.agreement.unwrap();
    assert_eq!((withdrawn.revision, withdrawn.state()), (2, CustomerAgreementState::Withdrawn));
    let again = operator.withdraw_customer_agreement(request).await.unwrap().into_inner().agreement.unwrap();
    assert_eq!(again, withdrawn, "a withdrawn acceptance stays as it is");
    let read = GetCustomerAgreementRequest { name: agreement_of(&tailspin) };
    let shown = litware.people.customers().get_customer_agreement(read).await.unwrap().into_inner();
    assert_eq!(shown.agreement, Some(withdrawn));

    let anew = litware.confirm_agreement(&tailspin).await.unwrap().into_inner().agreement.unwrap();
    assert_eq!((anew.state(), anew.acceptances.len()), (CustomerAgreementState::Active, 2));
}

async fn a_partner_sees_the_acceptances_that_serve_it() {
    let suite = Running::start().await;
    let (litware, tailspin, wingtip) = seller_customer_and_stranger(&suite).await;
    let link = wingtip.invite("", None, None).await.unwrap().into_inner().draft.unwrap().link_token;
    let people = suite.customer("tailspin.tenant");
    people.accept_invitation(&link).await.unwrap();
    litware.confirm_agreement(&tailspin).await.unwrap();
    let read = GetCustomerAgreementRequest { name: agreement_of(&tailspin) };
    let hidden = refusal_of(wingtip.people.customers().get_customer_agreement(read.clone()).await);
    assert_eq!(hidden.reason, "NOT_FOUND");
    let own = wingtip.confirm_agreement(&tailspin).await.unwrap().into_inner().agreement.unwrap();
    assert_eq!((&own.attester, own.acceptances.len()), (&wingtip.name, 1));
    let whole = people.customers().get_customer_agreement(read).await.unwrap().into_inner();
    assert_eq!(whole.agreement.unwrap().acceptances.len(), 2);
    let again = wingtip.confirm_agreement(&tailspin).await.unwrap().into_inner().agreement.unwrap();
    assert_eq!(again, own, "the result is already there");
}

async fn the_setup_password_is_rotated() {
    let suite = Running::start().await;
    let (litware, tailspin, _) = seller_customer_and_stranger(&suite).await;
    let mut customers = litware.people.customers();
    let rotate = RotateSetupPasswordRequest { name: tailspin.clone(), ..Default::default() };
    let refusal = refusal_of(customers.rotate_setup_password(rotate.clone()).await);
    assert_eq!(refusal.reason, "STATE_CONFLICT");

    let reveal = RevealSetupInfoRequest { name: tailspin };
    let first = customers.reveal_setup_info(reveal.clone()).await.unwrap().into_inner();
    let rotated = customers.rotate_setup_password(rotate).await.unwrap().into_inner();
    assert!(!rotated.customer.unwrap().setup_info_shown);
    let second = customers.reveal_setup_info(reveal).await.unwrap().into_inner();
    assert_eq!(first.admin_user_name, second.admin_user_name);
    assert_ne!(first.temporary_password, second.temporary_password);
}

async fn an_external_id_is_the_callers_own_key() {
    let suite = Running::start().await;
    let (litware, tailspin, _) = seller_customer_and_stranger(&suite).await;
    let keyed = |key: &str| UpdateCustomerRequest {
        customer: Some(Customer {
            name: tailspin.clone(),
            external_id: key.to_owned(),
            ..Default::default()
        }),
        update_mask: Some(FieldMask { paths: vec!["external_id".to_owned()] }),
        ..Default::default()
    };
    let parties = [litware.people.clone(), suite.customer("tailspin.tenant"), suite.operator()];
    for (party, key) in parties.iter().zip(["k-1", "k-2", "k-1"]) {
        party.customers().update_customer(keyed(key)).await.unwrap();
    }
    for (party, own, foreign) in [(&parties[0], "k-1", "k-2"), (&parties[1], "k-2", "k-1")] {
        let read = GetCustomerRequest { name: tailspin.clone() };
        let read = party.customers().get_customer(read).await.unwrap().into_inner().customer.unwrap();
        assert_eq!(read.external_id, own);
        for (key, found) in [(own, 1), (foreign, 0)] {
            let by_key = filtered(CustomerFilter { external_id: key.to_owned(), ..Default::default() });
            let listed = party.customers().list_customers(by_key).await.unwrap().into_inner().customers;
            assert_eq!(listed.len(), found, "{key}");
        }
    }
}
