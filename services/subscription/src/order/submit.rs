//! A provider or direct-bill partner buys for a customer: `SubmitOrder`. One subscription for each line, all or
//! none (rule SUB-14).

use csp_policy::boundaries::SubmitOrder;
use csp_policy::{Boundary, Capacity, outsider};
use csp_proto::subscription::v1 as pb;
use csp_service::peers::Query;
use csp_service::{Call, Fault, Fields, Result, Run};
use jiff::Timestamp;

use crate::SubscriptionService;
use crate::calendar::day_of;
use crate::cart;
use crate::cart::review;
use crate::edge_guard::table as guards;
use crate::fields;
use crate::order::COLLECTION;
use crate::order::line::{self, Line};
use crate::order::purchase::{Bought, Named};
use crate::order::sale::{self, Proposal, Sale};
use crate::order::table as orders;
use crate::peers;

/// Where a request names its lines, and its reseller.
const LINES: &str = "order.lines";
const MPN_ID: &str = "order.reseller_mpn_id";

/// What the seller wants, well formed.
struct Command {
    id: Option<String>,
    external_id: Option<String>,
    goods: Goods,
    mpn_id: Option<String>,
    capacity: Option<Capacity>,
}

enum Goods {
    Cart(String),
    Lines { customer: String, lines: Vec<Line> },
}

impl TryFrom<&pb::SubmitOrderRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::SubmitOrderRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let nothing = pb::OrderDraft::default();
        let draft = request.order.as_ref().unwrap_or(&nothing);
        let id = fields::chosen_id(&mut fields, "order_id", &request.order_id);
        let external_id = fields::external_id(&mut fields, "external_id", &request.external_id);
        let mpn_id = fields::optional_mpn_id(&mut fields, MPN_ID, &draft.reseller_mpn_id);
        let capacity = fields::unless_unset(&mut fields, "order.attested_capacity", draft.attested_capacity);
        let goods = if request.cart.is_empty() {
            let customer = fields.resource_name("customer", &request.customer, peers::CUSTOMERS);
            let lines = line::read(&mut fields, LINES, &draft.lines);
            customer.zip(lines).map(|(customer, lines)| Goods::Lines { customer, lines })
        } else {
            if !request.customer.is_empty() {
                fields.refuse("customer", "must be empty with a cart");
            }
            if !draft.lines.is_empty() {
                fields.refuse(LINES, "must be empty with a cart");
            }
            fields.resource_name("cart", &request.cart, cart::COLLECTION).map(Goods::Cart)
        };
        fields.finish(|| {
            Some(Command {
                id: id?,
                external_id: external_id?,
                goods: goods?,
                mpn_id: mpn_id?,
                capacity: attested(capacity?),
            })
        })
    }
}

/// The attested capacity in the rule book's words; `None` when none is.
pub(crate) fn attested(capacity: pb::Capacity) -> Option<Capacity> {
    match capacity {
        pb::Capacity::Unspecified => None,
        pb::Capacity::Direct => Some(Capacity::Direct),
        pb::Capacity::Indirect => Some(Capacity::Indirect),
    }
}

pub(crate) async fn submit_order(
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
        let mut bought = Bought::of(service, permit.facts(), &lines, named, cart, now)?;

        let customer = permit.facts().buyer.name.clone();
        let mut write = run.write();
        guards::use_edges(&mut write, &edges, &customer);
        guards::take_holdings(&mut write, &customer, &holdings);
        let accepted = write.accept(permit, &bought.order.name())?;
        bought.order.allowed_by(accepted.decision_id());
        bought.save(&mut write, &accepted);
        let response = bought.response(accepted.decision(), now);
        write.tell_all(bought.effects(&response, now)?);
        write.conclude(response).await
    })
    .await
}

/// A chosen id, and the seller's own key, must not be in use.
async fn must_be_free(service: &SubscriptionService, call: &Call, command: &Command) -> Result<()> {
    let key = command.external_id.as_ref().zip(call.tenant());
    if command.id.is_none() && key.is_none() {
        return Ok(());
    }
    let mut reader = service.book.store.read_once().await?;
    let by_id = match &command.id {
        Some(id) => orders::by_id(&mut reader, id).await?,
        None => None,
    };
    let by_key = match key {
        Some((key, tenant)) => orders::by_external_id(&mut reader, tenant, key).await?,
        None => None,
    };
    match by_id.or(by_key) {
        Some(row) => {
            Err(Fault::AlreadyExists { resource_type: "order", name: format!("{COLLECTION}/{}", row.id) })
        }
        None => Ok(()),
    }
}

/// What is to be decided: the lines that were sent, or those of the cart.
async fn propose(
    service: &SubscriptionService,
    call: &Call,
    command: &Command,
    id: &str,
    now: Timestamp,
) -> Result<Proposal> {
    let subject = format!("{COLLECTION}/{id}");
    let (mpn_id, capacity) = (command.mpn_id.clone(), command.capacity);
    let name = match &command.goods {
        Goods::Cart(name) => name,
        Goods::Lines { customer, lines } => {
            let (customer, lines) = (customer.clone(), lines.clone());
            return Ok(Proposal {
                subject,
                now,
                as_of: None,
                customer,
                mpn_id,
                lines,
                path_of: |at| format!("{LINES}[{at}]"),
                cart: None,
                capacity,
            });
        }
    };
    let cart = review::visible(service, call, name).await?;
    cart.must_not_be_cancelled()?;
    let of_cart = cart.reseller_mpn_id();
    if of_cart.is_some() && mpn_id.is_some() && of_cart != mpn_id {
        return Err(Fault::field(MPN_ID, "must be that of the cart, or empty"));
    }
    Ok(Proposal {
        subject,
        now,
        as_of: None,
        customer: cart.row().customer.clone(),
        mpn_id: of_cart.or(mpn_id),
        lines: cart.lines().to_vec(),
        path_of: |at| format!("cart[{at}]"),
        cart: Some(cart),
        capacity,
    })
}

/// The seller is the partner that calls, never one that is named.
async fn gather(
    service: &SubscriptionService,
    call: &Call,
    run: &Run<'_, pb::SubmitOrderRequest>,
    proposal: Proposal,
) -> Result<Sale> {
    let tenant = call.tenant().unwrap_or_default();
    let query = Query { tenants: vec![tenant.to_owned()], ..Query::default() };
    let parties = sale::parties(service, call, &proposal, query).await?;
    let Some(seller) = parties.registry().partner_of_tenant(tenant).cloned() else {
        let refused = outsider(SubmitOrder::NAME, day_of(proposal.now), &proposal.subject, tenant);
        return Err(run.refuse(refused));
    };
    parties.sale(service, call, proposal, seller).await
}
