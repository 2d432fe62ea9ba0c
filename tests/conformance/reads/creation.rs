//! Adding a customer together with its first order: the review, and the operation.

use csp_proto::customer::v1::{AddCustomerWithOrderRequest, CustomerCreationState};
use csp_proto::google::longrunning::{
    CancelOperationRequest, DeleteOperationRequest, GetOperationRequest, ListOperationsRequest,
    WaitOperationRequest,
};
use csp_proto::partner_registry::v1::Standing;
use csp_proto::policy::v1::AdvisoryReason;
use csp_suite::service::Service;
use csp_tests::{
    Busy, Refusal, Running, agreement_of, draft, error_of, lines, made_by, profile, refusal_of, state_of,
};
use prost::Message;
use tonic::Code;

use crate::customer::with_order;
use crate::order::scene::Indirect;
use crate::scene::Scene;

pub(crate) const SCENES: &[Scene<()>] = &[
    scene!(operations_are_read_and_listed()),
    scene!(the_review_of_a_first_order_has_the_notices_of_the_act()),
    scene!(an_unknown_offer_is_refused_before_an_operation_begins()),
    scene!(the_error_of_a_failed_operation_is_that_of_the_direct_call()),
    scene!(an_operation_that_waits_for_a_peer_is_cancelled()),
];

async fn operations_are_read_and_listed() {
    let suite = Running::start().await;
    let (litware, wingtip) =
        (suite.direct_bill("litware", "DE").await, suite.direct_bill("wingtip", "DE").await);
    let request = with_order(&suite.offer("e3").await, 5);
    let added = litware.people.customers().add_customer_with_order(request).await.unwrap().into_inner();
    let operation = added.operation.unwrap();
    let made = made_by(&operation);
    assert_eq!(made.customer.unwrap().name, "customers/tailspin");
    assert_eq!(made.agreement.unwrap().name, agreement_of("customers/tailspin"));
    assert_eq!((made.relationships.len(), made.subscriptions.len()), (1, 1));
    let decisions = made.decisions.unwrap();
    assert!(decisions.creation.is_some() && decisions.agreement.is_some() && decisions.order.is_some());
    assert_eq!(made.order.unwrap().customer, "customers/tailspin");

    let mut operations = litware.people.operations();
    let read = GetOperationRequest { name: operation.name.clone() };
    assert_eq!(operations.get_operation(read.clone()).await.unwrap().into_inner(), operation);
    assert_eq!(refusal_of(wingtip.people.operations().get_operation(read).await).reason, "NOT_FOUND");
    let wait = WaitOperationRequest { name: operation.name.clone(), timeout: None };
    assert_eq!(operations.wait_operation(wait.clone()).await.unwrap().into_inner(), operation);
    assert_eq!(refusal_of(wingtip.people.operations().wait_operation(wait).await).reason, "NOT_FOUND");

    let list = |filter: &str| ListOperationsRequest {
        name: "operations".to_owned(),
        filter: filter.to_owned(),
        ..Default::default()
    };
    for (filter, listed) in
        [("", vec![operation.clone()]), ("done = true", vec![operation.clone()]), ("done=false", vec![])]
    {
        let page = operations.list_operations(list(filter)).await.unwrap().into_inner();
        assert_eq!(page.operations, listed, "{filter}");
    }
    let page = wingtip.people.operations().list_operations(list("")).await.unwrap().into_inner();
    assert!(page.operations.is_empty());
    let refusal = refusal_of(operations.list_operations(list("done")).await);
    assert_eq!(refusal.fields, ["filter"]);

    let cancel = CancelOperationRequest { name: operation.name.clone() };
    assert_eq!(refusal_of(operations.cancel_operation(cancel).await).reason, "STATE_CONFLICT");
    let delete = DeleteOperationRequest { name: operation.name };
    assert_eq!(operations.delete_operation(delete).await.unwrap_err().code(), Code::Unimplemented);
}

