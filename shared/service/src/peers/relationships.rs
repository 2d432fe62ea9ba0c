//! Client of the relationship service.

use std::collections::BTreeSet;

use csp_policy::{Day, Grant, Revision, Standing, Ties};
use csp_proto::internal::relationship::v1 as internal;
use csp_proto::internal::relationship::v1::relationship_facts_service_client::RelationshipFactsServiceClient;
use csp_proto::relationship::v1 as pb;

use super::rounds::{Question, Rounds};
use crate::fault::Result;
use crate::peers::peer::Peer;
use crate::request::call::Call;

/// Client of the relationship service.
#[derive(Debug, Clone)]
pub struct Relationships {
    peer: Peer,
    rounds: Rounds<EdgesQuery, Edges>,
}

/// The parties whose edges to read. An empty name leaves out the edges of that party.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EdgesQuery {
    /// Resource name of the provider or direct-bill partner.
    pub provider: String,
    /// Resource name of the reseller.
    pub reseller: String,
    /// Resource name of the customer; empty for a customer that does not exist yet.
    pub customer: String,
    /// The customer's tenant id.
    pub customer_tenant: String,
    /// The day for which the edges are read; `None` for the present.
    pub as_of: Option<Day>,
}

/// The facts of one edge: a partnership or a reseller relationship.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// Resource name.
    pub name: String,
    /// The revision at which the edge was read.
    pub revision: i64,
    /// Whether the edge is in force, or was on the day of the query.
    pub active: bool,
    /// Whether `active` is about the day of the query. False for a present edge.
    pub dated: bool,
    /// For a partnership, whether the provider has administrator access to the reseller's work account.
    pub admin_access: bool,
}

/// The edges between the parties; `None` for an edge that does not exist.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edges {
    /// The partnership between provider and reseller.
    pub partnership: Option<Edge>,
    /// The relationship between the provider or direct-bill partner and the customer.
    pub provider_relationship: Option<Edge>,
    /// The relationship between the reseller and the customer through this provider.
    pub reseller_relationship: Option<Edge>,
    /// The active partnership in which the customer's tenant is a reseller of the provider.
    pub tenant_partnership: Option<Edge>,
    /// The relationship between the reseller and the customer without a provider.
    pub reseller_own_relationship: Option<Edge>,
}

/// A tenant's access to a customer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CustomerAccess {
    /// Whether the customer is visible to the tenant.
    pub visible: bool,
    /// Whether it is visible by an active relationship; otherwise the tenant is a past partner, or a pending
    /// invitation of the customer names it.
    pub present: bool,
    /// The tenant's own relationships with the customer, active and ended.
    pub relationships: Vec<pb::ResellerRelationship>,
    /// Providers through which the tenant, as an active reseller, serves the customer.
    pub providers: Vec<String>,
}

impl CustomerAccess {
    /// The tenant's own active relationships, each at the revision that was read.
    pub fn active(&self) -> Vec<Revision> {
        self.active_relationships().map(|it| Revision::undated(&it.name, it.revision)).collect()
    }

    fn active_relationships(&self) -> impl Iterator<Item = &pb::ResellerRelationship> {
        self.relationships.iter().filter(|it| it.state() == pb::RelationshipState::Active)
    }
}

/// Whose rights at a customer to read.
#[derive(Debug, Clone, Copy)]
pub enum RightsOf<'a> {
    /// The partner with this CSP tenant, with all its partnerships.
    Tenant(&'a str),
    /// The partner with this resource name, with its partnership with the provider of that name.
    Partner {
        /// Resource name.
        name: &'a str,
        /// Resource name of the provider.
        provider: &'a str,
    },
}

/// A partner's access to a customer, with its rights there, read in one snapshot.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CustomerRights {
    /// The partner's access.
    pub access: CustomerAccess,
    /// The partner's live admin grants.
    pub admin_grants: Vec<pb::AdminGrant>,
    /// The partner's active partnerships as reseller.
    pub partnerships: Vec<internal::ProviderPartnership>,
}

impl CustomerRights {
    /// What connects the partner, which has this standing, with the customer.
    pub fn ties(&self, standing: Option<Standing>) -> Ties {
        let active: Vec<_> = self.access.active_relationships().collect();
        let provider_of =
            |it: &pb::ResellerRelationship| Some(it.provider.clone()).filter(|provider| !provider.is_empty());
        let grant = |grant: &pb::AdminGrant| {
            let relationship = active.iter().find(|active| active.name == grant.relationship)?;
            Some(Grant {
                name: grant.name.clone(),
                given_by_customer: grant.origin() == pb::AdminGrantOrigin::Customer,
                provider: provider_of(relationship),
                roles: grant.roles.clone(),
            })
        };
        Ties {
            serves: active.iter().map(|it| provider_of(it)).collect(),
            partnered: self.partnerships.iter().map(|it| it.provider.clone()).collect(),
            grants: self.admin_grants.iter().filter_map(grant).collect(),
            standing,
        }
    }

