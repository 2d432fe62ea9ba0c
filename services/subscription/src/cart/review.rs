//! Reading a cart, and what submitting it would do now: `GetCart`, `ReviewCart` (rule SUB-02).

use csp_policy::decide;
use csp_proto::subscription::v1 as pb;
use csp_service::peers::Query;
use csp_service::{Call, Fault, Fields, Result};

use crate::SubscriptionService;
use crate::cart::table as carts;
use crate::cart::{COLLECTION, Cart};
use crate::fields;
use crate::offer::id_of;
use crate::order::line::PricedLine;
use crate::order::sale::{self, Proposal};
use crate::order::submit;
use crate::peers;

pub(crate) async fn get_cart(
    service: &SubscriptionService,
    call: &Call,
    request: pb::GetCartRequest,
) -> Result<pb::GetCartResponse> {
    let name = read_name(&request.name)?;
    let cart = visible(service, call, &name).await?;
    Ok(pb::GetCartResponse { cart: Some(cart.render(service.book.now())) })
}

pub(crate) async fn review_cart(
    service: &SubscriptionService,
    call: &Call,
    request: pb::ReviewCartRequest,
) -> Result<pb::ReviewCartResponse> {
    let mut fields = Fields::new();
    let name = fields.resource_name("name", &request.name, COLLECTION);
    let capacity = fields::unless_unset(&mut fields, "attested_capacity", request.attested_capacity);
    let (name, capacity) = fields.finish(|| Some((name?, capacity?)))?;

    let cart = visible(service, call, &name).await?;
    cart.must_not_be_cancelled()?;
    let (now, seller) = (service.book.now(), cart.row().seller.clone());
    let mpn_id = cart.reseller_mpn_id();
    let attested = submit::attested(capacity);
    let proposal = Proposal {
        subject: cart.name(),
        now,
        as_of: None,
        customer: cart.row().customer.clone(),
        capacity: attested.or_else(|| Some(sale::fitting_capacity(mpn_id.as_ref()))),
        mpn_id,
        lines: cart.lines().to_vec(),
        // The field whose lines are priced: those of the cart.
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

/// The cart of that name, where the caller may see it.
pub(crate) async fn visible(service: &SubscriptionService, call: &Call, name: &str) -> Result<Cart> {
    let mut reader = service.book.store.read().await?;
    let cart = carts::by_id(&mut reader, id_of(name)).await?.map(Cart::from);
    cart.filter(|cart| cart.is_seen_by(call)).ok_or_else(|| Fault::not_found("cart", name))
}

fn read_name(name: &str) -> Result<String> {
    let mut fields = Fields::new();
    let name = fields.resource_name("name", name, COLLECTION);
    fields.finish(|| name)
}
