//! The steps of an operation. Each can be repeated, and ends with the operation one step on.

use csp_proto::customer::v1 as pb;
use csp_proto::policy::v1::Decision;
use csp_proto::relationship::v1::{AdminGrant, EstablishCustomerRequest, ResellerRelationship};
use csp_proto::subscription::v1::{Order, SubmitOrderRequest, SubmitOrderResponse};
use csp_service::peers::{Claim, Closing, Edge, EdgesQuery, RelationshipKey, Voiding};
use csp_service::{Attempt, Effect, Fault, Result};
use csp_store::{Connection, Tx, decision};
use jiff::Timestamp;
use prost::Message;
use tonic::Code;

use crate::agreement::Agreement;
use crate::creation::create::Created;
use crate::creation::drive::{Progress, Work};
use crate::creation::judge::{judge, tenant_taken};
use crate::creation::operation::Operation;
use crate::creation::request::Request;
use crate::parts::Evidence;

/// Collection of orders, at the subscription service.
const ORDERS: &str = "orders";

/// Claims tenant and domain, so that nobody else can have them.
pub(crate) async fn claim_tenant(work: &Work<'_>) -> Result<Progress> {
    let (service, profile) = (work.service, &work.plan.profile);
    let name = work.customer.name();
    let operation = work.operation.name();
    let claim =
        service.registry.claim_customer(&work.call, &operation, &name, &profile.tenant, &profile.domain);
    match claim.await? {
        Claim::Held => {
            let mut after = work.operation.clone();
            after.claimed(service.book.now())?;
            work.go_on(&after).await?;
            Ok(Progress::Next)
        }
        Claim::TenantTaken(_) => Err(tenant_taken(&profile.tenant)),
        // A registration is not judged here: where edges are kept it is.
        Claim::CspTenant(_) if work.plan.invitation.is_some() => Err(tenant_taken(&profile.tenant)),
        Claim::DomainTaken(_) if work.plan.invitation.is_some() => Err(tenant_taken(&profile.domain)),
        Claim::CspTenant(_) | Claim::DomainTaken(_) => {
            // Somebody was faster: decided again, the refusal names the rule.
            judge(service, &work.call, &work.plan, &work.attempt, &name).await?;
            Err(Fault::lost_race(name))
        }
    }
}

/// Has the relationships and the grant set, under the relationship service's own permit.
pub(crate) async fn establish_edges(work: &Work<'_>) -> Result<Progress> {
    let plan = &work.plan;
    if plan.invitation.is_some() {
        // The acceptance sets them, once the customer can be named.
        return activate(work, Vec::new(), None, None).await;
    }
    let request = EstablishCustomerRequest {
        customer: work.customer.name(),
        customer_tenant: plan.profile.tenant.clone(),
        seller: work.operation.row().seller.clone(),
        reseller: plan.reseller.clone().unwrap_or_default(),
        admin_access: plan.admin_access.clone(),
        as_of: plan.day(work.service.book.clock.today()).to_string(),
        evidence: plan.evidence().map(Evidence::render),
        operation: work.operation.name(),
    };
    let edges = work.service.relationships.establish_customer(&work.call, request).await?;
    if plan.first_order.is_none() {
        return activate(work, edges.relationships, edges.admin_grant, None).await;
    }
    let of_seller = edges.relationships.first().map(|relationship| relationship.name.clone());
    let mut after = work.operation.clone();
    let relationship = of_seller.ok_or_else(|| Fault::internal("a customer without a relationship"))?;
    after.established(relationship, work.service.book.now())?;
    work.go_on(&after).await?;
    Ok(Progress::Next)
}

/// Places the first order, as whoever began the operation.
pub(crate) async fn place_order(work: &Work<'_>) -> Result<Progress> {
    let order = work.plan.first_order.as_ref();
    let request = SubmitOrderRequest {
        // The same for every try, so that the order is placed once.
        request_id: work.operation.name(),
        // And still known when the request id is forgotten.
        order_id: work.operation.row().id.clone(),
        customer: work.customer.name(),
        order: order.map(|order| order.draft.clone()),
        ..SubmitOrderRequest::default()
    };
    let placed = match work.service.subscriptions.submit_order(&work.call, request).await {
        Err(Fault::PeerAnswered(refusal)) if refusal.code() == Code::AlreadyExists => {
            let order = own_order(work).await?.ok_or(Fault::PeerAnswered(refusal))?;
            SubmitOrderResponse { order: Some(order), ..SubmitOrderResponse::default() }
        }
        answer => answer?,
    };
    activate(work, Vec::new(), None, Some(placed)).await
}

