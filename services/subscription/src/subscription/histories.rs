//! What a subscription remembers: former resellers of record, and seats added after the purchase.

use csp_policy::boundaries::{AssociateReseller, ChangeQuantity};
use csp_service::Accepted;
use csp_store::{Change, Tx};

use crate::schema::{Answer, Conn};

/// Open seat additions that are looked at, newest first: older ones are not reducible then.
const ADDITIONS_READ_MAX: i64 = 1000;

const RESELLERS: &str = "SELECT subscription, revision, customer_tenant, reseller, reseller_mpn_id, start_time, \
     end_time FROM reseller_of_record WHERE subscription = $1 AND revision < $2 ORDER BY revision DESC LIMIT $3";
const INSERT_RESELLER: &str = "INSERT INTO reseller_of_record (subscription, revision, customer_tenant, reseller, \
     reseller_mpn_id, start_time, end_time) VALUES ($1, $2, $3, $4, $5, $6, $7)";

const ADDITIONS: &str = "SELECT subscription, revision, customer_tenant, time, seats FROM seat_addition \
     WHERE subscription = $1 AND time >= $2 AND seats > 0 ORDER BY revision DESC LIMIT $3";
const SEATS_ADDED: &str =
    "SELECT CAST(COALESCE(SUM(seats), 0) AS BIGINT) FROM seat_addition WHERE subscription = $1";
const INSERT_ADDITION: &str = "INSERT INTO seat_addition (subscription, revision, customer_tenant, time, seats) \
     VALUES ($1, $2, $3, $4, $5)";
const REDUCE_ADDITION: &str =
    "UPDATE seat_addition SET seats = $1 WHERE subscription = $2 AND revision = $3 AND seats >= $1";

/// A row of `reseller_of_record`.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct ResellerRow {
    pub(crate) subscription: String,
    /// The subscription's revision with which it began.
    pub(crate) revision: i64,
    pub(crate) customer_tenant: String,
    pub(crate) reseller: String,
    pub(crate) reseller_mpn_id: String,
    pub(crate) start_time: i64,
    pub(crate) end_time: i64,
}

/// A row of `seat_addition`.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct SeatAdditionRow {
    pub(crate) subscription: String,
    /// The subscription's revision with which they came.
    pub(crate) revision: i64,
    pub(crate) customer_tenant: String,
    pub(crate) time: i64,
    pub(crate) seats: i64,
}

/// Former resellers of record that began before the revision `before`, newest first.
pub(crate) async fn resellers(
    conn: Conn<'_>,
    subscription: &str,
    before: i64,
    limit: i64,
) -> Answer<Vec<ResellerRow>> {
    let query = sqlx::query_as(RESELLERS).bind(subscription).bind(before).bind(limit);
    Ok(query.fetch_all(conn).await?)
}

/// Keeps a reseller of record that another one follows.
pub(crate) fn keep_reseller(tx: &mut Tx, row: &ResellerRow, _allowed: &Accepted<AssociateReseller>) {
    tx.put(
        Change::new(INSERT_RESELLER)
            .bind(row.subscription.as_str())
            .bind(row.revision)
            .bind(row.customer_tenant.as_str())
            .bind(row.reseller.as_str())
            .bind(row.reseller_mpn_id.as_str())
            .bind(row.start_time)
            .bind(row.end_time),
    );
}

/// Seats added at `since` or later and still held, newest first.
pub(crate) async fn additions(
    conn: Conn<'_>,
    subscription: &str,
    since: i64,
) -> Answer<Vec<SeatAdditionRow>> {
    let query = sqlx::query_as(ADDITIONS).bind(subscription).bind(since).bind(ADDITIONS_READ_MAX);
    Ok(query.fetch_all(conn).await?)
}

/// All seats that were added after the purchase and are still held.
pub(crate) async fn seats_added(conn: Conn<'_>, subscription: &str) -> Answer<i64> {
    Ok(sqlx::query_scalar(SEATS_ADDED).bind(subscription).fetch_one(conn).await?)
}

/// Stores seats that are added.
pub(crate) fn add(tx: &mut Tx, row: &SeatAdditionRow, _allowed: &Accepted<ChangeQuantity>) {
    tx.put(
        Change::new(INSERT_ADDITION)
            .bind(row.subscription.as_str())
            .bind(row.revision)
            .bind(row.customer_tenant.as_str())
            .bind(row.time)
            .bind(row.seats),
    );
}

/// Stores how many seats of an addition are left.
pub(crate) fn reduce(tx: &mut Tx, row: &SeatAdditionRow, _allowed: &Accepted<ChangeQuantity>) {
    tx.put(
        Change::new(REDUCE_ADDITION)
            .bind(row.seats)
            .bind(row.subscription.as_str())
            .bind(row.revision)
            .must_meet(1),
    );
}
