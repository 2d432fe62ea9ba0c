//! `SetAutoRenew`: sets whether a subscription renews at the end of its term (rules SUB-11, SUB-15 and
//! SUB-16).

use csp_policy::boundaries::SetAutoRenew;
use csp_proto::subscription::v1 as pb;
use csp_service::{Call, Fields, Result};

use super::COLLECTION;
use super::amendment::Amendment;
use crate::SubscriptionService;
use crate::holding::Holdings;
use crate::offer::catalogue::Catalogue;

pub(crate) async fn set_auto_renew(
    service: &SubscriptionService,
    call: &Call,
    request: pb::SetAutoRenewRequest,
) -> Result<pb::SetAutoRenewResponse> {
    let mut fields = Fields::new();
    let name = fields.customers_resource("name", &request.name, COLLECTION);
    let auto_renew = fields.required("auto_renew", request.auto_renew.as_ref());
    let (name, auto_renew) = fields.finish(|| Some((name?, *auto_renew?)))?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let mut amendment = Amendment::of(service, call, &name, &request.etag).await?;
        let (act, seller) = amendment.seller(service, call).await?;
        let facts = SetAutoRenew {
            act,
            caller: call.caller.clone(),
            seller,
            footing: amendment.caller_role.footing(),
            state: amendment.before.policy_state(amendment.now),
            is_set: amendment.before.row().auto_renew == auto_renew,
        };
        let permit = run.decide(facts)?;
        amendment.after.set_auto_renew(auto_renew, amendment.now);
        if auto_renew && amendment.after != amendment.before {
            // Without renewal, a subscription stops counting under its relationships and towards its offer's
            // limit when its term ends. Renewal lets it count on, so the guards and the holding are written.
            amendment.edges = amendment.edges_between(service, call).await?.rested_on();
            amendment.holdings = holdings(service, &amendment).await?;
        }
        let respond = |subscription, decision| pb::SetAutoRenewResponse {
            subscription: Some(subscription),
            decision: Some(decision),
        };
        amendment.conclude(service, &run, permit, respond).await
    })
    .await
}

pub(crate) async fn holdings(service: &SubscriptionService, amendment: &Amendment) -> Result<Holdings> {
    let row = amendment.before.row();
    let offers = [row.offer.as_str()].into_iter();
    Ok(Catalogue::read(service, &row.customer, &row.id, offers, amendment.now).await?.holdings())
}
