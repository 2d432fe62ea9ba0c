//! The facts of a sale, gathered for every RPC that sells: SubmitOrder; ReviewCart and PreviewOrder, which
//! only report what SubmitOrder would decide; RecordSubscription, for a sale that was made elsewhere; and the
//! sales to an existing subscription, ChangeQuantity and UpgradeSubscription.
//!
//! The facts are read in three rounds: first the customer and the offers, in parallel; then one registry
//! query for seller, reseller and customer; then the edges between them. A registry query of its own in the
//! first round, for seller and reseller, would save a round; the additional request costs more than that.

use csp_policy::boundaries::SubmitOrder;
use csp_policy::{self as policy, Act, Capacity, Day, Partner, Revision};
use csp_service::order::{OrderLine, Reseller};
use csp_service::peers::{CustomerFact, Edges, EdgesQuery, NamedReseller, Query, RegistryFacts, buyer};
use csp_service::{Call, Fault, Result};
use jiff::Timestamp;

use super::line::PricedLine;
use crate::cart::Cart;
use crate::holding::Holdings;
use crate::offer::catalogue::Catalogue;
use crate::{SubscriptionService, peers};
use csp_service::wire::day_of;

/// A sale that is to be decided.
pub(crate) struct Proposal {
    /// Resource name of the order or subscription that is sold, or of the reviewed cart: the subject of the
    /// decision.
    pub(crate) subject: String,
    /// The instant of the decision.
    pub(crate) now: Timestamp,
    pub(crate) customer: Buying,
    pub(crate) purpose: Purpose,
    /// The reseller of record that the request names, or that the subscription has.
    pub(crate) reseller: Option<Reseller>,
    /// The lines that are ordered; for an existing subscription, what it would be.
    pub(crate) lines: Vec<OrderLine>,
    /// The path of a line's field in the request, for field violations.
    pub(crate) path_of: fn(usize) -> String,
}

/// What is sold.
pub(crate) enum Purpose {
    /// An order.
    Order {
        /// The cart that the lines come from; `None` for lines that the request itself has.
        cart: Option<Box<Cart>>,
        /// The capacity that the seller attests; `None` when the request attests none.
        capacity: Option<Capacity>,
    },
    /// What was sold elsewhere on this day, whose rules judge the sale.
    Record(Day),
    /// More of a subscription.
    More(Existing),
}

impl Purpose {
    fn cart(&self) -> Option<&Cart> {
        if let Purpose::Order { cart, .. } = self { cart.as_deref() } else { None }
    }

    /// The day on which it was sold elsewhere; `None` for a sale of today.
    fn recorded_on(&self) -> Option<Day> {
        if let Purpose::Record(day) = self { Some(*day) } else { None }
    }

    fn existing(&self) -> Option<&Existing> {
        if let Purpose::More(existing) = self { Some(existing) } else { None }
    }
}

/// The subscription to which more is sold.
pub(crate) struct Existing {
    /// Id of the subscription: its seats are not counted as seats of other subscriptions.
    pub(crate) id: String,
    /// Resource name of the reseller of record; empty for none.
    pub(crate) reseller: String,
}

/// The customer of a sale.
pub(crate) enum Buying {
    /// The customer with this resource name.
    Named(String),
    /// A customer that does not exist yet.
    ToBe(Box<Newcomer>),
}

/// A customer that does not exist yet. The seller serves it as soon as it exists.
pub(crate) struct Newcomer {
    pub(crate) facts: CustomerFact,
    /// Resource name of the reseller that serves the customer too, as soon as it exists; `None` for none.
    pub(crate) reseller: Option<String>,
}

impl Buying {
    /// The resource name.
    fn name(&self) -> &str {
        match self {
            Buying::Named(name) => name,
            Buying::ToBe(newcomer) => &newcomer.facts.name,
        }
    }

    async fn facts(&self, service: &SubscriptionService, call: &Call) -> Result<Option<CustomerFact>> {
        match self {
            Buying::Named(name) => service.customers.by_name(call, name).await,
            Buying::ToBe(newcomer) => Ok(Some(newcomer.facts.clone())),
        }
    }

    /// Whether the creation of the customer connects it with the reseller.
    fn connects(&self, reseller: Option<&Partner>) -> bool {
        match self {
            Buying::Named(_) => false,
            Buying::ToBe(newcomer) => {
                reseller.is_some_and(|partner| newcomer.reseller.as_ref() == Some(&partner.name))
            }
        }
    }
}

impl Proposal {
    /// The day whose rules judge the sale.
    fn day(&self) -> Day {
        self.purpose.recorded_on().unwrap_or_else(|| day_of(self.now))
    }

    /// The resellers of record that the cart and the request name.
    fn named_resellers(&self) -> Vec<Reseller> {
        self.purpose.cart().and_then(Cart::reseller).into_iter().chain(self.reseller.clone()).collect()
    }