/// The operation's order, once it is placed.
async fn own_order(work: &Work<'_>) -> Result<Option<Order>> {
    let name = format!("{ORDERS}/{}", work.operation.row().id);
    let order = work.service.subscriptions.order(&work.call, &name).await?;
    Ok(order.filter(|order| order.customer == work.customer.name()))
}

/// The last step: the customer shows, and the request has its answer.
async fn activate(
    work: &Work<'_>,
    relationships: Vec<ResellerRelationship>,
    admin_grant: Option<AdminGrant>,
    placed: Option<SubmitOrderResponse>,
) -> Result<Progress> {
    let book = &work.service.book;
    let now = book.now();
    let (mut customer, mut operation) = (work.customer.clone(), work.operation.clone());
    if !customer.is_reserved_by(&operation.row().id) {
        return Err(Fault::lost_race(customer.name()));
    }
    let (order, order_decision) = match placed {
        Some(placed) => (placed.order.map(|order| order.name), placed.decision),
        None => (None, None),
    };
    customer.activate(now)?;
    operation.done(order, now)?;
    let shown = customer.render(book.clock.today());
    let mut tx = book.store.write();
    crate::customer::table::end_reservation(&mut tx, customer.row());
    crate::creation::table::update(&mut tx, operation.row());
    let agreement = crate::agreement::table::of_customer(tx.conn().await?, &customer.row().id)
        .await?
        .map(Agreement::from);
    let mut decisions = decisions(tx.conn().await?, &operation).await?;
    decisions.extend(order_decision);
    let (was, is) = (work.operation.render(), operation.render());
    let mut effects = vec![Effect::created(&customer.name(), 1, &shown)?];
    if let Some(agreement) = agreement {
        effects.push(Effect::created(&agreement.name(), 1, &agreement.render())?);
    }
    effects.push(Effect::changed(&operation.name(), operation.row().revision, &was, &is)?);
    let created =
        Created { operation: Some(is), customer: Some(shown), relationships, admin_grant, decisions };
    conclude(work, tx, effects, &created).await?;
    Ok(Progress::Done(Box::new(created)))
}

async fn conclude(work: &Work<'_>, tx: Tx, effects: Vec<Effect>, created: &Created) -> Result<()> {
    match work.request {
        Request::Create(_) => answer::<pb::CreateCustomerResponse>(work, tx, effects, created).await,
        Request::Record(_) => answer::<pb::RecordCustomerResponse>(work, tx, effects, created).await,
        Request::AddWithOrder(_) => {
            answer::<pb::AddCustomerWithOrderResponse>(work, tx, effects, created).await
        }
        Request::Register(_) => {
            work.service.book.conclude(tx, &work.call, &work.attempt, None, effects, &()).await
        }
    }
}

