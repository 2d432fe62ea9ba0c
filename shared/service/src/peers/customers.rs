//! Client of the customer service.

use std::collections::{BTreeSet, HashMap};

use csp_policy::{Cloud, Country, Day, Revision};
use csp_proto::internal::customer::v1 as pb;
use csp_proto::internal::customer::v1::customer_facts_service_client::CustomerFactsServiceClient;
use csp_proto::r#type::v1::CustomerProfile;

use super::rounds::{Question, Rounds};
use super::{broken, cloud, country, day, some};
use crate::fault::Result;
use crate::peers::peer::Peer;
use crate::request::call::Call;

/// Client of the customer service.
#[derive(Debug, Clone)]
pub struct Customers {
    peer: Peer,
    by_name: Rounds<String, Option<CustomerFact>>,
}

/// The question of `Customers::by_name` is a resource name.
impl Question for String {}

/// The facts of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerFact {
    /// Resource name.
    pub name: String,
    /// The revision at which the facts were read; 0 for a customer that does not exist yet.
    pub revision: i64,
    /// Tenant id.
    pub tenant: String,
    /// The tenant's cloud.
    pub cloud: Cloud,
    /// The country set in the tenant.
    pub country: Country,
    /// Resource name of the customer's company.
    pub organization: Option<String>,
    /// The acceptances of the customer agreement that are in force.
    pub acceptances: Vec<Acceptance>,
    /// The revision of the agreement; 0 without one.
    pub agreement_revision: i64,
    /// Company name.
    pub company_name: String,
    /// Domains of the tenant.
    pub domains: Vec<String>,
    /// Registration id of the company; empty for none.
    pub registration_id: String,
    /// Whether an operation is still creating the customer and may be compensated.
    pub being_created: bool,
}

/// An acceptance of a customer's agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// Resource name of the partner that attested the acceptance and is served by it; `None` for an
    /// acceptance that serves every partner.
    pub attester: Option<String>,
    /// The first day on which the acceptance serves.
    pub since: Day,
}

/// A tenant that accepts an invitation and is not yet a customer.
#[derive(Debug, Clone, PartialEq)]
pub struct InvitedTenant {
    /// Id of the new customer; `None` lets the service choose.
    pub customer_id: Option<String>,
    /// What the tenant says about itself.
    pub profile: CustomerProfile,
    /// Resource name of the invitation.
    pub invitation: String,
}

/// Result of a registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Registered {
    /// The tenant is registered as this customer.
    Customer(Box<CustomerFact>),
    /// This other customer has the domain.
    DomainTaken(String),
    /// The tenant is this partner's CSP tenant.
    CspTenant(String),
}

impl Customers {
    /// The client that calls `peer`.
    pub fn new(peer: Peer) -> Self {
        Customers { peer, by_name: Rounds::new() }
    }

    /// The customer with this resource name; `None` when there is none.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the service does not answer.
    pub async fn by_name(&self, call: &Call, name: &str) -> Result<Option<CustomerFact>> {
        let ask_all = |names: Vec<String>| async move {
            let once = BTreeSet::from_iter(names.clone());
            let customers = Vec::from_iter(once);
            let found = self.facts(call, pb::GetFactsRequest { customers, tenant_ids: Vec::new() }).await?;
            Ok(names.iter().map(|name| found.get(name).cloned()).collect())
        };
        self.peer.in_time(call, self.by_name.ask(name.to_owned(), ask_all)).await
    }

    /// The customer with this tenant; `None` when there is none.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the service does not answer.
    pub async fn by_tenant(&self, call: &Call, tenant: &str) -> Result<Option<CustomerFact>> {
        let request = pb::GetFactsRequest { customers: Vec::new(), tenant_ids: vec![tenant.to_owned()] };
        Ok(self.facts(call, request).await?.into_values().find(|customer| customer.tenant == tenant))
    }

    /// Registers a tenant that accepts an invitation. Repeating the call for the same tenant is harmless.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the service does not answer.
    pub async fn register_invited(&self, call: &Call, tenant: InvitedTenant) -> Result<Registered> {
        let request = pb::RegisterInvitedRequest {
            customer_id: tenant.customer_id.unwrap_or_default(),
            profile: Some(tenant.profile),
            invitation: tenant.invitation,
        };
        let answer = self
            .peer
            .ask(call, request, |channel, request| async move {
                CustomerFactsServiceClient::new(channel).register_invited(request).await
            })
            .await?;
        match (answer.customer, some(answer.domain_customer), some(answer.csp_tenant_of)) {
            (Some(customer), None, None) => Ok(Registered::Customer(Box::new(customer.try_into()?))),
            (None, Some(customer), None) => Ok(Registered::DomainTaken(customer)),
            (None, None, Some(partner)) => Ok(Registered::CspTenant(partner)),
            _ => Err(broken("registration")),
        }
    }

    async fn facts(
        &self,
        call: &Call,
        request: pb::GetFactsRequest,
    ) -> Result<HashMap<String, CustomerFact>> {
        let answer = self
            .peer
            .ask(call, request, |channel, request| async move {
                CustomerFactsServiceClient::new(channel).get_facts(request).await
            })
            .await?;
        answer
            .customers
            .into_iter()
            .map(|fact| CustomerFact::try_from(fact).map(|fact| (fact.name.clone(), fact)))
            .collect()
    }
}

impl CustomerFact {
    /// First day on which an accepted customer agreement serves the seller with this resource name.
    pub fn agreement_since(&self, seller: &str) -> Option<Day> {
        let serves = |it: &&Acceptance| it.attester.as_deref().is_none_or(|attester| attester == seller);
        self.acceptances.iter().filter(serves).map(|it| it.since).min()
    }

    /// The agreement at the revision that was read, 0 without one; `None` for a customer that does not exist
    /// yet.
    pub fn agreement_read(&self) -> Option<Revision> {
        let (resource, revision) = (format!("{}/agreement", self.name), self.agreement_revision);
        (self.revision > 0).then(|| Revision::dated(resource, revision))
    }

    /// The revision that a decision on these facts stores; none for a customer that does not exist yet.
    pub fn revisions(&self) -> Vec<Revision> {
        let read = Revision::undated(&self.name, self.revision);
        (self.revision > 0).then_some(read).into_iter().collect()
    }
}

impl TryFrom<pb::CustomerFacts> for CustomerFact {
    type Error = crate::Fault;

    fn try_from(fact: pb::CustomerFacts) -> Result<Self> {
        Ok(CustomerFact {
            cloud: cloud(fact.cloud)?,
            country: country(&fact.country)?,
            acceptances: fact.acceptances.into_iter().map(acceptance).collect::<Result<_>>()?,
            name: fact.name,
            revision: fact.revision,
            tenant: fact.tenant_id,
            organization: some(fact.organization),
            agreement_revision: fact.agreement_revision,
            company_name: fact.company_name,
            domains: fact.domains,
            registration_id: fact.registration_id,
            being_created: fact.being_created,
        })
    }
}

fn acceptance(fact: pb::AcceptanceFacts) -> Result<Acceptance> {
    let since = day(&fact.since_date)?.ok_or_else(|| broken("day of an acceptance"))?;
    Ok(Acceptance { attester: some(fact.attester), since })
}