    /// The facts about the reseller of record; empty when none is named.
    ///
    /// # Errors
    /// [`Fault::Invalid`] when the cart names another reseller than the order.
    fn named_reseller(&self, registry: &RegistryFacts, seller: &Partner) -> Result<NamedReseller> {
        let named = self.named_resellers();
        let [first, others @ ..] = named.as_slice() else { return Ok(NamedReseller::default()) };
        if let Some(other) = others.iter().find(|other| !registry.name_the_same(first, other)) {
            let must = "must be the reseller of the cart, or unset";
            return Err(Fault::field(format!("order.{}", other.field()), must));
        }
        // A number tells more than an account.
        let number = named.iter().find(|named| matches!(named, Reseller::MpnId(_)));
        let mut named = registry.named_reseller(number.unwrap_or(first), seller);
        if let Some(Existing { reseller, .. }) = self.purpose.existing() {
            // The reseller of record stays, even when another account holds its number today.
            named.partner = Some(peers::partner(registry, reseller)?.clone());
        }
        Ok(named)
    }
}

/// The facts of the first two rounds: the parties and the offers.
pub(crate) struct Participants {
    customer: Option<CustomerFact>,
    registry: RegistryFacts,
    catalogue: Catalogue,
}

/// A sale with its facts. The facts have no lines yet.
pub(crate) struct Sale {
    pub(crate) facts: policy::Sale,
    /// The revisions of all facts.
    pub(crate) revisions: Vec<Revision>,
    pub(crate) catalogue: Catalogue,
    /// Names of the active reseller relationships that the sale depends on: the write uses their guard rows
    /// (rule CUS-09).
    pub(crate) edges: Vec<String>,
}

/// An order with all its facts.
pub(crate) struct Order {
    pub(crate) facts: SubmitOrder,
    pub(crate) lines: Vec<PricedLine>,
    /// The seat holdings that the order increases, and those that its add-ons depend on.
    pub(crate) holdings: Holdings,
    /// See [`Sale::edges`].
    pub(crate) edges: Vec<String>,
    /// The cart that the order submits.
    pub(crate) cart: Option<Cart>,
}

/// Reads the parties and the offers. `sellers` adds the seller to the registry query.
pub(crate) async fn parties(
    service: &SubscriptionService,
    call: &Call,
    proposal: &Proposal,
    sellers: Query,
) -> Result<Participants> {
    let offers = proposal.lines.iter().map(|line| line.offer.as_str());
    let existing = proposal.purpose.existing();
    let except = existing.map_or("", |existing| existing.id.as_str());
    let (customer, catalogue) = tokio::try_join!(
        proposal.customer.facts(service, call),
        Catalogue::read(service, proposal.customer.name(), except, offers, proposal.now),
    )?;
    let mut query = customer.as_ref().map(peers::query_for).unwrap_or_default();
    query.recorded = proposal.purpose.recorded_on().is_some();
    query.partners.extend(sellers.partners);
    query.tenants.extend(sellers.tenants);
    let of_record = existing.map(|existing| existing.reseller.clone());
    query.partners.extend(of_record.filter(|name| !name.is_empty()));
    proposal.named_resellers().iter().for_each(|named| query.of_reseller(named));
    let registry = service.registry.facts(call, proposal.day(), query).await?;
    Ok(Participants { customer, registry, catalogue })
}

impl Participants {
    pub(crate) fn registry(&self) -> &RegistryFacts {
        &self.registry
    }

    /// Reads the edges between the parties and completes the facts, but for the lines.
    ///
    /// # Errors
    /// [`Fault::NotFound`] for an unknown customer, or a customer that the seller may not see.
    pub(crate) async fn sale(
        self,
        service: &SubscriptionService,
        call: &Call,
        proposal: &Proposal,
        seller: Partner,
    ) -> Result<Sale> {
        let Participants { customer, registry, catalogue } = self;
        let customer = customer.ok_or_else(|| Fault::not_found("customer", proposal.customer.name()))?;
        let NamedReseller { account, mpn_id, partner: reseller } =
            proposal.named_reseller(&registry, &seller)?;
        let query = EdgesQuery {
            provider: seller.name.clone(),
            reseller: reseller.as_ref().map(|partner| partner.name.clone()).unwrap_or_default(),
            customer: customer.name.clone(),
            customer_tenant: customer.tenant.clone(),
            as_of: proposal.purpose.recorded_on().filter(|day| *day < day_of(proposal.now)),
        };
        let (edges, rests_on) = edges(service, call, query).await?;
        let otherwise = match (&edges.provider_relationship, &proposal.customer) {
            (None, Buying::Named(_)) => serves_otherwise(service, call, proposal, &seller).await?,
            (Some(_), _) | (None, Buying::ToBe(_)) => Vec::new(),
        };
        let relationship_active = match (&edges.provider_relationship, &proposal.customer) {
            (Some(edge), _) => edge.active,
            (None, Buying::ToBe(_)) => true,
            (None, Buying::Named(_)) => !otherwise.is_empty(),
        };
        let read = edges.revisions().into_iter().chain(otherwise);
        Ok(Sale {
            revisions: revisions(proposal, &customer, &registry, &catalogue, read),
            facts: policy::Sale {
                reseller_required: service.settings.require_reseller,
                buyer: buyer(&customer, &registry)?,
                partnership_active: edges.partnership_is_active(),
                reseller_serves: edges.reseller_serves() || proposal.customer.connects(reseller.as_ref()),
                relationship_active,
                customer_agreement_since: customer.agreement_since(&seller.name),
                lines: Vec::new(),
                seller,
                reseller,
                reseller_account: account,
                reseller_mpn_id: mpn_id,
            },
            edges: rests_on,
            catalogue,
        })
    }

