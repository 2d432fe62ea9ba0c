//! Companies and the standing of accounts, and parts of requests to the partner registry: profiles, names of
//! partners, roles of users.

use csp_proto::partner_registry::v1 as registry;
use csp_proto::policy::v1 as policy;
use csp_proto::r#type::v1::{Contact, PartnerKind, PartnerRef, PostalAddress, Tenant, partner_ref};
use prost_types::FieldMask;

use crate::{Running, evidence};

impl Running {
    /// A company, registered if new; returns its name.
    pub async fn organization(&self, id: &str, country: &str) -> String {
        let mut operator = self.operator().registry();
        let name = format!("organizations/{id}");
        let known = operator.get_organization(registry::GetOrganizationRequest { name: name.clone() }).await;
        if known.is_err() {
            let request = registry::CreateOrganizationRequest {
                organization_id: id.to_owned(),
                legal_name: format!("{id} Ltd"),
                country: country.to_owned(),
                ..Default::default()
            };
            operator.create_organization(request).await.unwrap();
        }
        name
    }

    /// A company that is known by domains and a registration id: a reseller's account has them. Returns the
    /// company's name.
    pub async fn company_known_by(&self, id: &str, domains: &[&str], registration_id: &str) -> String {
        let organization = self.organization(id, "DE").await;
        let profile = partner_profile(id, "DE", PartnerKind::IndirectReseller, &organization);
        let tenant = Tenant {
            tenant_id: format!("{id}.example"),
            domains: domains.iter().map(|domain| (*domain).to_owned()).collect(),
            ..Tenant::default()
        };
        let profile = registry::PartnerProfile {
            tenant: Some(tenant),
            registration_id: registration_id.to_owned(),
            ..profile
        };
        let request = registry::RecordPartnerRequest {
            partner_id: id.to_owned(),
            profile: Some(profile),
            evidence: Some(evidence("2019-06-30")),
            ..Default::default()
        };
        self.operator().registry().record_partner(request).await.unwrap();
        organization
    }

    /// Changes the standing of a partner.
    pub async fn set_standing(&self, partner: &str, standing: registry::Standing) {
        let request = registry::SetPartnerStandingRequest {
            name: partner.to_owned(),
            standing: standing.into(),
            reason: "test".to_owned(),
            ..Default::default()
        };
        self.operator().registry().set_partner_standing(request).await.unwrap();
    }
}

/// The profile of an account on this tenant.
pub fn on_tenant(tenant: &str, profile: registry::PartnerProfile) -> registry::PartnerProfile {
    let described = profile.tenant.unwrap_or_default();
    let tenant = Tenant { tenant_id: tenant.to_owned(), ..described };
    registry::PartnerProfile { tenant: Some(tenant), ..profile }
}

/// An update mask with these paths.
pub fn mask(paths: &[&str]) -> FieldMask {
    FieldMask { paths: paths.iter().map(|path| (*path).to_owned()).collect() }
}

/// A user's set of roles.
pub fn role_set(roles: &[policy::Role]) -> Option<registry::RoleSet> {
    Some(registry::RoleSet { roles: roles.iter().map(|role| i32::from(*role)).collect() })
}

/// Names a partner by its account.
pub fn by_account(name: &str) -> Option<PartnerRef> {
    Some(PartnerRef { r#ref: Some(partner_ref::Ref::Partner(name.to_owned())) })
}

/// A complete application of a company in `country`.
pub fn partner_profile(
    id: &str,
    country: &str,
    kind: PartnerKind,
    organization: &str,
) -> registry::PartnerProfile {
    let contact = Contact {
        first_name: "Ada".to_owned(),
        last_name: "Contact".to_owned(),
        email: format!("ada@{id}.example"),
        phone: "+491234567".to_owned(),
    };
    let capabilities = [
        registry::Capability::ApiIntegration,
        registry::Capability::Billing,
        registry::Capability::Support,
        registry::Capability::ManagedServices,
    ];
    registry::PartnerProfile {
        kind: kind.into(),
        organization: organization.to_owned(),
        legal_name: format!("{id} Ltd"),
        address: Some(address(country)),
        primary_contact: Some(contact.clone()),
        support_contact: Some(contact),
        capabilities: capabilities.into_iter().map(i32::from).collect(),
        ..Default::default()
    }
}

/// An address in this country.
pub(crate) fn address(country: &str) -> PostalAddress {
    PostalAddress {
        lines: vec!["1 High Street".to_owned()],
        city: "Town".to_owned(),
        state: String::new(),
        postal_code: "12345".to_owned(),
        country: country.to_owned(),
    }
}
