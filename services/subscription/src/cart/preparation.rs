//! The facts about a cart that is prepared or changed: its parties, their edges, its priced lines.

use csp_policy::{CartContent, Partner, Revision};
use csp_service::order::OrderLine;
use csp_service::peers::{CustomerAccess, CustomerFact, EdgesQuery, RegistryFacts, buyer};
use csp_service::wire::day_of;
use csp_service::{Call, Fault, Result};
use jiff::Timestamp;

use crate::offer::catalogue::Catalogue;
use crate::order::line::PricedLine;
use crate::{SubscriptionService, peers};

/// The cart to prepare.
pub(super) struct Wanted<'w> {
    /// Resource name.
    pub(super) customer: &'w str,
    /// CSP tenant of the partner that creates or created the cart.
    pub(super) creator_tenant: &'w str,
    /// Resource name of the seller; `None` for a seller that the request does not name.
    pub(super) seller: Option<&'w str>,
    /// Whether the creator must see the customer. The parties of a stored cart know the customer.
    pub(super) is_new: bool,
    pub(super) lines: &'w [OrderLine],
    /// The path of a line's field in the request.
    pub(super) path_of: fn(usize) -> String,
}

/// The facts of the peers and of the catalogue, before the parties are known.
pub(super) struct Preparation {
    customer: Option<CustomerFact>,
    pub(super) registry: RegistryFacts,
    catalogue: Catalogue,
}

/// A cart with all its facts.
pub(super) struct Prepared {
    pub(super) content: CartContent,
    pub(super) lines: Vec<PricedLine>,
    /// The revisions that were read.
    pub(super) revisions: Vec<Revision>,
}

/// Reads the customer, the offers and the registry.
pub(super) async fn begin(
    service: &SubscriptionService,
    call: &Call,
    wanted: &Wanted<'_>,
    now: Timestamp,
) -> Result<Preparation> {
    let offers = wanted.lines.iter().map(|line| line.offer.as_str());
    let (customer, catalogue) = tokio::try_join!(
        service.customers.by_name(call, wanted.customer),
        Catalogue::read(service, wanted.customer, "", offers, now),
    )?;
    let mut query = customer.as_ref().map(peers::query_for).unwrap_or_default();
    query.tenants.push(wanted.creator_tenant.to_owned());
    query.partners.extend(wanted.seller.map(str::to_owned));
    let registry = service.registry.facts(call, day_of(now), query).await?;
    Ok(Preparation { customer, registry, catalogue })
}

impl Preparation {
    /// Reads the edges between the parties and completes the facts. `reseller` prepares the cart for
    /// `seller`; `None` when the seller does.
    ///
    /// # Errors
    /// [`Fault::NotFound`] for an unknown customer, a customer that the creator of a new cart may
    /// not see, or an unknown offer; [`Fault::Invalid`] for a line without a fitting plan.
    pub(super) async fn complete(
        self,
        service: &SubscriptionService,
        call: &Call,
        wanted: &Wanted<'_>,
        seller: Partner,
        reseller: Option<Partner>,
    ) -> Result<Prepared> {
        let Preparation { customer, registry, catalogue } = self;
        let customer = customer.ok_or_else(|| Fault::not_found("customer", wanted.customer))?;
        let query = EdgesQuery {
            provider: seller.name.clone(),
            reseller: reseller.as_ref().map(|partner| partner.name.clone()).unwrap_or_default(),
            customer: customer.name.clone(),
            customer_tenant: customer.tenant.clone(),
            as_of: None,
        };
        let edges = service.relationships.edges(call, query).await?;
        let seller_serves = edges.provider_relationship.as_ref().is_some_and(|edge| edge.active);
        let own = match reseller {
            Some(_) => [&edges.reseller_relationship, &edges.reseller_own_relationship],
            None => [&edges.provider_relationship, &None],
        };
        let serves = own.into_iter().flatten().any(|edge| edge.active);
        let otherwise = match serves {
            true => CustomerAccess { visible: true, ..CustomerAccess::default() },
            // The creator may see the customer although none of the cart's edges is active, and may serve it
            // through another provider.
            false => {
                service.relationships.customer_access(call, wanted.customer, wanted.creator_tenant).await?
            }
        };
        let (is_seen, otherwise) = (otherwise.visible, otherwise.active());
        let serves = serves || !otherwise.is_empty();
        if wanted.is_new && !is_seen {
            return Err(Fault::not_found("customer", wanted.customer));
        }
        let lines = catalogue.priced(wanted.path_of, wanted.lines)?;
        let content = CartContent {
            partnership_active: edges.partnership_is_active(),
            seller_serves,
            reseller_serves: reseller.is_some() && serves,
            buyer: buyer(&customer, &registry)?,
            lines: catalogue.facts(&lines)?,
            seller,
            reseller,
        };
        let read = registry.revisions().into_iter().chain(customer.revisions()).chain(edges.revisions());
        let revisions = read.chain(otherwise).chain(catalogue.revisions()).collect();
        Ok(Prepared { content, lines, revisions })
    }
}
