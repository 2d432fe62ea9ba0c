//! `CancelCart`: cancels an open cart (rule SUB-02). No policy boundary guards this RPC, because nothing is
//! sold.

use csp_proto::subscription::v1 as pb;
use csp_service::{Call, Result, etag};

use super::{read, table};
use crate::SubscriptionService;

pub(crate) async fn cancel(
    service: &SubscriptionService,
    call: &Call,
    request: pb::CancelCartRequest,
) -> Result<pb::CancelCartResponse> {
    let name = read::name(&request.name)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let before = read::visible(service, call, &name).await?;
        etag::check(&before.name(), &request.etag, before.row().revision)?;
        let mut cart = before.clone();
        cart.cancel(now)?;

        let mut write = run.write();
        table::save_cancelled(&mut write, cart.row());
        write.tell(cart.effect(&before, now)?);
        write.conclude(pb::CancelCartResponse { cart: Some(cart.render(&call.caller, now)) }).await
    })
    .await
}
