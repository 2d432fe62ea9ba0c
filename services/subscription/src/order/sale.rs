//! The facts of a sale: gathered for SubmitOrder, which sells, for ReviewCart, which only says what SubmitOrder would
//! decide, and for RecordSubscription, which brings in what was sold elsewhere.
//!
//! The customer and what is offered, in parallel; then the registry, once for seller, reseller and customer; then what
//! connects them. A question more to the registry, asked beside the customer, would save a round and cost more.

use csp_policy::boundaries::SubmitOrder;
use csp_policy::{self as policy, Act, Capacity, Day, Partner, Revision};
use csp_proto::relationship::v1::RelationshipState;
use csp_service::order::OrderLine;
use csp_service::peers::{CustomerFact, Edges, EdgesQuery, Query, RegistryFacts, buyer};
use csp_service::{Call, Fault, Result, wire};
use jiff::Timestamp;

use super::line::PricedLine;
use crate::cart::Cart;
use crate::holding::Holdings;
use crate::offer::catalogue::Catalogue;
use crate::{SubscriptionService, peers};
use csp_service::wire::day_of;

/// What somebody wants to sell.
pub(crate) struct Proposal {
    /// Resource name of what the sale would create.
    pub(crate) subject: String,
    /// The instant of the decision.
    pub(crate) now: Timestamp,
    /// The day on which it was sold elsewhere, and by whose rules it is judged; none for a sale of now.
    pub(crate) as_of: Option<Day>,
    /// For whom.
    pub(crate) customer: String,
    /// Resource name of the MPN ID of the reseller of record.
    pub(crate) mpn_id: Option<String>,
    /// What.
    pub(crate) lines: Vec<OrderLine>,
    /// Where the caller named each line.
    pub(crate) path_of: fn(usize) -> String,
    /// The cart that has the lines.
    pub(crate) cart: Option<Cart>,
    /// The attested capacity.
    pub(crate) capacity: Option<Capacity>,
}

impl Proposal {
    /// The day by whose rules it is judged.
    fn day(&self) -> Day {
        self.as_of.unwrap_or_else(|| day_of(self.now))
    }
}

/// Who the parties are, and what is offered.
pub(crate) struct Participants {
    customer: Option<CustomerFact>,
    registry: RegistryFacts,
    catalogue: Catalogue,
}

/// A sale that can be decided.
pub(crate) struct Sale {
    pub(crate) facts: SubmitOrder,
    pub(crate) lines: Vec<PricedLine>,
    /// What it counts up, and rests on.
    pub(crate) holdings: Holdings,
    /// The active relationships that it rests on.
    pub(crate) edges: Vec<String>,
    /// See [`Proposal::mpn_id`].
    pub(crate) mpn_id: Option<String>,
    /// See [`Proposal::cart`].
    pub(crate) cart: Option<Cart>,
}

/// Reads who the parties are; `sellers` says whom to ask the registry for besides.
pub(crate) async fn parties(
    service: &SubscriptionService,
    call: &Call,
    proposal: &Proposal,
    sellers: Query,
) -> Result<Participants> {
    let offers = proposal.lines.iter().map(|line| line.offer.as_str());
    let (customer, catalogue) = tokio::try_join!(
        service.customers.by_name(call, &proposal.customer),
        Catalogue::read(service, &proposal.customer, "", offers, proposal.now),
    )?;
    let mut query = customer.as_ref().map(peers::query_for).unwrap_or_default();
    query.partners.extend(sellers.partners);
    query.tenants.extend(sellers.tenants);
    query.mpn_ids.extend(proposal.mpn_id.iter().map(|name| wire::id_of(name).to_owned()));
    let registry = service.registry.facts(call, proposal.day(), query).await?;
    Ok(Participants { customer, registry, catalogue })
}

impl Participants {
    /// What the registry knows.
    pub(crate) fn registry(&self) -> &RegistryFacts {
        &self.registry
    }

