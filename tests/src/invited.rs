//! A customer that accepts an invitation.

use csp_proto::relationship::v1 as relationship;
use csp_proto::r#type::v1::{CustomerProfile, Tenant};

use crate::{Answer, Party, company};

/// A tenant that accepts an invitation and is not a customer yet.
#[derive(Debug, Clone)]
pub struct InvitedTenant {
    /// Id of the new customer.
    pub customer_id: String,
    /// What the tenant says about itself.
    pub profile: CustomerProfile,
}

/// The data that a tenant gives when it accepts an invitation and is not a customer yet.
pub fn invited(id: &str, country: &str) -> InvitedTenant {
    let tenant =
        Tenant { domains: vec![format!("{id}.example")], country: country.to_owned(), ..Default::default() };
    let profile = CustomerProfile {
        tenant: Some(tenant),
        company_name: format!("{id} Inc"),
        organization: company(""),
        ..Default::default()
    };
    InvitedTenant { customer_id: id.to_owned(), profile }
}

impl Party {
    /// Accepts an invitation as a tenant that is a customer already.
    pub async fn accept_invitation(
        &self,
        link_token: &str,
    ) -> Answer<relationship::AcceptInvitationResponse> {
        let request =
            relationship::AcceptInvitationRequest { link_token: link_token.to_owned(), ..Default::default() };
        self.relationship().accept_invitation(request).await
    }

    /// Accepts an invitation as a tenant that is not a customer yet.
    pub async fn accept_as(
        &self,
        tenant: InvitedTenant,
        link_token: &str,
    ) -> Answer<relationship::AcceptInvitationResponse> {
        let request = relationship::AcceptInvitationRequest {
            link_token: link_token.to_owned(),
            customer_id: tenant.customer_id,
            profile: Some(tenant.profile),
            ..Default::default()
        };
        self.relationship().accept_invitation(request).await
    }
}
