//! The table `reseller_relationship`.
//!
//! `closing_time` is set while its end is under way: it keeps two ends of one relationship apart while the
//! subscription service closes it for new orders. `closing_request` tells the repeats of the request that set it.

use csp_policy::Boundary;
use csp_policy::boundaries::{AcceptInvitation, EstablishEdges, RemoveResellerRelationship};
use csp_service::{Accepted, Result};
use csp_store::{Change, Connection, Tx};

macro_rules! columns {
    () => {
        "id, revision, create_time, update_time, partner, partner_tenant, provider, provider_tenant, customer, \
         customer_tenant, state, origin, with_customer, end_time, end_reason, attestation_version, evidence_date, evidence_source, \
         latest_closing_time"
    };
}

macro_rules! list {
    ($of:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM reseller_relationship WHERE ",
            $of,
            " = $1 AND (customer, id) > ($2, $3) AND ($4 = '' OR partner = $4) AND ($5 = '' OR state = $5) \
             ORDER BY customer, id LIMIT $6"
        )
    };
}

const INSERT: &str = concat!(
    "INSERT INTO reseller_relationship (",
    columns!(),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)"
);
const END: &str = "UPDATE reseller_relationship SET revision = $1, update_time = $2, state = $3, end_time = $4, \
     end_reason = $5, attestation_version = $6, closing_time = NULL, closing_request = NULL \
     WHERE id = $7 AND revision = $8 AND closing_time = $9";
const DELETE: &str = "DELETE FROM reseller_relationship WHERE id = $1 AND revision = $2";
/// Above every earlier mark, whoever set it. A release that knows no latest one may have set the present one.
const CLOSING: &str = "UPDATE reseller_relationship SET closing_time = $1, latest_closing_time = $1, closing_request = $2 \
     WHERE id = $3 AND revision = $4 AND latest_closing_time < $1 \
     AND (closing_time IS NULL OR closing_time < $5 OR (closing_request = $6 AND closing_time < $1))";
const REOPENED: &str = "UPDATE reseller_relationship SET closing_time = NULL, closing_request = NULL \
     WHERE id = $1 AND closing_time = $2";
const HOLD: &str = "UPDATE reseller_relationship SET closing_time = closing_time \
     WHERE id = $1 AND revision = $2 AND state = 'ACTIVE'";
/// Written, not read: who is about to end the relationship under this mark is waited for.
const CLOSING_SINCE: &str =
    "UPDATE reseller_relationship SET closing_time = closing_time WHERE id = $1 AND closing_time = $2";
const ABANDONED: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM reseller_relationship WHERE closing_time < $1 ORDER BY closing_time LIMIT $2"
);
const BY_ID: &str = concat!("SELECT ", columns!(), " FROM reseller_relationship WHERE id = $1");
const OPEN: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM reseller_relationship WHERE customer = $1 AND partner = $2 AND provider = $3 AND state = 'ACTIVE'"
);
const OF_TENANT: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM reseller_relationship WHERE customer_tenant = $1 AND (partner = $2 OR provider = $2) \
     AND state = 'ACTIVE' ORDER BY provider, id LIMIT 1"
);
const WITH_CUSTOMER: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM reseller_relationship WHERE customer = $1 AND with_customer = 1 ORDER BY provider, id"
);
const OF_CUSTOMER_WHOLE: &str =
    concat!("SELECT ", columns!(), " FROM reseller_relationship WHERE customer = $1 ORDER BY id");
const OF_CUSTOMER: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM reseller_relationship WHERE customer = $1 AND id > $2 AND ($3 = '' OR partner_tenant = $3 \
     OR provider_tenant = $3 OR customer_tenant = $3) AND ($4 = '' OR partner = $4) AND ($5 = '' OR state = $5) \
     ORDER BY id LIMIT $6"
);
const LIST_OF_PARTNER: &str = list!("partner_tenant");
const LIST_OF_PROVIDER: &str = list!("provider_tenant");
const LIST_OF_TENANT: &str = list!("customer_tenant");
const LIST_ALL: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM reseller_relationship WHERE (customer, id) > ($1, $2) AND ($3 = '' OR partner = $3) \
     AND ($4 = '' OR state = $4) ORDER BY customer, id LIMIT $5"
);

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    INSERT,
    END,
    DELETE,
    CLOSING,
    REOPENED,
    HOLD,
    CLOSING_SINCE,
    ABANDONED,
    BY_ID,
    OPEN,
    OF_TENANT,
    WITH_CUSTOMER,
    OF_CUSTOMER_WHOLE,
    OF_CUSTOMER,
    LIST_OF_PARTNER,
    LIST_OF_PROVIDER,
    LIST_OF_TENANT,
    LIST_ALL,
];

