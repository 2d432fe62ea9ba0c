//! A cart is called off: `CancelCart` (rule SUB-02).

use csp_proto::subscription::v1 as pb;
use csp_service::{Attempt, Call, Effect, Fields, Result, etag};

use crate::SubscriptionService;
use crate::cart::COLLECTION;
use crate::cart::review::visible;
use crate::cart::table as carts;

pub(crate) async fn cancel_cart(
    service: &SubscriptionService,
    call: &Call,
    request: pb::CancelCartRequest,
) -> Result<pb::CancelCartResponse> {
    let mut fields = Fields::new();
    let name = fields.resource_name("name", &request.name, COLLECTION);
    let name = fields.finish(|| name)?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || run(service, call, &name, &request.etag, &attempt)).await
}

async fn run(
    service: &SubscriptionService,
    call: &Call,
    name: &str,
    etag: &str,
    attempt: &Attempt,
) -> Result<pb::CancelCartResponse> {
    if let Some(answer) = service.book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let now = service.book.now();
    let mut cart = visible(service, call, name).await?;
    etag::check(name, etag, cart.row().revision)?;
    let before = cart.render(now);
    cart.cancel(now)?;
    let after = cart.render(now);
    if attempt.validates_only() {
        return Ok(pb::CancelCartResponse { cart: Some(after) });
    }

    // After this point only a lost race can refuse.
    let mut tx = service.book.store.write();
    carts::cancel(&mut tx, cart.row());
    let effect = Effect::changed(name, cart.row().revision, &before, &after)?;
    let response = pb::CancelCartResponse { cart: Some(after) };
    service.book.conclude(tx, call, attempt, None, vec![effect], &response).await?;
    Ok(response)
}
