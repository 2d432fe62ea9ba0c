//! A provider's entry in the directory (rule ENR-13).

pub(crate) mod read;
pub(crate) mod table;
pub(crate) mod update;

pub(crate) use self::update::update;

use csp_policy::{Country, Day, region_of};
use csp_proto::partner_registry::v1 as pb;
use csp_service::wire::timestamp;
use csp_service::{Effect, Fields, Result, Stored, etag, wire};
use jiff::Timestamp;

use self::table::{Countries, ListingRow, Offerings};
use crate::{enum_set, partner, resource_name};

/// The resource type in errors.
pub(crate) const TYPE: &str = "listing";
/// The end of a listing's resource name, after the account's name.
const SUFFIX: &str = "/listing";
const DISPLAY_NAME_CHARS_MAX: usize = 200;
const DESCRIPTION_CHARS_MAX: usize = 2000;
const WEBSITE_CHARS_MAX: usize = 500;
/// Maximum number of countries in a listing; fewer countries exist.
const COUNTRIES_MAX: usize = 300;
/// Maximum number of offerings in a request; five offerings exist.
pub(crate) const OFFERINGS_MAX: usize = 16;

/// Reads `partners/{id}/listing` and returns the account's name, `partners/{id}`.
pub(crate) fn read_name(fields: &mut Fields, field: &str, name: &str) -> Option<String> {
    partner::singleton::read_name(fields, field, name, SUFFIX)
}

/// A provider's listing.
#[derive(Debug, Clone)]
pub(crate) struct Listing {
    row: ListingRow,
}

/// New values for a listing. A field that is `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Changes {
    pub(crate) display_name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) website: Option<String>,
    pub(crate) countries: Option<Countries>,
    pub(crate) offerings: Option<Offerings>,
}

impl Changes {
    /// Reads the field at `path` of the sent listing. Countries and offerings are sorted and have no
    /// duplicates.
    pub(crate) fn read(&mut self, fields: &mut Fields, path: &str, sent: &pb::Listing) {
        match path {
            "display_name" => {
                let field = "listing.display_name";
                self.display_name = fields.text(field, &sent.display_name, 1..=DISPLAY_NAME_CHARS_MAX);
            }
            "description" => {
                let field = "listing.description";
                self.description = fields.lines(field, &sent.description, 0..=DESCRIPTION_CHARS_MAX);
            }
            "website" => {
                self.website = fields.text("listing.website", &sent.website, 0..=WEBSITE_CHARS_MAX);
            }
            "countries" => self.countries = read_countries(fields, "listing.countries", &sent.countries),
            "offerings" => {
                let field = "listing.offerings";
                let offerings = enum_set::read(fields, field, &sent.offerings, OFFERINGS_MAX);
                self.offerings = offerings.map(Offerings);
            }
            _ => fields.refuse(
                "update_mask.paths",
                "must be of `display_name`, `description`, `website`, `countries`, `offerings`",
            ),
        }
    }
}

fn read_countries(fields: &mut Fields, field: &str, sent: &[String]) -> Option<Countries> {
    fields.number(field, sent.len(), 0..=COUNTRIES_MAX)?;
    let countries: Vec<_> = sent.iter().map(|code| fields.country(field, code)).collect();
    let mut countries = countries.into_iter().collect::<Option<Vec<_>>>()?;
    countries.sort();
    countries.dedup();
    Some(Countries(countries))
}

impl Listing {
    /// A provider's first listing.
    pub(crate) fn create(partner_id: &str, home: Country, changes: Changes, now: Timestamp) -> Self {
        let mut listing = Listing {
            row: ListingRow {
                partner: partner_id.to_owned(),
                revision: 0,
                create_time: now,
                update_time: now,
                display_name: String::new(),
                search_name: String::new(),
                description: String::new(),
                website: String::new(),
                countries: Countries::default(),
                offerings: Offerings::default(),
                home_country: Stored(home),
            },
        };
        listing.change(changes, now);
        listing
    }

    /// Applies `changes`. Nothing changes when the listing has these values.
    pub(crate) fn change(&mut self, changes: Changes, now: Timestamp) {
        let before = self.row.clone();
        let row = &mut self.row;
        if let Some(display_name) = changes.display_name {
            row.search_name = display_name.to_lowercase();
            row.display_name = display_name;
        }
        if let Some(description) = changes.description {
            row.description = description;
        }
        if let Some(website) = changes.website {
            row.website = website;
        }
        if let Some(countries) = changes.countries {
            row.countries = countries;
        }
        if let Some(offerings) = changes.offerings {
            row.offerings = offerings;
        }
        if *row != before {
            row.revision += 1;
            row.update_time = now;
        }
    }

    pub(crate) fn name(&self) -> String {
        format!("{}{SUFFIX}", resource_name::of(partner::COLLECTION, &self.row.partner))
    }

    pub(crate) fn row(&self) -> &ListingRow {
        &self.row
    }

    /// The listing as an API message. The region is the region of the provider's country on `today`.
    pub(crate) fn render(&self, today: Day) -> pb::Listing {
        let row = &self.row;
        let region = region_of(row.home_country.0, today);
        pb::Listing {
            name: self.name(),
            etag: etag::of(row.revision),
            revision: row.revision,
            create_time: Some(timestamp(row.create_time)),
            update_time: Some(timestamp(row.update_time)),
            display_name: row.display_name.clone(),
            description: row.description.clone(),
            website: row.website.clone(),
            countries: row.countries.0.iter().map(|country| country.as_str().to_owned()).collect(),
            offerings: row.offerings.0.iter().map(|offering| i32::from(*offering)).collect(),
            region: wire::region_name(region),
        }
    }

    /// The journal entry for writing this listing over `before`; `None` means that the listing is new.
    pub(crate) fn effect(&self, before: Option<&Listing>, today: Day) -> Result<Effect> {
        let (revision, shown) = (self.row.revision, self.render(today));
        match before {
            None => Effect::created(&self.name(), revision, &shown),
            Some(before) => Effect::changed(&self.name(), revision, &before.render(today), &shown),
        }
    }
}

impl From<ListingRow> for Listing {
    fn from(row: ListingRow) -> Self {
        Listing { row }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_named_below_its_account() {
        let read = |name: &str| read_name(&mut Fields::new(), "name", name);
        assert_eq!(read("partners/contoso/listing").as_deref(), Some("partners/contoso"));
        for other in ["partners/contoso", "partners//listing", "contoso/listing"] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
