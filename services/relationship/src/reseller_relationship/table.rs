//! The table `reseller_relationship`.
//!
//! `closing_time` is the start time of the lease of a removal in flight. The lease keeps two removals of one
//! relationship apart while the subscription service closes the relationship for new orders.
//! `closing_request` identifies the request that took the lease.

use csp_policy::boundaries::{AcceptInvitation, EstablishEdges, RemoveResellerRelationship};
use csp_policy::{Boundary, Day};
use csp_proto::relationship::v1::{RelationshipOrigin, RelationshipState};
use csp_service::{Accepted, Result, Stored};
use csp_store::{Change, Connection, Query, Save, Select, Statement, Tx, table};
use jiff::Timestamp;

table! {
    /// A row of the table. Parties are resource names, empty for none.
    pub(crate) struct ResellerRelationshipRow in "reseller_relationship" key [customer, id] {
        /// Unique for the customer only.
        id: String,
        revision: i64,
        create_time: Timestamp,
        update_time: Timestamp,
        partner: String,
        partner_tenant: String,
        provider: String,
        provider_tenant: String,
        customer: String,
        customer_tenant: String,
        state: Stored<RelationshipState>,
        origin: Stored<RelationshipOrigin>,
        /// Whether the relationship was created with its customer.
        with_customer: bool,
        end_time: Option<Timestamp>,
        end_reason: Option<String>,
        text_version: Option<String>,
        evidence_date: Option<Day>,
        evidence_source: Option<String>,
        /// Start time of the lease of a removal in flight, in microseconds UTC.
        closing_time: Option<i64>,
        closing_request: Option<String>,
        /// Start time of the latest lease, even if that lease was released; 0 before the first lease.
        latest_closing_time: i64,
    }
}

table! {
    /// The lease of a removal in flight, and the earlier leases that it may replace.
    pub(crate) struct RemovalLease in "reseller_relationship" key [customer, id] {
        customer: String,
        id: String,
        /// The revision of the relationship that was read.
        revision: i64,
        /// Start time of the lease, in microseconds UTC. The race is lost unless this time is later than the
        /// start time of every earlier lease of the relationship.
        closing_time: i64,
        /// Identifies the request in all its repeats.
        closing_request: Option<String>,
        /// The lease replaces any lease that started before this instant, in microseconds UTC.
        abandoned_before: i64,
        /// The lease replaces a lease of this request, however young.
        repeated_request: Option<String>,
    }
}

const END: Save<ResellerRelationshipRow> = Save::new(
    "
    UPDATE reseller_relationship
       SET revision            = :revision,
           update_time         = :update_time,
           state               = :state,
           end_time            = :end_time,
           end_reason          = :end_reason,
           text_version = :text_version,
           closing_time        = NULL,
           closing_request     = NULL
     WHERE customer = :customer AND id = :id AND revision = :revision - 1 AND closing_time = :closing_time",
);

const DELETE: Save<ResellerRelationshipRow> = Save::new(
    "DELETE FROM reseller_relationship WHERE customer = :customer AND id = :id AND revision = :revision",
);

const HOLD: Save<ResellerRelationshipRow> = Save::new(
    "
    UPDATE reseller_relationship SET closing_time = closing_time
     WHERE customer = :customer AND id = :id AND revision = :revision AND state = 'ACTIVE'",
);

/// The new lease must start later than every earlier lease. `closing_time` is compared too: an older release
/// that does not write `latest_closing_time` may have taken the present lease.
const CLOSING: Save<RemovalLease> = Save::new(
    "
    UPDATE reseller_relationship
       SET closing_time        = :closing_time,
           latest_closing_time = :closing_time,
           closing_request     = :closing_request
     WHERE customer = :customer AND id = :id AND revision = :revision AND latest_closing_time < :closing_time
       AND (closing_time IS NULL
            OR closing_time < :abandoned_before
            OR (closing_request = :repeated_request AND closing_time < :closing_time))",
);

const REOPENED: &str = "
    UPDATE reseller_relationship SET closing_time = NULL, closing_request = NULL
     WHERE customer = $1 AND id = $2 AND closing_time = $3";

