//! The table `relationship_type`: what a tenant is to a provider, and by how many active edges (rule PSH-11).
//!
//! One row for each tenant and provider makes both kinds of edge meet: whoever sets an edge writes the row in
//! the same transaction, so that two edges of different kinds cannot both be set, whatever each had read.

use csp_store::{Change, Tx};

const ADD: &str = "INSERT INTO relationship_type (tenant, provider, kind, edges) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (tenant, provider) DO UPDATE SET kind = excluded.kind, \
     edges = relationship_type.edges + excluded.edges \
     WHERE relationship_type.kind = excluded.kind OR relationship_type.edges = 0";
const TAKE: &str = "UPDATE relationship_type SET edges = edges - $4 \
     WHERE tenant = $1 AND provider = $2 AND kind = $3 AND edges >= $4";
const HOLD: &str = "UPDATE relationship_type SET edges = edges \
     WHERE tenant = $1 AND provider = $2 AND kind = $3 AND edges >= $4";

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[ADD, TAKE, HOLD];

/// What a tenant is to a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Its reseller, by a partnership.
    Reseller,
    /// Its customer, by a reseller relationship of its own or of one of its resellers.
    Customer,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Kind::Reseller => "RESELLER",
            Kind::Customer => "CUSTOMER",
        }
    }
}

/// Counts edges that begin, all of one write between the two at once. Where edges of the other kind exist the race is
/// lost: read again, the facts make the rule refuse.
pub(crate) fn add(tx: &mut Tx, provider: &str, tenant: &str, kind: Kind, edges: i64) {
    change(tx, ADD, provider, tenant, kind, edges);
}

/// Takes back the count of edges that end, all of one write between the two at once.
pub(crate) fn take(tx: &mut Tx, provider: &str, tenant: &str, kind: Kind, edges: i64) {
    change(tx, TAKE, provider, tenant, kind, edges);
}

/// Makes sure that the tenant is still the provider's reseller, and stays it until this write is done.
pub(crate) fn hold_reseller(tx: &mut Tx, provider: &str, tenant: &str) {
    change(tx, HOLD, provider, tenant, Kind::Reseller, 1);
}

fn change(tx: &mut Tx, sql: &'static str, provider: &str, tenant: &str, kind: Kind, edges: i64) {
    tx.put(Change::new(sql).bind(tenant).bind(provider).bind(kind.as_str()).bind(edges).must_meet(1));
}
