//! A subscription is paused: `SuspendSubscription` (rules SUB-11 and SUB-15).

use csp_policy::boundaries::SuspendSubscription;
use csp_policy::decide;
use csp_proto::subscription::v1 as pb;
use csp_service::{Attempt, Call, Result};

use crate::SubscriptionService;
use crate::amendment::Amendment;
use crate::read_subscriptions::read_name;

pub(crate) async fn suspend_subscription(
    service: &SubscriptionService,
    call: &Call,
    request: pb::SuspendSubscriptionRequest,
) -> Result<pb::SuspendSubscriptionResponse> {
    read_name(&request.name)?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || run(service, call, &request, &attempt)).await
}

async fn run(
    service: &SubscriptionService,
    call: &Call,
    request: &pb::SuspendSubscriptionRequest,
    attempt: &Attempt,
) -> Result<pb::SuspendSubscriptionResponse> {
    if let Some(answer) = service.book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let mut amendment = Amendment::of(service, call, &request.name, &request.etag).await?;
    let (seller, revisions) = amendment.seller(service, call).await?;
    let facts = SuspendSubscription {
        day: amendment.day(),
        subject: amendment.before.name(),
        revisions,
        caller: call.caller.clone(),
        seller,
        designated: amendment.sight.is_designated(),
        state: amendment.before.policy_state(amendment.now),
    };
    let permit = decide(facts).map_err(|refused| service.book.refuse(call, attempt, refused))?;
    amendment.after.suspend(amendment.now);
    let respond = |subscription, decision| pb::SuspendSubscriptionResponse {
        subscription: Some(subscription),
        decision: Some(decision),
    };
    amendment.settle(service, call, attempt, permit, respond).await
}