/// An update that changes nothing, instead of a read: the update waits for a transaction that is ending the
/// relationship under this lease.
const CLOSING_SINCE: &str = "
    UPDATE reseller_relationship SET closing_time = closing_time
     WHERE customer = $1 AND id = $2 AND closing_time = $3";

const ABANDONED: Select<ResellerRelationshipRow> =
    Select::new("SELECT * FROM reseller_relationship WHERE closing_time < $1 ORDER BY closing_time LIMIT $2");

const BY_ID: Select<ResellerRelationshipRow> =
    Select::new("SELECT * FROM reseller_relationship WHERE customer = $1 AND id = $2");

const OPEN: Select<ResellerRelationshipRow> = Select::new(
    "
    SELECT * FROM reseller_relationship
     WHERE customer = $1 AND partner = $2 AND provider = $3 AND state = 'ACTIVE'",
);

const OF_TENANT: Select<ResellerRelationshipRow> = Select::new(
    "
    SELECT * FROM reseller_relationship
     WHERE customer_tenant = $1 AND (partner = $2 OR provider = $2) AND state = 'ACTIVE'
     ORDER BY provider, id LIMIT 1",
);

const WITH_CUSTOMER: Select<ResellerRelationshipRow> = Select::new(
    "
    SELECT * FROM reseller_relationship
     WHERE customer = $1 AND with_customer = 1
     ORDER BY provider, id",
);

const SERVED_CUSTOMERS: &str = "
    SELECT CAST(COUNT(*) AS BIGINT)
      FROM (SELECT customer FROM reseller_relationship
             WHERE provider_tenant = $1 AND partner = $2 AND state = 'ACTIVE'
             LIMIT $3) AS served";

const OF_CUSTOMER_WHOLE: Select<ResellerRelationshipRow> =
    Select::new("SELECT * FROM reseller_relationship WHERE customer = $1 ORDER BY id");

const OF_CUSTOMER: Select<ResellerRelationshipRow> = Select::new(
    "
    SELECT * FROM reseller_relationship
     WHERE customer = $1
       AND id > $2
       AND ($3 = '' OR partner_tenant = $3 OR provider_tenant = $3 OR customer_tenant = $3)
       AND ($4 = '' OR partner = $4)
       AND state IN :list
     ORDER BY id LIMIT $5",
);

const LIST_OF_PARTNER: Select<ResellerRelationshipRow> = Select::new(
    "
    SELECT * FROM reseller_relationship
     WHERE partner_tenant = $1
       AND (customer, id) > ($2, $3) AND ($4 = '' OR partner = $4) AND state IN :list
     ORDER BY customer, id LIMIT $5",
);

const LIST_OF_PROVIDER: Select<ResellerRelationshipRow> = Select::new(
    "
    SELECT * FROM reseller_relationship
     WHERE provider_tenant = $1
       AND (customer, id) > ($2, $3) AND ($4 = '' OR partner = $4) AND state IN :list
     ORDER BY customer, id LIMIT $5",
);

const LIST_OF_TENANT: Select<ResellerRelationshipRow> = Select::new(
    "
    SELECT * FROM reseller_relationship
     WHERE customer_tenant = $1
       AND (customer, id) > ($2, $3) AND ($4 = '' OR partner = $4) AND state IN :list
     ORDER BY customer, id LIMIT $5",
);

const LIST_ALL: Select<ResellerRelationshipRow> = Select::new(
    "
    SELECT * FROM reseller_relationship
     WHERE (customer, id) > ($1, $2) AND ($3 = '' OR partner = $3) AND state IN :list
     ORDER BY customer, id LIMIT $4",
);

/// Every statement of the table.
pub(crate) const STATEMENTS: &[&dyn Statement] = &[
    &END,
    &DELETE,
    &HOLD,
    &CLOSING,
    &REOPENED,
    &CLOSING_SINCE,
    &ABANDONED,
    &BY_ID,
    &OPEN,
    &OF_TENANT,
    &WITH_CUSTOMER,
    &SERVED_CUSTOMERS,
    &OF_CUSTOMER_WHOLE,
    &OF_CUSTOMER,
    &LIST_OF_PARTNER,
    &LIST_OF_PROVIDER,
    &LIST_OF_TENANT,
    &LIST_ALL,
];

