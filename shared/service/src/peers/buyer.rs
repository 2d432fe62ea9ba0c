//! The buyer as a fact for the boundaries of a sale: a customer, with the registry's facts about its tenant
//! and its company.

use csp_policy::{Buyer, Cloud, Country};

use super::{CustomerFact, RegistryFacts};
use crate::fault::{Fault, Result};

/// The facts of a customer, or of a customer that is being created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuyingTenant<'a> {
    /// Resource name.
    pub name: &'a str,
    /// Tenant id.
    pub tenant: &'a str,
    /// The tenant's cloud.
    pub cloud: Cloud,
    /// The country set in the tenant.
    pub country: Country,
    /// Resource name of the customer's company; `None` when no company was declared.
    pub organization: Option<&'a str>,
}

/// Builds the buyer for the boundaries. `registry` must contain the facts of the buyer's tenant and company.
///
/// # Errors
/// [`Fault::NotFound`] for a company that the registry does not know: its affiliates are unknown, so the
/// rules SAL-04 and SAL-05 would not apply.
pub fn buyer<'a>(tenant: impl Into<BuyingTenant<'a>>, registry: &RegistryFacts) -> Result<Buyer> {
    let BuyingTenant { name, tenant, cloud, country, organization } = tenant.into();
    let company = match organization {
        Some(company) => Some(
            registry.organization(company).ok_or_else(|| Fault::not_found("organization", company))?.clone(),
        ),
        None => None,
    };
    Ok(Buyer {
        name: name.to_owned(),
        tenant: tenant.to_owned(),
        cloud,
        country,
        is_partner: company.as_ref().is_some_and(|company| company.is_partner),
        organization: company.map(|company| company.organization),
        csp_tenant_of: registry.tenant(tenant).csp_tenant_of,
    })
}

impl<'a> From<&'a CustomerFact> for BuyingTenant<'a> {
    fn from(customer: &'a CustomerFact) -> Self {
        BuyingTenant {
            name: &customer.name,
            tenant: &customer.tenant,
            cloud: customer.cloud,
            country: customer.country,
            organization: customer.organization.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use csp_proto::internal::partner_registry::v1 as pb;

    use super::*;

    fn registry() -> RegistryFacts {
        let company = pb::OrganizationFacts {
            name: "organizations/fabrikam".to_owned(),
            affiliation_group: "fabrikam-group".to_owned(),
            is_partner: true,
            revision: 1,
        };
        let tenant = pb::TenantFacts {
            tenant_id: "fabrikam.example".to_owned(),
            csp_tenant_of: "partners/fabrikam".to_owned(),
            customer: String::new(),
        };
        let answer = pb::GetFactsResponse {
            organizations: vec![company],
            tenants: vec![tenant],
            ..Default::default()
        };
        RegistryFacts::try_from(answer).unwrap()
    }

    fn belonging_to(organization: Option<&'static str>) -> BuyingTenant<'static> {
        BuyingTenant {
            name: "customers/fabrikam",
            tenant: "fabrikam.example",
            cloud: Cloud::Global,
            country: Country::try_from("DE").unwrap(),
            organization,
        }
    }

    #[test]
    fn a_buyer_carries_its_companys_affiliation_and_partner_status() {
        let buyer = buyer(belonging_to(Some("organizations/fabrikam")), &registry()).unwrap();
        let company = buyer.organization.unwrap();
        assert_eq!(
            (company.name.as_str(), company.affiliation.as_deref()),
            ("organizations/fabrikam", Some("fabrikam-group"))
        );
        assert!(buyer.is_partner);
        assert_eq!(buyer.csp_tenant_of.as_deref(), Some("partners/fabrikam"));
    }

    #[test]
    fn a_buyer_of_an_unknown_company_is_refused() {
        let refused = buyer(belonging_to(Some("organizations/unknown")), &registry());
        let Err(Fault::NotFound { resource_type: "organization", name }) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(name, "organizations/unknown");
    }

    #[test]
    fn a_tenant_without_a_company_has_no_organization() {
        let unasked = RegistryFacts::default();
        let buyer = buyer(belonging_to(None), &unasked).unwrap();
        assert_eq!((buyer.organization, buyer.is_partner, buyer.csp_tenant_of), (None, false, None));
    }
}
