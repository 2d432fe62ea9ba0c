//! `PriceOrder`: prices the lines of an order that is not placed yet. A step of the preview of
//! `AddCustomerWithOrder`, whose customer does not exist yet.

use csp_proto::internal::subscription::v1 as pb;
use csp_service::order::{Content, Order, quote};
use csp_service::{Fields, Result};

use crate::SubscriptionService;
use crate::offer::catalogue::Catalogue;

/// The request's field with the order.
const ORDER: &str = "order";

pub(crate) async fn price(
    service: &SubscriptionService,
    request: pb::PriceOrderRequest,
) -> Result<pb::PriceOrderResponse> {
    let mut fields = Fields::new();
    let draft = fields.required(ORDER, request.order.as_ref());
    let lines = match draft.and_then(|draft| Order::read(&mut fields, ORDER, draft)).map(|it| it.content) {
        Some(Content::Cart(_)) => {
            fields.refuse("order.cart", "must not be set: a cart is priced by its review");
            None
        }
        Some(Content::Lines(lines)) => Some(lines),
        None => None,
    };
    let lines = fields.finish(|| lines)?;

    let now = service.book.now();
    let offers = lines.iter().map(|line| line.offer.as_str());
    // No customer holds seats yet.
    let catalogue = Catalogue::read(service, "", "", offers, now).await?;
    let priced = catalogue.priced(|at| format!("{ORDER}.lines.lines[{at}]"), &lines)?;
    let quote = quote(priced.iter().map(|line| line.render(now)).collect());
    Ok(pb::PriceOrderResponse { quote: Some(quote) })
}
