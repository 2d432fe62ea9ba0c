//! `CancelSubscription`: cancels a subscription within its 7-day window, with a refund (rule SUB-10).

use csp_policy::boundaries::CancelSubscription;
use csp_policy::{Act, SubscriptionState};
use csp_proto::subscription::v1 as pb;
use csp_service::{Call, Result};

use super::add_ons::AddOns;
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
        let now = amendment.now;
        let ((act, seller), AddOns { left, revisions, release }) = tokio::try_join!(
            amendment.seller(service, call),
            AddOns::read(service, &amendment.before, None, now)
        )?;
        let is_cancelled = amendment.before.policy_state(now) == SubscriptionState::Cancelled;
        let facts = CancelSubscription {
            act: Act { revisions: act.revisions.into_iter().chain(revisions).collect(), ..act },
            caller: call.caller.clone(),
            seller,
            state: amendment.before.policy_state(now),
            held: amendment.before.held(now),
            // Only the act that cancelled a base could leave its add-ons without one.
            add_ons_left: if is_cancelled { Vec::new() } else { left },
        };
        let permit = run.decide(facts)?;
        let refund = amendment.before.refund(amendment.before.seats(), now)?;
        // What was cancelled before is not refunded again.
        let refund = Some(refund).filter(|_| !is_cancelled);
        amendment.after.cancel(now);
        amendment.release = Some(release);
        let quote = pb::Quote { refund, ..amendment.quote() };
        let respond = |subscription, decision| pb::CancelSubscriptionResponse {
            subscription: Some(subscription),
            quote: Some(quote),
            decision: Some(decision),
        };
        amendment.conclude(service, &run, permit, respond).await
    })
    .await
}
