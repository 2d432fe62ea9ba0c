//! Rules for the users of a partner account.

use csp_policy::Role;
use csp_proto::partner_registry::v1 as registry;
use csp_proto::policy::v1 as policy;
use csp_tests::{Answer, Party, Running, Seller, role_set};

use crate::scene::{Case, Played, played};

/// Roles of a user.
pub(crate) const GLOBAL: &[policy::Role] = &[policy::Role::GlobalAdmin];
const ADMIN_AGENT: &[policy::Role] = &[policy::Role::AdminAgent];
pub(crate) const SALES: &[policy::Role] = &[policy::Role::SalesAgent];

pub(crate) const CASES: &[Case] = &[
    case!(
        "CreateUser",
        "PSH-06",
        "PROVIDER_ADMIN_ACCESS_MISSING",
        a_provider_without_admin_access_creates_a_user()
    ),
    case!("CreateUser", "ENR-12", "ROLE_NOT_GRANTABLE", a_user_admin_creates_a_global_admin()),
    case!(
        "SetUserRoles",
        "PSH-06",
        "PROVIDER_ADMIN_ACCESS_MISSING",
        a_provider_without_admin_access_sets_roles()
    ),
    case!("SetUserRoles", "ENR-12", "ROLE_NOT_GRANTABLE", a_provider_with_admin_access_grants_global_admin()),
    case!("SetUserRoles", "ENR-12", "LAST_GLOBAL_ADMIN", the_last_global_admin_loses_the_role()),
    case!(
        "DeleteUser",
        "PSH-06",
        "PROVIDER_ADMIN_ACCESS_MISSING",
        a_provider_without_admin_access_deletes_a_user()
    ),
    case!("DeleteUser", "ENR-12", "ROLE_NOT_GRANTABLE", an_admin_agent_deletes_a_global_admin()),
    case!("DeleteUser", "ENR-12", "LAST_GLOBAL_ADMIN", the_last_global_admin_is_deleted()),
];

async fn a_provider_without_admin_access_creates_a_user() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let refused = create_user(&contoso.people, &fabrikam.name, "sam", SALES).await;
    suite.partnership(&contoso, &fabrikam).await;
    played(refused, create_user(&contoso.people, &fabrikam.name, "sam", SALES).await)
}

async fn a_user_admin_creates_a_global_admin() -> Played {
    let suite = Running::start().await;
    let fabrikam = suite.reseller("fabrikam", "DE").await;
    let user_admin = fabrikam.people.with_roles(&[Role::UserAdmin]);
    let refused = create_user(&user_admin, &fabrikam.name, "sam", GLOBAL).await;
    let global_admin = fabrikam.people.with_roles(&[Role::GlobalAdmin]);
    played(refused, create_user(&global_admin, &fabrikam.name, "sam", GLOBAL).await)
}

async fn a_provider_without_admin_access_sets_roles() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let user = created(&fabrikam, "sam", SALES).await;
    let partnership = suite.partnership(&contoso, &fabrikam).await;
    let accepted = set_roles(&contoso.people, &user, ADMIN_AGENT).await;
    withdraw_access(&fabrikam, partnership).await;
    played(set_roles(&contoso.people, &user, ADMIN_AGENT).await, accepted)
}

async fn a_provider_with_admin_access_grants_global_admin() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let user = created(&fabrikam, "sam", SALES).await;
    suite.partnership(&contoso, &fabrikam).await;
    let refused = set_roles(&contoso.people, &user, GLOBAL).await;
    played(refused, set_roles(&contoso.people, &user, ADMIN_AGENT).await)
}

async fn the_last_global_admin_loses_the_role() -> Played {
    let suite = Running::start().await;
    let fabrikam = suite.reseller("fabrikam", "DE").await;
    let user = created(&fabrikam, "sam", GLOBAL).await;
    let refused = set_roles(&fabrikam.people, &user, SALES).await;
    created(&fabrikam, "kim", GLOBAL).await;
    played(refused, set_roles(&fabrikam.people, &user, SALES).await)
}

async fn a_provider_without_admin_access_deletes_a_user() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let (sam, kim) = (created(&fabrikam, "sam", SALES).await, created(&fabrikam, "kim", SALES).await);
    let partnership = suite.partnership(&contoso, &fabrikam).await;
    let accepted = delete_user(&contoso.people, &sam).await;
    withdraw_access(&fabrikam, partnership).await;
    played(delete_user(&contoso.people, &kim).await, accepted)
}

async fn an_admin_agent_deletes_a_global_admin() -> Played {
    let suite = Running::start().await;
    let fabrikam = suite.reseller("fabrikam", "DE").await;
    let sam = created(&fabrikam, "sam", GLOBAL).await;
    created(&fabrikam, "kim", GLOBAL).await;
    let refused = delete_user(&fabrikam.people.with_roles(&[Role::AdminAgent]), &sam).await;
    played(refused, delete_user(&fabrikam.people.with_roles(&[Role::GlobalAdmin]), &sam).await)
}

async fn the_last_global_admin_is_deleted() -> Played {
    let suite = Running::start().await;
    let fabrikam = suite.reseller("fabrikam", "DE").await;
    let sam = created(&fabrikam, "sam", GLOBAL).await;
    let refused = delete_user(&suite.operator(), &sam).await;
    created(&fabrikam, "kim", GLOBAL).await;
    played(refused, delete_user(&suite.operator(), &sam).await)
}

async fn create_user(
    caller: &Party,
    partner: &str,
    id: &str,
    roles: &[policy::Role],
) -> Answer<registry::CreateUserResponse> {
    let request = registry::CreateUserRequest {
        parent: partner.to_owned(),
        user_id: id.to_owned(),
        subject: id.to_owned(),
        display_name: id.to_owned(),
        email: format!("{id}@fabrikam.example"),
        roles: role_set(roles),
        ..Default::default()
    };
    caller.registry().create_user(request).await
}

/// A user that the partner's own people create; returns its name.
pub(crate) async fn created(partner: &Seller, id: &str, roles: &[policy::Role]) -> String {
    let answer = create_user(&partner.people, &partner.name, id, roles).await;
    answer.unwrap().into_inner().user.unwrap().name
}

pub(crate) async fn set_roles(
    caller: &Party,
    user: &str,
    roles: &[policy::Role],
) -> Answer<registry::SetUserRolesResponse> {
    let request =
        registry::SetUserRolesRequest { name: user.to_owned(), roles: role_set(roles), ..Default::default() };
    caller.registry().set_user_roles(request).await
}

pub(crate) async fn delete_user(caller: &Party, user: &str) -> Answer<registry::DeleteUserResponse> {
    let request = registry::DeleteUserRequest { name: user.to_owned(), ..Default::default() };
    caller.registry().delete_user(request).await
}

async fn provider_and_reseller(suite: &Running) -> (Seller, Seller) {
    (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "DE").await)
}

/// The reseller withdraws its provider's administrator access.
async fn withdraw_access(reseller: &Seller, partnership: String) {
    let revocation = csp_proto::relationship::v1::RevokeProviderAdminAccessRequest {
        name: partnership,
        ..Default::default()
    };
    reseller.people.relationship().revoke_provider_admin_access(revocation).await.unwrap();
}
