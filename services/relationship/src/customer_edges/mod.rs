//! Edges of our own: as facts, what already connects the parties of an act, each at its revision; and as an
//! effect, what an allowed act sets.

pub(crate) mod dissolve;
pub(crate) mod establish;
pub(crate) mod read;
pub(crate) mod table;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeMap;

use csp_policy::{Partner, Revision};
use csp_proto::relationship::v1 as pb;
use csp_service::{Accepted, Book, Call, Effect, Result};
use csp_store::{Connection, Tx};
use jiff::Timestamp;

use crate::admin_grant::{AdminAccess, AdminGrant};
use crate::invitation::KnownCustomer;
use crate::partnership::{self, Partnership};
use crate::relationship_type::{self, Kind};
use crate::reseller_relationship::table::Begins;
use crate::reseller_relationship::{Origin, ResellerRelationship};
use crate::{Relationship, admin_grant, reseller_relationship};

/// Stands for a partnership that its reader is no party to.
const SOME_PARTNERSHIP: &str = "partnerships/-";

/// Between a seller, its reseller and a customer's tenant.
#[derive(Debug, Default)]
pub(crate) struct SellingEdges {
    /// The pending or active partnership of seller and reseller.
    pub(crate) partnership: Option<Partnership>,
    /// The active partnership by which the customer's tenant is the seller's reseller.
    pub(crate) other_edge: Option<Partnership>,
}

impl SellingEdges {
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

/// Reads what connects seller, reseller and the tenant of a customer, which may be unknown yet.
pub(crate) async fn selling(
    conn: &mut Connection,
    seller: &Partner,
    reseller: Option<&Partner>,
    customer_tenant: Option<&str>,
) -> Result<SellingEdges> {
    let mut edges = SellingEdges::default();
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

/// The relationship by which a tenant is the provider's customer.
pub(crate) async fn as_customer(
    service: &Relationship,
    provider: &Partner,
    tenant: &str,
) -> Result<Option<Revision>> {
    let mut reader = service.book.store.read_once().await?;
    let found = reseller_relationship::table::of_tenant(&mut reader, &provider.name, tenant).await?;
    Ok(found.map(|row| ResellerRelationship::from(row).revision()))
}

/// What an allowed act sets: all of it, or nothing.
#[derive(Debug)]
pub(crate) struct NewEdges {
    /// Relationships that exist already, and are left as they are.
    kept: Vec<ResellerRelationship>,
    /// Relationships that begin.
    begun: Vec<ResellerRelationship>,
    /// The delegated administration that is given with one of them.
    admin_grant: Option<AdminGrant>,
}

/// Who is to serve a customer: a partner, and for a reseller the provider through which.
pub(crate) type Server<'a> = (&'a Partner, Option<&'a Partner>);

/// The two relationships of a joint request, or the one of a seller alone.
pub(crate) fn servers<'a>(seller: &'a Partner, reseller: Option<&'a Partner>) -> Vec<Server<'a>> {
    let through = reseller.map(|reseller| (reseller, Some(seller)));
    std::iter::once((seller, None)).chain(through).collect()
}

impl NewEdges {
    /// What has to begin so that all `servers` serve the customer. The last one gets the delegated
    /// administration, where some is asked for.
    pub(crate) async fn plan(
        book: &Book,
        servers: &[Server<'_>],
        customer: &KnownCustomer,
        origin: &Origin,
        access: Option<&AdminAccess>,
        now: Timestamp,
    ) -> Result<Self> {
        let mut reader = book.store.read().await?;
        let mut planned = NewEdges { kept: Vec::new(), begun: Vec::new(), admin_grant: None };
        for (partner, provider) in servers {
            let through = provider.map_or("", |provider| provider.name.as_str());
            let open =
                reseller_relationship::table::open(&mut reader, &customer.name, &partner.name, through)
                    .await?;
            let is_kept = open.is_some();
            let relationship = open.map_or_else(
                || {
                    let id = book.next_id();
                    ResellerRelationship::begin(id, partner, *provider, customer, origin.clone(), now)
                },
                ResellerRelationship::from,
            );
            planned.admin_grant =
                access.map(|access| AdminGrant::give(book.next_id(), &relationship, access, now));
            if is_kept { planned.kept.push(relationship) } else { planned.begun.push(relationship) }
        }
        Ok(planned)
    }

    /// One relationship that is known not to exist.
    pub(crate) fn of(relationship: ResellerRelationship) -> Self {
        NewEdges { kept: Vec::new(), begun: vec![relationship], admin_grant: None }
    }

    /// Whether some of it exists already.
    pub(crate) fn keeps_any(&self) -> bool {
        !self.kept.is_empty()
    }

    /// Saves all of it, and gives what it did for the journal.
    pub(crate) async fn save<B: Begins>(
        &self,
        tx: &mut Tx,
        accepted: &Accepted<B>,
        now: Timestamp,
    ) -> Result<Vec<Effect>> {
        let mut effects = Vec::new();
        let mut kept: Vec<_> = self.kept.iter().collect();
        kept.sort_unstable_by(|one, other| one.row().id.cmp(&other.row().id));
        for relationship in kept {
            reseller_relationship::table::hold(tx, relationship.row());
        }
        // What their parties are to each other, before the relationships themselves: customers, then resellers, so that
        // nobody waits in a circle.
        for ((seller, tenant), edges) in counted(&self.begun) {
            relationship_type::add(tx, seller, tenant, Kind::Customer, edges);
        }
        for row in self.begun.iter().map(ResellerRelationship::row).filter(|row| !row.provider.is_empty()) {
            relationship_type::hold_reseller(tx, &row.provider, &row.partner_tenant);
        }
        for relationship in &self.begun {
            reseller_relationship::table::insert(tx, relationship.row(), accepted);
            effects.push(relationship.creation()?);
        }
        if let Some(grant) = &self.admin_grant {
            admin_grant::table::insert(tx, grant.row(), accepted);
            effects.push(grant.creation(now)?);
        }
        Ok(effects)
    }

    /// The relationships that begin.
    pub(crate) fn render(&self) -> Vec<pb::ResellerRelationship> {
        self.begun.iter().map(ResellerRelationship::render).collect()
    }

    /// The grant that is given.
    pub(crate) fn render_grant(&self, now: Timestamp) -> Option<pb::AdminGrant> {
        self.admin_grant.as_ref().map(|grant| grant.render(now))
    }
}

/// How many of the relationships make each tenant a customer of which seller, everybody in the same order.
pub(crate) fn counted(relationships: &[ResellerRelationship]) -> BTreeMap<(&str, &str), i64> {
    let mut counted = BTreeMap::new();
    for relationship in relationships {
        let edge = (relationship.seller(), relationship.row().customer_tenant.as_str());
        *counted.entry(edge).or_default() += 1;
    }
    counted
}
