//! Reading orders: `GetOrder`, `ListOrders`.

use std::collections::HashMap;

use csp_proto::subscription::v1 as pb;
use csp_service::{Call, Fault, Fields, Page, Result};

use super::table::{OrderLineRow, OrderRow};
use super::{COLLECTION, Order, TYPE, table};
use crate::{SubscriptionService, peers, visibility};
use csp_service::wire::id_of;

pub(crate) async fn get(
    service: &SubscriptionService,
    call: &Call,
    request: pb::GetOrderRequest,
) -> Result<pb::GetOrderResponse> {
    let name = Fields::only(|fields| fields.resource_name("name", &request.name, COLLECTION))?;

    let order = visible(service, call, &name).await?;
    Ok(pb::GetOrderResponse { order: Some(order.render()) })
}

pub(crate) async fn list(
    service: &SubscriptionService,
    call: &Call,
    request: pb::ListOrdersRequest,
) -> Result<pb::ListOrdersResponse> {
    let mut fields = Fields::new();
    let customer = fields.optional_name("customer", &request.customer, peers::CUSTOMERS);
    let external_id = fields.external_id("external_id", &request.external_id);
    let (customer, external_id) = fields.finish(|| Some((customer?, external_id?)))?;
    let external_id = external_id.unwrap_or_default();

    let filters = [request.customer.as_str(), external_id.as_str()];
    let page = Page::of(call, &filters, request.page_size, &request.page_token)?;
    let Some(query) = visibility::page_query(service, call, customer, &page).await? else {
        return Ok(pb::ListOrdersResponse::default());
    };
    // The two statements need no common snapshot: an order is inserted with its lines and never changes.
    let mut reader = service.book.store.read_once().await?;
    let mut rows = table::page(&mut reader, &query, &external_id).await?;
    let next_page_token =
        page.cut(&mut rows, |row| vec![row.create_time.as_microsecond().to_string(), row.id.clone()]);
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let mut lines: HashMap<String, Vec<OrderLineRow>> = HashMap::new();
    for line in table::lines(&mut reader, &ids).await? {
        lines.entry(line.order_id.clone()).or_default().push(line);
    }
    let with_lines = |row: OrderRow| {
        let lines = lines.remove(&row.id).unwrap_or_default();
        Order::from((row, lines)).render()
    };
    Ok(pb::ListOrdersResponse { orders: rows.into_iter().map(with_lines).collect(), next_page_token })
}

/// Reads the order.
///
/// # Errors
/// [`Fault::NotFound`] when the order does not exist or the caller may not see it.
pub(crate) async fn visible(service: &SubscriptionService, call: &Call, name: &str) -> Result<Order> {
    let absent = || Fault::not_found(TYPE, name);
    let order = {
        let mut reader = service.book.store.read_once().await?;
        table::whole(&mut reader, id_of(name)).await?.map(Order::from).ok_or_else(absent)?
    };
    visibility::of(service, call, order.concerned()).await?.ok_or_else(absent)?;
    Ok(order)
}