/// A row of the table. Instants are microseconds; parties are resource names, empty for none.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct ResellerRelationshipRow {
    pub(crate) id: String,
    pub(crate) revision: i64,
    pub(crate) create_time: i64,
    pub(crate) update_time: i64,
    pub(crate) partner: String,
    pub(crate) partner_tenant: String,
    pub(crate) provider: String,
    pub(crate) provider_tenant: String,
    pub(crate) customer: String,
    pub(crate) customer_tenant: String,
    pub(crate) state: String,
    pub(crate) origin: String,
    /// 1 when it came with its customer.
    pub(crate) with_customer: i64,
    pub(crate) end_time: Option<i64>,
    pub(crate) end_reason: Option<String>,
    pub(crate) attestation_version: Option<String>,
    pub(crate) evidence_date: Option<String>,
    pub(crate) evidence_source: Option<String>,
    /// Of the latest mark, also one that was taken back; 0 before the first.
    pub(crate) latest_closing_time: i64,
}

/// The mark of an end that is under way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark<'a> {
    /// Since when it is; lost unless it is later than every earlier mark of the relationship.
    pub(crate) time: i64,
    /// Tells the repeats of its request.
    pub(crate) request: Option<&'a str>,
    /// Takes over any mark that is older than this.
    pub(crate) abandoned_before: i64,
    /// Takes over the mark of this request, however young.
    pub(crate) repeats: Option<&'a str>,
}

/// The boundaries that let a reseller relationship begin, with the admin grant that is asked for.
pub(crate) trait Begins: Boundary {}
impl Begins for AcceptInvitation {}
impl Begins for EstablishEdges {}

/// Which relationships to list; empty texts leave a condition out.
#[derive(Debug)]
pub(crate) struct Filter<'a> {
    pub(crate) partner: &'a str,
    pub(crate) state: &'static str,
}

/// Where a list goes on, by customer: after this entry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct After<'a> {
    pub(crate) customer: &'a str,
    pub(crate) id: &'a str,
    pub(crate) limit: i64,
}

pub(crate) fn insert<B: Begins>(tx: &mut Tx, row: &ResellerRelationshipRow, _: &Accepted<B>) {
    tx.put(
        Change::new(INSERT)
            .bind(row.id.as_str())
            .bind(row.revision)
            .bind(row.create_time)
            .bind(row.update_time)
            .bind(row.partner.as_str())
            .bind(row.partner_tenant.as_str())
            .bind(row.provider.as_str())
            .bind(row.provider_tenant.as_str())
            .bind(row.customer.as_str())
            .bind(row.customer_tenant.as_str())
            .bind(row.state.as_str())
            .bind(row.origin.as_str())
            .bind(row.with_customer)
            .bind(row.end_time)
            .bind(row.end_reason.as_deref())
            .bind(row.attestation_version.as_deref())
            .bind(row.evidence_date.as_deref())
            .bind(row.evidence_source.as_deref())
            .bind(row.latest_closing_time),
    );
}

/// Saves the end of a relationship that was marked as closing at `closing_time`.
pub(crate) fn save_ended(
    tx: &mut Tx,
    row: &ResellerRelationshipRow,
    closing_time: i64,
    _: &Accepted<RemoveResellerRelationship>,
) {
    tx.put(
        Change::new(END)
            .bind(row.revision)
            .bind(row.update_time)
            .bind(row.state.as_str())
            .bind(row.end_time)
            .bind(row.end_reason.as_deref())
            .bind(row.attestation_version.as_deref())
            .bind(row.id.as_str())
            .bind(row.revision - 1)
            .bind(closing_time)
            .must_meet(1),
    );
}

/// Erases a relationship of a customer whose creation was given up.
pub(crate) fn delete(tx: &mut Tx, row: &ResellerRelationshipRow) {
    tx.put(Change::new(DELETE).bind(row.id.as_str()).bind(row.revision).must_meet(1));
}

/// Marks that the end of the relationship, read as `row`, is under way; lost when another end is, which this one does
/// not take over.
pub(crate) fn save_closing(tx: &mut Tx, row: &ResellerRelationshipRow, mark: Mark<'_>) {
    tx.put(
        Change::new(CLOSING)
            .bind(mark.time)
            .bind(mark.request)
            .bind(row.id.as_str())
            .bind(row.revision)
            .bind(mark.abandoned_before)
            .bind(mark.repeats)
            .must_meet(1),
    );
}

/// Takes back the mark that was set at `closing_time`, if it is still there.
pub(crate) fn save_reopened(tx: &mut Tx, id: &str, closing_time: i64) {
    tx.put(Change::new(REOPENED).bind(id).bind(closing_time));
}

/// Whether the mark that was set at `closing_time` still stands, once whoever is about to end the relationship under
/// it has done so or not.
pub(crate) async fn is_closing_since(tx: &mut Tx, id: &str, closing_time: i64) -> Result<bool> {
    let held = sqlx::query(CLOSING_SINCE).bind(id).bind(closing_time).execute(tx.conn().await?).await?;
    Ok(held.rows_affected() > 0)
}

