//! `SuspendSubscription`: suspends a subscription (rules SUB-11 and SUB-15).

use csp_policy::boundaries::SuspendSubscription;
use csp_proto::subscription::v1 as pb;
use csp_service::{Call, Result};

use super::amendment::Amendment;
use super::read;
use crate::SubscriptionService;

pub(crate) async fn suspend(
    service: &SubscriptionService,
    call: &Call,
    request: pb::SuspendSubscriptionRequest,
) -> Result<pb::SuspendSubscriptionResponse> {
    let name = read::name(&request.name)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let mut amendment = Amendment::of(service, call, &name, &request.etag).await?;
        let (act, seller) = amendment.seller(service, call).await?;
        let facts = SuspendSubscription {
            act,
            caller: call.caller.clone(),
            seller,
            footing: amendment.caller_role.footing(),
            state: amendment.before.policy_state(amendment.now),
        };
        let permit = run.decide(facts)?;
        amendment.after.suspend(amendment.now);
        let respond = |subscription, decision| pb::SuspendSubscriptionResponse {
            subscription: Some(subscription),
            decision: Some(decision),
        };
        amendment.conclude(service, &run, permit, respond).await
    })
    .await
}
