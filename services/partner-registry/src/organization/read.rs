//! Reading companies: `GetOrganization`, `ListOrganizations`.

use csp_proto::partner_registry::v1 as pb;
use csp_service::wire;
use csp_service::{Call, Fault, Fields, Page, Result};
use csp_store::Connection;

use super::{AFFILIATION_GROUPS, COLLECTION, Organization, TYPE, table};
use crate::PartnerRegistryService;
use crate::visibility::Viewer;

/// The company named `name`.
pub(crate) async fn by_name(conn: &mut Connection, name: &str) -> Result<Option<Organization>> {
    Ok(Organization::all(table::by_id(conn, wire::id_of(name)).await?).pop())
}

/// The company that a command names; NOT_FOUND if it does not exist. This function does not check whether the
/// caller sees the company: the command's own rules decide.
pub(crate) async fn existing(conn: &mut Connection, name: &str) -> Result<Organization> {
    by_name(conn, name).await?.ok_or_else(|| Fault::not_found(TYPE, name))
}

/// The company named `name`, if the caller sees it: operators see all companies, enrolled partners their own.
pub(crate) async fn visible(conn: &mut Connection, call: &Call, name: &str) -> Result<Organization> {
    let viewer = Viewer::of(conn, call).await?;
    let is_own = viewer.enrolled_account().is_some_and(|account| account.row().organization == name);
    if !viewer.is_operator() && !is_own {
        return Err(Fault::not_found(TYPE, name));
    }
    existing(conn, name).await
}

pub(crate) async fn get(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::GetOrganizationRequest,
) -> Result<pb::GetOrganizationResponse> {
    let name = Fields::only(|fields| fields.resource_name("name", &request.name, COLLECTION))?;
    let organization = visible(service.book.store.read().await?.conn(), call, &name).await?;
    Ok(pb::GetOrganizationResponse { organization: Some(organization.render(&call.caller)) })
}

/// Lists companies in order of id.
pub(crate) async fn list(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::ListOrganizationsRequest,
) -> Result<pb::ListOrganizationsResponse> {
    let wanted = request.filter.unwrap_or_default();
    let mut fields = Fields::new();
    let external_id = fields.external_id("filter.external_id", &wanted.external_id);
    let group =
        fields.optional_name("filter.affiliation_group", &wanted.affiliation_group, AFFILIATION_GROUPS);
    let (external_id, group) = fields.finish(|| external_id.zip(group))?;
    let filters = [wanted.external_id.as_str(), wanted.affiliation_group.as_str()];
    let page = Page::of(call, &filters, request.page_size, &request.page_token)?;

    let today = service.book.clock.today();
    let mut reader = service.book.store.read().await?;
    let (conn, after) = (reader.conn(), page.after(0));
    let rows = match (call.external_id(external_id), &group) {
        (Some(external_id), _) => table::by_external_id(conn, &external_id).await?,
        (None, None) => table::page(conn, after, page.limit()).await?,
        (None, Some(group)) => table::page_of_group(conn, group, today, after, page.limit()).await?,
    };
    let mut companies = Organization::all(rows);
    if let Some(group) = &group {
        // The look-up by external id ignores the group, so the filter for the group is applied here.
        companies.retain(|company| company.group_on(today) == Some(group));
    }
    let key = |company: &Organization| vec![company.row().id.clone()];
    let (organizations, next_page_token) = page.fill(companies, key, |company| company.render(&call.caller));
    Ok(pb::ListOrganizationsResponse { organizations, next_page_token })
}
