//! The forward steps of an operation. Each step can be repeated, and saves the operation's next state at its
//! end.

use csp_proto::customer::v1 as pb;
use csp_proto::internal::relationship::v1::EstablishCustomerRequest;
use csp_proto::relationship::v1::{AdminGrant, ResellerRelationship};
use csp_proto::subscription::v1::{SubmitOrderRequest, SubmitOrderResponse};
use csp_service::peers::Claim;
use csp_service::{Effect, Evidence, Fault, Result};
use csp_store::Tx;
use prost::Message;
use tonic::Code;

use super::created::Created;
use super::judge::{judge, tenant_taken};
use super::request::Request;
use super::work::{Progress, Work, decisions};

/// Claims tenant and domain at the registry, so that no other customer can have them.
pub(crate) async fn claim_tenant(work: &Work<'_>) -> Result<Progress> {
    let plan = work.plan()?;
    let (service, profile) = (work.service, &plan.profile);
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
        // This service does not judge a registration: the relationship service judges the acceptance.
        Claim::CspTenant(_) if plan.invitation.is_some() => Err(tenant_taken(&profile.tenant)),
        Claim::DomainTaken(_) if plan.invitation.is_some() => Err(tenant_taken(&profile.domain)),
        Claim::CspTenant(_) | Claim::DomainTaken(_) => {
            // Another claim came first. Deciding again gives a refusal that names the rule.
            judge(service, &work.call, &plan, &work.attempt, &name).await?;
            Err(Fault::lost_race(name))
        }
    }
}

/// Asks the relationship service to set the relationships and the admin grant, under that service's own
/// permit.
pub(crate) async fn establish_edges(work: &Work<'_>) -> Result<Progress> {
    let plan = work.plan()?;
    if plan.invitation.is_some() {
        // The acceptance sets the edges, once the customer exists.
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
    let relationship = of_seller.ok_or_else(|| Fault::internal("the seller's relationship was not set"))?;
    after.established(relationship, work.service.book.now())?;
    work.go_on(&after).await?;
    Ok(Progress::Next)
}

/// Places the first order, on behalf of the caller that began the operation.
pub(crate) async fn place_order(work: &Work<'_>) -> Result<Progress> {
    let order = work.plan()?.first_order;
    let request = SubmitOrderRequest {
        // Equal for every try, so that the order is placed once.
        request_id: work.operation.name(),
        // Identifies the order even after the subscription service has forgotten the request id.
        order_id: work.operation.row().id.clone(),
        customer: work.customer.name(),
        order: order.map(|first| first.order.render()),
        ..SubmitOrderRequest::default()
    };
    let placed = match work.service.subscriptions.submit_order(&work.call, request).await {
        Err(Fault::PeerAnswered(refusal)) if refusal.code() == Code::AlreadyExists => {
            let order = work.own_order().await?.ok_or(Fault::PeerAnswered(refusal))?;
            SubmitOrderResponse { order: Some(order), ..SubmitOrderResponse::default() }
        }
        answer => answer?,
    };
    activate(work, Vec::new(), None, Some(placed)).await
}

/// Ends the last step: activates the customer and stores the request's answer.
async fn activate(
    work: &Work<'_>,
    relationships: Vec<ResellerRelationship>,
    admin_grant: Option<AdminGrant>,
    placed: Option<SubmitOrderResponse>,
) -> Result<Progress> {
    let (now, mut operation) = (work.service.book.now(), work.operation.clone());
    if !work.customer.is_reserved_by(&operation.row().id) {
        return Err(Fault::lost_race(work.customer.name()));
    }
    let (order, order_decision) = match placed {
        Some(placed) => (placed.order.map(|order| order.name), placed.decision),
        None => (None, None),
    };
    operation.done(order, now)?;
    let mut tx = work.service.book.store.write();
    let (customer, effects) = work.show(&mut tx, &operation, now).await?;
    let mut decisions = decisions(tx.conn().await?, &operation).await?;
    decisions.extend(order_decision);
    let (operation, customer) = (Some(operation.render()), Some(customer));
    let created = Created { operation, customer, relationships, admin_grant, decisions };
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
