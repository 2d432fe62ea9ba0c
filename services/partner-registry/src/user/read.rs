//! Reading the users of an account: `GetUser`, `ListUsers`.

use csp_proto::partner_registry::v1 as pb;
use csp_service::{Call, ExternalId, Fault, Fields, Page, Result, Storable as _, wire};

use super::table::{self, Filter};
use super::{TYPE, User, UserName, access, read_role};
use crate::{PartnerRegistryService, partner};

pub(crate) async fn get(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::GetUserRequest,
) -> Result<pb::GetUserResponse> {
    let name = Fields::only(|fields| UserName::read(fields, "name", &request.name))?;
    access::must_be_readable(service, call, &name.partner).await?;
    let mut reader = service.book.store.read_once().await?;
    let row = table::by_id(&mut reader, wire::id_of(&name.partner), &name.id).await?;
    let user = row.map(User::from).ok_or_else(|| Fault::not_found(TYPE, request.name))?;
    Ok(pb::GetUserResponse { user: Some(user.render(&call.caller)) })
}

/// Lists the users of an account in order of id.
pub(crate) async fn list(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::ListUsersRequest,
) -> Result<pb::ListUsersResponse> {
    let wanted = request.filter.unwrap_or_default();
    let mut fields = Fields::new();
    let parent = fields.resource_name("parent", &request.parent, partner::COLLECTION);
    let external_id = fields.external_id("filter.external_id", &wanted.external_id);
    let role = match wanted.role {
        0 => Some(None),
        role => read_role(&mut fields, "filter.role", role).map(Some),
    };
    let (parent, external_id, role) = fields.finish(|| Some((parent?, external_id?, role?)))?;
    let role = role.text();
    let filters = [&parent, &wanted.external_id, &role];
    let page = Page::of(call, &filters.map(String::as_str), request.page_size, &request.page_token)?;
    access::must_be_readable(service, call, &parent).await?;

    let external_id = ExternalId::filter(call.external_id(external_id));
    let filter = Filter { external_id: &external_id, role: &role };
    let mut reader = service.book.store.read_once().await?;
    let rows = table::page(&mut reader, wire::id_of(&parent), filter, page.after(0), page.limit()).await?;
    let key = |user: &User| vec![user.row().id.clone()];
    let (users, next_page_token) =
        page.fill(rows.into_iter().map(User::from), key, |user| user.render(&call.caller));
    Ok(pb::ListUsersResponse { users, next_page_token })
}
