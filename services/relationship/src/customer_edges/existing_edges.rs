//! The partnerships that already connect a seller with its reseller and with a customer's tenant, with their
//! revisions.

use csp_policy::{Partner, Revision};
use csp_service::{Call, Result};

use crate::RelationshipService;
use crate::partnership::{self, Partnership};

/// Placeholder for the name of a partnership to which the caller is not a party.
const SOME_PARTNERSHIP: &str = "partnerships/-";

/// Existing partnerships of a seller.
#[derive(Debug, Default)]
pub(crate) struct ExistingEdges {
    /// The pending or active partnership of seller and reseller.
    pub(crate) partnership: Option<Partnership>,
    /// The active partnership by which the customer's tenant is the seller's reseller.
    pub(crate) other_edge: Option<Partnership>,
}

impl ExistingEdges {
    /// Reads the partnerships. `customer_tenant` is `None` while the customer's tenant is unknown.
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

    /// Whether the partnership of seller and reseller is active.
    pub(crate) fn partnership_is_active(&self) -> bool {
        self.partnership.as_ref().is_some_and(Partnership::is_active)
    }

    /// Name of the partnership by which the customer's tenant is the seller's reseller. Any caller may learn
    /// that the tenant cannot become a customer, but a tenant that is not a party to the partnership gets a
    /// placeholder for its name.
    pub(crate) fn other_edge_name(&self, call: &Call) -> Option<String> {
        let edge = self.other_edge.as_ref()?;
        Some(if edge.concerns(call) { edge.name() } else { SOME_PARTNERSHIP.to_owned() })
    }

    /// Revisions that were read, for the decision. The revision of a partnership whose name is hidden from
    /// the caller is left out: a caller can read its own decisions, refused ones included.
    pub(crate) fn revisions(&self, call: &Call) -> Vec<Revision> {
        let other = self.other_edge.as_ref().filter(|edge| edge.concerns(call));
        self.partnership.iter().chain(other).map(Partnership::revision).collect()
    }
}
