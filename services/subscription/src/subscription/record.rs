//! An operator records a subscription that was sold elsewhere: `RecordSubscription`.
//!
//! It is judged as its sale, by the rules of the day in the evidence. From then on it is one like any other, but
//! that no order of ours stands behind it: its evidence does.

use csp_policy::{Day, decide};
use csp_proto::subscription::v1 as pb;
use csp_proto::r#type::v1::Evidence;
use csp_service::peers::Query;
use csp_service::{Attempt, Call, Effect, Fault, Fields, Result};
use jiff::Timestamp;

use crate::SubscriptionService;
use crate::calendar::{day_of, start_of};
use crate::edge_guard::table as guards;
use crate::fields;
use crate::offer;
use crate::order::line::Line;
use crate::order::sale::{self, Proposal, Sale};
use crate::peers;
use crate::subscription::table as subscriptions;
use crate::subscription::{COLLECTION, Sold, Subscription};

/// What the operator records, well formed.
struct Command {
    id: Option<String>,
    customer: String,
    seller: String,
    mpn_id: Option<String>,
    line: Line,
    /// Currency and micros; none for the offer's list price.
    unit_price: Option<(String, i64)>,
    auto_renew: bool,
    day: Day,
    evidence: Evidence,
}

impl Command {
    fn read(request: &pb::RecordSubscriptionRequest, today: Day) -> Result<Self> {
        let mut fields = Fields::new();
        let id = fields::chosen_id(&mut fields, "subscription_id", &request.subscription_id);
        let customer = fields.resource_name("customer", &request.customer, peers::CUSTOMERS);
        let seller = fields.resource_name("seller", &request.seller, peers::PARTNERS);
        let mpn_id = &request.reseller_mpn_id;
        let mpn_id = fields::optional_mpn_id(&mut fields, "reseller_mpn_id", mpn_id);
        let line = pb::OrderLine {
            offer: request.offer.clone(),
            quantity: request.quantity,
            term: request.term,
            billing_cycle: request.billing_cycle,
            external_id: request.external_id.clone(),
        };
        let line = Line::read(&mut fields, "", &line);
        let unit_price = match &request.unit_price {
            Some(price) => offer::read_price(&mut fields, "unit_price", Some(price)).map(Some),
            None => Some(None),
        };
        let established = fields::evidence(&mut fields, request.evidence.as_ref(), today);
        fields.finish(|| {
            let (day, evidence) = established?;
            Some(Command {
                id: id?,
                customer: customer?,
                seller: seller?,
                mpn_id: mpn_id?,
                line: line?,
                unit_price: unit_price?,
                auto_renew: !request.without_auto_renew,
                day,
                evidence,
            })
        })
    }
}

pub(crate) async fn record_subscription(
    service: &SubscriptionService,
    call: &Call,
    request: pb::RecordSubscriptionRequest,
) -> Result<pb::RecordSubscriptionResponse> {
    let command = Command::read(&request, day_of(service.book.now()))?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || run(service, call, &command, &attempt)).await
}

async fn run(
    service: &SubscriptionService,
    call: &Call,
    command: &Command,
    attempt: &Attempt,
) -> Result<pb::RecordSubscriptionResponse> {
    let book = &service.book;
    if let Some(answer) = book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let now = book.now();
    let id = command.id.clone().unwrap_or_else(|| book.next_id());
    let Sale { facts, lines, holdings, edges, .. } = gather(service, call, command, &id, now).await?;
    must_be_new(service, command, &facts.seller.tenant).await?;
    let permit = decide(facts).map_err(|refused| book.refuse(call, attempt, refused))?;
    let mut line = lines.into_iter().next().ok_or_else(|| Fault::internal("a sale without a line"))?;
    if let Some(price) = &command.unit_price {
        (line.currency, line.unit_price) = price.clone();
    }
    let sold = Sold {
        facts: permit.facts(),
        line: &line,
        mpn_id: command.mpn_id.as_deref().unwrap_or_default(),
        auto_renew: command.auto_renew,
        at: start_of(command.day)?,
    };
    let recorded = Subscription::record(id, &sold, command.evidence.clone(), now)?;
    let rendered = recorded.render(now);
    let respond = |decision| pb::RecordSubscriptionResponse {
        subscription: Some(rendered.clone()),
        decision: Some(decision),
    };
    if attempt.validates_only() {
        return Ok(respond(book.preview(&permit)));
    }

    // After this point only a lost race can refuse.
    let mut tx = book.store.write();
    guards::use_edges(&mut tx, &edges, &command.customer);
    guards::take_holdings(&mut tx, &command.customer, &holdings);
    let accepted = book.accept(&mut tx, call, attempt, permit, &recorded.name())?;
    subscriptions::insert(&mut tx, &[recorded.row().clone()], &accepted);
    let effects = vec![Effect::created(&rendered.name, rendered.revision, &rendered)?];
    let response = respond(accepted.decision());
    book.conclude(tx, call, attempt, Some(accepted.decision_id()), effects, &response).await?;
    Ok(response)
}

/// The facts of its sale, as of the day in the evidence.
async fn gather(
    service: &SubscriptionService,
    call: &Call,
    command: &Command,
    id: &str,
    now: Timestamp,
) -> Result<Sale> {
    let proposal = Proposal {
        subject: format!("{COLLECTION}/{id}"),
        now,
        as_of: Some(command.day),
        customer: command.customer.clone(),
        mpn_id: command.mpn_id.clone(),
        lines: vec![command.line.clone()],
        path_of: |_| "term".to_owned(),
        cart: None,
        capacity: None,
    };
    let query = Query { partners: vec![command.seller.clone()], ..Query::default() };
    let parties = sale::parties(service, call, &proposal, query).await?;
    let seller = parties.registry().partner(&command.seller).cloned();
    let seller = seller.ok_or_else(|| Fault::not_found("partner", &command.seller))?;
    parties.sale(service, call, proposal, seller).await
}

/// A chosen id, and the key among the records of that seller, must not be in use.
async fn must_be_new(service: &SubscriptionService, command: &Command, seller_tenant: &str) -> Result<()> {
    let mut reader = service.book.store.read().await?;
    let by_id = match &command.id {
        Some(id) => subscriptions::by_id(&mut reader, id).await?,
        None => None,
    };
    let by_key = match command.line.external_id.as_str() {
        "" => None,
        key => subscriptions::by_record_key(&mut reader, seller_tenant, key).await?,
    };
    match by_id.or(by_key) {
        Some(row) => {
            let name = Subscription::from(row).name();
            Err(Fault::AlreadyExists { resource_type: "subscription", name })
        }
        None => Ok(()),
    }
}
