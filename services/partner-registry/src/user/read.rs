//! Reading the users of an account: `ListUsers`.

use csp_proto::partner_registry::v1 as pb;
use csp_service::wire;
use csp_service::{Call, Fields, Page, Result};

use super::{User, table};
use crate::{PartnerRegistryService, partner};

pub(crate) async fn list(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::ListUsersRequest,
) -> Result<pb::ListUsersResponse> {
    let parent = Fields::only(|fields| fields.resource_name("parent", &request.parent, partner::COLLECTION))?;
    let page = Page::of(call, &[&parent], request.page_size, &request.page_token)?;
    let mut reader = service.book.store.read().await?;
    partner::read::own(reader.conn(), call, &parent).await?;
    let rows = table::page(reader.conn(), wire::id_of(&parent), page.after(0), page.limit()).await?;
    let mut users: Vec<User> = rows.into_iter().map(User::from).collect();
    let next_page_token = page.cut(&mut users, |user| vec![user.row().id.clone()]);
    Ok(pb::ListUsersResponse { users: users.iter().map(User::render).collect(), next_page_token })
}