async fn answer<R>(work: &Work<'_>, tx: Tx, effects: Vec<Effect>, created: &Created) -> Result<()>
where
    R: Message + From<Created>,
{
    let decision_id = work.operation.row().creation_decision.as_str();
    let response = R::from(created.clone());
    work.service.book.conclude(tx, &work.call, &work.attempt, Some(decision_id), effects, &response).await
}

/// What was decided before the first step: the creation, and the agreement.
pub(crate) async fn decisions(conn: &mut Connection, operation: &Operation) -> Result<Vec<Decision>> {
    let row = operation.row();
    let mut decisions = Vec::new();
    // The decision of a registration is the acceptance's, where edges are kept.
    let of_creation = Some(&row.creation_decision).filter(|id| !id.is_empty());
    for id in [of_creation, row.agreement_decision.as_ref()].into_iter().flatten() {
        let saved = decision::get(conn, id).await?.ok_or_else(|| Fault::internal("a decision is lost"))?;
        let decoded = Decision::decode(saved.body.as_slice());
        decisions.push(decoded.map_err(|error| Fault::internal(format!("decision {id}: {error}")))?);
    }
    Ok(decisions)
}

/// Takes everything back. Where the order was placed after all, the operation goes on; where something else
/// rests on the customer by now, the customer is kept and the operation ends without its order.
pub(crate) async fn take_back(work: &Work<'_>) -> Result<Progress> {
    let now = work.service.book.now();
    if let Some(relationship) = &work.operation.row().relationship {
        // First of all its own order, wherever it is: what ends here ends without one.
        let voiding = work.service.subscriptions.void_order(&work.call, &work.operation.name()).await?;
        // An order of that id for somebody else is none of its own, and keeps its own from being placed.
        if voiding == Voiding::Placed && own_order(work).await?.is_some() {
            let mut after = work.operation.clone();
            after.go_on(now)?;
            work.go_on(&after).await?;
            return Ok(Progress::Next);
        }
        // Closed before anything is undone: an order of anybody else finds no relationship.
        let (begun, edge) = (now.as_microsecond(), key(work, relationship));
        let closing = work.service.subscriptions.close_edge(&work.call, edge, begun).await?;
        match closing {
            Closing::Closed => {}
            // Nothing rests on it: an end that began later was given up meanwhile. The next try begins later still.
            Closing::Held(0) => return Err(Fault::lost_race(relationship.clone())),
            Closing::Held(_) => return keep(work).await,
        }
    }
    match undo(work).await {
        Err(Fault::PeerAnswered(refusal)) if refusal.code() == Code::FailedPrecondition => {
            reopen(work, now).await?;
            return keep(work).await;
        }
        undone => undone?,
    }
    let (mut customer, mut operation) = (work.customer.clone(), work.operation.clone());
    customer.abandon(now)?;
    operation.taken_back(now)?;
    let mut tx = work.service.book.store.write();
    crate::customer::table::end_reservation(&mut tx, customer.row());
    crate::agreement::table::delete(&mut tx, &customer.row().id);
    crate::creation::table::update(&mut tx, operation.row());
    let (was, is) = (work.operation.render(), operation.render());
    let effect = Effect::changed(&operation.name(), operation.row().revision, &was, &is)?;
    let unanswered = Attempt::of_work(&work.call);
    work.service.book.conclude(tx, &work.call, &unanswered, None, vec![effect], &()).await?;
    Ok(Progress::Next)
}

/// The customer stays with its edges and its agreement, because somebody built on it before its creation ended.
async fn keep(work: &Work<'_>) -> Result<Progress> {
    let book = &work.service.book;
    let now = book.now();
    let (mut customer, mut operation) = (work.customer.clone(), work.operation.clone());
    customer.activate(now)?;
    operation.kept(now)?;
    let mut tx = book.store.write();
    crate::customer::table::end_reservation(&mut tx, customer.row());
    crate::creation::table::update(&mut tx, operation.row());
    let agreement = crate::agreement::table::of_customer(tx.conn().await?, &customer.row().id)
        .await?
        .map(Agreement::from);
    let mut effects = vec![Effect::created(&customer.name(), 1, &customer.render(book.clock.today()))?];
    if let Some(agreement) = agreement {
        effects.push(Effect::created(&agreement.name(), 1, &agreement.render())?);
    }
    let (was, is) = (work.operation.render(), operation.render());
    effects.push(Effect::changed(&operation.name(), operation.row().revision, &was, &is)?);
    let decision_id = Some(operation.row().creation_decision.as_str());
    let unanswered = Attempt::of_work(&work.call);
    book.conclude(tx, &work.call, &unanswered, decision_id, effects, &()).await?;
    Ok(Progress::Next)
}

/// Opens the seller's relationship for orders again, unless it was ended meanwhile; what another end closed after
/// `begun` stays closed.
async fn reopen(work: &Work<'_>, begun: Timestamp) -> Result<()> {
    let Some(relationship) = &work.operation.row().relationship else {
        return Ok(());
    };
    let query = EdgesQuery {
        provider: work.operation.row().seller.clone(),
        customer: work.customer.name(),
        customer_tenant: work.customer.row().tenant.clone(),
        ..EdgesQuery::default()
    };
    let edges = work.service.relationships.edges(&work.call, query).await?;
    let is_own = |edge: &Edge| edge.active && edge.name == *relationship;
    if edges.provider_relationship.as_ref().is_some_and(is_own) {
        let (until, edge) = (begun.as_microsecond(), key(work, relationship));
        work.service.subscriptions.reopen_edge(&work.call, edge, until).await?;
    }
    Ok(())
}

/// Takes back what other services keep, and what of it is still on its way to them: they refuse it from now on.
async fn undo(work: &Work<'_>) -> Result<()> {
    let (operation, name) = (work.operation.name(), work.customer.name());
    work.service.relationships.dissolve_customer(&work.call, &operation, &name).await?;
    work.service.registry.release_customer(&work.call, &operation, &name).await
}

fn key(work: &Work<'_>, relationship: &str) -> RelationshipKey {
    RelationshipKey {
        relationship: relationship.to_owned(),
        partner: work.operation.row().seller.clone(),
        provider: None,
        customer: work.customer.name(),
    }
}
