//! MPN IDs as they are read: `ListMpnIds`.

use csp_proto::partner_registry::v1 as pb;
use csp_service::{Call, Fields, Page, Result};

use crate::PartnerRegistry;
use crate::mpn_id::MpnId;
use crate::names::ORGANIZATIONS;
use crate::store;
use crate::visibility::Viewer;

/// Lists MPN IDs, by number: all for an operator, its company's own for an enrolled partner.
pub(crate) async fn list(
    service: &PartnerRegistry,
    call: &Call,
    request: pb::ListMpnIdsRequest,
) -> Result<pb::ListMpnIdsResponse> {
    let mut fields = Fields::new();
    let asked = fields.optional(&request.organization, |fields, value| {
        fields.resource_name("organization", value, ORGANIZATIONS)
    });
    let asked = fields.finish(|| asked)?;
    let page = Page::of(call, &[&request.organization], request.page_size, &request.page_token)?;

    let mut reader = service.book.store.read().await?;
    let viewer = Viewer::of(reader.conn(), call).await?;
    let organization = if viewer.is_operator() {
        asked
    } else {
        // Whether an applicant belongs to the company that it names is what the review finds out.
        let own = viewer.enrolled_account().map(|account| account.row().organization.clone());
        match own.filter(|own| asked.as_ref().is_none_or(|asked| asked == own)) {
            // To this caller no other company has any.
            None => return Ok(pb::ListMpnIdsResponse::default()),
            own => own,
        }
    };
    let (conn, after) = (reader.conn(), page.after(0));
    let rows = match &organization {
        None => store::mpn_id::page(conn, after, page.limit()).await?,
        Some(name) => store::mpn_id::page_of_organization(conn, name, after, page.limit()).await?,
    };
    let mut mpn_ids: Vec<MpnId> = rows.into_iter().map(MpnId::from).collect();
    let next_page_token = page.cut(&mut mpn_ids, |mpn_id| vec![mpn_id.row().number.clone()]);
    Ok(pb::ListMpnIdsResponse { mpn_ids: mpn_ids.iter().map(MpnId::render).collect(), next_page_token })
}
