//! The tables `offer` (current versions) and `offer_version` (all versions), which have the same columns.

use csp_policy::Country;
use csp_proto::subscription::v1::OfferParty;
use csp_service::{Result, Stored};
use csp_store::{Change, Connection, Row, Save, Select, Statement, Table, Tx, Value, cell, table};
use jiff::Timestamp;
use sqlx::FromRow;

use super::plan::Plan;
use super::spaced::Spaced;
use crate::seats::Seats;

/// Maximum number of offers in one statement: databases limit the number of parameters.
const OFFERS_WRITTEN_MAX: usize = 100;

table! {
    /// The current version of an offer.
    pub(crate) struct OfferRow in "offer" {
        id: String,
        revision: i64,
        create_time: Timestamp,
        update_time: Timestamp,
        display_name: String,
        publisher: String,
        party: Stored<OfferParty>,
        countries: Spaced<Country>,
        unit: String,
        seat_min: Seats,
        seat_max: Seats,
        /// 0 for no limit.
        customer_seats_max: Seats,
        prerequisites: Spaced<String>,
        plans: Spaced<Plan>,
        currency: String,
        list_price: i64,
        upgrade_targets: Spaced<String>,
        withdrawn: bool,
    }
}

/// A version of an offer in `offer_version`, where all versions are kept.
struct VersionRow(OfferRow);

/// An offer, with the revision of the customer's seat counter for the offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CountedRow {
    pub(crate) offer: OfferRow,
    /// The revision of the counter's row in `seat_holding`; 0 without a row.
    pub(crate) counter_revision: i64,
}

const BY_IDS: Select<OfferRow> = Select::new("SELECT * FROM offer WHERE id IN :list");

const COUNTED: Select<CountedRow> = Select::new(
    "SELECT *,
            CAST(COALESCE((SELECT seat_holding.revision FROM seat_holding
                            WHERE seat_holding.customer = $1
                              AND seat_holding.offer = 'offers/' || offer.id), 0) AS BIGINT) AS counter_revision
       FROM offer WHERE id IN :list",
);

const PAGE: Select<OfferRow> = Select::new(
    "SELECT * FROM offer
      WHERE id > $1
        AND ($2 = '' OR party = $2)
        AND ($3 = '' OR countries LIKE '% ' || $3 || ' %')
        AND withdrawn = $4
      ORDER BY id LIMIT $5",
);

const UPSERT: Save<OfferRow> = Save::new(
    "INSERT INTO offer (id, revision, create_time, update_time, display_name, publisher, party, countries, unit,
                        seat_min, seat_max, customer_seats_max, prerequisites, plans, currency, list_price,
                        upgrade_targets, withdrawn)
     VALUES (:id, :revision, :create_time, :update_time, :display_name, :publisher, :party, :countries, :unit,
             :seat_min, :seat_max, :customer_seats_max, :prerequisites, :plans, :currency, :list_price,
             :upgrade_targets, :withdrawn)
     ON CONFLICT (id) DO UPDATE
        SET revision           = excluded.revision,
            update_time        = excluded.update_time,
            display_name       = excluded.display_name,
            publisher          = excluded.publisher,
            party              = excluded.party,
            countries          = excluded.countries,
            unit               = excluded.unit,
            seat_min           = excluded.seat_min,
            seat_max           = excluded.seat_max,
            customer_seats_max = excluded.customer_seats_max,
            prerequisites      = excluded.prerequisites,
            plans              = excluded.plans,
            currency           = excluded.currency,
            list_price         = excluded.list_price,
            upgrade_targets    = excluded.upgrade_targets,
            withdrawn          = excluded.withdrawn
      WHERE offer.revision = excluded.revision - 1",
);

/// Every statement of the tables.
pub(crate) const STATEMENTS: &[&dyn Statement] = &[&BY_IDS, &COUNTED, &PAGE, &UPSERT];

/// The offers with those ids; unknown ids are left out.
pub(crate) async fn by_ids(conn: &mut Connection, ids: &[&str]) -> Result<Vec<OfferRow>> {
    let query = BY_IDS.query_list(1, ids.len());
    Ok(ids.iter().fold(query, |query, id| query.bind(*id)).fetch_all(conn).await?)
}

/// The offers with those ids, and the revisions of the customer's holdings; unknown ids are left out.
pub(crate) async fn counted(conn: &mut Connection, customer: &str, ids: &[&str]) -> Result<Vec<CountedRow>> {
    let query = COUNTED.query_list(2, ids.len()).bind(customer);
    Ok(ids.iter().fold(query, |query, id| query.bind(*id)).fetch_all(conn).await?)
}

/// Which offers a list shows. An empty text matches any.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    pub(crate) party: String,
    pub(crate) country: String,
    pub(crate) withdrawn: bool,
}

/// Offers after the id `after`, by id.
pub(crate) async fn page(
    conn: &mut Connection,
    after: &str,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<OfferRow>> {
    let query = PAGE.query().bind(after).bind(filter.party.as_str()).bind(filter.country.as_str());
    Ok(query.bind(i64::from(filter.withdrawn)).bind(limit).fetch_all(conn).await?)
}

/// Writes each offer as its first version, or as the one after the stored version: the write loses its race
/// when another import wrote that version first.
pub(crate) fn write(tx: &mut Tx, mut offers: Vec<OfferRow>) {
    // All writers lock the rows in the same order, so no two of them deadlock.
    offers.sort_unstable_by(|one, other| one.id.cmp(&other.id));
    for chunk in offers.chunks(OFFERS_WRITTEN_MAX) {
        let versions: Vec<VersionRow> = chunk.iter().cloned().map(VersionRow).collect();
        tx.put(UPSERT.of_all(chunk).must_meet(chunk.len()));
        tx.put(Change::insert_all(&versions));
    }
}

impl Table for VersionRow {
    const NAME: &'static str = "offer_version";
    const COLUMNS: &'static [&'static str] = OfferRow::COLUMNS;
    const KEY: &'static [&'static str] = &["id", "revision"];

    fn values(&self) -> Vec<Value> {
        self.0.values()
    }
}

impl<'r> FromRow<'r, Row> for VersionRow {
    fn from_row(row: &'r Row) -> std::result::Result<Self, sqlx::Error> {
        OfferRow::from_row(row).map(VersionRow)
    }
}

impl Table for CountedRow {
    const NAME: &'static str = OfferRow::NAME;
    const COLUMNS: &'static [&'static str] = OfferRow::COLUMNS;
    const KEY: &'static [&'static str] = OfferRow::KEY;

    fn values(&self) -> Vec<Value> {
        self.offer.values()
    }
}

impl<'r> FromRow<'r, Row> for CountedRow {
    fn from_row(row: &'r Row) -> std::result::Result<Self, sqlx::Error> {
        Ok(CountedRow {
            offer: OfferRow::from_row(row)?,
            counter_revision: cell::<OfferRow, _>(row, "counter_revision")?,
        })
    }
}
