//! Reading carts: `GetCart`, `ListCarts`.

use std::collections::HashMap;

use csp_policy::WINDOW_HOURS;
use csp_proto::subscription::v1::{self as pb, CartState};
use csp_service::order::CARTS;
use csp_service::{Call, CustomersResource, ExternalId, Fault, Fields, Page, Result};
use jiff::{SignedDuration, Timestamp};

use super::table::{CartLineRow, CartRow, Filter};
use super::{Cart, TYPE, table};
use crate::lists::{page_key, spaced};
use crate::{SubscriptionService, peers, visibility};

pub(crate) async fn get(
    service: &SubscriptionService,
    call: &Call,
    request: pb::GetCartRequest,
) -> Result<pb::GetCartResponse> {
    let name = name(&request.name)?;
    let cart = visible(service, call, &name).await?;
    Ok(pb::GetCartResponse { cart: Some(cart.render(&call.caller, service.book.now())) })
}

pub(crate) async fn list(
    service: &SubscriptionService,
    call: &Call,
    request: pb::ListCartsRequest,
) -> Result<pb::ListCartsResponse> {
    let now = service.book.now();
    let mut fields = Fields::new();
    let customer = fields.customer_or_all("parent", &request.parent);
    let filter = filter(&mut fields, call, request.filter.as_ref(), now);
    let order = fields.creation_order(&request.order_by);
    let (customer, filter, order) = fields.finish(|| Some((customer?, filter?, order?)))?;

    let asked = format!("{:?}", request.filter.clone().unwrap_or_default());
    let page = Page::of(
        call,
        &[&request.parent, &asked, &request.order_by],
        request.page_size,
        &request.page_token,
    )?;
    let Some(query) = visibility::own_page(call, customer, order, &page)? else {
        return Ok(pb::ListCartsResponse::default());
    };
    // One snapshot: a change of a cart replaces its lines.
    let mut reader = service.book.store.read().await?;
    let rows = table::page(&mut reader, &query, &filter).await?;
    let mut lines: HashMap<(String, String), Vec<CartLineRow>> = HashMap::new();
    for line in table::lines(&mut reader, &rows).await? {
        lines.entry((line.customer.clone(), line.cart.clone())).or_default().push(line);
    }
    let with_lines = |row: CartRow| {
        let lines = lines.remove(&(row.customer.clone(), row.id.clone())).unwrap_or_default();
        Cart::from((row, lines)).render(&call.caller, now)
    };
    let key = |row: &CartRow| page_key(row.create_time, &row.id, &row.customer);
    let (carts, next_page_token) = page.fill(rows, key, with_lines);
    Ok(pb::ListCartsResponse { carts, next_page_token })
}

/// Without states, the filter shows the carts that are open.
fn filter(fields: &mut Fields, call: &Call, sent: Option<&pb::CartFilter>, now: Timestamp) -> Option<Filter> {
    let sent = sent.cloned().unwrap_or_default();
    let states = fields.states("filter.states", &sent.states, &[CartState::Open]);
    let creator = fields.optional_name("filter.creator", &sent.creator, peers::PARTNERS);
    let seller = fields.optional_name("filter.seller", &sent.seller, peers::PARTNERS);
    let external_id = fields.external_id("filter.external_id", &sent.external_id);
    Some(Filter {
        states: spaced(&states?),
        expired_before: now.checked_sub(SignedDuration::from_hours(WINDOW_HOURS)).unwrap_or_default(),
        creator: creator?.unwrap_or_default(),
        seller: seller?.unwrap_or_default(),
        external_id: ExternalId::filter(call.external_id(external_id?)),
    })
}

/// Reads the cart.
///
/// # Errors
/// [`Fault::NotFound`] when the cart does not exist or the caller may not see it.
pub(crate) async fn visible(
    service: &SubscriptionService,
    call: &Call,
    name: &CustomersResource,
) -> Result<Cart> {
    let mut reader = service.book.store.read().await?;
    let cart = table::by_id(&mut reader, &name.customer, &name.id).await?.map(Cart::from);
    cart.filter(|cart| cart.is_seen_by(call)).ok_or_else(|| Fault::not_found(TYPE, name.name(CARTS)))
}

pub(crate) fn name(name: &str) -> Result<CustomersResource> {
    Fields::only(|fields| fields.customers_resource("name", name, CARTS))
}
