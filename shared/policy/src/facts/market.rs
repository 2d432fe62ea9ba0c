//! The markets of the programme: the region and the billing currencies of each country, by day (rule RGN-03).
//!
//! Source: "CSP program regional markets and currencies", documents of 2021-04-15 and 2023-08-17. The earlier
//! document applies to every day before 2023-08-17.

use super::Country;
use super::region::Region::{self, *};
use crate::Day;
use jiff::civil::date;

/// The day on which the later source document took effect.
const LATER_DOCUMENT: Day = date(2023, 8, 17);

/// The region and the billing currencies of a country.
struct Market {
    region: Region,
    /// Currency codes of ISO 4217; empty where the source documents name no currency.
    currencies: &'static [&'static str],
}

/// The region of `country` on `day`; `None` for a country without a region on that day.
pub fn region_of(country: Country, day: Day) -> Option<Region> {
    market_of(country, day).map(|market| market.region)
}

/// The billing currencies of `country` on `day`, ISO 4217; empty when the country has no region or when the
/// source documents name no currency.
pub fn currencies(country: Country, day: Day) -> &'static [&'static str] {
    market_of(country, day).map_or(&[], |market| market.currencies)
}

/// Every country of both source documents, sorted by code. A country may have a region in only one of the
/// documents.
pub fn countries() -> impl Iterator<Item = Country> {
    (b'A'..=b'Z')
        .flat_map(|first| (b'A'..=b'Z').map(move |second| Country([first, second])))
        .filter(|country| [Day::MIN, LATER_DOCUMENT].iter().any(|day| market_of(*country, *day).is_some()))
}

// A match instead of a sorted table: with a binary search a whole decision takes a quarter longer, since an
// order looks up three countries.
fn market_of(country: Country, day: Day) -> Option<Market> {
    let market = |region, currencies| Some(Market { region, currencies });
    match &country.0 {
        b"AO" | b"BF" | b"BI" | b"BJ" | b"BW" | b"CD" | b"CF" | b"CG" | b"CI" | b"CM" | b"CV" | b"DJ"
        | b"ER" | b"ET" | b"GA" | b"GH" | b"GM" | b"GN" | b"GQ" | b"GW" | b"KE" | b"KM" | b"LR" | b"MG"
        | b"ML" | b"MU" | b"MW" | b"NA" | b"NC" | b"NE" | b"NG" | b"PF" | b"RE" | b"RW" | b"SC" | b"SH"
        | b"SL" | b"SN" | b"SO" | b"SS" | b"ST" | b"TD" | b"TG" | b"TZ" | b"UG" | b"YT" | b"ZM" => {
            market(Africa, &["USD"])
        }
        b"BD" | b"BN" | b"BT" | b"HK" | b"ID" | b"KH" | b"LA" | b"LK" | b"MM" | b"MO" | b"MV" | b"MY"
        | b"NP" | b"PH" | b"SG" | b"TH" | b"TL" | b"VN" => market(AsiaAndPacific, &["USD"]),
        b"AU" | b"CC" | b"CK" | b"CX" | b"FJ" | b"FM" | b"HM" | b"KI" | b"MH" | b"NF" | b"NR" | b"NU"
        | b"PG" | b"PN" | b"PW" | b"SB" | b"TF" | b"TK" | b"TO" | b"TV" | b"WF" => {
            market(Australia, &["AUD"])
        }
        b"GU" | b"MP" if day < LATER_DOCUMENT => market(Australia, &["AUD"]),
        b"BR" if day < LATER_DOCUMENT => market(Brazil, &["USD"]),
        b"BR" if day >= LATER_DOCUMENT => market(Brazil, &["USD", "BRL"]),
        b"CA" | b"PM" => market(Canada, &["CAD"]),
        b"CN" if day >= LATER_DOCUMENT => market(China, &["CNY"]),
        b"AD" | b"AT" | b"AX" | b"BE" | b"BG" | b"BV" | b"CY" | b"CZ" | b"DE" | b"EE" | b"ES" | b"FI"
        | b"FR" | b"GL" | b"GR" | b"HR" | b"HU" | b"IE" | b"IS" | b"IT" | b"LI" | b"LT" | b"LU" | b"LV"
        | b"MC" | b"MT" | b"NL" | b"PL" | b"PT" | b"RO" | b"SI" | b"SK" | b"SM" => market(Europe, &["EUR"]),
        b"GB" | b"GG" | b"GI" | b"IM" | b"JE" => market(Europe, &["GBP"]),
        b"NO" | b"SJ" => market(Europe, &["NOK"]),
        b"CH" => market(Europe, &["CHF"]),
        b"DK" => market(Europe, &["DKK"]),
        b"SE" => market(Europe, &["SEK"]),
        b"VA" => market(Europe, &[]),
        b"FO" if day < LATER_DOCUMENT => market(Europe, &["EUR"]),
        b"FO" if day >= LATER_DOCUMENT => market(Europe, &["DKK"]),
        b"IN" => market(India, &["INR"]),
        b"JP" => market(Japan, &["JPY"]),
        b"KR" => market(Korea, &["KRW"]),
        b"AG" | b"AI" | b"AQ" | b"AR" | b"AW" | b"BB" | b"BL" | b"BM" | b"BO" | b"BQ" | b"BS" | b"BZ"
        | b"CL" | b"CO" | b"CR" | b"CW" | b"DM" | b"DO" | b"EC" | b"FK" | b"GD" | b"GF" | b"GP" | b"GS"
        | b"GT" | b"GY" | b"HN" | b"HT" | b"JM" | b"KY" | b"LC" | b"MF" | b"MQ" | b"MS" | b"MX" | b"NI"
        | b"PA" | b"PE" | b"PR" | b"PY" | b"SR" | b"SV" | b"SX" | b"TC" | b"TT" | b"UY" | b"VC" | b"VE"
        | b"VG" | b"VI" => market(LatinAmericaAndTheCaribbean, &["USD"]),
        b"KN" => market(LatinAmericaAndTheCaribbean, &[]),
        b"AE" | b"AF" | b"AL" | b"AM" | b"AZ" | b"BH" | b"DZ" | b"EG" | b"GE" | b"IL" | b"IO" | b"IQ"
        | b"JO" | b"KG" | b"KW" | b"KZ" | b"LB" | b"LS" | b"LY" | b"MA" | b"MD" | b"ME" | b"MN" | b"MR"
        | b"MZ" | b"OM" | b"PK" | b"QA" | b"RS" | b"SA" | b"SZ" | b"TJ" | b"TM" | b"TN" | b"TR" | b"UA"
        | b"UZ" | b"XK" | b"YE" | b"ZA" | b"ZW" => market(MiddleEastCentralAndEasternEurope, &["USD"]),
        b"BA" | b"MK" | b"PS" => market(MiddleEastCentralAndEasternEurope, &[]),
        b"BY" if day < LATER_DOCUMENT => market(MiddleEastCentralAndEasternEurope, &["USD"]),
        b"NZ" | b"VU" | b"WS" => market(NewZealand, &["NZD"]),
        b"AS" if day < LATER_DOCUMENT => market(NewZealand, &["NZD"]),
        b"RU" if day < LATER_DOCUMENT => market(Russia, &["RUB"]),
        b"TW" => market(Taiwan, &["TWD"]),
        b"UM" | b"US" => market(UnitedStates, &["USD"]),
        b"AS" | b"GU" | b"MP" if day >= LATER_DOCUMENT => market(UnitedStates, &["USD"]),
        _ => None,
    }
}
