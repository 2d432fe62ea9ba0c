//! Creates customers with played peers (stand-ins for the other services): what is created, undone and
//! resumed.

mod broken_rows;
mod concurrent_changes;
mod registration;
mod malformed;
mod many;
mod pages;
mod past;
mod peers;

use std::sync::atomic::{AtomicBool, Ordering};

use csp_proto::customer::v1 as pb;
use csp_proto::customer::v1::CustomerCreationState;
use csp_proto::google::longrunning;
use csp_proto::google::longrunning::operation::Result as Outcome;
use csp_proto::internal::customer::v1 as internal;
use csp_proto::internal::customer::v1::customer_facts_service_server::CustomerFactsService;
use csp_proto::policy::v1::{Decision, ErrorReason, Verdict, Violation};
use csp_proto::subscription::v1::order_draft::Content;
use csp_proto::subscription::v1::{OrderDraft, OrderLine, OrderLines};
use csp_proto::r#type::v1::{Contact, CustomerProfile, Tenant};
use csp_service::played::Mood;
use csp_service::{Fault, Result};
use jiff::SignedDuration;
use prost::Message;
use tokio::task::JoinSet;

use crate::creation::operation::LEASE_SECONDS;
use crate::{agreement, creation, customer, setup_info};
use peers::{Scene, provider};

fn profile() -> CustomerProfile {
    CustomerProfile {
        tenant: Some(Tenant {
            tenant_id: "tailspin.example".to_owned(),
            domains: vec!["tailspin.example".to_owned()],
            country: "DE".to_owned(),
            ..Default::default()
        }),
        company_name: "Tailspin Toys".to_owned(),
        organization: Some(csp_service::company::declaration(None)),
        ..Default::default()
    }
}

/// Gives the request's customer this tenant.
fn on_tenant(request: &mut pb::CreateCustomerRequest, tenant: &str) {
    let described = request.profile.as_mut().unwrap().tenant.as_mut().unwrap();
    described.tenant_id = tenant.to_owned();
}

/// Another customer, with its own tenant and domain.
fn wingtip(request_id: &str) -> pb::CreateCustomerRequest {
    let mut request = creation(request_id);
    request.customer_id = "wingtip".to_owned();
    on_tenant(&mut request, "wingtip.example");
    let tenant = request.profile.as_mut().unwrap().tenant.as_mut().unwrap();
    tenant.domains = vec!["wingtip.example".to_owned()];
    request
}

/// How far an operation is.
fn metadata(operation: &longrunning::Operation) -> pb::CustomerCreationMetadata {
    pb::CustomerCreationMetadata::decode(operation.metadata.as_ref().unwrap().value.as_slice()).unwrap()
}

fn state(operation: &longrunning::Operation) -> CustomerCreationState {
    metadata(operation).state()
}

/// What an operation that is done made.
fn made(operation: &longrunning::Operation) -> pb::CustomerCreationResult {
    let Some(Outcome::Response(made)) = &operation.result else { panic!("nothing was made: {operation:?}") };
    pb::CustomerCreationResult::decode(made.value.as_slice()).unwrap()
}

/// The message of an operation's error.
fn failure(operation: &longrunning::Operation) -> &str {
    let Some(Outcome::Error(error)) = &operation.result else { panic!("no error: {operation:?}") };
    &error.message
}

fn creation(request_id: &str) -> pb::CreateCustomerRequest {
    pb::CreateCustomerRequest {
        request_id: request_id.to_owned(),
        customer_id: "tailspin".to_owned(),
        profile: Some(profile()),
        reseller: "partners/fabrikam".to_owned(),
        ..Default::default()
    }
}

