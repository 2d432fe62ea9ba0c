//! `CancelSubscription`: cancels a subscription within its 7-day window, with a refund (rule SUB-10).

use csp_policy::boundaries::CancelSubscription;
use csp_proto::subscription::v1 as pb;
use csp_service::{Call, Result};

use super::amendment::Amendment;
use super::read;
use crate::SubscriptionService;

pub(crate) async fn cancel(
    service: &SubscriptionService,
    call: &Call,
    request: pb::CancelSubscriptionRequest,
) -> Result<pb::CancelSubscriptionResponse> {
    let name = read::name(&request.name)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let mut amendment = Amendment::of(service, call, &name, &request.etag).await?;
        let (act, seller) = amendment.seller(service, call).await?;
        let facts = CancelSubscription {
            act,
            caller: call.caller.clone(),
            seller,
            state: amendment.before.policy_state(amendment.now),
            window_start: amendment.before.window_start(),
        };
        let permit = run.decide(facts)?;
        let refund = amendment.before.refund(amendment.now)?;
        amendment.after.cancel(amendment.now);
        let quote = pb::Quote { refund: Some(refund), ..amendment.quote() };
        let respond = |subscription, decision| pb::CancelSubscriptionResponse {
            subscription: Some(subscription),
            quote: Some(quote),
            decision: Some(decision),
        };
        amendment.conclude(service, &run, permit, respond).await
    })
    .await
}
