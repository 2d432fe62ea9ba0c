//! Companies as they are read: `GetOrganization`, `ListOrganizations`.

use csp_proto::partner_registry::v1 as pb;
use csp_service::{Call, Fault, Fields, Page, Result};

use crate::PartnerRegistry;
use crate::names::{AFFILIATION_GROUPS, ORGANIZATIONS};
use crate::organization::Organization;
use crate::partner::application::EXTERNAL_ID_CHARS_MAX;
use crate::store;
use crate::{read, visibility::Viewer};

/// Reads a company: for operators, and for enrolled partners of that company.
pub(crate) async fn get(
    service: &PartnerRegistry,
    call: &Call,
    request: pb::GetOrganizationRequest,
) -> Result<pb::GetOrganizationResponse> {
    let mut fields = Fields::new();
    let name = fields.resource_name("name", &request.name, ORGANIZATIONS);
    let name = fields.finish(|| name)?;
    let mut reader = service.book.store.read().await?;
    let viewer = Viewer::of(reader.conn(), call).await?;
    let is_own = viewer.enrolled_account().is_some_and(|account| account.row().organization == name);
    if !viewer.is_operator() && !is_own {
        return Err(Fault::not_found("organization", name));
    }
    let organization = read::existing_organization(reader.conn(), &name).await?;
    Ok(pb::GetOrganizationResponse { organization: Some(organization.render()) })
}

/// Lists companies, by id.
pub(crate) async fn list(
    service: &PartnerRegistry,
    call: &Call,
    request: pb::ListOrganizationsRequest,
) -> Result<pb::ListOrganizationsResponse> {
    let mut fields = Fields::new();
    let external_id = fields.text("external_id", &request.external_id, 0..=EXTERNAL_ID_CHARS_MAX);
    let group = fields.optional(&request.affiliation_group, |fields, value| {
        fields.resource_name("affiliation_group", value, AFFILIATION_GROUPS)
    });
    let (external_id, group) = fields.finish(|| external_id.zip(group))?;
    let filters = [request.external_id.as_str(), request.affiliation_group.as_str()];
    let page = Page::of(call, &filters, request.page_size, &request.page_token)?;

    let today = service.book.clock.today();
    let mut reader = service.book.store.read().await?;
    let (conn, after) = (reader.conn(), page.after(0));
    let rows = match &group {
        _ if !external_id.is_empty() => store::organization::by_external_id(conn, &external_id).await?,
        None => store::organization::page(conn, after, page.limit()).await?,
        Some(group) => {
            store::organization::page_of_group(conn, group, &today.to_string(), after, page.limit()).await?
        }
    };
    let mut companies = Organization::all(rows);
    if let Some(group) = &group {
        // A key names one company, whatever its group: the other filter still holds.
        companies.retain(|company| company.group_on(today) == Some(group));
    }
    let next_page_token = page.cut(&mut companies, |company| vec![company.row().id.clone()]);
    Ok(pb::ListOrganizationsResponse {
        organizations: companies.iter().map(Organization::render).collect(),
        next_page_token,
    })
}
