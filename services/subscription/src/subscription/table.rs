//! The table `subscription`.

use csp_policy::{Boundary, Day};
use csp_proto::internal::subscription::v1::SubscriptionRole;
use csp_proto::subscription::v1::{BillingCycle, Term};
use csp_service::{Accepted, ExternalId, Result, Stored};
use csp_store::{Change, Connection, Save, Select, Statement, Tx, Word, sql, table};
use jiff::Timestamp;

use crate::lists::{PageQuery, Question, lists};
use crate::offer::spaced::Spaced;
use crate::seats::{Addition, Seats};

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
        /// The start of the first term, from which all terms are counted: the purchase, or an upgrade to a
        /// longer term.
        term_start: Timestamp,
        term_end: Timestamp,
        /// The last upgrade: it closed the windows that were open before it.
        upgrade_time: Option<Timestamp>,
        /// The seats that were added lately and are still held, newest first.
        seat_additions: Spaced<Addition>,
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
        /// Name of the admin grant by which the last change was made on the customer's behalf; empty for
        /// none.
        acting_grant: String,
    }
}

table! {
    /// An active add-on.
    pub(crate) struct AddOnRow in "subscription" {
        id: String,
        revision: i64,
        /// Resource names of the base offers, from the present version of the add-on's offer.
        prerequisites: Spaced<String>,
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

/// Customer and seller never change; the columns of the sale (offer, price, term) change by an upgrade.
const UPDATE: Save<SubscriptionRow> = Save::new(
    "UPDATE subscription
        SET revision               = :revision,
            update_time            = :update_time,
            offer                  = :offer,
            offer_revision         = :offer_revision,
            quantity               = :quantity,
            term                   = :term,
            billing_cycle          = :billing_cycle,
            unit_price             = :unit_price,
            term_start             = :term_start,
            upgrade_time           = :upgrade_time,
            seat_additions         = :seat_additions,
            auto_renew             = :auto_renew,
            state                  = :state,
            reseller               = :reseller,
            reseller_tenant        = :reseller_tenant,
            reseller_mpn_id        = :reseller_mpn_id,
            reseller_since         = :reseller_since,
            reseller_revision      = :reseller_revision,
            support_contact        = :support_contact,
            support_contact_tenant = :support_contact_tenant,
            term_end               = :term_end,
            acting_grant           = :acting_grant
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

const OF_RECORD_AMONG: Select<OfRecordRow> =
    Select::new(of_record!("reseller_tenant = $4 AND customer IN :list"));

const OF_RECORD: Select<OfRecordRow> = Select::new(of_record!("reseller = $4"));

const OF_RECORD_WITH: Select<OfRecordRow> = Select::new(concat!(
    "SELECT customer FROM (",
    of_record!("reseller_tenant = $4 AND seller = $5"),
    ") AS bought UNION SELECT customer FROM (",
    of_record!("reseller = $5 AND seller_tenant = $4"),
    ") AS sold ORDER BY customer LIMIT $3"
));

const ADD_ONS: Select<AddOnRow> = Select::new(
    "SELECT subscription.id AS id, subscription.revision AS revision, offer.prerequisites AS prerequisites
       FROM subscription JOIN offer ON subscription.offer = 'offers/' || offer.id
      WHERE subscription.customer = $1
        AND subscription.seller = $2
        AND subscription.id <> $3
        AND subscription.state = 'ACTIVE'
        AND (subscription.auto_renew = 1 OR subscription.term_end > $4)
        AND offer.prerequisites LIKE '% ' || $5 || ' %'
      ORDER BY subscription.id LIMIT $6",
);

lists! {
    SubscriptionRow, "subscription",
    partners: "seller_tenant", "reseller_tenant",
    others: "seller IN :list OR (support_contact_tenant = $1 AND 'contact ' || seller IN :list)",
    customers: "TRUE",
    filter: "$7 LIKE '% ' || CASE WHEN state <> 'CANCELLED' AND auto_renew = 0 AND term_end <= $8
                                  THEN 'EXPIRED' ELSE state END || ' %'
         AND ($9 = '' OR offer = $9) AND ($10 = '' OR seller = $10) AND ($11 = '' OR reseller = $11)", 5,
    customer: "$12", kind: "$13",
}

table! {
    /// A partner in one role on the active and suspended subscriptions of a customer.
    pub(crate) struct PartnerRow in "subscription" key [role, partner] {
        role: PartnerRole,
        partner: String,
        tenant: String,
        /// The earliest instant since which it has the role.
        since: Timestamp,
        /// The latest end of a term.
        term_end: Timestamp,
        /// Whether one of the subscriptions renews.
        renews: bool,
    }
}

/// The role of a partner on a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PartnerRole {
    Seller,
    OfRecord,
    /// The support contact, unless it is the seller.
    Contact,
}

impl Word for PartnerRole {
    const WORDS: &'static [(PartnerRole, &'static str)] = &[
        (PartnerRole::Seller, "SELLER"),
        (PartnerRole::OfRecord, "OF_RECORD"),
        (PartnerRole::Contact, "CONTACT"),
    ];
}

impl From<PartnerRole> for SubscriptionRole {
    fn from(role: PartnerRole) -> Self {
        match role {
            PartnerRole::Seller => SubscriptionRole::Seller,
            PartnerRole::OfRecord => SubscriptionRole::ResellerOfRecord,
            PartnerRole::Contact => SubscriptionRole::SupportContact,
        }
    }
}

