//! Reading orders: `GetOrder`, `ListOrders`.

use std::collections::HashMap;

use csp_proto::subscription::v1 as pb;
use csp_service::order::ORDERS;
use csp_service::{Call, CustomersResource, ExternalId, Fault, Fields, Page, Result};

use super::table::{Filter, OrderLineRow, OrderRow};
use super::{Order, TYPE, table};
use crate::lists::page_key;
use crate::visibility::{self, Listed};
use crate::{SubscriptionService, peers};

pub(crate) async fn get(
    service: &SubscriptionService,
    call: &Call,
    request: pb::GetOrderRequest,
) -> Result<pb::GetOrderResponse> {
    let name = Fields::only(|fields| fields.customers_resource("name", &request.name, ORDERS))?;

    let order = visible(service, call, &name).await?;
    Ok(pb::GetOrderResponse { order: Some(order.render(&call.caller)) })
}

pub(crate) async fn list(
    service: &SubscriptionService,
    call: &Call,
    request: pb::ListOrdersRequest,
) -> Result<pb::ListOrdersResponse> {
    let mut fields = Fields::new();
    let customer = fields.customer_or_all("parent", &request.parent);
    let filter = filter(&mut fields, call, request.filter.as_ref());
    let order = fields.creation_order(&request.order_by);
    let (customer, filter, order) = fields.finish(|| Some((customer?, filter?, order?)))?;

    let asked = format!("{:?}", request.filter.clone().unwrap_or_default());
    let page = Page::of(
        call,
        &[&request.parent, &asked, &request.order_by],
        request.page_size,
        &request.page_token,
    )?;
    let Some(query) = visibility::page_query(service, call, Listed::Orders, customer, order, &page).await?
    else {
        return Ok(pb::ListOrdersResponse::default());
    };
    // The two statements need no common snapshot: an order is inserted with its lines and never changes.
    let mut reader = service.book.store.read_once().await?;
    let rows = table::page(&mut reader, &query, &filter).await?;
    let mut lines: HashMap<(String, String), Vec<OrderLineRow>> = HashMap::new();
    for line in table::lines(&mut reader, &rows).await? {
        lines.entry((line.customer.clone(), line.order_id.clone())).or_default().push(line);
    }
    let with_lines = |row: OrderRow| {
        let lines = lines.remove(&(row.customer.clone(), row.id.clone())).unwrap_or_default();
        Order::from((row, lines)).render(&call.caller)
    };
    let key = |row: &OrderRow| page_key(row.create_time, &row.id, &row.customer);
    let (orders, next_page_token) = page.fill(rows, key, with_lines);
    Ok(pb::ListOrdersResponse { orders, next_page_token })
}

fn filter(fields: &mut Fields, call: &Call, sent: Option<&pb::OrderFilter>) -> Option<Filter> {
    let sent = sent.cloned().unwrap_or_default();
    let seller = fields.optional_name("filter.seller", &sent.seller, peers::PARTNERS);
    let reseller = fields.optional_name("filter.reseller", &sent.reseller, peers::PARTNERS);
    let external_id = fields.external_id("filter.external_id", &sent.external_id);
    Some(Filter {
        seller: seller?.unwrap_or_default(),
        reseller: reseller?.unwrap_or_default(),
        external_id: ExternalId::filter(call.external_id(external_id?)),
    })
}

/// Reads the order.
///
/// # Errors
/// [`Fault::NotFound`] when the order does not exist or the caller may not see it.
async fn visible(service: &SubscriptionService, call: &Call, name: &CustomersResource) -> Result<Order> {
    let absent = || Fault::not_found(TYPE, name.name(ORDERS));
    let found = {
        let mut reader = service.book.store.read_once().await?;
        table::whole(&mut reader, &name.customer, &name.id).await?
    };
    let order = found.map(Order::from).ok_or_else(absent)?;
    visibility::of(service, call, order.concerned()).await?.ok_or_else(absent)?;
    Ok(order)
}
