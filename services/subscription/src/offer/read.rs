//! Reading offers: `GetOffer`, `ListOffers`. Every caller sees every offer.

use csp_proto::subscription::v1::{self as pb, OfferParty};
use csp_service::wire::id_of;
use csp_service::{Call, Fault, Fields, Page, Result, Storable};

use super::table::Filter;
use super::{COLLECTION, Offer, TYPE, table};
use crate::SubscriptionService;

pub(crate) async fn get(
    service: &SubscriptionService,
    request: pb::GetOfferRequest,
) -> Result<pb::GetOfferResponse> {
    let name = Fields::only(|fields| fields.resource_name("name", &request.name, COLLECTION))?;
    let mut reader = service.book.store.read_once().await?;
    let row = table::by_ids(&mut reader, &[id_of(&name)]).await?.pop();
    let row = row.ok_or_else(|| Fault::not_found(TYPE, name))?;
    Ok(pb::GetOfferResponse { offer: Some(Offer::from(row).render()) })
}

pub(crate) async fn list(
    service: &SubscriptionService,
    call: &Call,
    request: pb::ListOffersRequest,
) -> Result<pb::ListOffersResponse> {
    let filter = request.filter.clone().unwrap_or_default();
    let mut fields = Fields::new();
    let country = fields.optional(&filter.country, |fields, code| fields.country("filter.country", code));
    let party = fields.optional_enum::<OfferParty>("filter.party", filter.party);
    let (country, party) = fields.finish(|| Some((country?, party?)))?;
    let filter = Filter {
        country: country.map(|country| country.to_string()).unwrap_or_default(),
        party: party.map(|party| party.text()).unwrap_or_default(),
        withdrawn: filter.withdrawn,
    };

    let asked = format!("{:?}", request.filter.clone().unwrap_or_default());
    let page = Page::of(call, &[&asked], request.page_size, &request.page_token)?;
    let mut reader = service.book.store.read_once().await?;
    let rows = table::page(&mut reader, page.after(0), &filter, page.limit()).await?;
    let (offers, next_page_token) =
        page.fill(rows, |row| vec![row.id.clone()], |row| Offer::from(row).render());
    Ok(pb::ListOffersResponse { offers, next_page_token })
}
