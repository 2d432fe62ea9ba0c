//! RPCs of the customer service. Only the partners that serve a customer, the customer itself and operators
//! see the customer.

use csp_proto::customer::v1::{
    BatchGetCustomersRequest, CancelOperationRequest, CheckDomainRequest, Customer,
    GetCustomerAgreementRequest, GetCustomerRequest, GetOperationRequest, ListCustomersRequest,
    OperationState, RecordCustomerAgreementRequest, RecordCustomerRequest, RevealSetupInfoRequest,
    RotateSetupPasswordRequest, SetCustomerOrganizationRequest, UpdateCustomerRequest,
};
use csp_proto::r#type::v1::Contact;
use csp_suite::service::Service;
use csp_tests::{Busy, Running, Seller, evidence, profile, refusal_of};
use prost_types::FieldMask;

use crate::customer::with_order;
use crate::scene::Scene;

pub(crate) const SCENES: &[Scene<()>] = &[
    scene!(a_customer_is_read_by_the_partners_that_serve_it()),
    scene!(a_domain_is_checked_for_availability()),
    scene!(customers_are_listed()),
    scene!(a_customer_is_changed()),
    scene!(a_customer_is_recorded()),
    scene!(an_agreement_is_recorded_and_read()),
    scene!(the_setup_password_is_rotated()),
    scene!(an_operation_is_read()),
    scene!(an_operation_that_waits_for_a_peer_is_cancelled()),
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
    assert_eq!((customer.region.as_str(), customer.creator.as_str()), ("Europe", litware.name.as_str()));
    assert_eq!(refusal_of(wingtip.people.customers().get_customer(read).await).reason, "NOT_FOUND");

    let names = vec!["customers/nobody".to_owned(), tailspin];
    let batch = BatchGetCustomersRequest { names };
    let read = litware.people.customers().batch_get_customers(batch.clone()).await.unwrap().into_inner();
    assert_eq!(read.customers, [customer]);
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

async fn customers_are_listed() {
    let suite = Running::start().await;
    let (litware, tailspin, wingtip) = seller_customer_and_stranger(&suite).await;
    let by_name = ListCustomersRequest { text: "TAILSPIN".to_owned(), ..Default::default() };
    let found = litware.people.customers().list_customers(by_name.clone()).await.unwrap().into_inner();
    assert_eq!(found.customers.iter().map(|customer| &customer.name).collect::<Vec<_>>(), [&tailspin]);
    let found = wingtip.people.customers().list_customers(by_name).await.unwrap().into_inner();
    assert!(found.customers.is_empty());
    let negative = ListCustomersRequest { page_size: -1, ..Default::default() };
    let refusal = refusal_of(litware.people.customers().list_customers(negative).await);
    assert_eq!(refusal.reason, "FIELD_INVALID");
}

async fn a_customer_is_changed() {
    let suite = Running::start().await;
    let (litware, tailspin, wingtip) = seller_customer_and_stranger(&suite).await;
    let renamed = UpdateCustomerRequest {
        customer: Some(Customer {
            name: tailspin.clone(),
            company_name: "Tailspin Toys".to_owned(),
            ..Default::default()
        }),
        update_mask: Some(FieldMask { paths: vec!["company_name".to_owned()] }),
        ..Default::default()
    };
    let changed = litware.people.customers().update_customer(renamed.clone()).await.unwrap().into_inner();
    assert_eq!(changed.customer.unwrap().company_name, "Tailspin Toys");
    assert_eq!(refusal_of(wingtip.people.customers().update_customer(renamed).await).reason, "NOT_FOUND");

    let organization = suite.organization("tailspin", "FR").await;
    let request = SetCustomerOrganizationRequest { name: tailspin, organization, ..Default::default() };
    let corrected = suite.operator().customers().set_customer_organization(request.clone()).await.unwrap();
    assert_eq!(corrected.into_inner().customer.unwrap().organization, request.organization);
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
    let read = GetCustomerAgreementRequest { customer: tailspin.clone() };
    let none = litware.people.customers().get_customer_agreement(read.clone()).await.unwrap().into_inner();
    assert!(!none.accepted);

    let request = RecordCustomerAgreementRequest {
        customer: tailspin,
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
    let refusal = refusal_of(operator.record_customer_agreement(request).await);
    assert_eq!(refusal.reason, "RESOURCE_ALREADY_EXISTS");
    let shown = litware.people.customers().get_customer_agreement(read.clone()).await.unwrap().into_inner();
    assert_eq!((shown.accepted, shown.agreement), (true, recorded));
    let refusal = refusal_of(wingtip.people.customers().get_customer_agreement(read).await);
    assert_eq!(refusal.reason, "NOT_FOUND");
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

async fn an_operation_is_read() {
    let suite = Running::start().await;
    let (litware, wingtip) =
        (suite.direct_bill("litware", "DE").await, suite.direct_bill("wingtip", "DE").await);
    let request = with_order(&suite.offer("e3").await, 5);
    let added = litware.people.customers().add_customer_with_order(request).await.unwrap().into_inner();
    assert_eq!(added.decisions.len(), 3, "one decision each for the creation, the agreement and the order");
    let operation = added.operation.unwrap();
    assert_eq!(
        (operation.state(), operation.customer.as_str()),
        (OperationState::Done, "customers/tailspin")
    );

    let read = GetOperationRequest { name: operation.name.clone() };
    let again = litware.people.customers().get_operation(read.clone()).await.unwrap().into_inner();
    assert_eq!(again.operation, Some(operation.clone()));
    assert_eq!(refusal_of(wingtip.people.customers().get_operation(read).await).reason, "NOT_FOUND");
    let cancel = CancelOperationRequest { name: operation.name, ..Default::default() };
    let refusal = refusal_of(litware.people.customers().cancel_operation(cancel).await);
    assert_eq!(refusal.reason, "STATE_CONFLICT");
}

async fn an_operation_that_waits_for_a_peer_is_cancelled() {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let request = with_order(&suite.offer("e3").await, 5);
    let mut customers = litware.people.customers();
    let away = Busy::keeping(&suite, Service::Relationship).await;
    let begun = customers.add_customer_with_order(request.clone()).await.unwrap().into_inner();
    let operation = begun.operation.unwrap();
    assert_eq!(operation.state(), OperationState::Running);

    drop(away);
    let cancel = CancelOperationRequest { name: operation.name, ..Default::default() };
    let ended = customers.cancel_operation(cancel).await.unwrap().into_inner().operation.unwrap();
    assert_eq!(ended.state(), OperationState::Cancelled);
    let again = customers.add_customer_with_order(request).await.unwrap().into_inner().operation.unwrap();
    assert_eq!(
        again.state(),
        OperationState::Done,
        "the id, tenant and domain of the cancelled operation are free again"
    );
}
