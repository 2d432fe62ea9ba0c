//! What other services ask about edges of both kinds, each question one statement.

use csp_service::Result;
use csp_store::Connection;

use super::reseller_relationship::ResellerRelationshipRow;

/// Own relationships that are told of one customer, at most.
pub(crate) const OWN_RELATIONSHIPS_MAX: i64 = 100;

/// An edge between two parties is the active one, otherwise the newest.
const EDGES: &str = "\
     SELECT edge, id, revision, state, admin_access FROM (SELECT 'PARTNERSHIP' AS edge, id, revision, state, \
       admin_access FROM partnership WHERE provider = $1 AND reseller = $2 \
       ORDER BY CASE state WHEN 'ACTIVE' THEN 0 ELSE 1 END, create_time DESC, id DESC LIMIT 1) AS of_partners \
     UNION ALL \
     SELECT edge, id, revision, state, admin_access FROM (SELECT 'PROVIDER_RELATIONSHIP' AS edge, id, revision, state, \
       CAST(0 AS BIGINT) AS admin_access FROM reseller_relationship \
       WHERE customer = $3 AND partner = $1 AND provider = '' \
       ORDER BY CASE state WHEN 'ACTIVE' THEN 0 ELSE 1 END, create_time DESC, id DESC LIMIT 1) AS of_provider \
     UNION ALL \
     SELECT edge, id, revision, state, admin_access FROM (SELECT 'RESELLER_RELATIONSHIP' AS edge, id, revision, state, \
       CAST(0 AS BIGINT) AS admin_access FROM reseller_relationship \
       WHERE customer = $3 AND partner = $2 AND provider = $1 \
       ORDER BY CASE state WHEN 'ACTIVE' THEN 0 ELSE 1 END, create_time DESC, id DESC LIMIT 1) AS of_reseller \
     UNION ALL \
     SELECT edge, id, revision, state, admin_access FROM (SELECT 'RESELLER_OWN_RELATIONSHIP' AS edge, id, revision, \
       state, CAST(0 AS BIGINT) AS admin_access FROM reseller_relationship \
       WHERE customer = $3 AND partner = $2 AND provider = '' \
       ORDER BY CASE state WHEN 'ACTIVE' THEN 0 ELSE 1 END, create_time DESC, id DESC LIMIT 1) AS of_reseller_alone \
     UNION ALL \
     SELECT edge, id, revision, state, admin_access FROM (SELECT 'TENANT_PARTNERSHIP' AS edge, id, revision, state, \
       admin_access FROM partnership WHERE provider = $1 AND reseller_tenant = $4 AND state = 'ACTIVE' \
       ORDER BY id LIMIT 1) AS of_tenant";
const OWN: &str = "SELECT id, revision, create_time, update_time, partner, partner_tenant, provider, provider_tenant, \
     customer, customer_tenant, state, origin, with_customer, end_time, end_reason, attestation_version, evidence_date, \
     evidence_source FROM reseller_relationship WHERE customer = $1 AND partner_tenant = $2 \
     ORDER BY CASE state WHEN 'ACTIVE' THEN 0 ELSE 1 END, create_time DESC, id DESC LIMIT $3";
const THROUGH_RESELLERS: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM reseller_relationship \
     WHERE customer = $1 AND provider_tenant = $2 AND state = 'ACTIVE'";
const SERVED: &str = "\
     SELECT customer FROM (SELECT DISTINCT customer FROM reseller_relationship \
       WHERE partner_tenant = $1 AND customer > $2 ORDER BY customer LIMIT $3) AS own \
     UNION \
     SELECT customer FROM (SELECT DISTINCT customer FROM reseller_relationship \
       WHERE provider_tenant = $1 AND customer > $2 AND state = 'ACTIVE' ORDER BY customer LIMIT $3) AS through_resellers \
     ORDER BY customer LIMIT $3";