fn addition(request_id: &str) -> pb::AddCustomerWithOrderRequest {
    let line = OrderLine { offer: "offers/o".to_owned(), quantity: 5, ..Default::default() };
    let lines = OrderLines { lines: vec![line] };
    let signer = Contact {
        first_name: "Toni".to_owned(),
        last_name: "Tailspin".to_owned(),
        email: "toni@tailspin.example".to_owned(),
        ..Default::default()
    };
    pb::AddCustomerWithOrderRequest {
        request_id: request_id.to_owned(),
        customer_id: "tailspin".to_owned(),
        profile: Some(profile()),
        reseller: "partners/fabrikam".to_owned(),
        agreement: Some(pb::AgreementAttestation {
            signer: Some(signer),
            accept_date: "2026-11-20".to_owned(),
        }),
        order: Some(OrderDraft { content: Some(Content::Lines(lines)), ..Default::default() }),
        ..Default::default()
    }
}

impl Scene {
    async fn create(&self, request: pb::CreateCustomerRequest) -> Result<pb::CreateCustomerResponse> {
        creation::create(&self.service, &provider("CreateCustomer"), request).await
    }

    async fn add(
        &self,
        request: pb::AddCustomerWithOrderRequest,
    ) -> Result<pb::AddCustomerWithOrderResponse> {
        creation::create(&self.service, &provider("AddCustomerWithOrder"), request).await
    }

    async fn shows(&self) -> bool {
        let request = pb::GetCustomerRequest { name: "customers/tailspin".to_owned() };
        let read = customer::get(&self.service, &provider("GetCustomer"), request).await.is_ok();
        let request = pb::ListCustomersRequest {
            filter: Some(pb::CustomerFilter { text: "TOYS".to_owned(), ..Default::default() }),
            ..Default::default()
        };
        let listed = customer::list(&self.service, &provider("ListCustomers"), request).await.unwrap();
        assert_eq!(
            listed.customers.len(),
            usize::from(read),
            "a customer is listed exactly if it can be read"
        );
        read
    }

    async fn operation(&self, name: &str) -> longrunning::Operation {
        let request = longrunning::GetOperationRequest { name: name.to_owned() };
        creation::get_operation(&self.service, &provider("GetOperation"), request).await.unwrap()
    }

    async fn cancel(&self, operation: &str) -> Result<()> {
        let request = longrunning::CancelOperationRequest { name: operation.to_owned() };
        creation::cancel(&self.service, &provider("CancelOperation"), request).await
    }

    /// Resumes every interrupted operation, and returns the number of operations that ended.
    async fn resume(&self) -> usize {
        self.service.resume_operations(|| true).await.unwrap()
    }

    /// Whether the other services get the customer Tailspin marked as being created; `None` when they do not
    /// get it.
    async fn is_told_as_being_created(&self) -> Option<bool> {
        let names = vec!["customers/tailspin".to_owned()];
        let request =
            tonic::Request::new(internal::GetFactsRequest { customers: names, ..Default::default() });
        let known = self.service.get_facts(request).await.unwrap().into_inner().customers;
        known.first().map(|customer| customer.being_created)
    }

    async fn reveal(&self) -> Result<pb::RevealSetupInfoResponse> {
        let request = pb::RevealSetupInfoRequest { name: "customers/tailspin".to_owned() };
        setup_info::reveal(&self.service, &provider("RevealSetupInfo"), request).await
    }

    async fn rotate(&self) -> Result<pb::RotateSetupPasswordResponse> {
        let name = "customers/tailspin".to_owned();
        let request = pb::RotateSetupPasswordRequest { name, ..Default::default() };
        setup_info::rotate(&self.service, &provider("RotateSetupPassword"), request).await
    }

    async fn confirm(&self, date: &str) -> Result<pb::ConfirmCustomerAgreementResponse> {
        let mut attestation = addition("").agreement.unwrap();
        attestation.accept_date = date.to_owned();
        let request = pb::ConfirmCustomerAgreementRequest {
            name: "customers/tailspin/agreement".to_owned(),
            attestation: Some(attestation),
            ..Default::default()
        };
        agreement::confirm(&self.service, &provider("ConfirmCustomerAgreement"), request).await
    }

    /// Lets the operation's order be placed, as if only the answer had been lost.
    fn order_is_placed(&self, operation: &str) {
        self.peers.state().orders.push(operation.trim_start_matches("operations/").to_owned());
    }