    /// Completes the facts of an order, with priced lines.
    ///
    /// # Errors
    /// The errors of [`Participants::sale`]; [`Fault::NotFound`] for an unknown offer; [`Fault::Invalid`] for
    /// a line without a fitting plan.
    pub(crate) async fn order(
        self,
        service: &SubscriptionService,
        call: &Call,
        proposal: Proposal,
        seller: Partner,
    ) -> Result<Order> {
        let Sale { facts: sale, revisions, catalogue, edges } =
            self.sale(service, call, &proposal, seller).await?;
        let lines = catalogue.priced(proposal.path_of, &proposal.lines)?;
        let day = proposal.day();
        let (recorded, cart, capacity) = match proposal.purpose {
            Purpose::Order { cart, capacity } => (false, cart.map(|cart| *cart), capacity),
            Purpose::Record(_) => (true, None, None),
            Purpose::More(_) => (false, None, None),
        };
        let of_lines = if recorded { catalogue.recorded_facts(&lines)? } else { catalogue.facts(&lines)? };
        let reseller_required = sale.reseller_required && !recorded;
        let facts = SubmitOrder {
            recorded,
            sale: policy::Sale { lines: of_lines, reseller_required, ..sale },
            cart: cart.as_ref().map(Cart::facts),
            capacity,
            act: Act { at: proposal.now, day, revisions, subject: proposal.subject },
        };
        Ok(Order { facts, lines, holdings: catalogue.holdings(), edges, cart })
    }
}

/// The edges of the query, and the names of the active relationships that the sale depends on. The sale of an
/// earlier day is decided by the edges of that day, and depends on the present ones like any other.
async fn edges(
    service: &SubscriptionService,
    call: &Call,
    query: EdgesQuery,
) -> Result<(Edges, Vec<String>)> {
    let relationships = &service.relationships;
    if query.as_of.is_none() {
        let edges = relationships.edges(call, query).await?;
        let rests_on = edges.rested_on();
        return Ok((edges, rests_on));
    }
    let present = EdgesQuery { as_of: None, ..query.clone() };
    let (edges, present) =
        tokio::try_join!(relationships.edges(call, query), relationships.edges(call, present))?;
    Ok((edges, present.rested_on()))
}

/// The active relationships that a seller without a reseller relationship of its own, as provider or
/// direct-bill partner, otherwise has with the customer, each at the revision that was read.
///
/// # Errors
/// [`Fault::NotFound`] when the seller may not see the customer: no relationship, active or ended, connects
/// them, not even through one of the seller's resellers. Operators see every customer; the seller of a
/// subscription sees that subscription's customer.
async fn serves_otherwise(
    service: &SubscriptionService,
    call: &Call,
    proposal: &Proposal,
    seller: &Partner,
) -> Result<Vec<Revision>> {
    let access =
        service.relationships.customer_access(call, proposal.customer.name(), &seller.tenant).await?;
    if !access.visible && !call.caller.is_operator() && proposal.purpose.existing().is_none() {
        return Err(Fault::not_found("customer", proposal.customer.name()));
    }
    Ok(access.active())
}

fn revisions(
    proposal: &Proposal,
    customer: &CustomerFact,
    registry: &RegistryFacts,
    catalogue: &Catalogue,
    of_edges: impl Iterator<Item = Revision>,
) -> Vec<Revision> {
    let cart = proposal.purpose.cart().map(Cart::revision);
    let of_customer = customer.revisions().into_iter().chain(customer.agreement_read());
    let read = registry.revisions().into_iter().chain(of_customer);
    let mut revisions: Vec<_> = read.chain(of_edges).chain(catalogue.revisions()).chain(cart).collect();
    revisions.sort_by(|one, other| one.resource.cmp(&other.resource));
    revisions.dedup();
    revisions
}

/// The capacity that rule SUB-09 requires: indirect for an order that names a reseller, direct otherwise.
pub(crate) fn fitting_capacity(names_reseller: bool) -> policy::Capacity {
    if names_reseller { Capacity::Indirect } else { Capacity::Direct }
}
