//! Reading a cart: `GetCart`.

use csp_proto::subscription::v1 as pb;
use csp_service::{Call, Fault, Fields, Result};

use super::{COLLECTION, Cart, TYPE, table};
use crate::SubscriptionService;
use csp_service::wire::id_of;

pub(crate) async fn get(
    service: &SubscriptionService,
    call: &Call,
    request: pb::GetCartRequest,
) -> Result<pb::GetCartResponse> {
    let name = name(&request.name)?;
    let cart = visible(service, call, &name).await?;
    Ok(pb::GetCartResponse { cart: Some(cart.render(service.book.now())) })
}

/// Reads the cart.
///
/// # Errors
/// [`Fault::NotFound`] when the cart does not exist or the caller may not see it.
pub(crate) async fn visible(service: &SubscriptionService, call: &Call, name: &str) -> Result<Cart> {
    let mut reader = service.book.store.read().await?;
    let cart = table::by_id(&mut reader, id_of(name)).await?.map(Cart::from);
    cart.filter(|cart| cart.is_seen_by(call)).ok_or_else(|| Fault::not_found(TYPE, name))
}

pub(crate) fn name(name: &str) -> Result<String> {
    Fields::only(|fields| fields.resource_name("name", name, COLLECTION))
}
