//! The forward steps of an operation. Each step can be repeated, and saves the operation's next state at its
//! end.

use csp_proto::customer::v1 as pb;
use csp_proto::internal::relationship::v1::EstablishCustomerRequest;
use csp_proto::policy::v1::Decision;
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
use crate::agreement::Agreement;

/// Claims tenant and domain at the registry, so that no other customer can have them.
pub(crate) async fn claim_tenant(work: &Work<'_>) -> Result<Progress> {
    let plan = work.plan()?;
    let (service, profile) = (work.service, &plan.profile);
    let name = work.customer.name();
    let operation = work.operation.name();
    let claim =
        service.registry.claim_customer(&work.call, &operation, &name, &profile.tenant.id, profile.domain());
    match claim.await? {
        Claim::Held => {
            let mut after = work.operation.clone();
            after.claimed(service.book.now())?;
            work.go_on(&after).await?;
            Ok(Progress::Next)
        }
        Claim::TenantTaken(_) => Err(tenant_taken(&profile.tenant.id)),
        // This service does not judge a registration: the relationship service judges the acceptance.
        Claim::CspTenant(_) if plan.invitation.is_some() => Err(tenant_taken(&profile.tenant.id)),
        Claim::DomainTaken(_) if plan.invitation.is_some() => Err(tenant_taken(profile.domain())),
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
        return activate(work, pb::CustomerCreationResult::default(), None).await;
    }
    let request = EstablishCustomerRequest {
        customer: work.customer.name(),
        customer_tenant_id: plan.profile.tenant.id.clone(),
        seller: work.operation.row().seller.clone(),
        reseller: plan.reseller.clone().unwrap_or_default(),
        admin_access: plan.admin_access.clone(),
        as_of_date: plan.day(work.service.book.clock.today()).to_string(),
        evidence: plan.evidence().map(Evidence::render),
        operation: work.operation.name(),
    };
    let edges = work.service.relationships.establish_customer(&work.call, request).await?;
    let (relationships, admin_grant) = (edges.relationships, edges.admin_grant);
    let made = pb::CustomerCreationResult { relationships, admin_grant, ..Default::default() };
    if plan.first_order.is_none() {
        return activate(work, made, None).await;
    }
    let of_seller = made.relationships.first().map(|relationship| relationship.name.clone());
    let mut after = work.operation.clone();
    let relationship = of_seller.ok_or_else(|| Fault::internal("the seller's relationship was not set"))?;
    after.established(relationship, &made, work.service.book.now())?;
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
        parent: work.customer.name(),
        order: order.map(|first| first.order.render()),
        ..SubmitOrderRequest::default()
    };
    let placed = match work.service.subscriptions.submit_order(&work.call, request).await {
        Err(Fault::PeerAnswered(refusal)) if refusal.code() == Code::AlreadyExists => {
            let order = work.own_order().await?.ok_or(Fault::PeerAnswered(refusal))?;
            let quote = Some(csp_service::order::quote(order.lines.clone()));
            SubmitOrderResponse { order: Some(order), quote, ..SubmitOrderResponse::default() }
        }
        answer => answer?,
    };
    let (made, decision) = (work.operation.made()?, placed.decision);
    let SubmitOrderResponse { order, subscriptions, quote, .. } = placed;
    activate(work, pb::CustomerCreationResult { order, subscriptions, quote, ..made }, decision).await
}

/// Ends the last step: activates the customer and stores the request's answer. `made` is what the steps made
/// at the peers, `of_order` the decision about the order.
async fn activate(
    work: &Work<'_>,
    made: pb::CustomerCreationResult,
    of_order: Option<Decision>,
) -> Result<Progress> {
    let (now, mut operation) = (work.service.book.now(), work.operation.clone());
    if !work.customer.is_reserved_by(&operation.row().id) {
        return Err(Fault::lost_race(work.customer.name()));
    }
    let mut tx = work.service.book.store.write();
    let shown = work.show(&mut tx, now).await?;
    let decisions = decisions(&work.service.book, tx.conn().await?, &work.call, &operation).await?;
    let made = pb::CustomerCreationResult {
        customer: Some(shown.customer.keyless(work.service.book.clock.today())),
        agreement: shown.agreement.as_ref().map(Agreement::whole),
        decisions: Some(pb::CustomerCreationDecisions { order: of_order, ..decisions }),
        ..made
    };
    operation.done(&made, now)?;
    let effects = work.end(&mut tx, &shown, &operation)?;
    let customer = Some(shown.customer.render(work.service.book.clock.today()));
    let created = Created { operation: Some(operation.render()), customer, made: Box::new(made) };
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
