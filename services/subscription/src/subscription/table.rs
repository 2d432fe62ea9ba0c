//! The table `subscription`.

use csp_policy::boundaries::SubmitOrder;
use csp_policy::{Boundary, Day};
use csp_proto::subscription::v1::{BillingCycle, Term};
use csp_service::{Accepted, ExternalId, Result, Stored};
use csp_store::{Change, Connection, Save, Select, Statement, Tx, Word, table};
use jiff::Timestamp;

use crate::lists::{PageQuery, Question, lists};
use crate::seats::Seats;

table! {
    /// A subscription. Parties are resource names; empty strings for an absent reseller.
    pub(crate) struct SubscriptionRow in "subscription" key [customer, id] {
        id: String,
        revision: i64,
        create_time: Timestamp,
        update_time: Timestamp,
        external_id: Option<ExternalId>,
        customer: String,
        customer_tenant: String,
        order_id: String,
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
      WHERE customer = :customer AND id = :id AND revision = :revision - 1",
);

const BY_ID: Select<SubscriptionRow> =
    Select::new("SELECT * FROM subscription WHERE customer = $1 AND id = $2");

const BY_RECORD_KEY: Select<SubscriptionRow> = Select::new(
    "SELECT * FROM subscription
      WHERE external_id = $1 AND seller_tenant = $2 AND evidence_date IS NOT NULL",
);

table! {
    /// A customer of an active or suspended subscription.
    struct OfRecordRow in "subscription" {
        customer: String,
    }
}

/// The customers of active and suspended subscriptions, by name; `$1` the instant of expiry, `$2` the last
/// name of the page before, `$3` the limit.
macro_rules! of_record {
    ($whose:literal) => {
        concat!(
            "SELECT DISTINCT customer FROM subscription WHERE ",
            $whose,
            " AND customer > $2 AND state IN ('ACTIVE', 'SUSPENDED') AND (auto_renew = 1 OR term_end > $1)
              ORDER BY customer LIMIT $3"
        )
    };
}

const OF_RECORD_OF_TENANT: Select<OfRecordRow> = Select::new(of_record!("reseller_tenant = $4"));

const OF_RECORD: Select<OfRecordRow> = Select::new(of_record!("reseller = $4"));

const OF_RECORD_WITH: Select<OfRecordRow> = Select::new(concat!(
    "SELECT customer FROM (",
    of_record!("reseller_tenant = $4 AND seller = $5"),
    ") AS bought UNION SELECT customer FROM (",
    of_record!("reseller = $5 AND seller_tenant = $4"),
    ") AS sold ORDER BY customer LIMIT $3"
));

lists! {
    SubscriptionRow, "subscription",
    partners: "seller_tenant", "reseller_tenant",
    others: "support_contact_tenant = $1 OR seller IN :list",
    customers: "TRUE",
    filter: "$7 LIKE '% ' || CASE WHEN state <> 'CANCELLED' AND auto_renew = 0 AND term_end <= $8
                                  THEN 'EXPIRED' ELSE state END || ' %'
         AND ($9 = '' OR offer = $9) AND ($10 = '' OR seller = $10) AND ($11 = '' OR reseller = $11)", 5,
    customer: "$12", kind: "$13",
}

/// Every statement besides those of the list.
pub(crate) const STATEMENTS: &[&dyn Statement] =
    &[&UPDATE, &BY_ID, &BY_RECORD_KEY, &OF_RECORD_OF_TENANT, &OF_RECORD, &OF_RECORD_WITH];

/// Which subscriptions a list shows. An empty text matches any.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    /// Stored words between spaces.
    pub(crate) states: String,
    /// The instant at which expiry is judged.
    pub(crate) now: Timestamp,
    pub(crate) offer: String,
    pub(crate) seller: String,
    pub(crate) reseller: String,
    pub(crate) external_id: String,
}

/// The customer's subscription with that id.
pub(crate) async fn by_id(
    conn: &mut Connection,
    customer: &str,
    id: &str,
) -> Result<Option<SubscriptionRow>> {
    Ok(BY_ID.query().bind(customer).bind(id).fetch_optional(conn).await?)
}

/// The recorded subscription of the seller with that external id.
pub(crate) async fn by_record_key(
    conn: &mut Connection,
    seller_tenant: &str,
    id: &ExternalId,
) -> Result<Option<SubscriptionRow>> {
    Ok(BY_RECORD_KEY.query().bind(id.as_str()).bind(seller_tenant).fetch_optional(conn).await?)
}

/// The partners for which [`customers_of_record`] reads. An empty text stands for any partner.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OfRecord<'a> {
    /// CSP tenant of the reseller of record, or of the seller when `counterpart` is the reseller of record.
    pub(crate) tenant: &'a str,
    /// Resource name of the other partner.
    pub(crate) counterpart: &'a str,
}

/// Customers with a subscription that is active or suspended at `now`, by name: at most `limit` after
/// `after`.
pub(crate) async fn customers_of_record(
    conn: &mut Connection,
    of: OfRecord<'_>,
    now: Timestamp,
    after: &str,
    limit: i64,
) -> Result<Vec<String>> {
    let (select, partners) = match of {
        OfRecord { tenant, counterpart: "" } => (&OF_RECORD_OF_TENANT, vec![tenant]),
        OfRecord { tenant: "", counterpart } => (&OF_RECORD, vec![counterpart]),
        OfRecord { tenant, counterpart } => (&OF_RECORD_WITH, vec![tenant, counterpart]),
    };
    let query = select.query().bind(now.as_microsecond()).bind(after).bind(limit);
    let rows = partners.into_iter().fold(query, |query, partner| query.bind(partner)).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| row.customer).collect())
}

/// One page of subscriptions.
pub(crate) async fn page<'q>(
    conn: &mut Connection,
    page: &'q PageQuery,
    filter: &'q Filter,
) -> Result<Vec<SubscriptionRow>> {
    let Filter { states, now, offer, seller, reseller, external_id } = filter;
    let bind = |query: Question<'q, SubscriptionRow>| {
        let query = query.bind(states.as_str()).bind(now.as_microsecond()).bind(offer.as_str());
        query.bind(seller.as_str()).bind(reseller.as_str())
    };
    LISTS.page(conn, page, external_id, bind).await
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
