//! Offers and their versions.

use csp_store::{Change, Tx};

use crate::schema::{Answer, Conn, sql};

macro_rules! columns {
    () => {
        "id, revision, create_time, update_time, display_name, publisher, party, countries, unit, seat_min, \
         seat_max, customer_seats_max, prerequisites, plans, currency, list_price, upgrade_targets, withdrawn"
    };
}

const COLUMNS: usize = 18;
/// Offers that one statement writes, at most: databases bound the number of parameters.
const OFFERS_WRITTEN_MAX: usize = 100;

const BY_IDS: &str = concat!("SELECT ", columns!(), " FROM offer WHERE id IN");
/// With the count of increases of what the customer `$1` holds of each.
const COUNTED: &str = concat!(
    "SELECT ",
    columns!(),
    ", CAST(COALESCE((SELECT seat_holding.revision FROM seat_holding WHERE seat_holding.customer = $1 \
       AND seat_holding.offer = 'offers/' || offer.id), 0) AS BIGINT) AS increases FROM offer WHERE id IN"
);
const PAGE: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM offer WHERE id > $1 AND ($2 = '' OR party = $2) AND ($3 = '' OR countries LIKE '% ' || $3 || ' %') \
     ORDER BY id LIMIT $4"
);
const UPSERT: &str = concat!("INSERT INTO offer (", columns!(), ") VALUES");
const UPSERT_NEXT_REVISION: &str = "ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, update_time = excluded.update_time, \
     display_name = excluded.display_name, publisher = excluded.publisher, party = excluded.party, \
     countries = excluded.countries, unit = excluded.unit, seat_min = excluded.seat_min, \
     seat_max = excluded.seat_max, customer_seats_max = excluded.customer_seats_max, \
     prerequisites = excluded.prerequisites, plans = excluded.plans, currency = excluded.currency, \
     list_price = excluded.list_price, upgrade_targets = excluded.upgrade_targets, \
     withdrawn = excluded.withdrawn WHERE offer.revision = excluded.revision - 1";
const KEEP_VERSIONS: &str = concat!("INSERT INTO offer_version (", columns!(), ") VALUES");

/// A row of `offer`, and of `offer_version`.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct OfferRow {
    pub(crate) id: String,
    pub(crate) revision: i64,
    pub(crate) create_time: i64,
    pub(crate) update_time: i64,
    pub(crate) display_name: String,
    pub(crate) publisher: String,
    pub(crate) party: String,
    pub(crate) countries: String,
    pub(crate) unit: String,
    pub(crate) seat_min: i64,
    pub(crate) seat_max: i64,
    pub(crate) customer_seats_max: i64,
    pub(crate) prerequisites: String,
    pub(crate) plans: String,
    pub(crate) currency: String,
    pub(crate) list_price: i64,
    pub(crate) upgrade_targets: String,
    pub(crate) withdrawn: i64,
}

/// An offer, and how often what one customer holds of it was increased.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct CountedRow {
    #[sqlx(flatten)]
    pub(crate) offer: OfferRow,
    pub(crate) increases: i64,
}

/// The offers of those ids that exist.
pub(crate) async fn by_ids(conn: Conn<'_>, ids: &[&str]) -> Answer<Vec<OfferRow>> {
    let mut query = sqlx::query_as(sql::list(BY_IDS, 1, ids.len(), ""));
    for id in ids {
        query = query.bind(*id);
    }
    Ok(query.fetch_all(conn).await?)
}

/// The offers of those ids that exist, with what the customer holds of them counted.
pub(crate) async fn counted(conn: Conn<'_>, customer: &str, ids: &[&str]) -> Answer<Vec<CountedRow>> {
    let mut query = sqlx::query_as(sql::list(COUNTED, 2, ids.len(), "")).bind(customer);
    for id in ids {
        query = query.bind(*id);
    }
    Ok(query.fetch_all(conn).await?)
}

/// Offers after the id `after`, by id; an empty `party` or `country` is any.
pub(crate) async fn page(
    conn: Conn<'_>,
    after: &str,
    party: &str,
    country: &str,
    limit: i64,
) -> Answer<Vec<OfferRow>> {
    let query = sqlx::query_as(PAGE).bind(after).bind(party).bind(country).bind(limit);
    Ok(query.fetch_all(conn).await?)
}

/// Writes each offer as the next version of what is stored, or as the first.
pub(crate) fn write(tx: &mut Tx, offers: &[OfferRow]) {
    // Everybody writes offers in the same order, so that nobody waits in a circle.
    let mut offers: Vec<&OfferRow> = offers.iter().collect();
    offers.sort_unstable_by(|one, other| one.id.cmp(&other.id));
    for chunk in offers.chunks(OFFERS_WRITTEN_MAX) {
        let upsert = Change::of_rows(UPSERT, COLUMNS, chunk.len(), UPSERT_NEXT_REVISION);
        tx.put(chunk.iter().fold(upsert, bound).must_meet(chunk.len()));
        let keep = Change::of_rows(KEEP_VERSIONS, COLUMNS, chunk.len(), "");
        tx.put(chunk.iter().fold(keep, bound));
    }
}

fn bound(change: Change, row: &&OfferRow) -> Change {
    change
        .bind(row.id.as_str())
        .bind(row.revision)
        .bind(row.create_time)
        .bind(row.update_time)
        .bind(row.display_name.as_str())
        .bind(row.publisher.as_str())
        .bind(row.party.as_str())
        .bind(row.countries.as_str())
        .bind(row.unit.as_str())
        .bind(row.seat_min)
        .bind(row.seat_max)
        .bind(row.customer_seats_max)
        .bind(row.prerequisites.as_str())
        .bind(row.plans.as_str())
        .bind(row.currency.as_str())
        .bind(row.list_price)
        .bind(row.upgrade_targets.as_str())
        .bind(row.withdrawn)
}