const SERVED_WITH: &str = "\
     SELECT customer FROM (SELECT DISTINCT customer FROM reseller_relationship \
       WHERE partner_tenant = $1 AND provider = $2 AND customer > $3 ORDER BY customer LIMIT $4) AS under_provider \
     UNION \
     SELECT customer FROM (SELECT DISTINCT customer FROM reseller_relationship \
       WHERE provider_tenant = $1 AND partner = $2 AND customer > $3 AND state = 'ACTIVE' \
       ORDER BY customer LIMIT $4) AS through_reseller \
     ORDER BY customer LIMIT $4";
const SERVED_BY_ANYBODY: &str =
    "SELECT DISTINCT customer FROM reseller_relationship WHERE customer > $1 ORDER BY customer LIMIT $2";
const SERVED_BY: &str = "SELECT DISTINCT customer FROM reseller_relationship WHERE (partner = $1 OR provider = $1) \
     AND customer > $2 ORDER BY customer LIMIT $3";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[EDGES, OWN, THROUGH_RESELLERS, SERVED, SERVED_WITH, SERVED_BY_ANYBODY, SERVED_BY];

/// One edge between the parties that were asked about.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct EdgeRow {
    /// Which one: `PARTNERSHIP`, `PROVIDER_RELATIONSHIP`, `RESELLER_RELATIONSHIP`, `RESELLER_OWN_RELATIONSHIP` or
    /// `TENANT_PARTNERSHIP`.
    pub(crate) edge: String,
    pub(crate) id: String,
    pub(crate) revision: i64,
    pub(crate) state: String,
    pub(crate) admin_access: i64,
}

/// What connects the parties; an empty name connects nothing.
pub(crate) async fn between(
    conn: &mut Connection,
    provider: &str,
    reseller: &str,
    customer: &str,
    customer_tenant: &str,
) -> Result<Vec<EdgeRow>> {
    let query = sqlx::query_as(EDGES).bind(provider).bind(reseller).bind(customer).bind(customer_tenant);
    Ok(query.fetch_all(conn).await?)
}

/// The relationships of the partner with `tenant` with the customer, active ones first.
pub(crate) async fn own_of(
    conn: &mut Connection,
    customer: &str,
    tenant: &str,
) -> Result<Vec<ResellerRelationshipRow>> {
    let query = sqlx::query_as(OWN).bind(customer).bind(tenant).bind(OWN_RELATIONSHIPS_MAX);
    Ok(query.fetch_all(conn).await?)
}

/// Whether an active reseller of the provider with `tenant` serves the customer.
pub(crate) async fn is_served_through_resellers(
    conn: &mut Connection,
    customer: &str,
    tenant: &str,
) -> Result<bool> {
    let count: i64 =
        sqlx::query_scalar(THROUGH_RESELLERS).bind(customer).bind(tenant).fetch_one(conn).await?;
    Ok(count > 0)
}

/// Customers that exist for the tenant, by name: it serves or served them, or an active reseller of it does.
pub(crate) async fn served(
    conn: &mut Connection,
    tenant: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(SERVED).bind(tenant).bind(after).bind(limit).fetch_all(conn).await?)
}

/// Those of them that the tenant serves together with `counterpart`.
pub(crate) async fn served_with(
    conn: &mut Connection,
    tenant: &str,
    counterpart: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<String>> {
    let query = sqlx::query_scalar(SERVED_WITH).bind(tenant).bind(counterpart).bind(after).bind(limit);
    Ok(query.fetch_all(conn).await?)
}

/// All customers that anybody serves or served, by name.
pub(crate) async fn served_by_anybody(conn: &mut Connection, after: &str, limit: i64) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(SERVED_BY_ANYBODY).bind(after).bind(limit).fetch_all(conn).await?)
}

/// Those of them with which a partner has to do, by name: an operator's question, which reads every customer.
pub(crate) async fn served_by(
    conn: &mut Connection,
    partner: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(SERVED_BY).bind(partner).bind(after).bind(limit).fetch_all(conn).await?)
}
