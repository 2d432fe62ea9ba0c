//! The regions of the programme.

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
    /// Every region, sorted by name.
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

    /// The id of the region in its resource name, for example `united-states`.
    pub fn id(self) -> String {
        self.as_str().to_lowercase().replace(',', "").replace(' ', "-")
    }
}

impl fmt::Display for Region {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}
