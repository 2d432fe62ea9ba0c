//! The directory of providers as it is read: `SearchProviders`, `GetListing` (rule ENR-13).

use csp_policy::{Country, Region, countries, region_of};
use csp_proto::partner_registry::v1::{self as pb, ProviderOffering};
use csp_service::{Call, Fault, Fields, Page, Result};

use crate::PartnerRegistry;
use crate::listing::{self, Listing, OFFERINGS_MAX};
use crate::names;
use crate::partner::application;
use crate::store;
use crate::store::listing::Search;

/// Longest text that is searched for.
const TEXT_CHARS_MAX: usize = 100;
/// Escapes a wild card in a pattern.
const ESCAPE: char = '!';

/// What is searched for, well formed.
struct Query {
    country: Option<Country>,
    region: Option<Region>,
    text: String,
    offerings: Vec<ProviderOffering>,
}

impl TryFrom<&pb::SearchProvidersRequest> for Query {
    type Error = Fault;

    fn try_from(request: &pb::SearchProvidersRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let country = fields.optional(&request.country, |fields, value| fields.country("country", value));
        let region = fields.optional(&request.region, read_region);
        let text = fields.text("text", &request.text, 0..=TEXT_CHARS_MAX);
        let offerings = application::read_set(&mut fields, "offerings", &request.offerings, OFFERINGS_MAX);
        fields
            .finish(|| Some(Query { country: country?, region: region?, text: text?, offerings: offerings? }))
    }
}

fn read_region(fields: &mut Fields, value: &str) -> Option<Region> {
    let region = Region::ALL.iter().find(|region| region.as_str() == value).copied();
    if region.is_none() {
        fields.refuse("region", "must be the name of a region like `Europe`");
    }
    region
}

/// Searches the directory.
pub(crate) async fn search(
    service: &PartnerRegistry,
    call: &Call,
    request: pb::SearchProvidersRequest,
) -> Result<pb::SearchProvidersResponse> {
    let query = Query::try_from(&request)?;
    let today = service.book.clock.today();
    let offerings = listing::mask(&query.offerings);
    let filters = [&request.country, &request.region, &request.text, &offerings.to_string()];
    let page = Page::of(call, &filters.map(String::as_str), request.page_size, &request.page_token)?;

    let served = query.country.map_or_else(|| "%".to_owned(), |country| format!("%,{country},%"));
    let name = contains(&query.text);
    let home = query.region.map(|region| {
        let there: Vec<_> =
            countries().filter(|country| region_of(*country, today) == Some(region)).collect();
        listing::enclosed(&there)
    });
    let search = Search {
        countries: &served,
        name: &name,
        offerings,
        home_countries: home.as_deref().unwrap_or_default(),
    };
    let mut reader = service.book.store.read_once().await?;
    let rows = store::listing::search(&mut reader, search, page.after(0), page.limit()).await?;
    let mut listings: Vec<Listing> = rows.into_iter().map(Listing::from).collect();
    let next_page_token = page.cut(&mut listings, |listing| vec![listing.row().partner.clone()]);
    let listings = listings.iter().map(|listing| listing.render(today)).collect();
    Ok(pb::SearchProvidersResponse { listings, next_page_token })
}

/// Reads a provider's listing.
pub(crate) async fn get(
    service: &PartnerRegistry,
    request: pb::GetListingRequest,
) -> Result<pb::GetListingResponse> {
    let mut fields = Fields::new();
    let partner = names::read_listing(&mut fields, "name", &request.name);
    let partner = fields.finish(|| partner)?;
    let mut reader = service.book.store.read_once().await?;
    let row = store::listing::of_partner(&mut reader, names::id(&partner)).await?;
    let listing = row.map(Listing::from).ok_or_else(|| Fault::not_found("listing", request.name))?;
    Ok(pb::GetListingResponse { listing: Some(listing.render(service.book.clock.today())) })
}

/// The pattern of names that contain the text, whatever the case.
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
    fn wild_cards_are_searched_for_as_they_are() {
        assert_eq!(contains("100%_Ä!"), "%100!%!_ä!!%");
        assert_eq!(contains(""), "%%");
    }
}