/// The boundaries that let a reseller relationship begin, with the admin grant that is asked for.
pub(crate) trait Begins: Boundary {}
impl Begins for AcceptInvitation {}
impl Begins for EstablishEdges {}

/// Conditions of a list.
#[derive(Debug)]
pub(crate) struct Filter<'a> {
    /// Resource name of the partner; empty for every partner.
    pub(crate) partner: &'a str,
    /// Stored words of the states to list.
    pub(crate) states: &'a [String],
}

/// The position at which a list, ordered by customer and id, continues: after this entry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct After<'a> {
    pub(crate) customer: &'a str,
    pub(crate) id: &'a str,
    pub(crate) limit: i64,
}

pub(crate) fn insert<B: Begins>(tx: &mut Tx, row: &ResellerRelationshipRow, _: &Accepted<B>) {
    tx.put(Change::insert(row));
}

/// Saves a relationship that has ended. The race is lost unless the removal still holds the lease
/// `closing_time`.
pub(crate) fn save_ended(
    tx: &mut Tx,
    row: &ResellerRelationshipRow,
    closing_time: i64,
    _: &Accepted<RemoveResellerRelationship>,
) {
    let leased = ResellerRelationshipRow { closing_time: Some(closing_time), ..row.clone() };
    tx.put(END.of(&leased).must_meet(1));
}

/// Deletes a relationship of a customer whose creation was undone.
pub(crate) fn delete(tx: &mut Tx, row: &ResellerRelationshipRow) {
    tx.put(DELETE.of(row).must_meet(1));
}

/// Makes sure that the relationship stays active and unchanged until this write commits; otherwise the race
/// is lost.
pub(crate) fn hold(tx: &mut Tx, row: &ResellerRelationshipRow) {
    tx.put(HOLD.of(row).must_meet(1));
}

/// Saves the lease of a removal. The race is lost while another removal holds a lease that `lease` may not
/// replace.
pub(crate) fn save_closing(tx: &mut Tx, lease: &RemovalLease) {
    tx.put(CLOSING.of(lease).must_meet(1));
}

/// Releases the lease `closing_time`, if a removal still holds that lease.
pub(crate) fn save_reopened(tx: &mut Tx, customer: &str, id: &str, closing_time: i64) {
    tx.put(Change::new(REOPENED).bind(customer).bind(id).bind(closing_time));
}

/// Whether a removal still holds the lease `closing_time`, after any transaction that is ending the
/// relationship under this lease has finished.
pub(crate) async fn is_closing_since(
    tx: &mut Tx,
    customer: &str,
    id: &str,
    closing_time: i64,
) -> Result<bool> {
    let held = sqlx::query(CLOSING_SINCE).bind(customer).bind(id).bind(closing_time);
    Ok(held.execute(tx.conn().await?).await?.rows_affected() > 0)
}

/// Relationships with a lease that started before `before`, in microseconds UTC, earliest lease first.
pub(crate) async fn abandoned(
    conn: &mut Connection,
    before: i64,
    limit: i64,
) -> Result<Vec<ResellerRelationshipRow>> {
    Ok(ABANDONED.query().bind(before).bind(limit).fetch_all(conn).await?)
}

/// The customer's relationship with this id.
pub(crate) async fn by_id(
    conn: &mut Connection,
    customer: &str,
    id: &str,
) -> Result<Option<ResellerRelationshipRow>> {
    Ok(BY_ID.query().bind(customer).bind(id).fetch_optional(conn).await?)
}

/// The active relationship of the partner, through `provider` (empty for none), with the customer.
pub(crate) async fn open(
    conn: &mut Connection,
    customer: &str,
    partner: &str,
    provider: &str,
) -> Result<Option<ResellerRelationshipRow>> {
    Ok(OPEN.query().bind(customer).bind(partner).bind(provider).fetch_optional(conn).await?)
}