    /// Reads what connects the parties, and puts all facts together.
    pub(crate) async fn sale(
        self,
        service: &SubscriptionService,
        call: &Call,
        proposal: Proposal,
        seller: Partner,
    ) -> Result<Sale> {
        let Participants { customer, registry, catalogue } = self;
        let customer = customer.ok_or_else(|| unknown_customer(&proposal))?;
        let named = proposal.mpn_id.as_deref().map(|name| peers::named_reseller(&registry, name, &seller));
        let (reseller_mpn_id, reseller) =
            named.map_or((None, None), |(mpn_id, partner)| (Some(mpn_id), partner));
        let query = EdgesQuery {
            provider: seller.name.clone(),
            reseller: reseller.as_ref().map(|partner| partner.name.clone()).unwrap_or_default(),
            customer: customer.name.clone(),
            customer_tenant: customer.tenant.clone(),
        };
        let edges = service.relationships.edges(call, query).await?;
        let relationship_active = match &edges.provider_relationship {
            Some(edge) => edge.active,
            None => serves_otherwise(service, call, &proposal, &seller).await?,
        };
        let lines = catalogue.priced(proposal.path_of, &proposal.lines)?;
        let is_recorded = proposal.as_of.is_some();
        let facts = SubmitOrder {
            act: Act {
                day: proposal.day(),
                revisions: revisions(&proposal, &customer, &registry, &edges, &catalogue),
                subject: proposal.subject,
            },
            recorded: is_recorded,
            now: proposal.now,
            require_reseller: service.settings.require_reseller,
            buyer: buyer(&customer, &registry)?,
            partnership_active: edges.partnership_is_active(),
            relationship_active,
            customer_agreement_since: customer.agreement_since,
            cart: proposal.cart.as_ref().map(Cart::facts),
            lines: if is_recorded { catalogue.recorded_facts(&lines)? } else { catalogue.facts(&lines)? },
            capacity: proposal.capacity,
            seller,
            reseller,
            reseller_mpn_id,
        };
        Ok(Sale {
            facts,
            lines,
            holdings: catalogue.holdings(),
            edges: edges.rested_on(),
            mpn_id: proposal.mpn_id,
            cart: proposal.cart,
        })
    }
}

/// Whether a seller without a relationship of its own, provider's or direct, has any other with the customer.
/// One that has none, and never had, and serves it through nobody, does not see it; an operator sees every customer.
async fn serves_otherwise(
    service: &SubscriptionService,
    call: &Call,
    proposal: &Proposal,
    seller: &Partner,
) -> Result<bool> {
    let access = service.relationships.customer_access(call, &proposal.customer, &seller.tenant).await?;
    if !access.visible && !call.caller.is_operator() {
        return Err(unknown_customer(proposal));
    }
    Ok(access.relationships.iter().any(|relationship| relationship.state() == RelationshipState::Active))
}

fn revisions(
    proposal: &Proposal,
    customer: &CustomerFact,
    registry: &RegistryFacts,
    edges: &Edges,
    catalogue: &Catalogue,
) -> Vec<Revision> {
    let cart = proposal.cart.as_ref();
    let cart = cart.map(Cart::revision);
    let read = registry.revisions().into_iter().chain(customer.revisions());
    let mut revisions: Vec<_> =
        read.chain(edges.revisions()).chain(catalogue.revisions()).chain(cart).collect();
    revisions.sort_by(|one, other| one.resource.cmp(&other.resource));
    revisions.dedup();
    revisions
}

fn unknown_customer(proposal: &Proposal) -> Fault {
    Fault::not_found("customer", &proposal.customer)
}

/// The capacity that fits an order: indirect when it names a reseller.
pub(crate) fn fitting_capacity(mpn_id: Option<&String>) -> policy::Capacity {
    if mpn_id.is_some() { Capacity::Indirect } else { Capacity::Direct }
}
