//! Who may manage the users of an account (rules ENR-12, PSH-06): the account's own global and user admins,
//! operators, and a provider with administrator access.

use csp_policy::{self as policy, Day, Revision, Role};
use csp_proto::partner_registry::v1::UserRole;
use csp_service::peers::EdgesQuery;
use csp_service::{Call, Fault, Result};

use crate::PartnerRegistryService;
use crate::partner::read::{self, Visible};
use crate::partner::{View, fact};

/// The facts for a decision about an account's users.
#[derive(Debug, Clone)]
pub(crate) struct Managed {
    pub(crate) partner: policy::Partner,
    pub(crate) revisions: Vec<Revision>,
    /// Whether the caller is a provider with administrator access to the account.
    pub(crate) admin_access: bool,
}

/// Gathers the facts for managing the users of the account `name`. The caller must see the account and hold a
/// fitting role.
pub(crate) async fn managed(
    service: &PartnerRegistryService,
    call: &Call,
    name: &str,
    day: Day,
) -> Result<Managed> {
    let mut reader = service.book.store.read().await?;
    let visible = read::visible(reader.conn(), call, name).await?;
    let fact = fact::read(reader.conn(), &visible.partner, day).await?;
    // Returns the database connection before the call to the peer.
    drop(reader);
    role_must_fit(call, visible.view)?;

    let mut managed = Managed { partner: fact.partner, revisions: fact.revisions, admin_access: false };
    if let Some(query) = edges_query(&visible) {
        let edges = service.relationships.edges(call, query).await?;
        managed.revisions.extend(edges.revisions());
        managed.admin_access = edges.partnership.is_some_and(|edge| edge.active && edge.admin_access);
    }
    Ok(managed)
}

/// The query for the partnership of the account with a caller from another account; `None` for the account's
/// own callers and for operators.
fn edges_query(visible: &Visible) -> Option<EdgesQuery> {
    let provider = visible.viewer.account().filter(|_| visible.view == View::Part)?.name();
    Some(EdgesQuery { provider, reseller: visible.partner.name(), ..EdgesQuery::default() })
}

/// Only a global admin or an operator may make a global admin or change the roles of one: nobody grants a
/// role that they do not hold. `roles` are the user's roles before and after the change.
pub(crate) fn global_admins_are_changed_by_their_like(call: &Call, roles: &[&[UserRole]]) -> Result<()> {
    let touches_one = roles.iter().any(|roles| roles.contains(&UserRole::GlobalAdmin));
    if !touches_one || call.caller.is_operator() || call.caller.holds(Role::GlobalAdmin) {
        return Ok(());
    }
    Err(Fault::RoleMissing { rpc: call.rpc, roles: "GLOBAL_ADMIN".to_owned() })
}

fn role_must_fit(call: &Call, view: View) -> Result<()> {
    let (fitting, roles) = match view {
        View::Whole => return Ok(()),
        View::Own => ([Role::GlobalAdmin, Role::UserAdmin], "GLOBAL_ADMIN USER_ADMIN"),
        View::Part => ([Role::GlobalAdmin, Role::AdminAgent], "GLOBAL_ADMIN ADMIN_AGENT"),
    };
    if fitting.iter().any(|role| call.caller.holds(*role)) {
        return Ok(());
    }
    Err(Fault::RoleMissing { rpc: call.rpc, roles: roles.to_owned() })
}
