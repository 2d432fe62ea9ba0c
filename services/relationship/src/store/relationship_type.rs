//! The table `relationship_type`: what a tenant is to a provider, and by how many active edges (rule PSH-11).
//!
//! One row for each tenant and provider makes both kinds of edge meet: whoever sets an edge writes the row in
//! the same transaction, so that two edges of different kinds cannot both be set, whatever each had read.

use csp_service::Result;
use csp_store::{Tx, must_change_one_row};

const ADD: &str = "INSERT INTO relationship_type (tenant, provider, kind, edges) VALUES ($1, $2, $3, 1) \
     ON CONFLICT (tenant, provider) DO UPDATE SET kind = excluded.kind, edges = relationship_type.edges + 1 \
     WHERE relationship_type.kind = excluded.kind OR relationship_type.edges = 0";
const TAKE: &str = "UPDATE relationship_type SET edges = edges - 1 \
     WHERE tenant = $1 AND provider = $2 AND kind = $3 AND edges > 0";
const HOLD: &str = "UPDATE relationship_type SET edges = edges \
     WHERE tenant = $1 AND provider = $2 AND kind = $3 AND edges > 0";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[ADD, TAKE, HOLD];

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

/// Counts an edge that begins. Where edges of the other kind exist the race is lost: read again, the facts
/// make the rule refuse.
pub(crate) async fn add(tx: &mut Tx, provider: &str, tenant: &str, kind: Kind) -> Result<()> {
    change(tx, ADD, provider, tenant, kind).await
}

/// Takes back the count of an edge that ends.
pub(crate) async fn take(tx: &mut Tx, provider: &str, tenant: &str, kind: Kind) -> Result<()> {
    change(tx, TAKE, provider, tenant, kind).await
}

/// Makes sure that the tenant is still the provider's reseller, and stays it until this write is done.
pub(crate) async fn hold_reseller(tx: &mut Tx, provider: &str, tenant: &str) -> Result<()> {
    change(tx, HOLD, provider, tenant, Kind::Reseller).await
}

async fn change(tx: &mut Tx, sql: &'static str, provider: &str, tenant: &str, kind: Kind) -> Result<()> {
    let query = sqlx::query(sql).bind(tenant).bind(provider).bind(kind.as_str());
    Ok(must_change_one_row(&query.execute(tx.conn()).await?)?)
}
