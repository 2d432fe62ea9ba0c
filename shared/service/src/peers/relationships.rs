//! The relationship service as a peer.

use csp_policy::Revision;
use csp_proto::relationship::v1 as pb;
use csp_proto::relationship::v1::relationship_facts_service_client::RelationshipFactsServiceClient;

use super::rounds::{Question, Rounds};
use crate::fault::Result;
use crate::peers::peer::Peer;
use crate::request::call::Call;

/// Asks the relationship service.
#[derive(Debug, Clone)]
pub struct Relationships {
    peer: Peer,
    rounds: Rounds<EdgesQuery, Edges>,
}

/// Which parties' edges to read; an empty name leaves its edges out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EdgesQuery {
    /// The provider or direct-bill partner.
    pub provider: String,
    /// The reseller.
    pub reseller: String,
    /// The customer; empty for one that does not exist yet.
    pub customer: String,
    /// The customer's tenant.
    pub customer_tenant: String,
}

/// One edge, as a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// Resource name.
    pub name: String,
    /// The revision that was read.
    pub revision: i64,
    /// Whether it is in force.
    pub active: bool,
    /// For a partnership, whether the provider has administrator access to the reseller's work account.
    pub admin_access: bool,
}

/// What connects the parties; what does not exist is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edges {
    /// Between provider and reseller.
    pub partnership: Option<Edge>,
    /// Between provider or direct-bill partner and customer.
    pub provider_relationship: Option<Edge>,
    /// Between reseller, through this provider, and customer.
    pub reseller_relationship: Option<Edge>,
    /// The active partnership by which the customer's tenant is the provider's reseller.
    pub tenant_partnership: Option<Edge>,
    /// Between reseller, through no provider, and customer.
    pub reseller_own_relationship: Option<Edge>,
}

/// How a tenant stands to a customer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CustomerAccess {
    /// Whether the customer exists for that tenant.
    pub visible: bool,
    /// The tenant's own relationships with the customer, active and ended.
    pub relationships: Vec<pb::ResellerRelationship>,
    /// Providers through which the tenant, as an active reseller, serves the customer.
    pub providers: Vec<String>,
}

impl Relationships {
    /// The relationship service behind `peer`.
    pub fn new(peer: Peer) -> Self {
        Relationships { peer, rounds: Rounds::new() }
    }

    /// Reads what connects the parties.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the service cannot be asked.
    pub async fn edges(&self, call: &Call, query: EdgesQuery) -> Result<Edges> {
        let ask_all = |queries: Vec<EdgesQuery>| async move {
            let mut requests: Vec<_> = queries.into_iter().map(pb::GetEdgesRequest::from).collect();
            let answers = match requests.len() {
                1 => vec![self.ask_one(call, requests.remove(0)).await?],
                _ => self.ask_several(call, requests).await?,
            };
            Ok(answers.into_iter().map(Edges::from).collect())
        };
        self.peer.in_time(call, self.rounds.ask(query, ask_all)).await
    }

    async fn ask_one(&self, call: &Call, request: pb::GetEdgesRequest) -> Result<pb::GetEdgesResponse> {
        self.peer
            .ask(call, request, |channel, request| async move {
                RelationshipFactsServiceClient::new(channel).get_edges(request).await
            })
            .await
    }

    async fn ask_several(
        &self,
        call: &Call,
        requests: Vec<pb::GetEdgesRequest>,
    ) -> Result<Vec<pb::GetEdgesResponse>> {
        let answer = self
            .peer
            .ask(call, pb::BatchGetEdgesRequest { requests }, |channel, request| async move {
                RelationshipFactsServiceClient::new(channel).batch_get_edges(request).await
            })
            .await?;
        Ok(answer.responses)
    }

    /// Says how the tenant stands to the customer.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the service cannot be asked.
    pub async fn customer_access(&self, call: &Call, customer: &str, tenant: &str) -> Result<CustomerAccess> {
        let request =
            pb::GetCustomerAccessRequest { customer: customer.to_owned(), tenant: tenant.to_owned() };
        let answer = self
            .peer
            .ask(call, request, |channel, request| async move {
                RelationshipFactsServiceClient::new(channel).get_customer_access(request).await
            })
            .await?;
        Ok(CustomerAccess {
            visible: answer.visible,
            relationships: answer.relationships,
            providers: answer.providers,
        })
    }