    /// The revisions of all facts behind the ties.
    pub fn revisions(&self) -> Vec<Revision> {
        let revision = |resource: &String, revision| Revision::undated(resource, revision);
        let relationships = self.access.active();
        let grants = self.admin_grants.iter().map(|it| revision(&it.name, it.revision));
        let partnerships = self.partnerships.iter().map(|it| revision(&it.name, it.revision));
        relationships.into_iter().chain(grants).chain(partnerships).collect()
    }
}

impl Relationships {
    /// The client that calls `peer`.
    pub fn new(peer: Peer) -> Self {
        Relationships { peer, rounds: Rounds::new() }
    }

    /// Reads the edges between the parties.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the service does not answer.
    pub async fn edges(&self, call: &Call, query: EdgesQuery) -> Result<Edges> {
        let ask_all = |queries: Vec<EdgesQuery>| async move {
            let mut requests: Vec<_> = queries.into_iter().map(internal::GetEdgesRequest::from).collect();
            let answers = match requests.len() {
                1 => vec![self.ask_one(call, requests.remove(0)).await?],
                _ => self.ask_several(call, requests).await?,
            };
            Ok(answers.into_iter().map(Edges::from).collect())
        };
        self.peer.in_time(call, self.rounds.ask(query, ask_all)).await
    }

    async fn ask_one(
        &self,
        call: &Call,
        request: internal::GetEdgesRequest,
    ) -> Result<internal::GetEdgesResponse> {
        self.peer
            .ask(call, request, |channel, request| async move {
                RelationshipFactsServiceClient::new(channel).get_edges(request).await
            })
            .await
    }

    async fn ask_several(
        &self,
        call: &Call,
        requests: Vec<internal::GetEdgesRequest>,
    ) -> Result<Vec<internal::GetEdgesResponse>> {
        let answer = self
            .peer
            .ask(call, internal::BatchGetEdgesRequest { requests }, |channel, request| async move {
                RelationshipFactsServiceClient::new(channel).batch_get_edges(request).await
            })
            .await?;
        Ok(answer.responses)
    }

    /// Reads a tenant's access to a customer.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the service does not answer.
    pub async fn customer_access(&self, call: &Call, customer: &str, tenant: &str) -> Result<CustomerAccess> {
        let request = internal::GetCustomerAccessRequest {
            customer: customer.to_owned(),
            tenant_id: tenant.to_owned(),
            ..Default::default()
        };
        Ok(self.ask_access(call, request).await?.access)
    }

    /// Reads a partner's access to a customer together with its rights there.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the service does not answer.
    pub async fn customer_rights(
        &self,
        call: &Call,
        customer: &str,
        whose: RightsOf<'_>,
    ) -> Result<CustomerRights> {
        let (tenant_id, partner, provider) = match whose {
            RightsOf::Tenant(tenant) => (tenant, "", ""),
            RightsOf::Partner { name, provider } => ("", name, provider),
        };
        let request = internal::GetCustomerAccessRequest {
            customer: customer.to_owned(),
            tenant_id: tenant_id.to_owned(),
            partner: partner.to_owned(),
            provider: provider.to_owned(),
            with_rights: true,
        };
        self.ask_access(call, request).await
    }

    async fn ask_access(
        &self,
        call: &Call,
        request: internal::GetCustomerAccessRequest,
    ) -> Result<CustomerRights> {
        let answer = self
            .peer
            .ask(call, request, |channel, request| async move {
                RelationshipFactsServiceClient::new(channel).get_customer_access(request).await
            })
            .await?;
        Ok(CustomerRights::from(answer))
    }

    /// Reads the partners of a customer and those of `named`, each with its rights there and its partnership
    /// with the provider, by name.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the service does not answer.
    pub async fn customer_partners(
        &self,
        call: &Call,
        customer: &str,
        provider: &str,
        named: Vec<String>,
    ) -> Result<Vec<(String, CustomerRights)>> {
        let request = internal::ListCustomerPartnersRequest {
            customer: customer.to_owned(),
            provider: provider.to_owned(),
            partners: named,
        };
        let answer = self
            .peer
            .ask(call, request, |channel, request| async move {
                RelationshipFactsServiceClient::new(channel).list_customer_partners(request).await
            })
            .await?;
        let rights = |it: internal::CustomerPartner| (it.partner, it.access.unwrap_or_default().into());
        Ok(answer.partners.into_iter().map(rights).collect())
    }

