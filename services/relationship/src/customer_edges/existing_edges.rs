//! What already connects a seller, its reseller and a customer's tenant, each edge at its revision.

use csp_policy::{Partner, Revision};
use csp_service::{Call, Result};

use crate::RelationshipService;
use crate::partnership::{self, Partnership};

/// Stands for a partnership that its reader is no party to.
const SOME_PARTNERSHIP: &str = "partnerships/-";

/// Between a seller, its reseller and a customer's tenant.
#[derive(Debug, Default)]
pub(crate) struct ExistingEdges {
    /// The pending or active partnership of seller and reseller.
    pub(crate) partnership: Option<Partnership>,
    /// The active partnership by which the customer's tenant is the seller's reseller.
    pub(crate) other_edge: Option<Partnership>,
}

impl ExistingEdges {
    /// Reads them; the customer's tenant may be unknown yet.
    pub(crate) async fn of(
        service: &RelationshipService,
        seller: &Partner,
        reseller: Option<&Partner>,
        customer_tenant: Option<&str>,
    ) -> Result<Self> {
        let conn = &mut *service.book.store.read().await?;
        let mut edges = ExistingEdges::default();
        if let Some(reseller) = reseller {
            let open = partnership::table::open(conn, &seller.name, &reseller.name).await?;
            edges.partnership = open.map(Partnership::from);
        }
        if let Some(tenant) = customer_tenant {
            let other = partnership::table::of_tenant(conn, &seller.name, tenant).await?;
            edges.other_edge = other.map(Partnership::from);
        }
        Ok(edges)
    }

    /// Whether seller and reseller are partners now.
    pub(crate) fn partnership_is_active(&self) -> bool {
        self.partnership.as_ref().is_some_and(Partnership::is_active)
    }

    /// Name of the edge of the other type, as the caller may learn it: whom a provider is partnered with is told
    /// to these two alone, though everybody may learn that the tenant is not to be had as a customer.
    pub(crate) fn other_edge_name(&self, call: &Call) -> Option<String> {
        let edge = self.other_edge.as_ref()?;
        Some(if edge.concerns(call) { edge.name() } else { SOME_PARTNERSHIP.to_owned() })
    }

    /// What was read, as far as the caller may learn of it: a caller reads its own decisions, refusals among them.
    pub(crate) fn revisions(&self, call: &Call) -> Vec<Revision> {
        let other = self.other_edge.as_ref().filter(|edge| edge.concerns(call));
        self.partnership.iter().chain(other).map(Partnership::revision).collect()
    }
}
