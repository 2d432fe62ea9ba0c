//! Creates a customer for a partner (`CreateCustomer`), with its first order (`AddCustomerWithOrder`), or as
//! a record of an operator (`RecordCustomer`). The three differ in their plan only. Each begins one
//! operation, which `drive.rs` drives.
//!
//! The command does not use a `Write`, but `Book::accept` and `Book::conclude` directly. Its effect is not
//! one write but the operation's writes, here and at the peers, and the answer to store exists only when the
//! operation is done. The command has a branch of its own for a preview: a preview judges everything that the
//! real request judges here, and ends before the operation starts.

use csp_proto::Mutation;
use csp_proto::customer::v1 as pb;
use csp_service::{Attempt, Call, Effect, Fault, Result, Touched};

use super::created::Created;
use super::judge::{Judged, judge};
use super::operation::{self, Beginning, Operation};
use super::plan::{Plan, Seller};
use super::request::Request;
use super::work::decisions;
use super::{drive, read, table};
use crate::CustomerService;
use crate::agreement::{self, Agreement, Source};
use crate::customer::keys::chosen_keys_must_be_free;
use crate::customer::{self, Creation, Customer};

/// Creates the customer that `message` asks for.
pub(crate) async fn create<M>(service: &CustomerService, call: &Call, message: M) -> Result<M::Response>
where
    M: Mutation + Clone + Into<Request>,
    M::Response: From<Created>,
{
    let run = service.book.run(call, &message)?;
    let request: Request = message.into();
    let plan = request.plan(service.book.clock.today())?;
    run.settle(|| async {
        if let Some(started) = started_before(service, call, &request, run.attempt()).await? {
            return drive_on(service, call, &request, &started).await.map(M::Response::from);
        }
        let prepared = match prepare(service, call, &plan, run.attempt()).await {
            Ok(prepared) => prepared,
            Err(fault) => {
                // A concurrent repeat may have reserved the id or the tenant that is now taken.
                let started = started_before(service, call, &request, run.attempt()).await?;
                return Err(started.map_or(fault, Fault::lost_race));
            }
        };
        if run.is_dry() {
            let customer = prepared.customer.name();
            let touched = [Touched { name: &customer, is_created: true }];
            return run.previewed(preview(service, call, &prepared).into(), &touched);
        }

        // After this point only a lost race can refuse, here or at a peer.
        let operation = reserve(service, call, &request, &plan, run.attempt(), prepared).await?;
        drive_on(service, call, &request, &operation.row().id).await.map(M::Response::from)
    })
    .await
}

/// An allowed creation that is not written yet.
struct Prepared {
    operation_id: String,
    customer: Customer,
    judged: Judged,
}

async fn prepare(service: &CustomerService, call: &Call, plan: &Plan, attempt: &Attempt) -> Result<Prepared> {
    let external_id = plan.external_id.as_deref();
    chosen_keys_must_be_free(service, plan.customer_id.as_deref(), &call.party_key(), external_id).await?;
    let id = plan.customer_id.clone().unwrap_or_else(|| service.book.next_id());
    let judged = judge(service, call, plan, attempt, &customer::name(&id)).await?;
    let operation_id = operation::new_id(&service.book);
    let creator = match plan.seller {
        Seller::Caller => Some((judged.seller.name.clone(), judged.seller.tenant.clone())),
        Seller::Recorded { .. } => None,
    };
    let creation = Creation {
        id,
        operation: &operation_id,
        external_id: plan.external_id.clone(),
        creator,
        evidence: plan.evidence(),
        organization: judged.creation.facts().buyer.organization.as_ref().map(|it| it.name.clone()),
    };
    let customer = Customer::reserve(creation, &plan.profile, service.book.now());
    Ok(Prepared { operation_id, customer, judged })
}