    /// Names of customers that the tenant serves or served, in order, after `after`.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the service cannot be asked.
    pub async fn served_customers(
        &self,
        call: &Call,
        tenant: &str,
        counterpart: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<String>> {
        let request = pb::ListServedCustomersRequest {
            tenant: tenant.to_owned(),
            counterpart: counterpart.to_owned(),
            after: after.to_owned(),
            limit: i32::try_from(limit).unwrap_or(i32::MAX),
        };
        let answer = self
            .peer
            .ask(call, request, |channel, request| async move {
                RelationshipFactsServiceClient::new(channel).list_served_customers(request).await
            })
            .await?;
        Ok(answer.customers)
    }

    /// Sets the edges of a customer that is being created, under the relationship service's own permit.
    ///
    /// # Errors
    /// [`crate::Fault::PeerAnswered`] with the refusal; [`crate::Fault::Peer`] when the service cannot be asked.
    pub async fn establish_customer(
        &self,
        call: &Call,
        request: pb::EstablishCustomerRequest,
    ) -> Result<pb::EstablishCustomerResponse> {
        let answer = self
            .peer
            .ask(call, request, |channel, request| async move {
                RelationshipFactsServiceClient::new(channel).establish_customer(request).await
            })
            .await?;
        Ok(answer)
    }

    /// Takes back the edges that `operation` set for a customer, now and later; repeating it is harmless.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the service cannot be asked.
    pub async fn dissolve_customer(&self, call: &Call, operation: &str, customer: &str) -> Result<()> {
        let (customer, operation) = (customer.to_owned(), operation.to_owned());
        let request = pb::DissolveCustomerRequest { customer, operation };
        self.peer
            .ask(call, request, |channel, request| async move {
                RelationshipFactsServiceClient::new(channel).dissolve_customer(request).await
            })
            .await?;
        Ok(())
    }
}

impl Question for EdgesQuery {}

impl From<EdgesQuery> for pb::GetEdgesRequest {
    fn from(query: EdgesQuery) -> Self {
        pb::GetEdgesRequest {
            provider: query.provider,
            reseller: query.reseller,
            customer: query.customer,
            customer_tenant: query.customer_tenant,
        }
    }
}

impl From<pb::GetEdgesResponse> for Edges {
    fn from(answer: pb::GetEdgesResponse) -> Self {
        Edges {
            partnership: answer.partnership.map(Edge::from),
            provider_relationship: answer.provider_relationship.map(Edge::from),
            reseller_relationship: answer.reseller_relationship.map(Edge::from),
            tenant_partnership: answer.tenant_partnership.map(Edge::from),
            reseller_own_relationship: answer.reseller_own_relationship.map(Edge::from),
        }
    }
}

impl Edges {
    /// Whether provider and reseller have an active partnership.
    pub fn partnership_is_active(&self) -> bool {
        self.partnership.as_ref().is_some_and(|edge| edge.active)
    }

    /// The active relationships with the customer on which a subscription between these parties rests, by name: each of
    /// them counts it when it is to end (rule CUS-09).
    pub fn rested_on(&self) -> Vec<String> {
        let relationships =
            [&self.provider_relationship, &self.reseller_relationship, &self.reseller_own_relationship];
        let active = relationships.into_iter().flatten().filter(|edge| edge.active);
        let mut names: Vec<_> = active.map(|edge| edge.name.clone()).collect();
        // Everybody takes guards in the same order, so that nobody waits in a circle.
        names.sort_unstable();
        names
    }

    /// Every edge that was read, at its revision, but the reseller's own relationship, on which nothing is decided.
    pub fn revisions(&self) -> Vec<Revision> {
        [
            &self.partnership,
            &self.provider_relationship,
            &self.reseller_relationship,
            &self.tenant_partnership,
        ]
        .into_iter()
        .flatten()
        .map(|edge| Revision { resource: edge.name.clone(), revision: edge.revision })
        .collect()
    }
}

impl From<pb::Edge> for Edge {
    fn from(edge: pb::Edge) -> Self {
        Edge {
            name: edge.name,
            revision: edge.revision,
            active: edge.active,
            admin_access: edge.admin_access,
        }
    }
}
