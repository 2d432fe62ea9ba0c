//! The table `listing`: the directory of providers.

use csp_policy::Country;
use csp_policy::boundaries::UpdateListing;
use csp_proto::partner_registry::v1::ProviderOffering;
use csp_service::{Accepted, Result, Stored};
use csp_store::{Column, Connection, Save, Select, Statement, Tx, table};
use jiff::Timestamp;

table! {
    /// A listing, joined with its provider's country: `home_country` is column `country` of table `partner`.
    /// `partner` is the id of the provider's account.
    pub(crate) struct ListingRow in "listing" {
        partner: String,
        revision: i64,
        create_time: Timestamp,
        update_time: Timestamp,
        display_name: String,
        /// The display name in lower case.
        search_name: String,
        description: String,
        website: String,
        countries: Countries,
        offerings: Offerings,
        home_country: Stored<Country>,
    }
}

/// Countries, stored so that LIKE finds one of them: every code stands between two commas.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Countries(pub(crate) Vec<Country>);

impl Column for Countries {
    type Raw = String;

    fn from_raw(raw: String) -> Option<Self> {
        let codes = raw.split(',').filter(|code| !code.is_empty());
        codes.map(|code| Country::try_from(code).ok()).collect::<Option<_>>().map(Countries)
    }

    fn to_raw(&self) -> String {
        self.0.iter().fold(String::new(), |text, country| {
            let comma = if text.is_empty() { "," } else { "" };
            format!("{text}{comma}{country},")
        })
    }
}

/// Offerings, stored as a bit mask so that one comparison finds several: an offering sets the bit of its enum
/// number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Offerings(pub(crate) Vec<ProviderOffering>);

impl Column for Offerings {
    type Raw = i64;

    fn from_raw(raw: i64) -> Option<Self> {
        let numbers = (0..i64::BITS).filter(|number| raw & (1 << number) != 0);
        let offerings = numbers.map(|number| {
            let offering = ProviderOffering::try_from(i32::try_from(number).ok()?).ok()?;
            Some(offering).filter(|offering| *offering != ProviderOffering::Unspecified)
        });
        offerings.collect::<Option<_>>().map(Offerings)
    }

    fn to_raw(&self) -> i64 {
        self.0.iter().fold(0, |mask, offering| mask | (1 << i32::from(*offering)))
    }
}

const OF_PARTNER: Select<ListingRow> = Select::new(
    "
    SELECT l.partner, l.revision, l.create_time, l.update_time, l.display_name, l.search_name, l.description,
           l.website, l.countries, l.offerings, p.country AS home_country
      FROM listing l JOIN partner p ON p.id = l.partner
     WHERE l.partner = $1",
);

const SEARCH: Select<ListingRow> = Select::new(
    "
    SELECT l.partner, l.revision, l.create_time, l.update_time, l.display_name, l.search_name, l.description,
           l.website, l.countries, l.offerings, p.country AS home_country
      FROM listing l JOIN partner p ON p.id = l.partner
     WHERE l.partner > $1
       AND p.enrollment_state = 'AUTHORIZED'
       AND p.standing <> 'DEAUTHORIZED'
       AND l.countries LIKE $2
       AND l.search_name LIKE $3 ESCAPE '!'
       AND (l.offerings & $4) = $4
       AND ($5 = '' OR $5 LIKE '%,' || p.country || ',%')
     ORDER BY l.partner LIMIT $6",
);

const INSERT: Save<ListingRow> = Save::new(
    "
    INSERT INTO listing (partner, revision, create_time, update_time, display_name, search_name, description,
                         website, countries, offerings)
    VALUES (:partner, :revision, :create_time, :update_time, :display_name, :search_name, :description,
            :website, :countries, :offerings)",
);

const UPDATE: Save<ListingRow> = Save::new(
    "
    UPDATE listing
       SET revision     = :revision,
           update_time  = :update_time,
           display_name = :display_name,
           search_name  = :search_name,
           description  = :description,
           website      = :website,
           countries    = :countries,
           offerings    = :offerings
     WHERE partner = :partner AND revision = :revision - 1",
);

/// Every statement of the table.
pub(crate) const STATEMENTS: &[&dyn Statement] = &[&OF_PARTNER, &SEARCH, &INSERT, &UPDATE];

/// The conditions of a search.
#[derive(Debug, Clone)]
pub(crate) struct Search {
    /// LIKE pattern for the served countries.
    pub(crate) countries: String,
    /// LIKE pattern for the display name in lower case; `!` escapes wildcards.
    pub(crate) name: String,
    /// A listing must have all of these offerings.
    pub(crate) offerings: Offerings,
    /// The provider's country must be one of these; empty means any country.
    pub(crate) home_countries: Countries,
}

pub(crate) async fn of_partner(conn: &mut Connection, partner: &str) -> Result<Option<ListingRow>> {
    Ok(OF_PARTNER.query().bind(partner).fetch_optional(conn).await?)
}

/// One page of listings in order of account id, after the id `after`.
pub(crate) async fn search(
    conn: &mut Connection,
    search: &Search,
    after: &str,
    limit: i64,
) -> Result<Vec<ListingRow>> {
    let query = SEARCH
        .query()
        .bind(after)
        .bind(&search.countries)
        .bind(&search.name)
        .bind(search.offerings.to_raw())
        .bind(search.home_countries.to_raw())
        .bind(limit);
    Ok(query.fetch_all(conn).await?)
}

/// Saves a listing: revision 1 is inserted, a later revision replaces the one before. A stale revision is a
/// lost race.
pub(crate) fn save(tx: &mut Tx, row: &ListingRow, _: &Accepted<UpdateListing>) {
    if row.revision == 1 { tx.put(INSERT.of(row)) } else { tx.put(UPDATE.of(row).must_meet(1)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offerings_and_countries_are_stored_in_a_searchable_form() {
        let offerings = Offerings(vec![ProviderOffering::Marketing, ProviderOffering::Billing]);
        assert_eq!(Offerings::from_raw(offerings.to_raw()), Some(offerings));
        let codes = ["DE", "FR"].map(|code| Country::try_from(code).unwrap());
        let countries = Countries(codes.to_vec());
        assert_eq!(countries.to_raw(), ",DE,FR,");
        assert_eq!(Countries::from_raw(countries.to_raw()), Some(countries));
        assert_eq!(Countries::default().to_raw(), "");
    }

    #[test]
    fn a_stored_value_that_is_not_an_offering_or_a_country_is_rejected() {
        for raw in [1, 1 << 40, -1] {
            assert_eq!(Offerings::from_raw(raw), None, "{raw}");
        }
        assert_eq!(Countries::from_raw(",DE,Italy,".to_owned()), None);
    }
}