/// Drives the operation. When a peer is unavailable, `AddCustomerWithOrder` answers with the running
/// operation, which is resumed later and can be cancelled until then. The other requests are answered only
/// when their operation has ended, and fail here.
async fn drive_on(service: &CustomerService, call: &Call, request: &Request, id: &str) -> Result<Created> {
    match drive::to_the_end(service, call, id).await {
        Err(Fault::Peer { .. }) if matches!(request, Request::AddWithOrder(_)) => {
            let operation = read::by_id(service, id).await?;
            let mut reader = service.book.store.read_once().await?;
            let decisions = Some(decisions(&service.book, &mut reader, call, &operation).await?);
            let made = Box::new(pb::CustomerCreationResult { decisions, ..Default::default() });
            Ok(Created { operation: Some(operation.render()), made, ..Created::default() })
        }
        ended => ended,
    }
}

/// Id of the operation that an earlier try of this request began. Refused when that try had other content.
async fn started_before(
    service: &CustomerService,
    call: &Call,
    request: &Request,
    attempt: &Attempt,
) -> Result<Option<String>> {
    let Some(request_id) = attempt.request_id().filter(|_| !attempt.validates_only()) else {
        return Ok(None);
    };
    let mut reader = service.book.store.read_once().await?;
    let Some(row) = table::of_request(&mut reader, &call.key(), request_id).await? else {
        return Ok(None);
    };
    if row.rpc != request.rpc() || row.request != request.encode() {
        return Err(Fault::RequestIdReused { request_id: request_id.to_owned() });
    }
    Ok(Some(row.id))
}

fn preview(service: &CustomerService, call: &Call, prepared: &Prepared) -> Created {
    let Prepared { customer, judged, .. } = prepared;
    let order = judged.order.as_ref();
    let decisions = pb::CustomerCreationDecisions {
        creation: Some(service.book.preview(call, &judged.creation)),
        agreement: judged.agreement.as_ref().map(|permit| service.book.preview(call, permit)),
        order: order.map(|order| service.book.for_caller(call, order.decision.clone())),
    };
    let (decisions, quote) = (Some(decisions), order.map(|order| order.quote.clone()));
    Created {
        customer: Some(customer.render(service.book.clock.today())),
        made: Box::new(pb::CustomerCreationResult { decisions, quote, ..Default::default() }),
        ..Created::default()
    }
}

/// Writes the customer as reserved, hence invisible, and the operation that is to activate it.
async fn reserve(
    service: &CustomerService,
    call: &Call,
    request: &Request,
    plan: &Plan,
    attempt: &Attempt,
    prepared: Prepared,
) -> Result<Operation> {
    let Prepared { operation_id, customer, judged } = prepared;
    let book = &service.book;
    let now = book.now();
    let mut tx = book.store.write();
    let allowed = book.accept(&mut tx, call, attempt, judged.creation, &customer.name())?;
    customer::table::reserve(&mut tx, customer.row(), &allowed);
    if customer.row().external_id.is_some() {
        customer::table::set_key(&mut tx, customer.row(), &call.party_key());
    }
    let mut agreement_decision = None;
    if let (Some(permit), Some(order)) = (judged.agreement, &plan.first_order) {
        let source = Source::Attested(judged.seller.name.clone());
        let mut agreement = Agreement::none(&customer, now);
        agreement.accept(source, &order.agreement, now)?;
        let allowed = book.accept(&mut tx, call, attempt, permit, &agreement.name())?;
        agreement::table::confirm(&mut tx, agreement.row(), &allowed);
        agreement_decision = Some(allowed.decision_id().to_owned());
    }
    let beginning = Beginning {
        id: operation_id,
        tenant: &customer.row().tenant,
        customer: &customer.row().id,
        seller: &judged.seller.name,
        creation_decision: allowed.decision_id(),
        agreement_decision: agreement_decision.as_deref(),
    };
    let operation = Operation::begin(beginning, call, request, now);
    table::insert(&mut tx, operation.row());
    let effect = Effect::created(&operation.name(), 1, &operation.render())?;
    // This write stores no answer: the last step of the operation does.
    let unanswered = Attempt::of_work(call);
    book.conclude(tx, call, &unanswered, Some(allowed.decision_id()), vec![effect], &()).await?;
    Ok(operation)
}
