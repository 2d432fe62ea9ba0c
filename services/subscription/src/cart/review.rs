//! `ReviewCart`: reports what submitting a cart would do (rule SUB-02). The review decides at the boundary of
//! SubmitOrder, and stores nothing.

use csp_proto::subscription::v1 as pb;
use csp_service::order::{self, CARTS};
use csp_service::{Call, Fields, Result};

use super::read;
use crate::SubscriptionService;
use crate::order::judged;
use crate::order::sale::{self, Buying, Proposal, Purpose};

pub(crate) async fn review(
    service: &SubscriptionService,
    call: &Call,
    request: pb::ReviewCartRequest,
) -> Result<pb::ReviewCartResponse> {
    let mut fields = Fields::new();
    let name = fields.customers_resource("name", &request.name, CARTS);
    let capacity = order::capacity(&mut fields, "attested_capacity", request.attested_capacity);
    let (name, capacity) = fields.finish(|| Some((name?, capacity?)))?;

    let cart = read::visible(service, call, &name).await?;
    cart.must_not_be_cancelled()?;
    let (now, seller) = (service.book.now(), cart.row().seller.clone());
    let proposal = Proposal {
        subject: cart.name(),
        now,
        customer: Buying::Named(cart.row().customer.clone()),
        purpose: Purpose::Order {
            capacity: capacity.or_else(|| Some(sale::fitting_capacity(cart.reseller().is_some()))),
            cart: Some(Box::new(cart.clone())),
        },
        reseller: None,
        lines: cart.lines(&call.caller),
        // The request has no lines: a violation names the cart.
        path_of: |_| "name".to_owned(),
    };
    let (quote, decision) = judged(service, call, proposal, &seller).await?;
    let decision = service.book.for_caller(call, decision);
    let cart = Some(cart.render(&call.caller, now));
    Ok(pb::ReviewCartResponse { cart, quote: Some(quote), decision: Some(decision) })
}
