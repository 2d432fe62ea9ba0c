//! A subscription is given back within its window: `CancelSubscription` (rule SUB-10).

use csp_policy::boundaries::CancelSubscription;
use csp_policy::decide;
use csp_proto::subscription::v1 as pb;
use csp_service::{Attempt, Call, Result};

use crate::SubscriptionService;
use crate::amendment::Amendment;
use crate::read_subscriptions::read_name;

pub(crate) async fn cancel_subscription(
    service: &SubscriptionService,
    call: &Call,
    request: pb::CancelSubscriptionRequest,
) -> Result<pb::CancelSubscriptionResponse> {
    read_name(&request.name)?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || run(service, call, &request, &attempt)).await
}

async fn run(
    service: &SubscriptionService,
    call: &Call,
    request: &pb::CancelSubscriptionRequest,
    attempt: &Attempt,
) -> Result<pb::CancelSubscriptionResponse> {
    if let Some(answer) = service.book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let mut amendment = Amendment::of(service, call, &request.name, &request.etag).await?;
    let (seller, revisions) = amendment.seller(service, call).await?;
    let facts = CancelSubscription {
        day: amendment.day(),
        subject: amendment.before.name(),
        revisions,
        caller: call.caller.clone(),
        now: amendment.now,
        seller,
        state: amendment.before.policy_state(amendment.now),
        window_start: amendment.before.window_start(),
    };
    let permit = decide(facts).map_err(|refused| service.book.refuse(call, attempt, refused))?;
    let refund = amendment.before.refund(amendment.now)?;
    amendment.after.cancel(amendment.now);
    let respond = |subscription, decision| pb::CancelSubscriptionResponse {
        subscription: Some(subscription),
        refund: Some(refund),
        decision: Some(decision),
    };
    amendment.settle(service, call, attempt, permit, respond).await
}
