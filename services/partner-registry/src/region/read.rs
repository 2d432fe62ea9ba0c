//! Reading the table: `GetRegion`, `ListRegions`, `GetCountry`, `ListCountries`. Anybody may read it, for any
//! day.

use csp_policy::{Day, Region};
use csp_proto::partner_registry::v1 as pb;
use csp_service::{Call, Fault, Fields, Page, Result, wire};

use super::{COUNTRIES, COUNTRY, COUNTRY_NAMES, REGION, REGIONS};
use crate::PartnerRegistryService;

pub(crate) fn get_region(
    service: &PartnerRegistryService,
    _: &Call,
    request: pb::GetRegionRequest,
) -> Result<pb::GetRegionResponse> {
    let mut fields = Fields::new();
    let day = read_day(&mut fields, service, &request.as_of_date);
    let id = read_id(&mut fields, &request.name, REGIONS);
    let (day, id) = fields.finish(|| day.zip(id))?;
    let region = Region::ALL.iter().copied().find(|region| region.id() == id);
    let region = region.ok_or_else(|| Fault::not_found(REGION, &request.name))?;
    Ok(pb::GetRegionResponse { region: Some(super::render(region, day)) })
}

pub(crate) fn list_regions(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::ListRegionsRequest,
) -> Result<pb::ListRegionsResponse> {
    let day = Fields::only(|fields| read_day(fields, service, &request.as_of_date))?;
    let page = Page::of(call, &[&request.as_of_date], request.page_size, &request.page_token)?;
    let all = Region::ALL.iter().map(|region| super::render(*region, day));
    let rest = all.filter(|region| region.name.as_str() > page.after(0));
    let (regions, next_page_token) = page.fill(rest, |region| vec![region.name.clone()], |region| region);
    Ok(pb::ListRegionsResponse { regions, next_page_token })
}

pub(crate) fn get_country(
    service: &PartnerRegistryService,
    _: &Call,
    request: pb::GetCountryRequest,
) -> Result<pb::GetCountryResponse> {
    let mut fields = Fields::new();
    let day = read_day(&mut fields, service, &request.as_of_date);
    let code = read_id(&mut fields, &request.name, COUNTRIES);
    let code = code.and_then(|code| fields.country("name", code));
    let (day, code) = fields.finish(|| day.zip(code))?;
    let known = COUNTRY_NAMES.iter().copied().find(|(known, _)| *known == code.as_str());
    let country = known.and_then(|entry| super::render_country(entry, day));
    let country = country.ok_or_else(|| Fault::not_found(COUNTRY, &request.name))?;
    Ok(pb::GetCountryResponse { country: Some(country) })
}

pub(crate) fn list_countries(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::ListCountriesRequest,
) -> Result<pb::ListCountriesResponse> {
    let wanted = request.filter.unwrap_or_default().region;
    let mut fields = Fields::new();
    let day = read_day(&mut fields, service, &request.as_of_date);
    let region = fields.optional(&wanted, |fields, value| super::read(fields, "filter.region", value));
    let (day, region) = fields.finish(|| day.zip(region))?;
    let filters = [wanted.as_str(), request.as_of_date.as_str()];
    let page = Page::of(call, &filters, request.page_size, &request.page_token)?;
    let all = COUNTRY_NAMES.iter().filter_map(|entry| super::render_country(*entry, day));
    let found = all.filter(|country| {
        region.is_none_or(|region| wire::region_name(Some(region)) == country.region)
            && country.name.as_str() > page.after(0)
    });
    let (countries, next_page_token) =
        page.fill(found, |country| vec![country.name.clone()], |country| country);
    Ok(pb::ListCountriesResponse { countries, next_page_token })
}

/// The day of the request; today when it is left out.
fn read_day(fields: &mut Fields, service: &PartnerRegistryService, sent: &str) -> Option<Day> {
    let day = fields.optional(sent, |fields, value| fields.day("as_of_date", value))?;
    Some(day.unwrap_or_else(|| service.book.clock.today()))
}

/// The part of the field `name` after the collection.
fn read_id<'n>(fields: &mut Fields, name: &'n str, collection: &str) -> Option<&'n str> {
    let id = name.strip_prefix(collection).filter(|id| !id.is_empty());
    if id.is_none() {
        fields.refuse("name", format!("must be a name like `{collection}{{id}}`, was `{name}`"));
    }
    id
}
