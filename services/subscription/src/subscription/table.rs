//! The table `subscription`.

use csp_policy::boundaries::SubmitOrder;
use csp_policy::{Boundary, Day};
use csp_proto::subscription::v1::{BillingCycle, Term};
use csp_service::{Accepted, Result, Stored};
use csp_store::{Change, Connection, Save, Select, Statement, Tx, Word, table};
use jiff::Timestamp;

use crate::lists::{Lists, PageQuery};
use crate::seats::Seats;

table! {
    /// A subscription. Parties are resource names; empty strings for an absent reseller.
    pub(crate) struct SubscriptionRow in "subscription" {
        id: String,
        revision: i64,
        create_time: Timestamp,
        update_time: Timestamp,
        external_id: String,
        customer: String,
        customer_tenant: String,
        order_name: String,
        offer: String,
        offer_revision: i64,
        quantity: Seats,
        term: Stored<Term>,
        billing_cycle: Stored<BillingCycle>,
        currency: String,
        unit_price: i64,
        window_start: Timestamp,
        term_end: Timestamp,
        auto_renew: bool,
        state: State,
        seller: String,
        seller_tenant: String,
        reseller: String,
        reseller_tenant: String,
        reseller_mpn_id: String,
        reseller_since: Timestamp,
        reseller_revision: i64,
        support_contact: String,
        support_contact_tenant: String,
        /// The day since which a recorded subscription runs.
        evidence_date: Option<Day>,
        /// The place where the evidence of a recorded subscription is on file.
        evidence_source: Option<String>,
    }
}

/// The stored state of a subscription. EXPIRED is not stored: it is computed from the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Active,
    Suspended,
    Cancelled,
}

impl Word for State {
    const WORDS: &'static [(State, &'static str)] =
        &[(State::Active, "ACTIVE"), (State::Suspended, "SUSPENDED"), (State::Cancelled, "CANCELLED")];
}

/// The columns of the sale (offer, price, term, customer, seller) never change.
const UPDATE: Save<SubscriptionRow> = Save::new(
    "UPDATE subscription
        SET revision               = :revision,
            update_time            = :update_time,
            quantity               = :quantity,
            auto_renew             = :auto_renew,
            state                  = :state,
            reseller               = :reseller,
            reseller_tenant        = :reseller_tenant,
            reseller_mpn_id        = :reseller_mpn_id,
            reseller_since         = :reseller_since,
            reseller_revision      = :reseller_revision,
            support_contact        = :support_contact,
            support_contact_tenant = :support_contact_tenant,
            term_end               = :term_end
      WHERE id = :id AND revision = :revision - 1",
);

const BY_ID: Select<SubscriptionRow> = Select::new("SELECT * FROM subscription WHERE id = $1");

const BY_RECORD_KEY: Select<SubscriptionRow> = Select::new(
    "SELECT * FROM subscription
      WHERE external_id = $1 AND seller_tenant = $2 AND evidence_date IS NOT NULL",
);

const ALL: Select<SubscriptionRow> = Select::new(
    "SELECT * FROM subscription
      WHERE $1 = ''
        AND (create_time, id) < ($2, $3)
        AND ($5 = '' OR $5 = CASE WHEN state <> 'CANCELLED' AND auto_renew = 0 AND term_end <= $6
                                  THEN 'EXPIRED' ELSE state END)
        AND ($7 = '' OR external_id = $7)
      ORDER BY create_time DESC, id DESC LIMIT $4",
);

const OF_PARTNER: Select<SubscriptionRow> = Select::new(
    "SELECT * FROM (
        SELECT * FROM (SELECT * FROM subscription
                        WHERE seller_tenant = $1
                          AND (create_time, id) < ($2, $3)
                          AND ($5 = '' OR $5 = CASE WHEN state <> 'CANCELLED' AND auto_renew = 0 AND term_end <= $6
                                                    THEN 'EXPIRED' ELSE state END)
                          AND ($7 = '' OR external_id = $7)
                        ORDER BY create_time DESC, id DESC LIMIT $4) AS sold
        UNION ALL
        SELECT * FROM (SELECT * FROM subscription
                        WHERE reseller_tenant = $1 AND seller_tenant <> $1
                          AND (create_time, id) < ($2, $3)
                          AND ($5 = '' OR $5 = CASE WHEN state <> 'CANCELLED' AND auto_renew = 0 AND term_end <= $6
                                                    THEN 'EXPIRED' ELSE state END)
                          AND ($7 = '' OR external_id = $7)
                        ORDER BY create_time DESC, id DESC LIMIT $4) AS resold) AS seen
      ORDER BY create_time DESC, id DESC LIMIT $4",
);

