//! A provider's entry in the directory (rule ENR-13).

pub(crate) mod read;
pub(crate) mod table;
pub(crate) mod update;

use csp_policy::{Country, Day, region_of};
use csp_proto::partner_registry::v1::{self as pb, ProviderOffering};
use csp_service::{Fields, etag, wire};
use jiff::Timestamp;

use crate::names;
use crate::partner::application;
use crate::store::listing::ListingRow;

/// Longest display name.
const DISPLAY_NAME_CHARS_MAX: usize = 200;
/// Longest description.
const DESCRIPTION_CHARS_MAX: usize = 2000;
/// Longest web address.
const WEBSITE_CHARS_MAX: usize = 500;
/// Countries of one listing, at most: more than there are.
const COUNTRIES_MAX: usize = 300;
/// Offerings in a request, at most; there are five.
pub(crate) const OFFERINGS_MAX: usize = 16;

/// A listing, whole.
#[derive(Debug, Clone)]
pub(crate) struct Listing {
    row: ListingRow,
}

/// What a listing says.
#[derive(Debug, Clone)]
pub(crate) struct Content {
    display_name: String,
    description: String,
    website: String,
    countries: Vec<Country>,
    offerings: Vec<ProviderOffering>,
}

impl Content {
    /// Reads what was sent.
    pub(crate) fn read(fields: &mut Fields, sent: &pb::Listing) -> Option<Self> {
        let display_name =
            fields.text("listing.display_name", &sent.display_name, 1..=DISPLAY_NAME_CHARS_MAX);
        let description = fields.lines("listing.description", &sent.description, 0..=DESCRIPTION_CHARS_MAX);
        let website = fields.text("listing.website", &sent.website, 0..=WEBSITE_CHARS_MAX);
        fields.number("listing.countries", sent.countries.len(), 0..=COUNTRIES_MAX)?;
        let countries: Vec<_> =
            sent.countries.iter().map(|code| fields.country("listing.countries", code)).collect();
        let offerings = application::read_set(fields, "listing.offerings", &sent.offerings, OFFERINGS_MAX);
        let mut countries = countries.into_iter().collect::<Option<Vec<_>>>()?;
        countries.sort();
        countries.dedup();
        Some(Content {
            display_name: display_name?,
            description: description?,
            website: website?,
            countries,
            offerings: offerings?,
        })
    }
}

impl Listing {
    /// The first listing of a provider.
    pub(crate) fn create(partner_id: &str, home: Country, content: Content, now: Timestamp) -> Self {
        let mut listing = Listing {
            row: ListingRow {
                partner: partner_id.to_owned(),
                create_time: now.as_microsecond(),
                home_country: home.as_str().to_owned(),
                ..ListingRow::default()
            },
        };
        listing.write(content, now);
        listing
    }

    /// Says something else from now on.
    pub(crate) fn write(&mut self, content: Content, now: Timestamp) {
        let row = &mut self.row;
        row.search_name = content.display_name.to_lowercase();
        row.display_name = content.display_name;
        row.description = content.description;
        row.website = content.website;
        row.countries = enclosed(&content.countries);
        row.offerings = mask(&content.offerings);
        row.revision += 1;
        row.update_time = now.as_microsecond();
    }

    pub(crate) fn name(&self) -> String {
        names::listing(&self.row.partner)
    }

    pub(crate) fn row(&self) -> &ListingRow {
        &self.row
    }

    /// As the contract shows it on `today`.
    pub(crate) fn render(&self, today: Day) -> pb::Listing {
        let row = &self.row;
        let home = Country::try_from(row.home_country.as_str()).ok();
        let region = home.and_then(|country| region_of(country, today));
        let countries = row.countries.split(',').filter(|code| !code.is_empty());
        pb::Listing {
            name: self.name(),
            etag: etag::of(row.revision),
            revision: row.revision,
            create_time: Some(wire::timestamp_of_micros(row.create_time)),
            update_time: Some(wire::timestamp_of_micros(row.update_time)),
            display_name: row.display_name.clone(),
            description: row.description.clone(),
            website: row.website.clone(),
            countries: countries.map(str::to_owned).collect(),
            offerings: unmask(row.offerings).map(i32::from).collect(),
            region: region.map(|region| region.as_str().to_owned()).unwrap_or_default(),
        }
    }
}

impl From<ListingRow> for Listing {
    fn from(row: ListingRow) -> Self {
        Listing { row }
    }
}

/// Codes as one text, each between two commas; empty for none.
pub(crate) fn enclosed(countries: &[Country]) -> String {
    countries.iter().fold(String::new(), |text, country| {
        let comma = if text.is_empty() { "," } else { "" };
        format!("{text}{comma}{country},")
    })
}

/// One bit an offering.
pub(crate) fn mask(offerings: &[ProviderOffering]) -> i64 {
    offerings.iter().fold(0, |mask, offering| mask | bit(*offering))
}

fn unmask(mask: i64) -> impl Iterator<Item = ProviderOffering> {
    let known = (1..i32::from(u8::MAX)).map_while(|number| ProviderOffering::try_from(number).ok());
    known.filter(move |offering| mask & bit(*offering) != 0)
}

fn bit(offering: ProviderOffering) -> i64 {
    1 << i32::from(offering)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offerings_and_countries_are_kept_so_that_they_can_be_searched() {
        let offerings = [ProviderOffering::Marketing, ProviderOffering::Billing];
        assert_eq!(unmask(mask(&offerings)).collect::<Vec<_>>(), offerings);
        let countries = [Country::try_from("DE").unwrap(), Country::try_from("FR").unwrap()];
        assert_eq!(enclosed(&countries), ",DE,FR,");
        assert_eq!(enclosed(&[]), "");
    }
}