/// The partners of the customer's subscriptions that live at `$2`.
const PARTNERS: Select<PartnerRow> = Select::new(
    "SELECT role, partner, tenant, since, term_end, renews
       FROM (SELECT 'SELLER' AS role, seller AS partner, MIN(seller_tenant) AS tenant,
                    MIN(create_time) AS since, MAX(term_end) AS term_end, MAX(auto_renew) AS renews
               FROM subscription
              WHERE customer = $1 AND state IN ('ACTIVE', 'SUSPENDED') AND (auto_renew = 1 OR term_end > $2)
              GROUP BY seller
             UNION ALL
             SELECT 'OF_RECORD' AS role, reseller AS partner, MIN(reseller_tenant) AS tenant,
                    MIN(reseller_since) AS since, MAX(term_end) AS term_end, MAX(auto_renew) AS renews
               FROM subscription
              WHERE customer = $1 AND state IN ('ACTIVE', 'SUSPENDED') AND (auto_renew = 1 OR term_end > $2)
                AND reseller <> ''
              GROUP BY reseller
             UNION ALL
             SELECT 'CONTACT' AS role, support_contact AS partner, MIN(support_contact_tenant) AS tenant,
                    MIN(create_time) AS since, MAX(term_end) AS term_end, MAX(auto_renew) AS renews
               FROM subscription
              WHERE customer = $1 AND state IN ('ACTIVE', 'SUSPENDED') AND (auto_renew = 1 OR term_end > $2)
                AND support_contact <> seller
              GROUP BY support_contact) AS of_customer
      ORDER BY partner, role LIMIT $3",
);

/// Maximum number of entries that [`partners`] returns.
const PARTNERS_MAX: i64 = 100;

const COUNT_OF_RECORD: &str = "
    SELECT CAST(COUNT(*) AS BIGINT)
      FROM (SELECT id FROM subscription
             WHERE reseller_tenant = $1
               AND seller = $2
               AND state IN ('ACTIVE', 'SUSPENDED')
               AND (auto_renew = 1 OR term_end > $3)
             LIMIT $4) AS named";

/// Every statement besides those of the list.
pub(crate) const STATEMENTS: &[&dyn Statement] = &[
    &UPDATE,
    &BY_ID,
    &BY_RECORD_KEY,
    &ADD_ONS,
    &OF_RECORD_OF_TENANT,
    &OF_RECORD_AMONG,
    &OF_RECORD,
    &OF_RECORD_WITH,
    &COUNT_OF_RECORD,
    &PARTNERS,
];

/// Maximum number of subscriptions that [`count_of_record`] counts.
const COUNTED_MAX: i64 = 10_000;

/// Counts the active and suspended subscriptions at `now` that the seller sold and that name the reseller
/// with this CSP tenant. The count ends at [`COUNTED_MAX`].
pub(crate) async fn count_of_record(
    conn: &mut Connection,
    seller: &str,
    reseller_tenant: &str,
    now: Timestamp,
) -> Result<i32> {
    let query = sqlx::query_scalar(COUNT_OF_RECORD).bind(reseller_tenant).bind(seller);
    let count: i64 = query.bind(now.as_microsecond()).bind(COUNTED_MAX).fetch_one(conn).await?;
    Ok(i32::try_from(count).unwrap_or(i32::MAX))
}

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
    /// With `tenant` alone, resource names of the customers to read; empty for all.
    pub(crate) customers: &'a [String],
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
    // Padded to a power of two: of few distinct statements, a connection usually has the one prepared.
    let names: Vec<&str> = of.customers.iter().map(String::as_str).collect();
    let names = sql::padded(&names, names.len().next_power_of_two());
    let (query, values) = match of {
        OfRecord { tenant, counterpart: "", customers: [] } => (OF_RECORD_OF_TENANT.query(), vec![tenant]),
        OfRecord { tenant, counterpart: "", .. } => {
            (OF_RECORD_AMONG.query_list(5, names.len()), [vec![tenant], names].concat())
        }
        OfRecord { tenant: "", counterpart, .. } => (OF_RECORD.query(), vec![counterpart]),
        OfRecord { tenant, counterpart, .. } => (OF_RECORD_WITH.query(), vec![tenant, counterpart]),
    };
    let query = query.bind(now.as_microsecond()).bind(after).bind(limit);
    let rows = values.into_iter().fold(query, |query, value| query.bind(value)).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| row.customer).collect())
}

/// The partners that the customer's active and suspended subscriptions name, without the subscriptions that
/// have expired at `now` (microseconds UTC).
pub(crate) async fn partners(conn: &mut Connection, customer: &str, now: i64) -> Result<Vec<PartnerRow>> {
    Ok(PARTNERS.query().bind(customer).bind(now).bind(PARTNERS_MAX).fetch_all(conn).await?)
}

/// The other active subscriptions of the same customer and seller whose offers need the offer of `base`, one
/// of several.
pub(crate) async fn add_ons(
    conn: &mut Connection,
    base: &SubscriptionRow,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<AddOnRow>> {
    let query = ADD_ONS.query().bind(base.customer.as_str()).bind(base.seller.as_str());
    let query = query.bind(base.id.as_str()).bind(now.as_microsecond()).bind(base.offer.as_str());
    let mut rows = query.bind(limit).fetch_all(conn).await?;
    // In LIKE, an underscore of an id stands for every character.
    rows.retain(|row| row.prerequisites.0.contains(&base.offer));
    Ok(rows)
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

/// Stores new subscriptions: all of one order, or one that is recorded or split off by an upgrade.
pub(crate) fn insert<B: Boundary>(tx: &mut Tx, rows: &[SubscriptionRow], _: &Accepted<B>) {
    tx.put(Change::insert_all(rows));
}

/// Stores a changed subscription by compare-and-swap: the write loses its race unless the stored revision is
/// the one before `after`.
pub(crate) fn update<B: Boundary>(tx: &mut Tx, after: &SubscriptionRow, _: &Accepted<B>) {
    tx.put(UPDATE.of(after).must_meet(1));
}