    /// Those of the partners, at most 100, that serve the customer or are named on one of its active or
    /// suspended subscriptions.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the service does not answer.
    pub async fn connected(
        &self,
        call: &Call,
        customer: &str,
        partners: Vec<String>,
    ) -> Result<BTreeSet<String>> {
        let request = internal::CheckCustomerPartnersRequest { customer: customer.to_owned(), partners };
        let answer = self
            .peer
            .ask(call, request, |channel, request| async move {
                RelationshipFactsServiceClient::new(channel).check_customer_partners(request).await
            })
            .await?;
        Ok(answer.connected_partners.into_iter().collect())
    }

    /// Customers that the tenant serves or served, by resource name: at most `limit`, all after `after`.
    /// An empty `tenant` means all customers. A `counterpart` (`partners/{id}`) restricts the list
    /// to customers that the tenant shares with this reseller or provider.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the service does not answer.
    pub async fn served_customers(
        &self,
        call: &Call,
        tenant: &str,
        counterpart: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<internal::ServedCustomer>> {
        let request = internal::ListServedCustomersRequest {
            tenant_id: tenant.to_owned(),
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

    /// Creates the edges of a customer that is being created. The relationship service decides under its own
    /// permit.
    ///
    /// # Errors
    /// [`crate::Fault::PeerAnswered`] with the refusal; [`crate::Fault::Peer`] when the service does not
    /// answer.
    pub async fn establish_customer(
        &self,
        call: &Call,
        request: internal::EstablishCustomerRequest,
    ) -> Result<internal::EstablishCustomerResponse> {
        let answer = self
            .peer
            .ask(call, request, |channel, request| async move {
                RelationshipFactsServiceClient::new(channel).establish_customer(request).await
            })
            .await?;
        Ok(answer)
    }

    /// Compensation: removes the edges that `operation` created for a customer, and refuses late steps of the
    /// operation. Repeating the call is harmless.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the service does not answer.
    pub async fn dissolve_customer(&self, call: &Call, operation: &str, customer: &str) -> Result<()> {
        let (customer, operation) = (customer.to_owned(), operation.to_owned());
        let request = internal::DissolveCustomerRequest { customer, operation };
        self.peer
            .ask(call, request, |channel, request| async move {
                RelationshipFactsServiceClient::new(channel).dissolve_customer(request).await
            })
            .await?;
        Ok(())
    }
}

impl From<internal::GetCustomerAccessResponse> for CustomerRights {
    fn from(answer: internal::GetCustomerAccessResponse) -> Self {
        let access = CustomerAccess {
            visible: answer.visible,
            present: answer.present,
            relationships: answer.relationships,
            providers: answer.providers,
        };
        let (admin_grants, partnerships) = (answer.admin_grants, answer.partnerships);
        CustomerRights { access, admin_grants, partnerships }
    }
}

impl Question for EdgesQuery {}

impl From<EdgesQuery> for internal::GetEdgesRequest {
    fn from(query: EdgesQuery) -> Self {
        internal::GetEdgesRequest {
            provider: query.provider,
            reseller: query.reseller,
            customer: query.customer,
            customer_tenant_id: query.customer_tenant,
            as_of_date: query.as_of.map(|day| day.to_string()).unwrap_or_default(),
        }
    }
}

impl From<internal::GetEdgesResponse> for Edges {
    fn from(answer: internal::GetEdgesResponse) -> Self {
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

    /// Whether the reseller has an active relationship with the customer, through the provider or its own.
    pub fn reseller_serves(&self) -> bool {
        let relationships = [&self.reseller_relationship, &self.reseller_own_relationship];
        relationships.into_iter().flatten().any(|edge| edge.active)
    }

    /// Names of the active relationships with the customer that a subscription between these parties depends
    /// on, sorted. For each of these relationships, a removal counts the subscription (rule CUS-09).
    pub fn rested_on(&self) -> Vec<String> {
        let relationships =
            [&self.provider_relationship, &self.reseller_relationship, &self.reseller_own_relationship];
        let active = relationships.into_iter().flatten().filter(|edge| edge.active);
        let mut names: Vec<_> = active.map(|edge| edge.name.clone()).collect();
        // All writers lock guard rows in the same order, which prevents deadlocks.
        names.sort_unstable();
        names
    }

    /// The revisions of all edges that were read.
    pub fn revisions(&self) -> Vec<Revision> {
        [
            &self.partnership,
            &self.provider_relationship,
            &self.reseller_relationship,
            &self.tenant_partnership,
            &self.reseller_own_relationship,
        ]
        .into_iter()
        .flatten()
        .map(|edge| Revision { dated: edge.dated, ..Revision::undated(&edge.name, edge.revision) })
        .collect()
    }
}

impl From<internal::Edge> for Edge {
    fn from(edge: internal::Edge) -> Self {
        Edge {
            name: edge.name,
            revision: edge.revision,
            active: edge.active,
            dated: edge.dated,
            admin_access: edge.admin_access,
        }
    }
}
