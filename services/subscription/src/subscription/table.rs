//! Subscriptions.

use csp_policy::Boundary;
use csp_policy::boundaries::SubmitOrder;
use csp_service::Accepted;
use csp_store::{Change, Tx};

use crate::listing::{self as lists, Listing, Statements, Value};
use crate::schema::{Answer, Conn};

macro_rules! columns {
    () => {
        "id, revision, create_time, update_time, external_id, customer, customer_tenant, order_name, offer, \
         offer_revision, quantity, term, billing_cycle, currency, unit_price, window_start, term_end, \
         auto_renew, state, seller, seller_tenant, reseller, reseller_tenant, reseller_mpn_id, reseller_since, \
         reseller_revision, support_contact, support_contact_tenant, evidence_date, evidence_source"
    };
}

const COLUMNS: usize = 30;

const BY_ID: &str = concat!("SELECT ", columns!(), " FROM subscription WHERE id = $1");
const BY_RECORD_KEY: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM subscription WHERE external_id = $1 AND seller_tenant = $2 AND evidence_date IS NOT NULL"
);
const INSERT: &str = concat!("INSERT INTO subscription (", columns!(), ") VALUES");
/// What a subscription was bought as never changes.
const UPDATE: &str = "UPDATE subscription SET revision = revision + 1, update_time = $1, quantity = $2, \
     auto_renew = $3, state = $4, reseller = $5, reseller_tenant = $6, reseller_mpn_id = $7, reseller_since = $8, \
     reseller_revision = $9, support_contact = $10, support_contact_tenant = $11, term_end = $12 \
     WHERE id = $13 AND revision = $14";
/// The filters are the state, empty for any, the now at which terms have ended, and the key, empty for any.
const LISTS: Statements = lists::statements!(
    "subscription",
    columns,
    "seller_tenant = $1 OR reseller_tenant = $1 OR support_contact_tenant = $1",
    "($5 = '' OR $5 = CASE WHEN state <> 'CANCELLED' AND auto_renew = 0 AND term_end <= $6 THEN 'EXPIRED' \
     ELSE state END) AND ($7 = '' OR external_id = $7)",
    "$8",
    "$9"
);

/// A row of `subscription`.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct SubscriptionRow {
    pub(crate) id: String,
    pub(crate) revision: i64,
    pub(crate) create_time: i64,
    pub(crate) update_time: i64,
    pub(crate) external_id: String,
    pub(crate) customer: String,
    pub(crate) customer_tenant: String,
    pub(crate) order_name: String,
    pub(crate) offer: String,
    pub(crate) offer_revision: i64,
    pub(crate) quantity: i64,
    pub(crate) term: String,
    pub(crate) billing_cycle: String,
    pub(crate) currency: String,
    pub(crate) unit_price: i64,
    pub(crate) window_start: i64,
    pub(crate) term_end: i64,
    pub(crate) auto_renew: i64,
    pub(crate) state: String,
    pub(crate) seller: String,
    pub(crate) seller_tenant: String,
    pub(crate) reseller: String,
    pub(crate) reseller_tenant: String,
    pub(crate) reseller_mpn_id: String,
    pub(crate) reseller_since: i64,
    pub(crate) reseller_revision: i64,
    pub(crate) support_contact: String,
    pub(crate) support_contact_tenant: String,
    /// Of a recorded one: since when it runs, and where that is on file.
    pub(crate) evidence_date: Option<String>,
    pub(crate) evidence_source: Option<String>,
}

/// Which subscriptions a list shows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filter<'f> {
    /// Empty for any.
    pub(crate) state: &'f str,
    /// What has expired is told at this instant.
    pub(crate) now: i64,
    /// Empty for any.
    pub(crate) external_id: &'f str,
}

/// The subscription with that id.
pub(crate) async fn by_id(conn: Conn<'_>, id: &str) -> Answer<Option<SubscriptionRow>> {
    Ok(sqlx::query_as(BY_ID).bind(id).fetch_optional(conn).await?)
}

/// The recorded subscription to which that key was given.
pub(crate) async fn by_record_key(
    conn: Conn<'_>,
    seller_tenant: &str,
    external_id: &str,
) -> Answer<Option<SubscriptionRow>> {
    Ok(sqlx::query_as(BY_RECORD_KEY).bind(external_id).bind(seller_tenant).fetch_optional(conn).await?)
}

/// A page of subscriptions.
pub(crate) async fn page(
    conn: Conn<'_>,
    listing: &Listing,
    filter: Filter<'_>,
) -> Answer<Vec<SubscriptionRow>> {
    let Filter { state, now, external_id } = filter;
    let filters = [Value::Text(state), Value::Number(now), Value::Text(external_id)];
    lists::page(conn, &LISTS, listing, &filters).await
}

/// Stores new subscriptions: those of one order, all of them, or one that is recorded.
pub(crate) fn insert(tx: &mut Tx, rows: &[SubscriptionRow], _allowed: &Accepted<SubmitOrder>) {
    let mut insert = Change::of_rows(INSERT, COLUMNS, rows.len(), "");
    for row in rows {
        insert = insert
            .bind(row.id.as_str())
            .bind(row.revision)
            .bind(row.create_time)
            .bind(row.update_time)
            .bind(row.external_id.as_str())
            .bind(row.customer.as_str())
            .bind(row.customer_tenant.as_str())
            .bind(row.order_name.as_str())
            .bind(row.offer.as_str())
            .bind(row.offer_revision)
            .bind(row.quantity)
            .bind(row.term.as_str())
            .bind(row.billing_cycle.as_str())
            .bind(row.currency.as_str())
            .bind(row.unit_price)
            .bind(row.window_start)
            .bind(row.term_end)
            .bind(row.auto_renew)
            .bind(row.state.as_str())
            .bind(row.seller.as_str())
            .bind(row.seller_tenant.as_str())
            .bind(row.reseller.as_str())
            .bind(row.reseller_tenant.as_str())
            .bind(row.reseller_mpn_id.as_str())
            .bind(row.reseller_since)
            .bind(row.reseller_revision)
            .bind(row.support_contact.as_str())
            .bind(row.support_contact_tenant.as_str())
            .bind(row.evidence_date.as_deref())
            .bind(row.evidence_source.as_deref());
    }
    tx.put(insert);
}

/// Stores a changed subscription over the revision before it.
///
/// # Errors
/// [`csp_store::Error::LostRace`] when another change came first.
pub(crate) fn update<B: Boundary>(tx: &mut Tx, after: &SubscriptionRow, _allowed: &Accepted<B>) {
    tx.put(
        Change::new(UPDATE)
            .bind(after.update_time)
            .bind(after.quantity)
            .bind(after.auto_renew)
            .bind(after.state.as_str())
            .bind(after.reseller.as_str())
            .bind(after.reseller_tenant.as_str())
            .bind(after.reseller_mpn_id.as_str())
            .bind(after.reseller_since)
            .bind(after.reseller_revision)
            .bind(after.support_contact.as_str())
            .bind(after.support_contact_tenant.as_str())
            .bind(after.term_end)
            .bind(after.id.as_str())
            .bind(after.revision - 1)
            .must_meet(1),
    );
}
