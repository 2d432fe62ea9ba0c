//! The tables `reseller_of_record` and `seat_addition`: the histories of a subscription.

use csp_policy::boundaries::{AssociateReseller, ChangeQuantity};
use csp_service::{Accepted, Result};
use csp_store::{Change, Connection, Save, Select, Statement, Tx, table};
use jiff::Timestamp;

use super::table::SubscriptionRow;
use crate::seats::Seats;

/// Maximum number of seat additions that one read returns, newest first. If there are more, the seats of the
/// older ones can no longer be removed.
const ADDITIONS_READ_MAX: i64 = 1000;

table! {
    /// A former reseller of record.
    pub(crate) struct ResellerRow in "reseller_of_record" key [customer, subscription, revision] {
        customer: String,
        subscription: String,
        /// The subscription's revision in which this reseller became reseller of record.
        revision: i64,
        customer_tenant: String,
        reseller: String,
        reseller_mpn_id: String,
        start_time: Timestamp,
        end_time: Timestamp,
    }
}

table! {
    /// Seats that were added in one change after the purchase, and are still held.
    pub(crate) struct SeatAdditionRow in "seat_addition" key [customer, subscription, revision] {
        customer: String,
        subscription: String,
        /// The subscription's revision in which the seats were added.
        revision: i64,
        customer_tenant: String,
        time: Timestamp,
        seats: Seats,
    }
}

const RESELLERS: Select<ResellerRow> = Select::new(
    "SELECT * FROM reseller_of_record
      WHERE customer = $1 AND subscription = $2 AND revision < $3
      ORDER BY revision DESC LIMIT $4",
);

const ADDITIONS: Select<SeatAdditionRow> = Select::new(
    "SELECT * FROM seat_addition
      WHERE customer = $1 AND subscription = $2 AND time >= $3 AND seats > 0
      ORDER BY revision DESC LIMIT $4",
);

const SEATS_ADDED: &str = "
    SELECT CAST(COALESCE(SUM(seats), 0) AS BIGINT) FROM seat_addition WHERE customer = $1 AND subscription = $2";

const REDUCE: Save<SeatAdditionRow> = Save::new(
    "UPDATE seat_addition SET seats = :seats
      WHERE customer = :customer AND subscription = :subscription AND revision = :revision AND seats >= :seats",
);

/// Every statement of the tables.
pub(crate) const STATEMENTS: &[&dyn Statement] = &[&RESELLERS, &ADDITIONS, &SEATS_ADDED, &REDUCE];

/// Former resellers of record that began in a revision below `before`, newest first.
pub(crate) async fn resellers(
    conn: &mut Connection,
    of: &SubscriptionRow,
    before: i64,
    limit: i64,
) -> Result<Vec<ResellerRow>> {
    Ok(RESELLERS
        .query()
        .bind(of.customer.as_str())
        .bind(of.id.as_str())
        .bind(before)
        .bind(limit)
        .fetch_all(conn)
        .await?)
}

/// Stores a former reseller of record.
pub(crate) fn keep_reseller(tx: &mut Tx, row: &ResellerRow, _: &Accepted<AssociateReseller>) {
    tx.put(Change::insert(row));
}

/// Seat additions at `since` or later of which seats are still held, newest first.
pub(crate) async fn additions(
    conn: &mut Connection,
    of: &SubscriptionRow,
    since: Timestamp,
) -> Result<Vec<SeatAdditionRow>> {
    let query = ADDITIONS.query().bind(of.customer.as_str()).bind(of.id.as_str());
    Ok(query.bind(since.as_microsecond()).bind(ADDITIONS_READ_MAX).fetch_all(conn).await?)
}

/// The number of seats that were added after the purchase and are still held.
pub(crate) async fn seats_added(conn: &mut Connection, of: &SubscriptionRow) -> Result<i64> {
    let query = sqlx::query_scalar(SEATS_ADDED).bind(of.customer.as_str()).bind(of.id.as_str());
    Ok(query.fetch_one(conn).await?)
}

/// Stores a new seat addition.
pub(crate) fn add(tx: &mut Tx, row: &SeatAdditionRow, _: &Accepted<ChangeQuantity>) {
    tx.put(Change::insert(row));
}

/// Stores the remaining seats of an addition. The write loses its race when fewer seats are left already.
pub(crate) fn reduce(tx: &mut Tx, row: &SeatAdditionRow, _: &Accepted<ChangeQuantity>) {
    tx.put(REDUCE.of(row).must_meet(1));
}
