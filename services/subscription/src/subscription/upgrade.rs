//! `UpgradeSubscription`: all seats of a subscription, or some of them, go to another offer or to a longer
//! term (rules SUB-03 and SUB-12). An upgrade is a sale of its target.

use csp_policy::boundaries::UpgradeSubscription;
use csp_policy::{OrderLine as LineFacts, Upgrade};
use csp_proto::subscription::v1::{self as pb, BillingCycle, Term};
use csp_service::order::{OrderLine, quote};
use csp_service::peers::Query;
use csp_service::wire::id_of;
use csp_service::{Accepted, Call, CustomersResource, Fault, Fields, Result};

use super::add_ons::AddOns;
use super::amendment::Amendment;
use super::{COLLECTION, Subscription, histories, table};
use crate::holding::{self, Holdings, Release};
use crate::offer::catalogue::Catalogue;
use crate::offer::plan::{months_of_cycle, months_of_term};
use crate::offer::{self, Offer};
use crate::order::line::PricedLine;
use crate::order::sale::{self, Sale};
use crate::{SubscriptionService, edge_guard};

/// The parsed request.
struct Command {
    name: CustomersResource,
    etag: String,
    offer: String,
    quantity: Option<u32>,
    term: Option<Term>,
    billing_cycle: Option<BillingCycle>,
}

/// The facts of the decision, and what the write needs besides.
struct Facts {
    policy: UpgradeSubscription,
    /// The line of the upgraded seats; `None` when no plan of the offer fits, which only a refused upgrade
    /// has.
    line: Option<PricedLine>,
    holdings: Holdings,
    /// See [`Sale::edges`].
    edges: Vec<String>,
    /// The base that a whole upgrade takes away.
    release: Option<Release>,
}

impl TryFrom<&pb::UpgradeSubscriptionRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::UpgradeSubscriptionRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let name = fields.customers_resource("name", &request.name, COLLECTION);
        let offer = fields.resource_name("offer", &request.offer, offer::COLLECTION);
        let quantity = match request.quantity {
            Some(quantity) => fields.number("quantity", quantity, 1..=i32::MAX).map(Some),
            None => Some(None),
        };
        let term = fields.optional_enum::<Term>("term", request.term);
        let billing_cycle = fields.optional_enum::<BillingCycle>("billing_cycle", request.billing_cycle);
        fields.finish(|| {
            let quantity = quantity?.map(u32::try_from).transpose().ok()?;
            let etag = request.etag.clone();
            Some(Command {
                name: name?,
                etag,
                offer: offer?,
                quantity,
                term: term?,
                billing_cycle: billing_cycle?,
            })
        })
    }
}

pub(crate) async fn upgrade(
    service: &SubscriptionService,
    call: &Call,
    request: pb::UpgradeSubscriptionRequest,
) -> Result<pb::UpgradeSubscriptionResponse> {
    let command = Command::try_from(&request)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let mut amendment = Amendment::of(service, call, &command.name, &command.etag).await?;
        let Facts { policy, line, holdings, edges, release } =
            gather(service, call, &command, &amendment).await?;
        let permit = run.decide(policy)?;
        let line = line.ok_or_else(|| no_plan(&command.offer))?;
        let split = upgraded(service, &mut amendment, permit.facts(), &line)?;

        let mut write = run.write();
        let customer = &amendment.before.row().customer;
        edge_guard::use_edges(&mut write, &edges, customer);
        holding::take(&mut write, customer, &holdings);
        if let Some(release) = &release {
            holding::release(&mut write, customer, release);
        }
        let accepted = write.accept(permit, &amendment.before.name())?;
        amendment.save(service, &mut write, &accepted).await?;
        keep(&mut write, &amendment, split.as_ref(), &accepted);
        write.tell_all(amendment.effects()?);
        if let Some(split) = &split {
            write.tell(split.creation(amendment.now)?);
        }
        write.conclude(response(&amendment, split.as_ref(), &accepted)).await
    })
    .await
}

/// Changes the subscription; returns the second one of a partial upgrade.
fn upgraded(
    service: &SubscriptionService,
    amendment: &mut Amendment,
    facts: &UpgradeSubscription,
    line: &PricedLine,
) -> Result<Option<Subscription>> {
    let now = amendment.now;
    let Some(source) = &facts.upgrade.source else {
        amendment.after.upgrade(line, now)?;
        return Ok(None);
    };
    amendment.after.set_quantity(source.quantity, now);
    Ok(Some(amendment.before.split(service.book.next_id(), line, now)))
}

/// Stores the second subscription of a partial upgrade, and the changes.
fn keep(
    tx: &mut csp_store::Tx,
    amendment: &Amendment,
    split: Option<&Subscription>,
    accepted: &Accepted<UpgradeSubscription>,
) {
    let other = split.map(Subscription::name).unwrap_or_default();
    let change = amendment.after.change_since(&amendment.before, &other, accepted.decision_id());
    if let Some(split) = split {
        table::insert(tx, &[split.row().clone()], accepted);
        let change = split.change_from(&amendment.before, accepted.decision_id());
        histories::keep_change(tx, &change, accepted);
    }
    if let Some(change) = change {
        histories::keep_change(tx, &change, accepted);
    }
}

