//! The programme's table of regions, countries and billing currencies (rule RGN-03). The rule book holds the
//! table; no database stores it.

mod country_names;
pub(crate) mod read;

use std::collections::BTreeSet;

use csp_policy::{Country, Day, Region, countries, currencies, region_of};
use csp_proto::partner_registry::v1 as pb;
use csp_service::{Fields, wire};

use self::country_names::COUNTRY_NAMES;

/// The collections in the resource names.
const REGIONS: &str = "regions/";
const COUNTRIES: &str = "countries/";
/// The resource types in errors.
const REGION: &str = "region";
const COUNTRY: &str = "country";

/// Reads the resource name of a region, for example `regions/europe`.
pub(crate) fn read(fields: &mut Fields, field: &str, name: &str) -> Option<Region> {
    let region = Region::ALL.iter().copied().find(|region| wire::region_name(Some(*region)) == name);
    if region.is_none() {
        fields.refuse(field, format!("must be the name of a region like `regions/europe`, was `{name}`"));
    }
    region
}

/// The region as an API message, as of `day`.
fn render(region: Region, day: Day) -> pb::Region {
    let members = countries().filter(|country| region_of(*country, day) == Some(region));
    let known: BTreeSet<&str> =
        members.flat_map(|country| currencies(country, day).iter().copied()).collect();
    pb::Region {
        name: wire::region_name(Some(region)),
        display_name: region.as_str().to_owned(),
        currencies: known.into_iter().map(str::to_owned).collect(),
    }
}

/// The country with this code as an API message, as of `day`. The code is one of [`COUNTRY_NAMES`].
fn render_country((code, name): (&str, &str), day: Day) -> Option<pb::Country> {
    let country = Country::try_from(code).ok()?;
    Some(pb::Country {
        name: format!("{COUNTRIES}{code}"),
        display_name: name.to_owned(),
        region: wire::region_name(region_of(country, day)),
        currencies: currencies(country, day).iter().map(|code| (*code).to_owned()).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn country(code: &str, on: &str) -> pb::Country {
        let entry = COUNTRY_NAMES.iter().copied().find(|(known, _)| *known == code).unwrap();
        render_country(entry, day(on)).unwrap()
    }

    #[test]
    fn every_country_of_the_rule_book_has_a_name_and_codes_are_sorted() {
        for country in countries() {
            assert!(COUNTRY_NAMES.iter().any(|(code, _)| *code == country.as_str()), "{country}");
        }
        assert!(COUNTRY_NAMES.is_sorted_by(|one, other| one.0 < other.0));
        assert!(COUNTRY_NAMES.iter().all(|(code, _)| Country::try_from(*code).is_ok()));
    }

    #[test]
    fn a_country_has_the_region_and_the_currencies_of_the_day() {
        assert_eq!(country("GU", "2023-08-16").region, "regions/australia");
        assert_eq!(country("GU", "2023-08-17").region, "regions/united-states");
        assert_eq!(country("BR", "2026-11-21").currencies, ["USD", "BRL"]);
        assert_eq!(
            (country("RU", "2026-11-21").region, country("KP", "2026-11-21").region),
            Default::default()
        );
    }

    #[test]
    fn a_region_without_a_country_on_the_day_has_no_currency() {
        assert_eq!(render(Region::Russia, day("2026-11-21")).currencies, [""; 0]);
        assert_ne!(render(Region::Russia, day("2023-08-16")).currencies, [""; 0]);
        assert!(render(Region::Europe, day("2026-11-21")).currencies.contains(&"EUR".to_owned()));
    }

    #[test]
    fn regions_are_sorted_by_name() {
        assert!(Region::ALL.iter().map(|region| region.id()).is_sorted());
    }
}
