//! The people of an account: `ListUsers`.

use csp_proto::partner_registry::v1 as pb;
use csp_service::{Call, Fields, Page, Result};

use crate::PartnerRegistry;
use crate::names::{self, PARTNERS};
use crate::user::User;
use crate::{store, visibility};

pub(crate) async fn run(
    service: &PartnerRegistry,
    call: &Call,
    request: pb::ListUsersRequest,
) -> Result<pb::ListUsersResponse> {
    let mut fields = Fields::new();
    let parent = fields.resource_name("parent", &request.parent, PARTNERS);
    let parent = fields.finish(|| parent)?;
    let page = Page::of(call, &[&parent], request.page_size, &request.page_token)?;
    let mut reader = service.book.store.read().await?;
    visibility::own(reader.conn(), call, &parent).await?;
    let rows = store::user::page(reader.conn(), names::id(&parent), page.after(0), page.limit()).await?;
    let mut users: Vec<User> = rows.into_iter().map(User::from).collect();
    let next_page_token = page.cut(&mut users, |user| vec![user.row().id.clone()]);
    Ok(pb::ListUsersResponse { users: users.iter().map(User::render).collect(), next_page_token })
}