/// The creation connects the reseller that it names with the customer: only another reseller of record does
/// not serve the customer.
async fn the_review_of_a_first_order_has_the_notices_of_the_act() {
    let scene = Indirect::open().await;
    let unserved = vec![AdvisoryReason::ResellerDoesNotServeCustomer];
    for (id, reseller, expected) in
        [("served", scene.fabrikam.name.as_str(), vec![]), ("unserved", "", unserved)]
    {
        let mut notices = Vec::new();
        for validate_only in [true, false] {
            let request = AddCustomerWithOrderRequest {
                validate_only,
                customer_id: id.to_owned(),
                profile: Some(profile(id, "FR")),
                reseller: reseller.to_owned(),
                order: Some(draft(lines(&[(&scene.offer, 5)]), Some(scene.fabrikam.by_number()))),
                ..with_order(&scene.offer, 5)
            };
            let added = scene.contoso.people.customers().add_customer_with_order(request).await.unwrap();
            let order = added.into_inner().decisions.unwrap().order.unwrap();
            notices.push(order.advisories.iter().map(|notice| notice.reason()).collect::<Vec<_>>());
        }
        assert_eq!(notices, [expected.clone(), expected], "{id}");
    }
}

async fn an_unknown_offer_is_refused_before_an_operation_begins() {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    for validate_only in [true, false] {
        let request = AddCustomerWithOrderRequest { validate_only, ..with_order("offers/none", 100_000) };
        let refused = litware.people.customers().add_customer_with_order(request).await;
        assert_eq!(refusal_of(refused).reason, "NOT_FOUND");
    }
    let list = ListOperationsRequest { name: "operations".to_owned(), ..Default::default() };
    let listed = litware.people.operations().list_operations(list).await.unwrap().into_inner();
    assert!(listed.operations.is_empty(), "{listed:?}");
}

/// The order is refused because the seller was suspended after the operation had begun.
async fn the_error_of_a_failed_operation_is_that_of_the_direct_call() {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let request = AddCustomerWithOrderRequest {
        request_id: "first".to_owned(),
        ..with_order(&suite.offer("e3").await, 5)
    };
    let away = Busy::keeping(&suite, Service::Relationship).await;
    litware.people.customers().add_customer_with_order(request.clone()).await.unwrap();
    suite.set_standing(&litware.name, Standing::Suspended).await;
    drop(away);
    let direct = litware.people.customers().add_customer_with_order(request).await.unwrap_err();
    assert!(Refusal::from(direct.clone()).names("ENR-14"), "{direct:?}");
    let list = ListOperationsRequest { name: "operations".to_owned(), ..Default::default() };
    let listed = litware.people.operations().list_operations(list).await.unwrap().into_inner().operations;
    let error = error_of(&listed[0]);
    assert_eq!((error.code, error.message.as_str()), (i32::from(direct.code()), direct.message()));
    assert_eq!(error.encode_to_vec(), direct.details());
}

async fn an_operation_that_waits_for_a_peer_is_cancelled() {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let request = with_order(&suite.offer("e3").await, 5);
    let mut customers = litware.people.customers();
    let away = Busy::keeping(&suite, Service::Relationship).await;
    let begun = customers.add_customer_with_order(request.clone()).await.unwrap().into_inner();
    let operation = begun.operation.unwrap();
    assert_eq!(state_of(&operation), CustomerCreationState::Running);

    let mut operations = litware.people.operations();
    let briefly = Some(prost_types::Duration { seconds: 0, nanos: 1 });
    let wait = WaitOperationRequest { name: operation.name.clone(), timeout: briefly };
    assert!(!operations.wait_operation(wait).await.unwrap().into_inner().done);

    drop(away);
    let cancel = CancelOperationRequest { name: operation.name.clone() };
    operations.cancel_operation(cancel.clone()).await.unwrap();
    operations.cancel_operation(cancel).await.expect("a repeat answers the same");
    let read = GetOperationRequest { name: operation.name };
    let ended = operations.get_operation(read).await.unwrap().into_inner();
    assert_eq!(state_of(&ended), CustomerCreationState::Cancelled);
    assert_eq!(error_of(&ended).code, i32::from(Code::Cancelled));
    let again = customers.add_customer_with_order(request).await.unwrap().into_inner().operation.unwrap();
    assert_eq!(
        state_of(&again),
        CustomerCreationState::Done,
        "the id, tenant and domain of the cancelled operation are free again"
    );
}
