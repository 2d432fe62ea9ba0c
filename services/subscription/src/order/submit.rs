//! `SubmitOrder`: a provider or direct-bill partner buys for a customer. Each line becomes one subscription;
//! a refused order creates none (rule SUB-14).

use csp_proto::subscription::v1 as pb;
use csp_service::order::{self as wanted, Content, ORDERS};
use csp_service::peers::Query;
use csp_service::{Call, CustomersResource, Fault, Fields, Result, Run, wire};
use jiff::Timestamp;

use super::purchase::{Named, Purchase};
use super::sale::{self, Buying, Order, Proposal, Purpose};
use super::{TYPE, table};
use crate::{SubscriptionService, cart, edge_guard, holding, peers};

/// The request's field with the order.
const ORDER: &str = "order";

/// The parsed request.
struct Command {
    id: Option<String>,
    external_id: Option<String>,
    customer: String,
    order: wanted::Order,
}

impl TryFrom<&pb::SubmitOrderRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::SubmitOrderRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let id = fields.chosen_id("order_id", &request.order_id);
        let external_id = fields.external_id("external_id", &request.external_id);
        let customer = fields.resource_name("parent", &request.parent, peers::CUSTOMERS);
        let draft = fields.required(ORDER, request.order.as_ref());
        let order = draft.and_then(|draft| wanted::Order::read(&mut fields, ORDER, draft));
        if let (Some(customer), Some(wanted::Order { content: Content::Cart(cart), .. })) =
            (&customer, &order)
            && cart.customer != *customer
        {
            fields.refuse("order.cart", format!("must be a cart of `{customer}`"));
        }
        fields.finish(|| {
            Some(Command { id: id?, external_id: external_id?, customer: customer?, order: order? })
        })
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
        let now = service.book.now();
        let id = command.id.clone().unwrap_or_else(|| service.book.next_id());
        let proposal = propose(service, call, &command, now).await?;
        let Order { facts, lines, holdings, edges, cart } = gather(service, call, &run, proposal).await?;
        must_be_free(service, call, &command).await?;
        let permit = run.decide(facts)?;
        let named = Named { id, external_id: call.external_id(command.external_id.clone()) };
        let mut purchase = Purchase::of(service, permit.facts(), &lines, named, cart, now)?;

        let customer = permit.facts().sale.buyer.name.clone();
        let mut write = run.write();
        edge_guard::use_edges(&mut write, &edges, &customer);
        holding::take(&mut write, &customer, &holdings);
        let accepted = write.accept(permit, &purchase.order.name())?;
        purchase.order.allowed_by(accepted.decision_id());
        purchase.save(&mut write, &accepted);
        let response = purchase.response(&call.caller, accepted.decision(), now);
        write.tell_all(purchase.effects(now)?);
        write.conclude(response).await
    })
    .await
}

/// Refuses an order id of the customer or an external id of this seller that is already in use. The seller
/// sees the customer.
async fn must_be_free(service: &SubscriptionService, call: &Call, command: &Command) -> Result<()> {
    let external_id = call.external_id(command.external_id.clone());
    if command.id.is_none() && external_id.is_none() {
        return Ok(());
    }
    let mut reader = service.book.store.read_once().await?;
    let by_id = match &command.id {
        Some(id) => table::by_id(&mut reader, &command.customer, id).await?,
        None => None,
    };
    let by_key = match external_id {
        Some(external_id) => table::by_external_id(&mut reader, &external_id).await?,
        None => None,
    };
    match by_id.or(by_key) {
        Some(row) => {
            let name = wire::customers_name(&row.customer, ORDERS, &row.id);
            Err(Fault::AlreadyExists { resource_type: TYPE, name })
        }
        None => Ok(()),
    }
}

/// The sale to decide, with the lines of the request or of the cart.
async fn propose(
    service: &SubscriptionService,
    call: &Call,
    command: &Command,
    now: Timestamp,
) -> Result<Proposal> {
    let order = &command.order;
    let (lines, path_of, cart): (_, fn(usize) -> String, _) = match &order.content {
        Content::Lines(lines) => (lines.clone(), |at| format!("{ORDER}.lines.lines[{at}]"), None),
        Content::Cart(name) => {
            let cart = visible_cart(service, call, name).await?;
            (cart.lines(&call.caller), |_| format!("{ORDER}.cart"), Some(Box::new(cart)))
        }
    };
    Ok(Proposal {
        subject: wire::customers_name(&command.customer, ORDERS, wire::subject_id(command.id.as_deref())),
        now,
        customer: Buying::Named(command.customer.clone()),
        purpose: Purpose::Order { cart, capacity: order.capacity },
        reseller: order.reseller.clone(),
        lines,
        path_of,
    })
}

async fn visible_cart(
    service: &SubscriptionService,
    call: &Call,
    name: &CustomersResource,
) -> Result<cart::Cart> {
    let cart = cart::visible(service, call, name).await?;
    cart.must_not_be_cancelled()?;
    Ok(cart)
}

/// The seller is always the calling partner: no field of the request names the seller.
async fn gather(
    service: &SubscriptionService,
    call: &Call,
    run: &Run<'_, pb::SubmitOrderRequest>,
    proposal: Proposal,
) -> Result<Order> {
    let tenant = call.tenant().unwrap_or_default();
    let query = Query { tenants: vec![tenant.to_owned()], ..Query::default() };
    let parties = sale::parties(service, call, &proposal, query).await?;
    let seller = run.acting(parties.registry(), proposal.now, &proposal.subject)?;
    parties.order(service, call, proposal, seller).await
}
