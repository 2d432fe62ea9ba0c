//! `ReviewCart`: reports what submitting a cart would do (rule SUB-02). The review decides at the boundary of
//! SubmitOrder, and stores nothing.

use csp_policy::decide;
use csp_proto::subscription::v1 as pb;
use csp_service::peers::Query;
use csp_service::{Call, Fields, Result, order};

use super::{COLLECTION, read};
use crate::SubscriptionService;
use crate::order::line::PricedLine;
use crate::order::sale::{self, Proposal};
use crate::peers;

pub(crate) async fn review(
    service: &SubscriptionService,
    call: &Call,
    request: pb::ReviewCartRequest,
) -> Result<pb::ReviewCartResponse> {
    let mut fields = Fields::new();
    let name = fields.resource_name("name", &request.name, COLLECTION);
    let capacity = order::capacity(&mut fields, "attested_capacity", request.attested_capacity);
    let (name, capacity) = fields.finish(|| Some((name?, capacity?)))?;

    let cart = read::visible(service, call, &name).await?;
    cart.must_not_be_cancelled()?;
    let (now, seller) = (service.book.now(), cart.row().seller.clone());
    let mpn_id = cart.reseller_mpn_id();
    let proposal = Proposal {
        subject: cart.name(),
        now,
        as_of: None,
        customer: cart.row().customer.clone(),
        capacity: capacity.or_else(|| Some(sale::fitting_capacity(mpn_id.as_ref()))),
        mpn_id,
        lines: cart.lines(),
        // The request has no lines: a violation names the cart's field and the line's position.
        path_of: |at| format!("name[{at}]"),
        cart: Some(cart.clone()),
    };
    let query = Query { partners: vec![seller.clone()], ..Query::default() };
    let parties = sale::parties(service, call, &proposal, query).await?;
    let seller = peers::partner(parties.registry(), &seller)?.clone();
    let sale = parties.sale(service, call, proposal, seller).await?;
    let decision = match decide(sale.facts) {
        Ok(permit) => service.book.preview(&permit),
        Err(refused) => service.book.told(&refused),
    };
    let lines = sale.lines.iter().map(PricedLine::render).collect();
    Ok(pb::ReviewCartResponse { cart: Some(cart.render(now)), lines, decision: Some(decision) })
}
