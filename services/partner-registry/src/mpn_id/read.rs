//! Reading MPN IDs: `GetMpnId`, `ListMpnIds`.

use csp_policy::Country;
use csp_proto::partner_registry::v1 as pb;
use csp_service::{Call, Fault, Fields, Page, Result};
use csp_store::Connection;

use super::{MpnId, TYPE, name_of, read_name, table};
use crate::visibility::Viewer;
use crate::{PartnerRegistryService, organization};

pub(crate) async fn by_number(conn: &mut Connection, number: &str) -> Result<Option<MpnId>> {
    Ok(table::by_number(conn, number).await?.map(MpnId::from))
}

/// The MPN ID with this number; NOT_FOUND if it does not exist.
pub(crate) async fn existing(conn: &mut Connection, number: &str) -> Result<MpnId> {
    by_number(conn, number).await?.ok_or_else(|| Fault::not_found(TYPE, name_of(number)))
}

/// The MPN ID with this number, for an applicant from `country`. An unregistered number gives
/// [`MpnId::of_nobody`]: the applicant must not learn which numbers exist.
pub(crate) async fn for_applicant(conn: &mut Connection, number: &str, country: Country) -> Result<MpnId> {
    Ok(by_number(conn, number).await?.unwrap_or_else(|| MpnId::of_nobody(number, country)))
}

/// Reads an MPN ID: an operator sees all, an enrolled partner those of its own company.
pub(crate) async fn get(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::GetMpnIdRequest,
) -> Result<pb::GetMpnIdResponse> {
    let number = Fields::only(|fields| read_name(fields, "name", &request.name))?;
    let mut reader = service.book.store.read().await?;
    let viewer = Viewer::of(reader.conn(), call).await?;
    let company = viewer.enrolled_account().map(|account| account.row().organization.as_str());
    let mpn_id = by_number(reader.conn(), &number).await?;
    let seen = mpn_id.filter(|mpn_id| viewer.is_operator() || company == Some(&mpn_id.row().organization));
    let mpn_id = seen.ok_or_else(|| Fault::not_found(TYPE, request.name))?;
    Ok(pb::GetMpnIdResponse { mpn_id: Some(mpn_id.render()) })
}

/// Lists MPN IDs in order of number: an operator sees all, an enrolled partner those of its own company.
pub(crate) async fn list(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::ListMpnIdsRequest,
) -> Result<pb::ListMpnIdsResponse> {
    let wanted = request.filter.unwrap_or_default().organization;
    let asked = Fields::only(|fields| {
        fields.optional_name("filter.organization", &wanted, organization::COLLECTION)
    })?;
    let page = Page::of(call, &[&wanted], request.page_size, &request.page_token)?;

    let mut reader = service.book.store.read().await?;
    let viewer = Viewer::of(reader.conn(), call).await?;
    let organization = if viewer.is_operator() {
        asked
    } else {
        // An applicant sees none: only the review proves that it belongs to the company that it names.
        let own = viewer.enrolled_account().map(|account| account.row().organization.clone());
        match own.filter(|own| asked.as_ref().is_none_or(|asked| asked == own)) {
            // This caller does not see the MPN IDs of the company that it asks for.
            None => return Ok(pb::ListMpnIdsResponse::default()),
            own => own,
        }
    };
    let (conn, after) = (reader.conn(), page.after(0));
    let rows = match &organization {
        None => table::page(conn, after, page.limit()).await?,
        Some(name) => table::page_of_organization(conn, name, after, page.limit()).await?,
    };
    let key = |mpn_id: &MpnId| vec![mpn_id.row().number.clone()];
    let (mpn_ids, next_page_token) =
        page.fill(rows.into_iter().map(MpnId::from), key, |mpn_id| mpn_id.render());
    Ok(pb::ListMpnIdsResponse { mpn_ids, next_page_token })
}
