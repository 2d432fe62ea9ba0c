//! `ReactivateSubscription`: ends a suspension (rules CUS-06, SUB-11 and SUB-15).
//!
//! A suspended subscription does not keep a relationship from ending, an active one does (rule CUS-09). The
//! reactivation therefore uses the guard rows of the relationships that it depends on, like an order.

use csp_policy::boundaries::ReactivateSubscription;
use csp_proto::subscription::v1 as pb;
use csp_service::{Call, Result};

use super::amendment::Amendment;
use super::read;
use crate::SubscriptionService;

pub(crate) async fn reactivate(
    service: &SubscriptionService,
    call: &Call,
    request: pb::ReactivateSubscriptionRequest,
) -> Result<pb::ReactivateSubscriptionResponse> {
    let name = read::name(&request.name)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let mut amendment = Amendment::of(service, call, &name, &request.etag).await?;
        let ((mut act, seller), edges) =
            tokio::try_join!(amendment.seller(service, call), amendment.edges_between(service, call))?;
        act.revisions.extend(edges.revisions());
        let facts = ReactivateSubscription {
            act,
            caller: call.caller.clone(),
            seller,
            designated: amendment.caller_role.is_designated(),
            customer: amendment.before.row().customer.clone(),
            relationship_active: edges.provider_relationship.as_ref().is_some_and(|edge| edge.active),
            state: amendment.before.policy_state(amendment.now),
        };
        let permit = run.decide(facts)?;
        amendment.after.reactivate(amendment.now);
        amendment.edges = edges.rested_on();
        let respond = |subscription, decision| pb::ReactivateSubscriptionResponse {
            subscription: Some(subscription),
            decision: Some(decision),
        };
        amendment.conclude(service, &run, permit, respond).await
    })
    .await
}
