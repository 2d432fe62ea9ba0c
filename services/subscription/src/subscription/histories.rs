//! The tables `reseller_of_record` and `subscription_change`: the histories of a subscription.

use csp_policy::Boundary;
use csp_policy::boundaries::AssociateReseller;
use csp_proto::subscription::v1::Term;
use csp_service::{Accepted, Result, Stored};
use csp_store::{Change, Connection, Select, Statement, Tx, table};
use jiff::Timestamp;

use super::table::SubscriptionRow;
use crate::seats::Seats;

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

const RESELLERS: Select<ResellerRow> = Select::new(
    "SELECT * FROM reseller_of_record
      WHERE customer = $1 AND subscription = $2 AND revision < $3
      ORDER BY revision DESC LIMIT $4",
);

const CHANGES: Select<ChangeRow> = Select::new(
    "SELECT * FROM subscription_change
      WHERE customer = $1 AND subscription = $2 AND revision < $3
      ORDER BY revision DESC LIMIT $4",
);

/// Every statement of the tables.
pub(crate) const STATEMENTS: &[&dyn Statement] = &[&RESELLERS, &CHANGES];

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
