//! `RecordSubscription`: an operator records a subscription that was sold elsewhere.
//!
//! The record is judged like an order, by the rules of the day in the evidence. Afterwards the subscription
//! is like any other, except that it has evidence in place of an order.

use csp_policy::{Day, Party, Sale};
use csp_proto::subscription::v1 as pb;
use csp_service::order::{OrderLine, Reseller};
use csp_service::peers::Query;
use csp_service::{Call, Evidence, ExternalId, Fault, Fields, Result, wire};
use jiff::Timestamp;

use super::{COLLECTION, Sold, Subscription, TYPE, table};
use crate::order::line::PricedLine;
use crate::order::sale::{self, Buying, Order, Proposal, Purpose};
use crate::{SubscriptionService, edge_guard, holding, offer, peers};

/// The parsed request.
struct Command {
    id: Option<String>,
    customer: String,
    seller: String,
    reseller: Option<Reseller>,
    line: OrderLine,
    /// Currency and micros; `None` for the offer's list price.
    unit_price: Option<(String, i64)>,
    auto_renew: bool,
    evidence: Evidence,
}

impl Command {
    fn read(request: &pb::RecordSubscriptionRequest, today: Day) -> Result<Self> {
        let mut fields = Fields::new();
        let id = fields.chosen_id("subscription_id", &request.subscription_id);
        let customer = fields.resource_name("parent", &request.parent, peers::CUSTOMERS);
        let seller = fields.resource_name("seller", &request.seller, peers::PARTNERS);
        let reseller = Reseller::read(&mut fields, "", request.reseller_of_record.clone());
        let line = pb::OrderLine {
            offer: request.offer.clone(),
            quantity: request.quantity,
            term: request.term,
            billing_cycle: request.billing_cycle,
            external_id: request.external_id.clone(),
        };
        let line = OrderLine::read(&mut fields, "", &line);
        let unit_price = match &request.unit_price {
            Some(price) => offer::parse::price(&mut fields, "unit_price", Some(price)).map(Some),
            None => Some(None),
        };
        let evidence = fields.evidence(request.evidence.as_ref(), today);
        fields.finish(|| {
            Some(Command {
                id: id?,
                customer: customer?,
                seller: seller?,
                reseller: reseller?,
                line: line?,
                unit_price: unit_price?,
                auto_renew: request.auto_renew.unwrap_or(true),
                evidence: evidence?,
            })
        })
    }

    /// The sale, at the price in the request or at the list price.
    fn sold<'s>(&'s self, sale: &'s Sale, lines: Vec<PricedLine>) -> Result<Sold<'s>> {
        let mut line =
            lines.into_iter().next().ok_or_else(|| Fault::internal("the recorded sale has no line"))?;
        if let Some(price) = &self.unit_price {
            (line.currency, line.unit_price) = price.clone();
        }
        Ok(Sold { sale, line, auto_renew: self.auto_renew, at: wire::start_of(self.evidence.day) })
    }
}

pub(crate) async fn record(
    service: &SubscriptionService,
    call: &Call,
    request: pb::RecordSubscriptionRequest,
) -> Result<pb::RecordSubscriptionResponse> {
    let command = Command::read(&request, wire::day_of(service.book.now()))?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let id = command.id.clone().unwrap_or_else(|| service.book.next_id());
        let Order { facts, lines, holdings, edges, .. } = gather(service, call, &command, now).await?;
        must_be_new(service, &command, &facts.sale.seller.tenant).await?;
        let permit = run.decide(facts)?;
        let sold = command.sold(&permit.facts().sale, lines)?;
        let recorded = Subscription::record(id, &sold, command.evidence.clone(), now)?;

        let mut write = run.write();
        edge_guard::use_edges(&mut write, &edges, &command.customer);
        holding::take(&mut write, &command.customer, &holdings);
        let accepted = write.accept(permit, &recorded.name())?;
        table::insert(&mut write, &[recorded.row().clone()], &accepted);
        write.tell(recorded.creation(now)?);
        let (subscription, decision) = (Some(recorded.render(&call.caller, now)), Some(accepted.decision()));
        write.conclude(pb::RecordSubscriptionResponse { subscription, decision }).await
    })
    .await
}

/// Gathers the facts of the sale, as of the day in the evidence.
async fn gather(
    service: &SubscriptionService,
    call: &Call,
    command: &Command,
    now: Timestamp,
) -> Result<Order> {
    let proposal = Proposal {
        subject: wire::customers_name(&command.customer, COLLECTION, wire::subject_id(command.id.as_deref())),
        now,
        customer: Buying::Named(command.customer.clone()),
        purpose: Purpose::Record(command.evidence.day),
        reseller: command.reseller.clone(),
        lines: vec![command.line.clone()],
        path_of: |_| "term".to_owned(),
    };
    let query = Query { partners: vec![command.seller.clone()], ..Query::default() };
    let parties = sale::parties(service, call, &proposal, query).await?;
    let seller = parties.registry().partner(&command.seller).cloned();
    let seller = seller.ok_or_else(|| Fault::not_found("partner", &command.seller))?;
    parties.order(service, call, proposal, seller).await
}

/// Refuses a subscription id that is in use, or an external id that another recorded subscription of the
/// seller has.
async fn must_be_new(service: &SubscriptionService, command: &Command, seller_tenant: &str) -> Result<()> {
    let mut reader = service.book.store.read().await?;
    let by_id = match &command.id {
        Some(id) => table::by_id(&mut reader, &command.customer, id).await?,
        None => None,
    };
    let by_key = match ExternalId::of(&Party::Operator, &command.line.external_id) {
        Some(external_id) => table::by_record_key(&mut reader, seller_tenant, &external_id).await?,
        None => None,
    };
    match by_id.or(by_key) {
        Some(row) => {
            let name = Subscription::from(row).name();
            Err(Fault::AlreadyExists { resource_type: TYPE, name })
        }
        None => Ok(()),
    }
}