/// An active relationship by which a tenant is the provider's customer: its own, or one through a reseller.
pub(crate) async fn of_tenant(
    conn: &mut Connection,
    provider: &str,
    tenant: &str,
) -> Result<Option<ResellerRelationshipRow>> {
    Ok(OF_TENANT.query().bind(tenant).bind(provider).fetch_optional(conn).await?)
}

/// The relationships that were created with a customer, the seller's first.
pub(crate) async fn with_customer(
    conn: &mut Connection,
    customer: &str,
) -> Result<Vec<ResellerRelationshipRow>> {
    Ok(WITH_CUSTOMER.query().bind(customer).fetch_all(conn).await?)
}

/// Every relationship of a customer.
pub(crate) async fn of_customer_whole(
    conn: &mut Connection,
    customer: &str,
) -> Result<Vec<ResellerRelationshipRow>> {
    Ok(OF_CUSTOMER_WHOLE.query().bind(customer).fetch_all(conn).await?)
}

/// Relationships of one customer that `tenant` may see; all of them for an empty `tenant`.
pub(crate) async fn of_customer(
    conn: &mut Connection,
    customer: &str,
    tenant: &str,
    filter: &Filter<'_>,
    page: After<'_>,
) -> Result<Vec<ResellerRelationshipRow>> {
    let query = OF_CUSTOMER.query_list(6, filter.states.len());
    let query = query.bind(customer).bind(page.id).bind(tenant).bind(filter.partner).bind(page.limit);
    Ok(filter.states.iter().fold(query, |query, state| query.bind(state)).fetch_all(conn).await?)
}

/// Relationships in which the tenant is the partner, by customer.
pub(crate) async fn list_of_partner(
    conn: &mut Connection,
    tenant: &str,
    filter: &Filter<'_>,
    page: After<'_>,
) -> Result<Vec<ResellerRelationshipRow>> {
    list(conn, LIST_OF_PARTNER.query_list(6, filter.states.len()).bind(tenant.to_owned()), filter, page).await
}

/// Relationships of resellers in which the tenant is the provider, by customer.
pub(crate) async fn list_of_provider(
    conn: &mut Connection,
    tenant: &str,
    filter: &Filter<'_>,
    page: After<'_>,
) -> Result<Vec<ResellerRelationshipRow>> {
    list(conn, LIST_OF_PROVIDER.query_list(6, filter.states.len()).bind(tenant.to_owned()), filter, page)
        .await
}

/// Relationships in which the tenant is the customer.
pub(crate) async fn list_of_tenant(
    conn: &mut Connection,
    tenant: &str,
    filter: &Filter<'_>,
    page: After<'_>,
) -> Result<Vec<ResellerRelationshipRow>> {
    list(conn, LIST_OF_TENANT.query_list(6, filter.states.len()).bind(tenant.to_owned()), filter, page).await
}

/// All relationships, by customer.
pub(crate) async fn list_all(
    conn: &mut Connection,
    filter: &Filter<'_>,
    page: After<'_>,
) -> Result<Vec<ResellerRelationshipRow>> {
    list(conn, LIST_ALL.query_list(5, filter.states.len()), filter, page).await
}

async fn list(
    conn: &mut Connection,
    query: Query<ResellerRelationshipRow>,
    filter: &Filter<'_>,
    page: After<'_>,
) -> Result<Vec<ResellerRelationshipRow>> {
    let query = query.bind(page.customer).bind(page.id).bind(filter.partner).bind(page.limit);
    Ok(filter.states.iter().fold(query, |query, state| query.bind(state)).fetch_all(conn).await?)
}

/// Maximum number of customers that [`served_customers`] counts.
const SERVED_MAX: i64 = 10_000;

/// Counts the customers that the reseller serves through the provider with this CSP tenant. The count ends at
/// [`SERVED_MAX`].
pub(crate) async fn served_customers(
    conn: &mut Connection,
    provider_tenant: &str,
    reseller: &str,
) -> Result<i32> {
    let query = sqlx::query_scalar(SERVED_CUSTOMERS).bind(provider_tenant).bind(reseller).bind(SERVED_MAX);
    let count: i64 = query.fetch_one(conn).await?;
    Ok(i32::try_from(count).unwrap_or(i32::MAX))
}
