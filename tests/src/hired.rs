//! A partner that a customer hires to manage its subscriptions.

use csp_proto::relationship::v1::{
    AdminAccess, AdminGrant, ListAdminGrantsRequest, RevokeAdminGrantRequest, RevokeAdminGrantResponse,
};

use crate::{Answer, Party, Seller};

/// A role that manages subscriptions.
pub const MANAGING: &str = "license-administrator";
/// A role that manages none.
pub const READING: &str = "helpdesk-administrator";
/// Days for which a customer hires a partner in these tests.
pub const HIRED_DAYS: i32 = 30;

/// Delegated administration with this role for [`HIRED_DAYS`].
fn access(role: &str) -> AdminAccess {
    AdminAccess { roles: vec![role.to_owned()], duration_days: HIRED_DAYS }
}

impl Seller {
    /// The customer hires this partner, with this role; returns the grant.
    pub async fn hired_by(&self, customer: &Party, role: &str) -> AdminGrant {
        let draft = self.invite("", None, Some(access(role))).await.unwrap().into_inner().draft.unwrap();
        let accepted = customer.accept_invitation(&draft.link_token).await.unwrap().into_inner();
        accepted.admin_grant.unwrap()
    }

    /// The customer accepts this partner without delegated administration.
    pub async fn serves(&self, customer: &Party) {
        let draft = self.invite("", None, None).await.unwrap().into_inner().draft.unwrap();
        customer.accept_invitation(&draft.link_token).await.unwrap();
    }

    /// The names of the active grants that this partner holds on the customer.
    pub async fn grants_on(&self, customer: &str) -> Vec<String> {
        let request = ListAdminGrantsRequest { parent: customer.to_owned(), ..Default::default() };
        let listed = self.people.relationship().list_admin_grants(request).await.unwrap().into_inner();
        listed.admin_grants.into_iter().map(|grant| grant.name).collect()
    }
}

impl Party {
    /// Revokes an admin grant.
    pub async fn revoke(&self, grant: &str) -> Answer<RevokeAdminGrantResponse> {
        let request = RevokeAdminGrantRequest { name: grant.to_owned(), ..Default::default() };
        self.relationship().revoke_admin_grant(request).await
    }
}