/// Makes sure that a relationship is still in force, and stays it until this write is done.
pub(crate) fn hold(tx: &mut Tx, row: &ResellerRelationshipRow) {
    tx.put(Change::new(HOLD).bind(row.id.as_str()).bind(row.revision).must_meet(1));
}

/// Relationships whose end is under way since before an instant, oldest first.
pub(crate) async fn abandoned(
    conn: &mut Connection,
    before: i64,
    limit: i64,
) -> Result<Vec<ResellerRelationshipRow>> {
    Ok(sqlx::query_as(ABANDONED).bind(before).bind(limit).fetch_all(conn).await?)
}

pub(crate) async fn by_id(conn: &mut Connection, id: &str) -> Result<Option<ResellerRelationshipRow>> {
    Ok(sqlx::query_as(BY_ID).bind(id).fetch_optional(conn).await?)
}

/// The active relationship of the partner, through `provider` (empty for none), with the customer.
pub(crate) async fn open(
    conn: &mut Connection,
    customer: &str,
    partner: &str,
    provider: &str,
) -> Result<Option<ResellerRelationshipRow>> {
    Ok(sqlx::query_as(OPEN).bind(customer).bind(partner).bind(provider).fetch_optional(conn).await?)
}

/// An active relationship by which a tenant is the provider's customer: its own, or one through a reseller.
pub(crate) async fn of_tenant(
    conn: &mut Connection,
    provider: &str,
    tenant: &str,
) -> Result<Option<ResellerRelationshipRow>> {
    Ok(sqlx::query_as(OF_TENANT).bind(tenant).bind(provider).fetch_optional(conn).await?)
}

/// The relationships that came with a customer, the seller's first.
pub(crate) async fn with_customer(
    conn: &mut Connection,
    customer: &str,
) -> Result<Vec<ResellerRelationshipRow>> {
    Ok(sqlx::query_as(WITH_CUSTOMER).bind(customer).fetch_all(conn).await?)
}

/// Every relationship of a customer.
pub(crate) async fn of_customer_whole(
    conn: &mut Connection,
    customer: &str,
) -> Result<Vec<ResellerRelationshipRow>> {
    Ok(sqlx::query_as(OF_CUSTOMER_WHOLE).bind(customer).fetch_all(conn).await?)
}

/// Relationships of one customer that the party with `tenant` may see, all for an empty one.
pub(crate) async fn of_customer(
    conn: &mut Connection,
    customer: &str,
    tenant: &str,
    filter: &Filter<'_>,
    page: After<'_>,
) -> Result<Vec<ResellerRelationshipRow>> {
    let query = sqlx::query_as(OF_CUSTOMER)
        .bind(customer)
        .bind(page.id)
        .bind(tenant)
        .bind(filter.partner)
        .bind(filter.state)
        .bind(page.limit);
    Ok(query.fetch_all(conn).await?)
}

/// Relationships of the partner with this tenant, by customer.
pub(crate) async fn list_of_partner(
    conn: &mut Connection,
    tenant: &str,
    filter: &Filter<'_>,
    page: After<'_>,
) -> Result<Vec<ResellerRelationshipRow>> {
    list_of(conn, LIST_OF_PARTNER, tenant, filter, page).await
}

/// Relationships of resellers through the provider with this tenant, by customer.
pub(crate) async fn list_of_provider(
    conn: &mut Connection,
    tenant: &str,
    filter: &Filter<'_>,
    page: After<'_>,
) -> Result<Vec<ResellerRelationshipRow>> {
    list_of(conn, LIST_OF_PROVIDER, tenant, filter, page).await
}

/// Relationships of the customer with this tenant.
pub(crate) async fn list_of_tenant(
    conn: &mut Connection,
    tenant: &str,
    filter: &Filter<'_>,
    page: After<'_>,
) -> Result<Vec<ResellerRelationshipRow>> {
    list_of(conn, LIST_OF_TENANT, tenant, filter, page).await
}

async fn list_of(
    conn: &mut Connection,
    sql: &'static str,
    tenant: &str,
    filter: &Filter<'_>,
    page: After<'_>,
) -> Result<Vec<ResellerRelationshipRow>> {
    let query = sqlx::query_as(sql)
        .bind(tenant)
        .bind(page.customer)
        .bind(page.id)
        .bind(filter.partner)
        .bind(filter.state)
        .bind(page.limit);
    Ok(query.fetch_all(conn).await?)
}

/// All relationships, by customer.
pub(crate) async fn list_all(
    conn: &mut Connection,
    filter: &Filter<'_>,
    page: After<'_>,
) -> Result<Vec<ResellerRelationshipRow>> {
    let query = sqlx::query_as(LIST_ALL)
        .bind(page.customer)
        .bind(page.id)
        .bind(filter.partner)
        .bind(filter.state)
        .bind(page.limit);
    Ok(query.fetch_all(conn).await?)
}
