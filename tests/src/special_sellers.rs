//! Sellers that differ from the usual ones in one fact.

use csp_proto::partner_registry::v1 as registry;
use csp_proto::r#type::v1::{Cloud, PartnerKind, Tenant};

use crate::{Running, Seller, evidence, partner_profile};

impl Running {
    /// A partner, enrolled in 2019, that may sell, with its CSP tenant in this cloud.
    pub async fn seller_in_cloud(&self, id: &str, country: &str, kind: PartnerKind, cloud: Cloud) -> Seller {
        let (organization, tenant) = (self.organization(id, country).await, format!("{id}.example"));
        let request = registry::RecordPartnerRequest {
            partner_id: id.to_owned(),
            profile: Some(registry::PartnerProfile {
                tenant: Some(Tenant { tenant_id: tenant.clone(), cloud: cloud.into(), ..Default::default() }),
                ..partner_profile(id, country, kind, &organization)
            }),
            evidence: Some(evidence("2019-06-30")),
            ..Default::default()
        };
        self.operator().registry().record_partner(request).await.unwrap();
        self.ready(id, country, organization, &tenant).await
    }

    /// A reseller, enrolled in 2019, that may sell, with this tenant as its CSP tenant.
    pub async fn reseller_on_tenant(&self, id: &str, country: &str, tenant: &str) -> Seller {
        let organization = self.organization(id, country).await;
        self.account(id, country, PartnerKind::IndirectReseller, &organization, tenant).await;
        self.ready(id, country, organization, tenant).await
    }

    /// A reseller, enrolled in 2019, that is not onboarded: it has neither MPN ID nor agreement.
    pub async fn reseller_not_onboarded(&self, id: &str, country: &str) -> Seller {
        let (organization, tenant) = (self.organization(id, country).await, format!("{id}.example"));
        let name = self.account(id, country, PartnerKind::IndirectReseller, &organization, &tenant).await;
        Seller { name, mpn_id: String::new(), organization, people: self.partner(&tenant) }
    }

    /// Adds the MPN ID and the signed agreement to a recorded account.
    async fn ready(&self, id: &str, country: &str, organization: String, tenant: &str) -> Seller {
        let name = format!("partners/{id}");
        let mpn_id = self.mpn_id(&organization, country, &name).await;
        let seller = Seller { name, mpn_id, organization, people: self.partner(tenant) };
        self.sign(&seller).await;
        seller
    }
}
