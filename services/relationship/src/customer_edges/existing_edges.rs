//! The partnerships that already connect a seller with its reseller and with a customer's tenant, with their
//! revisions.

use csp_policy::{Day, Partner, Revision};
use csp_service::{Call, Result};
use csp_store::Connection;

use super::table::{self, EdgeKind, Parties};
use crate::RelationshipService;
use crate::partnership::{self, Partnership, name_of};

/// Placeholder for the name of a partnership to which the caller is not a party.
const SOME_PARTNERSHIP: &str = "partnerships/-";

/// Existing partnerships of a seller.
#[derive(Debug, Default)]
pub(crate) struct ExistingEdges {
    /// Whether the partnership of seller and reseller is active, or was on the day of the act.
    pub(crate) partnership_is_active: bool,
    /// The partnership of seller and reseller at the revision that was read.
    pub(crate) partnership: Option<Revision>,
    /// The active partnership by which the customer's tenant is the seller's reseller.
    pub(crate) other_edge: Option<Partnership>,
}

impl ExistingEdges {
    /// Reads the partnerships. `customer_tenant` is `None` while the customer's tenant is unknown. `as_of` is
    /// the day of an act that is recorded, if it is before today: the partnership of seller and reseller is
    /// that of the day. One relationship type (rule PSH-11) holds of what is stored, whatever the day.
    pub(crate) async fn of(
        service: &RelationshipService,
        seller: &Partner,
        reseller: Option<&Partner>,
        customer_tenant: Option<&str>,
        as_of: Option<Day>,
    ) -> Result<Self> {
        let conn = &mut *service.book.store.read().await?;
        let mut edges = ExistingEdges::default();
        match (reseller, as_of) {
            (Some(reseller), Some(day)) => edges.on_day(conn, (&seller.name, &reseller.name), day).await?,
            (Some(reseller), None) => {
                let open = partnership::table::open(conn, &seller.name, &reseller.name).await?;
                let open = open.map(Partnership::from);
                edges.partnership_is_active = open.as_ref().is_some_and(Partnership::is_active);
                edges.partnership = open.as_ref().map(Partnership::revision);
            }
            (None, _) => {}
        }
        if let Some(tenant) = customer_tenant {
            let other = partnership::table::of_tenant(conn, &seller.name, tenant).await?;
            edges.other_edge = other.map(Partnership::from);
        }
        Ok(edges)
    }

    /// Reads the partnership of provider and reseller as of `day`.
    async fn on_day(
        &mut self,
        conn: &mut Connection,
        (provider, reseller): (&str, &str),
        day: Day,
    ) -> Result<()> {
        let parties = Parties { provider, reseller, customer: "", customer_tenant: "", as_of: Some(day) };
        let edges = table::between(conn, parties).await?;
        let partnership = edges.iter().find(|edge| edge.kind == EdgeKind::Partnership);
        self.partnership_is_active = partnership.is_some_and(|edge| edge.is_active());
        self.partnership = partnership.map(|edge| Revision {
            dated: edge.dated,
            ..Revision::undated(name_of(&edge.id), edge.revision)
        });
        Ok(())
    }

    /// Whether the partnership of an earlier day decides: it need not be in force any more.
    pub(crate) fn are_of_the_past(&self) -> bool {
        self.partnership.as_ref().is_some_and(|read| read.dated)
    }

    /// Name of the partnership by which the customer's tenant is the seller's reseller. Any caller may learn
    /// that the tenant cannot become a customer, but a tenant that is not a party to the partnership gets a
    /// placeholder for its name.
    pub(crate) fn other_edge_name(&self, call: &Call) -> Option<String> {
        let edge = self.other_edge.as_ref()?;
        Some(if edge.concerns(call) { edge.name() } else { SOME_PARTNERSHIP.to_owned() })
    }

    /// Revisions that were read, for the decision.
    pub(crate) fn revisions(&self) -> Vec<Revision> {
        self.partnership.iter().cloned().chain(self.other_edge.as_ref().map(Partnership::revision)).collect()
    }
}
