//! Registers the tenant of a customer that accepts an invitation, so that edges can name the customer:
//! `RegisterInvited`.
//!
//! A registration is an operation like a creation, without edges: reserve, claim, activate. Unlike a
//! creation, an interrupted registration is not resumed in the background but cancelled: the accepting
//! customer calls again and describes its tenant again. A call with the same description continues the
//! earlier registration. A call with another description cancels that registration and frees its claims.
//!
//! The command does not use a `Run`, but `Book::conclude` directly. The command is a step between services:
//! its idempotency key is the tenant, which is registered only once, not a request id. The step is never part
//! of a preview.

use csp_proto::internal::customer::v1 as pb;
use csp_service::peers::Query;
use csp_service::{Attempt, Call, Effect, Fault, Result, races};
use tonic::Code;

use super::drive;
use super::operation::{self, Beginning, Operation};
use super::plan::Plan;
use super::request::Request;
use super::table::{self, OperationRow};
use crate::CustomerService;
use crate::customer::keys::chosen_keys_must_be_free;
use crate::customer::{self, Customer, name};

pub(crate) async fn register_invited(
    service: &CustomerService,
    call: &Call,
    request: pb::RegisterInvitedRequest,
) -> Result<pb::RegisterInvitedResponse> {
    let request = Request::Register(request);
    let plan = request.plan(service.book.clock.today())?;
    races::bounded(call.deadline, || run(service, call, &request, &plan)).await
}

async fn run(
    service: &CustomerService,
    call: &Call,
    request: &Request,
    plan: &Plan,
) -> Result<pb::RegisterInvitedResponse> {
    let tenant = &plan.profile.tenant.id;
    if let Some(answer) = registered(service, tenant).await? {
        return Ok(answer);
    }
    for earlier in earlier_tries(service, tenant).await? {
        end(service, call, request, &earlier).await?;
    }
    if let Some(answer) = registered(service, tenant).await? {
        return Ok(answer);
    }
    if let Some(answer) = taken(service, call, plan).await? {
        return Ok(answer);
    }
    chosen_keys_must_be_free(service, plan.customer_id.as_deref(), "", None).await?;

    // After this point only a lost race can refuse, here or at a peer.
    let operation = reserve(service, call, request, plan).await?;
    go(service, call, &operation.row().id).await?;
    registered(service, tenant).await?.ok_or_else(|| Fault::lost_race(name(&operation.row().customer)))
}

/// The answer for a registered tenant; `None` while no active customer has it.
async fn registered(service: &CustomerService, tenant: &str) -> Result<Option<pb::RegisterInvitedResponse>> {
    let mut reader = service.book.store.read_once().await?;
    let row = customer::facts::table::by_tenant(&mut reader, &[tenant]).await?.pop();
    Ok(row.map(|row| pb::RegisterInvitedResponse { customer: Some(row.render()), ..Default::default() }))
}

async fn earlier_tries(service: &CustomerService, tenant: &str) -> Result<Vec<OperationRow>> {
    let mut reader = service.book.store.read_once().await?;
    Ok(table::registrations(&mut reader, tenant).await?)
}

/// Drives an earlier registration to its end if it describes the tenant as this request does, and cancels it
/// otherwise.
async fn end(
    service: &CustomerService,
    call: &Call,
    request: &Request,
    earlier: &OperationRow,
) -> Result<()> {
    if Request::of(earlier)?.says_the_same(request) {
        return go(service, call, &earlier.id).await;
    }
    let _lock = service.operation_locks.lock(&earlier.id).await;
    match drive::cancel(service, call, &earlier.id).await {
        Ok(_) => Ok(()),
        // The earlier registration ended meanwhile.
        Err(Fault::StateConflict { resource, .. }) => Err(Fault::lost_race(resource)),
        Err(fault) => Err(fault),
    }
}

/// Drives a registration. A refused claim counts as a lost race: the next try looks up who holds the tenant
/// or the domain, and answers with the holder.
async fn go(service: &CustomerService, call: &Call, id: &str) -> Result<()> {
    match drive::to_the_end(service, call, id).await {
        Ok(_) => Ok(()),
        Err(Fault::PeerAnswered(refusal)) if refusal.code() == Code::AlreadyExists => {
            Err(Fault::lost_race(id))
        }
        Err(Fault::StateConflict { resource, .. } | Fault::OperationCancelled { operation: resource }) => {
            Err(Fault::lost_race(resource))
        }
        Err(fault) => Err(fault),
    }
}

/// The answer that names the holder of the tenant or the domain, if there is one.
async fn taken(
    service: &CustomerService,
    call: &Call,
    plan: &Plan,
) -> Result<Option<pb::RegisterInvitedResponse>> {
    let (tenant, domain) = (&plan.profile.tenant.id, plan.profile.domain());
    let query = Query { tenants: vec![tenant.clone()], domains: vec![domain.to_owned()], ..Query::default() };
    let facts = service.registry.facts(call, service.book.clock.today(), query).await?;
    let of_tenant = facts.tenant(tenant);
    if let Some(holder) = of_tenant.customer {
        // That customer is still being created. The next try finds it active, or finds the tenant free.
        return Err(Fault::lost_race(holder));
    }
    let answer = pb::RegisterInvitedResponse {
        csp_tenant_of: of_tenant.csp_tenant_of.unwrap_or_default(),
        ..Default::default()
    };
    if !answer.csp_tenant_of.is_empty() {
        return Ok(Some(answer));
    }
    let domain_customer = facts.domain_customer(domain).map(str::to_owned);
    Ok(domain_customer
        .map(|customer| pb::RegisterInvitedResponse { domain_customer: customer, ..Default::default() }))
}

/// Writes the customer as reserved, hence invisible, and the operation that is to activate it.
async fn reserve(
    service: &CustomerService,
    call: &Call,
    request: &Request,
    plan: &Plan,
) -> Result<Operation> {
    let book = &service.book;
    let now = book.now();
    let operation_id = operation::new_id(book);
    let id = plan.customer_id.clone().unwrap_or_else(|| book.next_id());
    let customer = Customer::register(id, &operation_id, &plan.profile, plan.invitation.clone(), now);
    let beginning = Beginning {
        id: operation_id,
        tenant: &customer.row().tenant,
        customer: &customer.row().id,
        seller: "",
        creation_decision: "",
        agreement_decision: None,
    };
    let operation = Operation::begin(beginning, call, request, now);
    let mut tx = book.store.write();
    customer::table::register(&mut tx, customer.row());
    table::insert(&mut tx, operation.row());
    let effect = Effect::created(&operation.name(), 1, &operation.render())?;
    book.conclude(tx, call, &Attempt::of_work(call), None, vec![effect], &()).await?;
    Ok(operation)
}
