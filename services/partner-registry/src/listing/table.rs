//! Table `listing`: the directory of providers.

use csp_policy::boundaries::UpdateListing;
use csp_service::Accepted;
use csp_store::{Change, Connection, Error, Tx};

macro_rules! select {
    () => {
        "SELECT l.partner, l.revision, l.create_time, l.update_time, l.display_name, l.search_name, \
         l.description, l.website, l.countries, l.offerings, p.country AS home_country \
         FROM listing l JOIN partner p ON p.id = l.partner"
    };
}

const OF_PARTNER: &str = concat!(select!(), " WHERE l.partner = $1");
const SEARCH: &str = concat!(
    select!(),
    " WHERE l.partner > $1 AND p.enrollment_state = 'AUTHORIZED' AND p.standing <> 'DEAUTHORIZED' \
     AND l.countries LIKE $2 AND l.search_name LIKE $3 ESCAPE '!' AND (l.offerings & $4) = $4 \
     AND ($5 = '' OR $5 LIKE '%,' || p.country || ',%') ORDER BY l.partner LIMIT $6"
);
const INSERT: &str = "INSERT INTO listing (partner, revision, create_time, update_time, display_name, \
     search_name, description, website, countries, offerings) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const UPDATE: &str = "UPDATE listing SET revision = $1, update_time = $2, display_name = $3, search_name = $4, \
     description = $5, website = $6, countries = $7, offerings = $8 WHERE partner = $9 AND revision = $10";

/// A row of `listing`, with the country of its provider.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct ListingRow {
    pub(crate) partner: String,
    pub(crate) revision: i64,
    pub(crate) create_time: i64,
    pub(crate) update_time: i64,
    pub(crate) display_name: String,
    /// The name in lower case.
    pub(crate) search_name: String,
    pub(crate) description: String,
    pub(crate) website: String,
    /// Codes, each between two commas.
    pub(crate) countries: String,
    /// One bit an offering: 2 to the power of its number.
    pub(crate) offerings: i64,
    pub(crate) home_country: String,
}

/// What the directory is searched for.
#[derive(Debug, Clone)]
pub(crate) struct Search<'a> {
    /// Pattern of the served countries.
    pub(crate) countries: &'a str,
    /// Pattern of the name in lower case, escaped by `!`.
    pub(crate) name: &'a str,
    /// The offerings, all of which are wanted.
    pub(crate) offerings: i64,
    /// The provider's own countries, each between two commas; empty for all.
    pub(crate) home_countries: &'a str,
}

/// The listing of a provider.
pub(crate) async fn of_partner(conn: &mut Connection, partner: &str) -> Result<Option<ListingRow>, Error> {
    Ok(sqlx::query_as(OF_PARTNER).bind(partner).fetch_optional(conn).await?)
}

/// Listings by provider, after `after`.
pub(crate) async fn search(
    conn: &mut Connection,
    search: Search<'_>,
    after: &str,
    limit: i64,
) -> Result<Vec<ListingRow>, Error> {
    let query = sqlx::query_as(SEARCH)
        .bind(after)
        .bind(search.countries)
        .bind(search.name)
        .bind(search.offerings)
        .bind(search.home_countries)
        .bind(limit);
    Ok(query.fetch_all(conn).await?)
}

/// Stores a listing: a new one at revision 1, any other in place of the revision before.
pub(crate) fn save(tx: &mut Tx, _accepted: &Accepted<UpdateListing>, row: &ListingRow) {
    if row.revision == 1 { insert(tx, row) } else { update(tx, row) }
}

fn insert(tx: &mut Tx, row: &ListingRow) {
    tx.put(
        Change::new(INSERT)
            .bind(&row.partner)
            .bind(row.revision)
            .bind(row.create_time)
            .bind(row.update_time)
            .bind(&row.display_name)
            .bind(&row.search_name)
            .bind(&row.description)
            .bind(&row.website)
            .bind(&row.countries)
            .bind(row.offerings),
    );
}

fn update(tx: &mut Tx, row: &ListingRow) {
    tx.put(
        Change::new(UPDATE)
            .bind(row.revision)
            .bind(row.update_time)
            .bind(&row.display_name)
            .bind(&row.search_name)
            .bind(&row.description)
            .bind(&row.website)
            .bind(&row.countries)
            .bind(row.offerings)
            .bind(&row.partner)
            .bind(row.revision - 1)
            .must_meet(1),
    );
}
