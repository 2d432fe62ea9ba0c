//! The regions of the programme, and which country lies in which on a given day (rule RGN-03).

mod table;

// An index of one byte reaches every row.
const _: () = assert!(table::PLACEMENTS.len() <= 256);

use crate::{Country, Day};
use std::fmt;

/// A region of the CSP programme. A partner transacts within one region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Region {
    /// Africa.
    Africa,
    /// Asia and Pacific.
    AsiaAndPacific,
    /// Australia.
    Australia,
    /// Brazil.
    Brazil,
    /// Canada.
    Canada,
    /// China.
    China,
    /// Europe.
    Europe,
    /// India.
    India,
    /// Japan.
    Japan,
    /// Korea.
    Korea,
    /// Latin America and the Caribbean.
    LatinAmericaAndTheCaribbean,
    /// Middle East, Central and Eastern Europe.
    MiddleEastCentralAndEasternEurope,
    /// New Zealand.
    NewZealand,
    /// Russia.
    Russia,
    /// Taiwan.
    Taiwan,
    /// United States.
    UnitedStates,
}

impl Region {
    /// Every region, by name.
    pub const ALL: &'static [Region] = &[
        Region::Africa,
        Region::AsiaAndPacific,
        Region::Australia,
        Region::Brazil,
        Region::Canada,
        Region::China,
        Region::Europe,
        Region::India,
        Region::Japan,
        Region::Korea,
        Region::LatinAmericaAndTheCaribbean,
        Region::MiddleEastCentralAndEasternEurope,
        Region::NewZealand,
        Region::Russia,
        Region::Taiwan,
        Region::UnitedStates,
    ];

    /// The programme's name of the region, for example `Latin America and the Caribbean`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Region::Africa => "Africa",
            Region::AsiaAndPacific => "Asia and Pacific",
            Region::Australia => "Australia",
            Region::Brazil => "Brazil",
            Region::Canada => "Canada",
            Region::China => "China",
            Region::Europe => "Europe",
            Region::India => "India",
            Region::Japan => "Japan",
            Region::Korea => "Korea",
            Region::LatinAmericaAndTheCaribbean => "Latin America and the Caribbean",
            Region::MiddleEastCentralAndEasternEurope => "Middle East, Central and Eastern Europe",
            Region::NewZealand => "New Zealand",
            Region::Russia => "Russia",
            Region::Taiwan => "Taiwan",
            Region::UnitedStates => "United States",
        }
    }
}

impl fmt::Display for Region {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// Where a country stands from one day to another.
#[derive(Debug, Clone, Copy)]
struct Placement {
    country: Country,
    region: Region,
    currencies: &'static [&'static str],
    since: Option<Day>,
    until: Option<Day>,
}

/// The region of `country` on `day`; `None` for a country without a region, which is a valid answer.
pub fn region_of(country: Country, day: Day) -> Option<Region> {
    placement(country, day).map(|placement| placement.region)
}

/// The billing currencies of `country` on `day`, ISO 4217; empty when it has no region or when the texts
/// name no currency.
pub fn currencies(country: Country, day: Day) -> &'static [&'static str] {
    placement(country, day).map_or(&[], |placement| placement.currencies)
}

/// Every country that the table knows, sorted by code; some have a region on some days only.
pub fn countries() -> impl Iterator<Item = Country> {
    let mut previous = None;
    table::PLACEMENTS
        .iter()
        .map(|placement| placement.country)
        .filter(move |country| previous.replace(*country) != Some(*country))
}

/// Where the placements of a country begin in the table, by the two letters of its code: an order asks three
/// times, so the answer is looked up and not searched. A code that the table lacks points at its beginning.
static FIRST_PLACEMENT: [u8; 26 * 26] = first_placements();

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, where a slip does not build")]
const fn first_placements() -> [u8; 26 * 26] {
    let mut first = [0; 26 * 26];
    // Backwards, so that the first of a country's placements is written last.
    let mut row = table::PLACEMENTS.len();
    while row > 0 {
        row -= 1;
        first[slot(table::PLACEMENTS[row].country)] = row as u8;
    }
    first
}

const fn slot(country: Country) -> usize {
    let [first, second] = country.0;
    (first - b'A') as usize * 26 + (second - b'A') as usize
}

fn placement(country: Country, day: Day) -> Option<&'static Placement> {
    let start = FIRST_PLACEMENT.get(slot(country)).copied().map_or(0, usize::from);
    table::PLACEMENTS
        .iter()
        .skip(start)
        .take_while(|placement| placement.country == country)
        .find(|placement| is_valid(placement, day))
}

fn is_valid(placement: &Placement, day: Day) -> bool {
    placement.since.is_none_or(|since| day >= since) && placement.until.is_none_or(|until| day < until)
}
