//! Reading MPN IDs: `ListMpnIds`.

use csp_policy::Country;
use csp_proto::partner_registry::v1 as pb;
use csp_service::{Call, Fault, Fields, Page, Result};
use csp_store::Connection;

use super::{MpnId, TYPE, name_of, table};
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

/// Lists MPN IDs in order of number: an operator sees all, an enrolled partner those of its own company.
pub(crate) async fn list(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::ListMpnIdsRequest,
) -> Result<pb::ListMpnIdsResponse> {
    let asked = Fields::only(|fields| {
        fields.optional_name("organization", &request.organization, organization::COLLECTION)
    })?;
    let page = Page::of(call, &[&request.organization], request.page_size, &request.page_token)?;

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
    let mut mpn_ids: Vec<MpnId> = rows.into_iter().map(MpnId::from).collect();
    let next_page_token = page.cut(&mut mpn_ids, |mpn_id| vec![mpn_id.row().number.clone()]);
    Ok(pb::ListMpnIdsResponse { mpn_ids: mpn_ids.iter().map(MpnId::render).collect(), next_page_token })
}
