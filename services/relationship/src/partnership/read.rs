//! Reading partnerships: `GetPartnership`, `ListPartnerships`.

use csp_policy::Party;
use csp_proto::relationship::v1::{self as pb, PartnershipState};
use csp_service::wire;
use csp_service::{Call, ExternalId, Fault, Fields, Page, Result};

use super::table::{self, Filter};
use super::{COLLECTION, Partnership, TYPE};
use crate::RelationshipService;
use crate::lists::{self, Before};

/// The partnership with this id.
pub(crate) async fn by_id(service: &RelationshipService, id: &str) -> Result<Option<Partnership>> {
    let mut reader = service.book.store.read_once().await?;
    Ok(table::by_id(&mut reader, id).await?.map(Partnership::from))
}

/// The partnership with this name; [`Fault::NotFound`] unless the caller may see it.
pub(crate) async fn visible(service: &RelationshipService, call: &Call, name: &str) -> Result<Partnership> {
    let found = by_id(service, wire::id_of(name)).await?;
    found.filter(|found| found.is_seen_by(&call.caller)).ok_or_else(|| Fault::not_found(TYPE, name))
}

/// Reads the name of a partnership from a request that has no other field to check.
pub(crate) fn name(name: &str) -> Result<String> {
    Fields::only(|fields| fields.resource_name("name", name, COLLECTION))
}

pub(crate) async fn get(
    service: &RelationshipService,
    call: &Call,
    request: pb::GetPartnershipRequest,
) -> Result<pb::GetPartnershipResponse> {
    let name = name(&request.name)?;
    let partnership = visible(service, call, &name).await?;
    Ok(pb::GetPartnershipResponse { partnership: Some(partnership.render(service.book.now(), &call.caller)) })
}

pub(crate) async fn list(
    service: &RelationshipService,
    call: &Call,
    request: pb::ListPartnershipsRequest,
) -> Result<pb::ListPartnershipsResponse> {
    let mut fields = Fields::new();
    let pb::PartnershipFilter { states, counterpart, external_id } = request.filter.unwrap_or_default();
    let live = [PartnershipState::Pending, PartnershipState::Active];
    let states = fields.states("filter.states", &states, &live);
    let with = fields.optional_name("filter.counterpart", &counterpart, "partners");
    let key = fields.external_id("filter.external_id", &external_id);
    let (states, _, key) = fields.finish(|| Some((states?, with?, key?)))?;

    let filters: Vec<&str> =
        [&counterpart, &external_id].into_iter().chain(&states).map(String::as_str).collect();
    let page = Page::of(call, &filters, request.page_size, &request.page_token)?;
    let after = Before::of(&page)?;
    let now = service.book.now();
    let filter = Filter {
        counterpart: &counterpart,
        external_id: &ExternalId::filter(call.external_id(key)),
        now: now.as_microsecond(),
        states: &states,
    };
    let mut reader = service.book.store.read().await?;
    let rows = match &call.caller.party {
        Party::Operator => table::list_all(&mut reader, &filter, after).await?,
        Party::Partner { tenant } => {
            let provided = table::list_of_provider(&mut reader, tenant, &filter, after).await?;
            let resold = table::list_of_reseller(&mut reader, tenant, &filter, after).await?;
            lists::merged(provided, resold, after.limit, |row| {
                std::cmp::Reverse((row.create_time, row.id.clone()))
            })
        }
        Party::Customer { .. } | Party::Service => Vec::new(),
    };
    let (partnerships, next_page_token) = page.fill(
        rows,
        |row| lists::key(row.create_time, &row.id),
        |row| Partnership::from(row).render(now, &call.caller),
    );
    Ok(pb::ListPartnershipsResponse { partnerships, next_page_token })
}
