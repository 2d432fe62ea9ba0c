//! What SubmitOrder would do: the prices and the decision of a sale that is not made. ReviewCart asks for it,
//! and `PreviewOrder`, a step of `AddCustomerWithOrder`, whose customer does not exist yet.

use csp_policy::decide;
use csp_proto::internal::subscription::v1 as internal;
use csp_proto::policy::v1::Decision;
use csp_proto::subscription::v1::Quote;
use csp_service::order::{Content, Order, quote};
use csp_service::peers::{CustomerFact, Query};
use csp_service::{Call, Fault, Fields, Result};

use super::sale::{self, Buying, Newcomer, Proposal, Purpose};
use crate::{SubscriptionService, peers};

/// The request's field with the order.
const ORDER: &str = "order";

pub(crate) async fn preview(
    service: &SubscriptionService,
    call: &Call,
    request: internal::PreviewOrderRequest,
) -> Result<internal::PreviewOrderResponse> {
    let mut fields = Fields::new();
    let seller = fields.resource_name("seller", &request.seller, peers::PARTNERS);
    let customer = fields.required("customer", request.customer.as_ref());
    let draft = fields.required(ORDER, request.order.as_ref());
    let order = draft.and_then(|draft| Order::read(&mut fields, ORDER, draft));
    let reseller = fields.optional_name("reseller", &request.reseller, peers::PARTNERS);
    let (seller, customer, order, reseller) =
        fields.finish(|| Some((seller?, customer?, order?, reseller?)))?;
    let Content::Lines(lines) = order.content else {
        return Err(Fault::field("order.cart", "must not be set: a new customer has no cart"));
    };
    let newcomer = Newcomer { facts: CustomerFact::try_from(customer.clone())?, reseller };
    let proposal = Proposal {
        subject: newcomer.facts.name.clone(),
        now: service.book.now(),
        customer: Buying::ToBe(Box::new(newcomer)),
        purpose: Purpose::Order { cart: None, capacity: order.capacity },
        reseller: order.reseller,
        lines,
        path_of: |at| format!("{ORDER}.lines.lines[{at}]"),
    };
    let (quote, decision) = judged(service, call, proposal, &seller).await?;
    Ok(internal::PreviewOrderResponse { quote: Some(quote), decision: Some(decision) })
}

/// The prices of the sale and the whole decision about it, accepted or refused. The decision is not stored.
/// The registry knows `seller`.
pub(crate) async fn judged(
    service: &SubscriptionService,
    call: &Call,
    proposal: Proposal,
    seller: &str,
) -> Result<(Quote, Decision)> {
    let now = proposal.now;
    let query = Query { partners: vec![seller.to_owned()], ..Query::default() };
    let parties = sale::parties(service, call, &proposal, query).await?;
    let seller = peers::partner(parties.registry(), seller)?.clone();
    let order = parties.order(service, call, proposal, seller).await?;
    let decision = decide(order.facts).map_or_else(|refused| *refused, |permit| permit.decision());
    let decision = service.book.previewed(call, &decision);
    Ok((quote(order.lines.iter().map(|line| line.render(now)).collect()), decision))
}
