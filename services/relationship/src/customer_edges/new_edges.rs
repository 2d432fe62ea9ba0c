//! The relationships that begin with an allowed act, and the admin grant that is given with them: all, or none.

use std::collections::BTreeMap;

use csp_policy::Partner;
use csp_proto::relationship::v1 as pb;
use csp_service::{Accepted, Book, Effect, Result};
use csp_store::Tx;
use jiff::Timestamp;

use crate::admin_grant::{self, AdminAccess, AdminGrant};
use crate::peers::KnownCustomer;
use crate::relationship_type::{self, Kind};
use crate::reseller_relationship::table::Begins;
use crate::reseller_relationship::{self, Origin, ResellerRelationship};

/// What an allowed act sets.
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
        let conn = &mut *book.store.read().await?;
        let mut planned = NewEdges { kept: Vec::new(), begun: Vec::new(), admin_grant: None };
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
