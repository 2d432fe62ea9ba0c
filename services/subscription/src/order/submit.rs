//! `SubmitOrder`: a provider or direct-bill partner buys for a customer. Each line becomes one subscription;
//! a refused order creates none (rule SUB-14).

use csp_proto::subscription::v1 as pb;
use csp_service::order as wanted;
use csp_service::peers::Query;
use csp_service::{Call, Fault, Fields, Result, Run};
use jiff::Timestamp;

use super::purchase::{Named, Purchase};
use super::sale::{self, Proposal, Sale};
use super::{COLLECTION, TYPE, table};
use crate::{SubscriptionService, cart, edge_guard, holding, peers};
use csp_service::wire::day_of;

/// The request's field with the order.
const ORDER: &str = "order";

/// The parsed request.
struct Command {
    id: Option<String>,
    external_id: Option<String>,
    goods: Goods,
    order: wanted::Order,
}

/// The source of the lines.
enum Goods {
    /// The cart of this name has the lines and the customer.
    OfCart(String),
    /// The request has the lines, for the customer of this name.
    OfOrder(String),
}

impl TryFrom<&pb::SubmitOrderRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::SubmitOrderRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let nothing = pb::OrderDraft::default();
        let draft = request.order.as_ref().unwrap_or(&nothing);
        let id = fields.chosen_id("order_id", &request.order_id);
        let external_id = fields.external_id("external_id", &request.external_id);
        let (goods, order) = if request.cart.is_empty() {
            let customer = fields.resource_name("customer", &request.customer, peers::CUSTOMERS);
            (customer.map(Goods::OfOrder), wanted::Order::read(&mut fields, ORDER, draft))
        } else {
            if !request.customer.is_empty() {
                fields.refuse("customer", "must be empty with a cart");
            }
            let cart = fields.resource_name("cart", &request.cart, cart::COLLECTION);
            (cart.map(Goods::OfCart), wanted::Order::read_beside_cart(&mut fields, ORDER, draft))
        };
        fields.finish(|| Some(Command { id: id?, external_id: external_id?, goods: goods?, order: order? }))
    }
}

pub(crate) async fn submit(
    service: &SubscriptionService,
    call: &Call,
    request: pb::SubmitOrderRequest,
) -> Result<pb::SubmitOrderResponse> {
    let command = Command::try_from(&request)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        must_be_free(service, call, &command).await?;
        let now = service.book.now();
        let id = command.id.clone().unwrap_or_else(|| service.book.next_id());
        let proposal = propose(service, call, &command, &id, now).await?;
        let Sale { facts, lines, holdings, edges, mpn_id, cart } =
            gather(service, call, &run, proposal).await?;
        let permit = run.decide(facts)?;
        let named = Named { id, external_id: command.external_id.clone(), mpn_id };
        let mut purchase = Purchase::of(service, permit.facts(), &lines, named, cart, now)?;

        let customer = permit.facts().buyer.name.clone();
        let mut write = run.write();
        edge_guard::use_edges(&mut write, &edges, &customer);
        holding::take(&mut write, &customer, &holdings);
        let accepted = write.accept(permit, &purchase.order.name())?;
        purchase.order.allowed_by(accepted.decision_id());
        purchase.save(&mut write, &accepted);
        let response = purchase.response(accepted.decision(), now);
        write.tell_all(purchase.effects(&response, now)?);
        write.conclude(response).await
    })
    .await
}

/// Refuses an order id or an external id of this seller that is already in use.
async fn must_be_free(service: &SubscriptionService, call: &Call, command: &Command) -> Result<()> {
    let key = command.external_id.as_ref().zip(call.tenant());
    if command.id.is_none() && key.is_none() {
        return Ok(());
    }
    let mut reader = service.book.store.read_once().await?;
    let by_id = match &command.id {
        Some(id) => table::by_id(&mut reader, id).await?,
        None => None,
    };
    let by_key = match key {
        Some((key, tenant)) => table::by_external_id(&mut reader, tenant, key).await?,
        None => None,
    };
    match by_id.or(by_key) {
        Some(row) => {
            Err(Fault::AlreadyExists { resource_type: TYPE, name: format!("{COLLECTION}/{}", row.id) })
        }
        None => Ok(()),
    }
}

/// The sale to decide, with the lines of the request or of the cart.
async fn propose(
    service: &SubscriptionService,
    call: &Call,
    command: &Command,
    id: &str,
    now: Timestamp,
) -> Result<Proposal> {
    let (subject, order) = (format!("{COLLECTION}/{id}"), &command.order);
    let name = match &command.goods {
        Goods::OfCart(name) => name,
        Goods::OfOrder(customer) => {
            return Ok(Proposal {
                subject,
                now,
                as_of: None,
                customer: customer.clone(),
                mpn_id: order.reseller_mpn_id.clone(),
                lines: order.lines.clone(),
                path_of: |at| format!("{ORDER}.lines[{at}]"),
                cart: None,
                capacity: order.capacity,
            });
        }
    };
    let cart = cart::visible(service, call, name).await?;
    cart.must_not_be_cancelled()?;
    let (of_cart, of_order) = (cart.reseller_mpn_id(), order.reseller_mpn_id.clone());
    if of_cart.is_some() && of_order.is_some() && of_cart != of_order {
        let must = "must be that of the cart, or empty";
        return Err(Fault::field(format!("{ORDER}.reseller_mpn_id"), must));
    }
    Ok(Proposal {
        subject,
        now,
        as_of: None,
        customer: cart.row().customer.clone(),
        mpn_id: of_cart.or(of_order),
        lines: cart.lines(),
        path_of: |at| format!("cart[{at}]"),
        cart: Some(cart),
        capacity: order.capacity,
    })
}

/// The seller is always the calling partner: no field of the request names the seller.
async fn gather(
    service: &SubscriptionService,
    call: &Call,
    run: &Run<'_, pb::SubmitOrderRequest>,
    proposal: Proposal,
) -> Result<Sale> {
    let tenant = call.tenant().unwrap_or_default();
    let query = Query { tenants: vec![tenant.to_owned()], ..Query::default() };
    let parties = sale::parties(service, call, &proposal, query).await?;
    let seller = run.acting(parties.registry(), day_of(proposal.now), &proposal.subject)?;
    parties.sale(service, call, proposal, seller).await
}
