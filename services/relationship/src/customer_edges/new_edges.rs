//! The relationships that begin with an allowed act, and the admin grant that is given with them, in one
//! transaction.

use std::collections::BTreeMap;

use csp_policy::Partner;
use csp_proto::relationship::v1 as pb;
use csp_service::{Accepted, Book, Effect, Result};
use csp_store::Tx;
use jiff::Timestamp;

use crate::admin_grant::{self, AdminAccess, AdminGrant};
use crate::peers::KnownCustomer;
use crate::relationship_type::{self, Kind};
use crate::reseller_relationship::table::{Begins, ResellerRelationshipRow};
use crate::reseller_relationship::{self, Origin, ResellerRelationship};

/// The edges of an allowed act.
#[derive(Debug)]
pub(crate) struct NewEdges {
    /// Relationships that already exist and stay unchanged.
    kept: Vec<ResellerRelationship>,
    /// New relationships.
    new: Vec<ResellerRelationship>,
    /// The grant that is given with one of the relationships.
    admin_grant: Option<AdminGrant>,
    /// Whether the partnership of a new relationship through a provider must be in force when the edges are
    /// saved.
    needs_partnership: bool,
}

/// A partner that is to serve a customer and, for a reseller, the provider through which the reseller serves.
pub(crate) type Server<'a> = (&'a Partner, Option<&'a Partner>);

/// The seller alone, or the seller and then the reseller through the seller.
pub(crate) fn servers<'a>(seller: &'a Partner, reseller: Option<&'a Partner>) -> Vec<Server<'a>> {
    let through = reseller.map(|reseller| (reseller, Some(seller)));
    std::iter::once((seller, None)).chain(through).collect()
}

impl NewEdges {
    /// Plans the relationships that are missing for all `servers` to serve the customer. The last server gets
    /// the admin grant, if `access` asks for one.
    pub(crate) async fn plan(
        book: &Book,
        servers: &[Server<'_>],
        customer: &KnownCustomer,
        origin: &Origin,
        access: Option<&AdminAccess>,
        now: Timestamp,
    ) -> Result<Self> {
        let conn = &mut *book.store.read().await?;
        let mut planned =
            NewEdges { kept: Vec::new(), new: Vec::new(), admin_grant: None, needs_partnership: true };
        for (partner, provider) in servers {
            let through = provider.map_or("", |provider| provider.name.as_str());
            let open =
                reseller_relationship::table::open(conn, &customer.name, &partner.name, through).await?;
            let is_kept = open.is_some();
            let relationship = open.map_or_else(
                || {
                    let id = book.next_id();
                    ResellerRelationship::begin(id, partner, *provider, customer, origin.clone(), now)
                },
                ResellerRelationship::from,
            );
            planned.admin_grant =
                access.map(|access| AdminGrant::give(book.next_id(), &relationship, access, origin, now));
            if is_kept { planned.kept.push(relationship) } else { planned.new.push(relationship) }
        }
        Ok(planned)
    }

    /// One new relationship, after a check that it does not exist, with the grant that was given with it.
    pub(crate) fn of(relationship: ResellerRelationship, admin_grant: Option<AdminGrant>) -> Self {
        NewEdges { kept: Vec::new(), new: vec![relationship], admin_grant, needs_partnership: true }
    }

    /// The edges of an act that was decided by a partnership of an earlier day, if `past`: that partnership
    /// may have ended since.
    pub(crate) fn decided_by_the_past(self, past: bool) -> Self {
        NewEdges { needs_partnership: !past, ..self }
    }

    /// Whether any of the relationships already exists.
    pub(crate) fn keeps_any(&self) -> bool {
        !self.kept.is_empty()
    }

    /// Saves all edges. Returns the changes for the journal.
    pub(crate) fn save<B: Begins>(
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
        // The lock order prevents deadlocks: existing relationships, then relationship types (customers, then
        // resellers), then new relationships.
        for ((seller, tenant), edges) in counted(&self.new) {
            relationship_type::add(tx, seller, tenant, Kind::Customer, edges);
        }
        let through = |row: &&ResellerRelationshipRow| self.needs_partnership && !row.provider.is_empty();
        for row in self.new.iter().map(ResellerRelationship::row).filter(through) {
            relationship_type::hold_reseller(tx, &row.provider, &row.partner_tenant);
        }
        for relationship in &self.new {
            reseller_relationship::table::insert(tx, relationship.row(), accepted);
            effects.push(relationship.creation()?);
        }
        if let Some(grant) = &self.admin_grant {
            admin_grant::table::insert(tx, grant.row(), accepted);
            effects.push(grant.creation(now)?);
        }
        Ok(effects)
    }

    /// The new relationships as API messages.
    pub(crate) fn render(&self) -> Vec<pb::ResellerRelationship> {
        self.new.iter().map(ResellerRelationship::render).collect()
    }

    /// The admin grant as an API message, as of `now`.
    pub(crate) fn render_grant(&self, now: Timestamp) -> Option<pb::AdminGrant> {
        self.admin_grant.as_ref().map(|grant| grant.render(now))
    }
}

/// The number of relationships for each pair of seller and customer tenant, sorted: every transaction locks
/// the rows of these pairs in one order.
pub(crate) fn counted(relationships: &[ResellerRelationship]) -> BTreeMap<(&str, &str), i64> {
    let mut counted = BTreeMap::new();
    for relationship in relationships {
        let edge = (relationship.seller(), relationship.row().customer_tenant.as_str());
        *counted.entry(edge).or_default() += 1;
    }
    counted
}
