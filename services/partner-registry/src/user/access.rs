//! Who may manage and read the users of an account (rules ENR-12, PSH-06): the account's own people,
//! operators, and a provider with administrator access.

use csp_policy::{self as policy, Day, Revision};
use csp_service::peers::EdgesQuery;
use csp_service::{Call, Fault, Result, wire};

use super::{User, UserName, table};
use crate::PartnerRegistryService;
use crate::partner::read::{self, Visible};
use crate::partner::{self, View, fact};

/// The facts for a decision about an account's users.
#[derive(Debug, Clone)]
pub(crate) struct Managed {
    pub(crate) partner: policy::Partner,
    pub(crate) revisions: Vec<Revision>,
    /// Whether the caller is a provider with administrator access to the account.
    pub(crate) admin_access: bool,
}

impl Managed {
    /// Whether the caller may manage the users, as rule PSH-06 judges.
    fn is_open_to(&self, call: &Call) -> bool {
        self.admin_access || call.caller.is_operator() || call.caller.is_partner(&self.partner.tenant)
    }
}

/// The facts for a decision about one user.
#[derive(Debug, Clone)]
pub(crate) struct ManagedUser {
    /// The facts of the account, with the revision of the user.
    pub(crate) account: Managed,
    /// The user, if it exists.
    pub(crate) user: Option<User>,
    /// Whether another user of the account is a global admin.
    pub(crate) others: bool,
}

/// Gathers the facts for managing the users of the account `name`. The caller must see the account.
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

    let mut managed = Managed { partner: fact.partner, revisions: fact.revisions, admin_access: false };
    if let Some(query) = edges_query(&visible) {
        let edges = service.relationships.edges(call, query).await?;
        managed.revisions.extend(edges.revisions());
        managed.admin_access = edges.partnership.is_some_and(|edge| edge.active && edge.admin_access);
    }
    Ok(managed)
}

/// Gathers the facts for managing one user. A caller that may not manage the account's users gets the facts
/// of a user that does not exist: its refusal and the revisions of its decision tell nothing about users.
pub(crate) async fn managed_user(
    service: &PartnerRegistryService,
    call: &Call,
    name: &UserName,
    day: Day,
) -> Result<ManagedUser> {
    let mut account = managed(service, call, &name.partner, day).await?;
    if !account.is_open_to(call) {
        return Ok(ManagedUser { account, user: None, others: true });
    }
    let (partner, id) = (wire::id_of(&name.partner), &name.id);
    let mut reader = service.book.store.read().await?;
    let user = table::by_id(reader.conn(), partner, id).await?.map(User::from);
    let others = table::has_other_global_admin(reader.conn(), partner, id).await?;
    let revision = user.as_ref().map_or(0, |user| user.row().revision);
    account.revisions.push(Revision::undated(name.to_string(), revision));
    Ok(ManagedUser { account, user, others })
}

/// Refuses a caller that may not read the users of the account `name`, in the same words as an account that
/// does not exist.
pub(crate) async fn must_be_readable(
    service: &PartnerRegistryService,
    call: &Call,
    name: &str,
) -> Result<()> {
    let visible = read::visible(service.book.store.read().await?.conn(), call, name).await?;
    let Some(query) = edges_query(&visible) else { return Ok(()) };
    let edges = service.relationships.edges(call, query).await?;
    let reads = edges.partnership.is_some_and(|edge| edge.active && edge.admin_access);
    if reads { Ok(()) } else { Err(Fault::not_found(partner::TYPE, name)) }
}

/// The query for the partnership of the account with a caller from another account; `None` for the account's
/// own callers and for operators.
fn edges_query(visible: &Visible) -> Option<EdgesQuery> {
    let provider = visible.viewer.account().filter(|_| visible.view == View::Part)?.name();
    Some(EdgesQuery { provider, reseller: visible.partner.name(), ..EdgesQuery::default() })
}
