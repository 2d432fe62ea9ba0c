//! The buyer as a fact for the boundaries of a sale: a customer, with the registry's facts about its tenant
//! and its company.

use csp_policy::{Buyer, Cloud, Country, Identifier, IdentifierKind};

use super::customers::CustomerFact;
use super::registry_facts::RegistryFacts;
use super::registry_query::{Query, RegistrationKey};
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
    /// Domains of the tenant.
    pub domains: &'a [String],
    /// Registration id of the company, in the country of the tenant; empty for none.
    pub registration_id: &'a str,
}

impl BuyingTenant<'_> {
    /// The registration id with its country.
    fn registration(&self) -> Option<RegistrationKey> {
        let (country, id) = (self.country, self.registration_id);
        (!id.is_empty()).then(|| RegistrationKey { country, id: id.to_owned() })
    }

    /// The domains and the registration id that companies of the registry have too.
    fn identifiers(&self, registry: &RegistryFacts) -> Vec<Identifier> {
        let domains = self.domains.iter().map(|domain| Identifier {
            kind: IdentifierKind::Domain,
            value: domain.clone(),
            holders: registry.companies_of_domain(domain),
        });
        let registration = self.registration().map(|key| Identifier {
            kind: IdentifierKind::RegistrationId,
            holders: registry.companies_of_registration(&key),
            value: key.id,
        });
        domains.chain(registration).filter(|it| !it.holders.is_empty()).collect()
    }
}

/// Builds the buyer for the boundaries. `registry` must contain the facts that
/// [`Query::of_buyer`] asks for.
///
/// # Errors
/// [`Fault::NotFound`] for a company that the registry does not know: its affiliates are unknown, so the
/// rules SAL-04 and SAL-05 would not apply.
pub fn buyer<'a>(tenant: impl Into<BuyingTenant<'a>>, registry: &RegistryFacts) -> Result<Buyer> {
    let buying = tenant.into();
    let identifiers = buying.identifiers(registry);
    let BuyingTenant { name, tenant, cloud, country, organization, .. } = buying;
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
        identifiers,
    })
}

impl Query {
    /// Adds the facts that [`buyer`](buyer()) needs.
    pub fn of_buyer(&mut self, buyer: &BuyingTenant<'_>) {
        self.tenants.push(buyer.tenant.to_owned());
        self.organizations.extend(buyer.organization.map(str::to_owned));
        self.domains.extend_from_slice(buyer.domains);
        self.registrations.extend(buyer.registration());
    }
}

impl<'a> From<&'a CustomerFact> for BuyingTenant<'a> {
    fn from(customer: &'a CustomerFact) -> Self {
        BuyingTenant {
            name: &customer.name,
            tenant: &customer.tenant,
            cloud: customer.cloud,
            country: customer.country,
            organization: customer.organization.as_deref(),
            domains: &customer.domains,
            registration_id: &customer.registration_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use csp_policy::Revision;
    use csp_proto::internal::partner_registry::v1 as pb;

    use super::*;

    fn registry() -> RegistryFacts {
        let company = pb::OrganizationFacts {
            name: "organizations/fabrikam".to_owned(),
            affiliation_group: "fabrikam-group".to_owned(),
            is_partner: true,
            revision: 1,
            ..Default::default()
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
            domains: &[],
            registration_id: "",
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
    fn a_buyer_tells_which_of_its_domains_and_registration_ids_a_company_has_by_which_account() {
        let account = |id: &str| pb::IdentifiedPartner {
            name: format!("partners/{id}"),
            revision: 7,
            organization: format!("organizations/{id}"),
        };
        let domain = |domain: &str, accounts: &[&str]| pb::DomainFacts {
            domain: domain.to_owned(),
            partners: accounts.iter().map(|id| account(id)).collect(),
            ..Default::default()
        };
        let answer = pb::GetFactsResponse {
            domains: vec![domain("a.example", &["fabrikam"]), domain("b.example", &[])],
            registrations: vec![pb::RegistrationFacts {
                key: Some(pb::RegistrationKey {
                    country: "DE".to_owned(),
                    registration_id: "HRB 1".to_owned(),
                }),
                partners: vec![account("contoso")],
            }],
            ..Default::default()
        };
        let domains = ["a.example".to_owned(), "b.example".to_owned()];
        let tenant = BuyingTenant { domains: &domains, registration_id: "HRB 1", ..belonging_to(None) };
        let registry = RegistryFacts::try_from(answer).unwrap();
        let buyer = buyer(tenant, &registry).unwrap();
        let read = ["partners/contoso", "partners/fabrikam"].map(|account| Revision::undated(account, 7));
        assert_eq!(registry.revisions(), read);
        let told = buyer.identifiers.iter().map(|it| (it.kind, it.value.as_str(), it.holders[0].as_str()));
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                (IdentifierKind::Domain, "a.example", "organizations/fabrikam"),
                (IdentifierKind::RegistrationId, "HRB 1", "organizations/contoso"),
            ]
        );
    }

    #[test]
    fn a_tenant_without_a_company_has_no_organization() {
        let unasked = RegistryFacts::default();
        let buyer = buyer(belonging_to(None), &unasked).unwrap();
        assert_eq!((buyer.organization, buyer.is_partner, buyer.csp_tenant_of), (None, false, None));
    }
}