const OF_CUSTOMER_TENANT: Select<SubscriptionRow> = Select::new(
    "SELECT * FROM subscription
      WHERE customer_tenant = $1
        AND (create_time, id) < ($2, $3)
        AND ($5 = '' OR $5 = CASE WHEN state <> 'CANCELLED' AND auto_renew = 0 AND term_end <= $6
                                  THEN 'EXPIRED' ELSE state END)
        AND ($7 = '' OR external_id = $7)
      ORDER BY create_time DESC, id DESC LIMIT $4",
);

const OF_CUSTOMER: Select<SubscriptionRow> = Select::new(
    "SELECT * FROM subscription
      WHERE customer = $8
        AND (create_time, id) < ($2, $3)
        AND ($5 = '' OR $5 = CASE WHEN state <> 'CANCELLED' AND auto_renew = 0 AND term_end <= $6
                                  THEN 'EXPIRED' ELSE state END)
        AND ($7 = '' OR external_id = $7)
        AND (   $9 = 'OPERATOR'
             OR ($9 = 'CUSTOMER' AND customer_tenant = $1)
             OR ($9 = 'PARTNER' AND (seller_tenant = $1 OR reseller_tenant = $1 OR support_contact_tenant = $1
                                     OR seller IN :list)))
      ORDER BY create_time DESC, id DESC LIMIT $4",
);

/// The three filters: the state, empty for any; the instant at which expiry is judged; the external id, empty
/// for any.
const LISTS: Lists<SubscriptionRow> = Lists {
    all: &ALL,
    of_partner: &OF_PARTNER,
    of_customer_tenant: &OF_CUSTOMER_TENANT,
    of_customer: &OF_CUSTOMER,
    filters: 3,
};

/// Every statement of the table.
pub(crate) const STATEMENTS: &[&dyn Statement] =
    &[&UPDATE, &BY_ID, &BY_RECORD_KEY, &ALL, &OF_PARTNER, &OF_CUSTOMER_TENANT, &OF_CUSTOMER];

/// Which subscriptions a list shows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filter<'f> {
    /// Empty for any.
    pub(crate) state: &'f str,
    /// The instant at which expiry is judged.
    pub(crate) now: Timestamp,
    /// Empty for any.
    pub(crate) external_id: &'f str,
}

/// The subscription with that id.
pub(crate) async fn by_id(conn: &mut Connection, id: &str) -> Result<Option<SubscriptionRow>> {
    Ok(BY_ID.query().bind(id).fetch_optional(conn).await?)
}

/// The recorded subscription of the seller with that external id.
pub(crate) async fn by_record_key(
    conn: &mut Connection,
    seller_tenant: &str,
    external_id: &str,
) -> Result<Option<SubscriptionRow>> {
    Ok(BY_RECORD_KEY.query().bind(external_id).bind(seller_tenant).fetch_optional(conn).await?)
}

/// One page of subscriptions.
pub(crate) async fn page<'q>(
    conn: &mut Connection,
    page: &'q PageQuery,
    filter: Filter<'q>,
) -> Result<Vec<SubscriptionRow>> {
    let Filter { state, now, external_id } = filter;
    LISTS.page(conn, page, |query| query.bind(state).bind(now.as_microsecond()).bind(external_id)).await
}

/// Stores new subscriptions: all of one order, or one that is recorded.
pub(crate) fn insert(tx: &mut Tx, rows: &[SubscriptionRow], _: &Accepted<SubmitOrder>) {
    tx.put(Change::insert_all(rows));
}

/// Stores a changed subscription by compare-and-swap: the write loses its race unless the stored revision is
/// the one before `after`.
pub(crate) fn update<B: Boundary>(tx: &mut Tx, after: &SubscriptionRow, _: &Accepted<B>) {
    tx.put(UPDATE.of(after).must_meet(1));
}