fn response(
    amendment: &Amendment,
    split: Option<&Subscription>,
    accepted: &Accepted<UpgradeSubscription>,
) -> pb::UpgradeSubscriptionResponse {
    let (caller, now) = (&amendment.caller, amendment.now);
    let quotes = split.map(|split| split.quote(caller, now)).into_iter().chain([amendment.quote()]);
    pb::UpgradeSubscriptionResponse {
        subscription: Some(amendment.rendered()),
        upgraded: split.map(|split| split.render(caller, now)),
        quote: Some(quote(quotes.flat_map(|quote| quote.lines).collect())),
        decision: Some(accepted.decision()),
    }
}

async fn gather(
    service: &SubscriptionService,
    call: &Call,
    command: &Command,
    amendment: &Amendment,
) -> Result<Facts> {
    let (row, now) = (amendment.before.row(), amendment.now);
    let seats = amendment.before.seats();
    let quantity = command.quantity.unwrap_or(seats);
    if quantity > seats {
        return Err(Fault::field(
            "quantity",
            format!("must be at most {seats}, the seats of the subscription"),
        ));
    }
    let proposal = amendment.proposal(&command.offer, quantity);
    let query = Query { partners: vec![row.seller.clone()], ..Query::default() };
    let takes_base_away = quantity == seats && command.offer != row.offer;
    let (parties, present, add_ons) = tokio::try_join!(
        sale::parties(service, call, &proposal, query),
        present_offer(service, amendment),
        async {
            if !takes_base_away {
                return Ok(None);
            }
            AddOns::read(service, &amendment.before, Some(&command.offer), now).await.map(Some)
        }
    )?;
    let seller = amendment.seller_among(parties.registry())?;
    let Sale { facts, mut revisions, catalogue, edges } =
        parties.sale(service, call, &proposal, seller).await?;
    let (upgrade, line) = to_target(command, amendment, &present, &catalogue, quantity)?;
    let target = catalogue.fact(&command.offer, quantity, &[])?;
    let (left, release) = match add_ons {
        Some(AddOns { left, revisions: read, release }) => {
            revisions.extend(read);
            (left, Some(release))
        }
        None => (Vec::new(), None),
    };
    if command.offer != row.offer {
        revisions.push(present.revision());
    }
    let policy = UpgradeSubscription {
        act: amendment.act(revisions),
        caller: call.caller.clone(),
        state: amendment.before.policy_state(now),
        sale: csp_policy::Sale { lines: vec![target], ..facts },
        upgrade,
        add_ons_left: left,
    };
    Ok(Facts { policy, line, holdings: catalogue.holdings(), edges, release })
}

/// The present version of the subscription's own offer.
async fn present_offer(service: &SubscriptionService, amendment: &Amendment) -> Result<Offer> {
    let name = &amendment.before.row().offer;
    let mut reader = service.book.store.read_once().await?;
    let row = offer::table::by_ids(&mut reader, &[id_of(name)]).await?.pop();
    let row =
        row.ok_or_else(|| Fault::internal(format!("`{name}`, which a stored row names, does not exist")))?;
    Ok(Offer::from(row))
}

/// The upgrade as a fact of the policy, and the line of the upgraded seats.
///
/// # Errors
/// [`Fault::Invalid`] when the offer has no plan of the term.
fn to_target(
    command: &Command,
    amendment: &Amendment,
    present: &Offer,
    catalogue: &Catalogue,
    quantity: u32,
) -> Result<(Upgrade, Option<PricedLine>)> {
    let (row, seats) = (amendment.before.row(), amendment.before.seats());
    let target = catalogue.offer(&command.offer)?;
    let term = command.term.unwrap_or(row.term.0);
    let present_cycle = target.plan(Some(term), Some(row.billing_cycle.0));
    let any = || present_cycle.or_else(|| target.plan(Some(term), None)).map(|plan| plan.billing_cycle);
    let billing_cycle = command.billing_cycle.or_else(any).ok_or_else(|| no_plan(&command.offer))?;
    let wanted = OrderLine {
        offer: command.offer.clone(),
        quantity,
        term: Some(term),
        billing_cycle: Some(billing_cycle),
        external_id: String::new(),
    };
    let line = PricedLine::of(&wanted, "billing_cycle", target).ok();
    let left = seats.saturating_sub(quantity);
    let source = (left > 0).then(|| LineFacts {
        offer: row.offer.clone(),
        countries: present.countries(),
        quantity: left,
        seat_min: present.row().seat_min.0,
        seat_max: present.row().seat_max.0,
        customer_seat_max: present.customer_seat_max(),
        seats_held: 0,
        prerequisites: present.prerequisites().to_vec(),
        has_prerequisite: true,
    });
    let months = |term: Term| u32::try_from(months_of_term(term)).unwrap_or_default();
    let upgrade = Upgrade {
        offer: row.offer.clone(),
        target: command.offer.clone(),
        is_listed: present.upgrade_targets().contains(&command.offer),
        term_months: (months(row.term.0), months(term)),
        cycle_months: u32::try_from(months_of_cycle(billing_cycle)).unwrap_or_default(),
        currencies: (row.currency.clone(), target.row().currency.clone()),
        seats,
        source,
    };
    Ok((upgrade, line))
}

fn no_plan(offer: &str) -> Fault {
    Fault::field("term", format!("must have a plan of offer `{offer}`, with the billing cycle"))
}