    fn nothing_is_left(&self) {
        let state = self.peers.state();
        assert!(
            state.claims.is_empty() && state.relationships.is_empty() && state.orders.is_empty(),
            "{state:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_calls_with_one_request_id_create_one_customer() {
    let scene = Scene::set().await;
    let mut calls = JoinSet::new();
    for _ in 0..64 {
        let service = scene.service.clone();
        calls.spawn(async move {
            let call = provider("CreateCustomer");
            creation::create(&service, &call, creation("r")).await
        });
    }
    let mut answers = calls.join_all().await;
    let first = answers.remove(0).unwrap();
    assert_eq!(first.customer.as_ref().unwrap().creator, "partners/contoso");
    assert_eq!(first.decision.as_ref().unwrap().verdict(), Verdict::Accepted);
    assert!(answers.into_iter().all(|answer| answer.unwrap() == first));
    assert_eq!(scene.peers.state().served_customers(), ["customers/tailspin"]);
    assert!(scene.shows().await);
}

#[tokio::test]
async fn a_customer_whose_edges_are_refused_is_undone_and_its_id_is_free() {
    let scene = Scene::set().await;
    scene.peers.behave("EstablishCustomer", Mood::Refusing);
    let refused = scene.create(creation("r")).await.unwrap_err();
    assert!(matches!(refused, Fault::PeerAnswered(_)), "{refused:?}");
    scene.nothing_is_left();
    assert!(!scene.shows().await);
    scene.peers.behave("EstablishCustomer", Mood::Willing);
    scene.create(creation("r")).await.unwrap();
    assert!(scene.shows().await);
}

#[tokio::test]
async fn a_creation_whose_peer_is_unavailable_is_resumed_later() {
    let scene = Scene::set().await;
    scene.peers.behave("EstablishCustomer", Mood::Away);
    let away = scene.create(creation("r")).await.unwrap_err();
    assert!(matches!(away, Fault::Peer { peer: "relationship" }), "{away:?}");
    assert!(!scene.shows().await);
    assert_eq!(scene.is_told_as_being_created().await, Some(true));
    scene.peers.behave("EstablishCustomer", Mood::Willing);
    assert_eq!(scene.resume().await, 1);
    assert!(scene.shows().await);
    assert_eq!(scene.is_told_as_being_created().await, Some(false));
    let answer = scene.create(creation("r")).await.unwrap();
    assert_eq!(answer.relationships.len(), 2, "the repeat gets the operation's stored answer");
    assert_eq!(scene.resume().await, 0);
}

#[tokio::test]
async fn a_stopped_round_does_not_resume_further_operations() {
    let scene = Scene::set().await;
    scene.peers.behave("EstablishCustomer", Mood::Away);
    scene.create(creation("r")).await.unwrap_err();
    scene.create(wingtip("s")).await.unwrap_err();
    scene.peers.behave("EstablishCustomer", Mood::Willing);
    let is_first = AtomicBool::new(true);
    let goes_on = || is_first.swap(false, Ordering::Relaxed);
    assert_eq!(scene.service.resume_operations(goes_on).await.unwrap(), 1);
    assert_eq!(scene.service.resume_operations(|| false).await.unwrap(), 0);
    assert_eq!(scene.resume().await, 1, "the other operation was left for the next round");
}

#[tokio::test]
async fn a_leased_operation_is_not_resumed_before_its_lease_expires() {
    let scene = Scene::set().await;
    scene.peers.behave("EstablishCustomer", Mood::Away);
    scene.create(creation("r")).await.unwrap_err();
    // The resumption failed and released the lease, so the next round resumes the operation.
    assert_eq!(scene.resume().await, 0);
    let mut tx = scene.service.book.store.write();
    let now = scene.service.book.now();
    let row = crate::creation::table::resumable(tx.conn().await.unwrap(), now, 1).await.unwrap().remove(0);
    let lease = crate::creation::operation::lease_from(scene.clock.now());
    assert!(
        crate::creation::table::lease(tx.conn().await.unwrap(), &row.id, row.lease_time, lease)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    scene.peers.behave("EstablishCustomer", Mood::Willing);
    assert_eq!(scene.resume().await, 0);
    scene.clock.set(scene.clock.now() + SignedDuration::from_secs(LEASE_SECONDS)).unwrap();
    assert_eq!(scene.resume().await, 1);
}

#[tokio::test]
async fn a_tenant_or_domain_has_one_customer() {
    let scene = Scene::set().await;
    scene.create(creation("r")).await.unwrap();
    let mut twin = creation("s");
    twin.customer_id = "twin".to_owned();
    let taken = scene.create(twin.clone()).await.unwrap_err();
    assert!(matches!(taken, Fault::AlreadyExists { .. }), "{taken:?}");
    on_tenant(&mut twin, "other.example");
    let refused = scene.create(twin).await.unwrap_err();
    let Fault::Refused(refused) = refused else { panic!("{refused:?}") };
    assert_eq!(refused.decision.violations[0].rule.id, "CUS-01");
    assert_eq!(scene.peers.state().claims.len(), 1 /* tenant and domain are one text */);
}

#[tokio::test]
async fn a_customer_is_created_with_its_agreement_and_its_first_order() {
    let scene = Scene::set().await;
    let answer = scene.add(addition("r")).await.unwrap();
    let operation = answer.operation.unwrap();
    assert_eq!(state(&operation), CustomerCreationState::Done);
    let made = made(&operation);
    assert_eq!(
        made.order.unwrap().name,
        operation.name.replace("operations/", "customers/tailspin/orders/"),
        "the order has the operation's id"
    );
    assert_eq!(made.relationships.len(), 2, "the operation tells what each step made");
    let decisions = answer.decisions.unwrap();
    assert!(decisions.creation.is_some() && decisions.agreement.is_some());
    assert_eq!(decisions.order, None, "the played peer gives no decision for the order");
    let request = pb::GetCustomerAgreementRequest { name: "customers/tailspin/agreement".to_owned() };
    let call = provider("GetCustomerAgreement");
    let read = agreement::get(&scene.service, &call, request).await.unwrap();
    assert_eq!(read.agreement.unwrap().attester, "partners/contoso");
    assert_eq!(scene.peers.state().orders, [operation.name.trim_start_matches("operations/")]);
}

#[tokio::test]
async fn a_refused_first_order_undoes_the_customer() {
    let scene = Scene::set().await;
    scene.peers.behave("SubmitOrder", Mood::Refusing);
    let Err(Fault::PeerAnswered(refused)) = scene.add(addition("r")).await else { panic!("not refused") };
    assert_eq!(refused.message(), "not like this");
    scene.nothing_is_left();
    assert!(!scene.shows().await);
    scene.peers.behave("SubmitOrder", Mood::Willing);
    let operation = scene.add(addition("r")).await.unwrap().operation.unwrap();
    assert_eq!(state(&operation), CustomerCreationState::Done);
    assert!(scene.shows().await);
}

#[tokio::test]
async fn an_order_that_would_be_refused_is_refused_in_a_preview_and_before_the_first_step() {
    let scene = Scene::set().await;
    let violation = |rule_id: &str, reason: ErrorReason, subject: &str| Violation {
        rule_id: rule_id.to_owned(),
        reason: reason.into(),
        subject: subject.to_owned(),
        ..Default::default()
    };
    let too_many = violation("SUB-08", ErrorReason::QuantityOutOfRange, "offers/o");
    scene.peers.state().order_decision = Decision {
        boundary: "SubmitOrder".to_owned(),
        verdict: Verdict::Refused.into(),
        violations: vec![violation("SAL-04", ErrorReason::SelfSale, "partners/contoso"), too_many.clone()],
        ..Default::default()
    };
    for validate_only in [true, false] {
        let request = pb::AddCustomerWithOrderRequest { validate_only, ..addition("r") };
        let Err(Fault::Refused(refused)) = scene.add(request).await else { panic!("accepted") };
        assert_eq!((refused.told.boundary.as_str(), refused.told.preview), ("SubmitOrder", validate_only));
        let tomorrow = pb::AgreementAttestation {
            accept_date: "2026-11-23".to_owned(),
            ..addition("").agreement.unwrap()
        };
        let both =
            pb::AddCustomerWithOrderRequest { validate_only, agreement: Some(tomorrow), ..addition("s") };
        let Err(Fault::Refused(refused)) = scene.add(both).await else { panic!("accepted") };
        let rules: Vec<_> = refused.told.violations.iter().map(|broken| broken.rule_id.as_str()).collect();
        assert_eq!(rules, ["CUS-10", "SAL-04", "SUB-08"], "the agreement's and the order's");
    }
    scene.nothing_is_left();
    let operations = scene.service.resume_operations(|| true).await.unwrap();
    assert_eq!((operations, scene.shows().await), (0, false), "no operation was begun");
}

#[tokio::test]
async fn an_operation_can_be_cancelled_until_its_order_is_placed() {
    let scene = Scene::set().await;
    scene.peers.behave("SubmitOrder", Mood::Away);
    let running = scene.add(addition("r")).await.unwrap().operation.unwrap();
    assert_eq!(metadata(&running).step(), pb::CustomerCreationStep::PlaceOrder);
    assert!(!running.done);
    assert!(!scene.shows().await);
    // The order was placed; only the answer was lost.
    scene.order_is_placed(&running.name);
    assert!(matches!(scene.cancel(&running.name).await, Err(Fault::Peer { .. })));
    scene.peers.state().orders.clear();
    scene.cancel(&running.name).await.unwrap();
    assert_eq!(state(&scene.operation(&running.name).await), CustomerCreationState::Cancelled);
    scene.nothing_is_left();
    assert_eq!(scene.peers.state().voided, [running.name.trim_start_matches("operations/")]);
    scene.cancel(&running.name).await.expect("a repeat finds the operation cancelled");
    assert!(matches!(scene.add(addition("r")).await, Err(Fault::OperationCancelled { .. })));
    scene.peers.behave("SubmitOrder", Mood::Willing);
    scene.add(addition("s")).await.unwrap();
    assert!(scene.shows().await);
}

#[tokio::test]
async fn setup_information_is_shown_once_and_once_more_after_a_rotation() {
    let scene = Scene::set().await;
    scene.create(creation("r")).await.unwrap();
    assert!(matches!(scene.rotate().await, Err(Fault::StateConflict { .. })));
    let first = scene.reveal().await.unwrap();
    assert_eq!(first.admin_user_name, "admin@tailspin.example");
    let Err(Fault::Refused(refused)) = scene.reveal().await else { panic!("shown twice") };
    assert_eq!(refused.decision.violations[0].rule.id, "CUS-03");
    scene.rotate().await.unwrap();
    assert_ne!(scene.reveal().await.unwrap().temporary_password, first.temporary_password);
}

#[tokio::test]
async fn a_creator_that_no_longer_serves_the_customer_gets_no_setup_information() {
    let scene = Scene::set().await;
    scene.create(creation("r")).await.unwrap();
    scene.reveal().await.unwrap();
    scene.peers.state().relationships_are_ended = true;
    assert!(matches!(scene.rotate().await, Err(Fault::RoleMissing { .. })));
    scene.peers.state().relationships_are_ended = false;
    scene.rotate().await.unwrap();
    scene.peers.state().relationships_are_ended = true;
    assert!(matches!(scene.reveal().await, Err(Fault::RoleMissing { .. })));
}

#[tokio::test]
async fn the_first_confirmation_of_an_agreement_stands() {
    let scene = Scene::set().await;
    scene.create(creation("r")).await.unwrap();
    assert!(matches!(scene.confirm("2027-01-01").await, Err(Fault::Refused(_))));
    let first = scene.confirm("2026-11-21").await.unwrap();
    assert_eq!(first.decision.unwrap().verdict(), Verdict::Accepted);
    assert!(matches!(scene.confirm("2026-11-20").await, Err(Fault::AlreadyExists { .. })));
}
