//! Reading the directory of providers: `SearchProviders`, `GetListing` (rule ENR-13).

use csp_policy::{Country, Region, countries, region_of};
use csp_proto::partner_registry::v1::{self as pb, ProviderOffering};
use csp_service::wire;
use csp_service::{Call, Fault, Fields, Page, Result};
use csp_store::Column as _;

use super::table::{self, Countries, Offerings, Search};
use super::{Listing, OFFERINGS_MAX, TYPE, read_name};
use crate::{PartnerRegistryService, enum_set, region};

/// Maximum length of the text to search for, in characters.
const TEXT_CHARS_MAX: usize = 100;
/// Escapes a wildcard in a LIKE pattern; the SQL names the same character.
const ESCAPE: char = '!';

/// The parsed request.
struct Query {
    country: Option<Country>,
    region: Option<Region>,
    text: String,
    offerings: Vec<ProviderOffering>,
}

impl TryFrom<&pb::ListingFilter> for Query {
    type Error = Fault;

    fn try_from(sent: &pb::ListingFilter) -> Result<Self> {
        let mut fields = Fields::new();
        let country = fields.optional(&sent.country, |fields, value| fields.country("filter.country", value));
        let region =
            fields.optional(&sent.region, |fields, value| region::read(fields, "filter.region", value));
        let text = fields.text("filter.text", &sent.text, 0..=TEXT_CHARS_MAX);
        let offerings = enum_set::read(&mut fields, "filter.offerings", &sent.offerings, OFFERINGS_MAX);
        fields
            .finish(|| Some(Query { country: country?, region: region?, text: text?, offerings: offerings? }))
    }
}

pub(crate) async fn search(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::SearchProvidersRequest,
) -> Result<pb::SearchProvidersResponse> {
    let wanted = request.filter.unwrap_or_default();
    let query = Query::try_from(&wanted)?;
    let today = service.book.clock.today();
    let home_countries = query.region.map_or_else(Vec::new, |region| {
        countries().filter(|country| region_of(*country, today) == Some(region)).collect()
    });
    let search = Search {
        countries: query.country.map_or_else(|| "%".to_owned(), |country| format!("%,{country},%")),
        name: contains(&query.text),
        offerings: Offerings(query.offerings),
        home_countries: Countries(home_countries),
    };
    let offerings = search.offerings.to_raw().to_string();
    let filters = [&wanted.country, &wanted.region, &wanted.text, &offerings];
    let page = Page::of(call, &filters.map(String::as_str), request.page_size, &request.page_token)?;
    let mut reader = service.book.store.read_once().await?;
    let rows = table::search(&mut reader, &search, page.after(0), page.limit()).await?;
    let listings = rows.into_iter().map(Listing::from);
    let key = |listing: &Listing| vec![listing.row().partner.clone()];
    let (listings, next_page_token) = page.fill(listings, key, |listing| listing.render(today));
    Ok(pb::SearchProvidersResponse { listings, next_page_token })
}

pub(crate) async fn get(
    service: &PartnerRegistryService,
    request: pb::GetListingRequest,
) -> Result<pb::GetListingResponse> {
    let partner = Fields::only(|fields| read_name(fields, "name", &request.name))?;
    let mut reader = service.book.store.read_once().await?;
    let row = table::of_partner(&mut reader, wire::id_of(&partner)).await?;
    let listing = row.map(Listing::from).ok_or_else(|| Fault::not_found(TYPE, request.name))?;
    Ok(pb::GetListingResponse { listing: Some(listing.render(service.book.clock.today())) })
}

/// The LIKE pattern for names that contain `text`, ignoring case. The searched column is in lower case.
fn contains(text: &str) -> String {
    let mut pattern = "%".to_owned();
    for character in text.to_lowercase().chars() {
        if matches!(character, '%' | '_' | ESCAPE) {
            pattern.push(ESCAPE);
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_in_a_search_text_match_literally() {
        assert_eq!(contains("100%_Ä!"), "%100!%!_ä!!%");
        assert_eq!(contains(""), "%%");
    }
}
