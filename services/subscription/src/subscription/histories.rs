//! The tables `reseller_of_record` and `subscription_change`: the histories of a subscription.

use csp_policy::Boundary;
use csp_proto::subscription::v1::Term;
use csp_service::{Accepted, Result, Stored};
use csp_store::{Change, Connection, Select, Statement, Tx, table};
use jiff::Timestamp;

use super::table::SubscriptionRow;
use crate::seats::Seats;

table! {
    /// A time in which neither the reseller of record nor the number of seats changed, and which is over.
    pub(crate) struct ResellerRow in "reseller_of_record" key [customer, subscription, revision] {
        customer: String,
        subscription: String,
        /// The subscription's revision with which the time began.
        revision: i64,
        customer_tenant: String,
        seller_tenant: String,
        reseller: String,
        reseller_tenant: String,
        reseller_mpn_id: String,
        seats: Seats,
        start_time: Timestamp,
        end_time: Timestamp,
    }
}

table! {
    /// A change of offer, term or seats.
    pub(crate) struct ChangeRow in "subscription_change" key [customer, subscription, revision] {
        customer: String,
        subscription: String,
        /// The subscription's revision that the change made.
        revision: i64,
        customer_tenant: String,
        time: Timestamp,
        offer_before: String,
        offer: String,
        term_before: Stored<Term>,
        term: Stored<Term>,
        seats_before: Seats,
        seats: Seats,
        /// Resource name of the other subscription of a partial upgrade; empty for other changes.
        other: String,
        decision_id: String,
    }
}

const OF_SUBSCRIPTION: Select<ResellerRow> = Select::new(
    "SELECT * FROM reseller_of_record
      WHERE customer = $1 AND subscription = $2 AND revision < $3
        AND ($4 = '' OR reseller = $4) AND start_time < $5 AND end_time > $6
      ORDER BY revision DESC LIMIT $7",
);

const OF_RESELLER: Select<ResellerRow> = Select::new(
    "SELECT * FROM reseller_of_record
      WHERE reseller = $1 AND (customer, subscription, revision) > ($2, $3, $4)
        AND ($5 = '' OR reseller_tenant = $5 OR seller_tenant = $5)
        AND start_time < $6 AND end_time > $7
      ORDER BY customer, subscription, revision LIMIT $8",
);

/// Subscriptions whose present reseller of record is `$1`, for the partner with tenant `$5`, or for
/// everybody.
const PRESENT_OF_RESELLER: Select<SubscriptionRow> = Select::new(
    "SELECT * FROM subscription
      WHERE reseller = $1 AND (customer, id, reseller_revision) > ($2, $3, $4)
        AND ($5 = '' OR reseller_tenant = $5 OR seller_tenant = $5)
        AND state <> 'CANCELLED' AND reseller_since < $6 AND (auto_renew = 1 OR term_end > $7)
      ORDER BY customer, id LIMIT $8",
);

const CHANGES: Select<ChangeRow> = Select::new(
    "SELECT * FROM subscription_change
      WHERE customer = $1 AND subscription = $2 AND revision < $3
      ORDER BY revision DESC LIMIT $4",
);

/// Every statement of the tables.
pub(crate) const STATEMENTS: &[&dyn Statement] =
    &[&OF_SUBSCRIPTION, &OF_RESELLER, &PRESENT_OF_RESELLER, &CHANGES];

/// Which entries of the history are listed.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    /// Resource name of the reseller; empty for any.
    pub(crate) reseller: String,
    /// Only entries that end later.
    pub(crate) from: Timestamp,
    /// Only entries that start earlier.
    pub(crate) until: Timestamp,
}

/// Where a page of the entries of one reseller begins: after this entry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct After<'a> {
    pub(crate) customer: &'a str,
    pub(crate) subscription: &'a str,
    pub(crate) revision: i64,
    pub(crate) limit: i64,
}

/// Former entries of the subscription that began in a revision below `before`, newest first.
pub(crate) async fn of_subscription(
    conn: &mut Connection,
    of: &SubscriptionRow,
    before: i64,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<ResellerRow>> {
    let query = OF_SUBSCRIPTION.query().bind(of.customer.as_str()).bind(of.id.as_str()).bind(before);
    let query = query.bind(filter.reseller.as_str()).bind(filter.until.as_microsecond());
    Ok(query.bind(filter.from.as_microsecond()).bind(limit).fetch_all(conn).await?)
}

/// Former entries of the reseller that the filter names, by customer, subscription and revision: those that
/// the partner with the CSP tenant `reader` may see as reseller or seller, all for an empty `reader`.
pub(crate) async fn of_reseller(
    conn: &mut Connection,
    reader: &str,
    filter: &Filter,
    after: After<'_>,
) -> Result<Vec<ResellerRow>> {
    let query = OF_RESELLER.query().bind(filter.reseller.as_str()).bind(after.customer);
    let query = query.bind(after.subscription).bind(after.revision).bind(reader);
    let query = query.bind(filter.until.as_microsecond()).bind(filter.from.as_microsecond());
    Ok(query.bind(after.limit).fetch_all(conn).await?)
}

/// Subscriptions whose present entry of the history is one of the reseller that the filter names, by customer
/// and id: those that the partner with the CSP tenant `reader` may see as reseller or seller, all for an
/// empty `reader`.
pub(crate) async fn present_of_reseller(
    conn: &mut Connection,
    reader: &str,
    filter: &Filter,
    after: After<'_>,
) -> Result<Vec<SubscriptionRow>> {
    let query = PRESENT_OF_RESELLER.query().bind(filter.reseller.as_str()).bind(after.customer);
    let query = query.bind(after.subscription).bind(after.revision).bind(reader);
    let query = query.bind(filter.until.as_microsecond()).bind(filter.from.as_microsecond());
    Ok(query.bind(after.limit).fetch_all(conn).await?)
}

/// Stores an entry that is over.
pub(crate) fn keep_entry<B: Boundary>(tx: &mut Tx, row: &ResellerRow, _: &Accepted<B>) {
    tx.put(Change::insert(row));
}

/// Changes that made a revision below `before`, newest first.
pub(crate) async fn changes(
    conn: &mut Connection,
    of: &SubscriptionRow,
    before: i64,
    limit: i64,
) -> Result<Vec<ChangeRow>> {
    let query = CHANGES.query().bind(of.customer.as_str()).bind(of.id.as_str());
    Ok(query.bind(before).bind(limit).fetch_all(conn).await?)
}

/// Stores a change of offer, term or seats.
pub(crate) fn keep_change<B: Boundary>(tx: &mut Tx, row: &ChangeRow, _: &Accepted<B>) {
    tx.put(Change::insert(row));
}
