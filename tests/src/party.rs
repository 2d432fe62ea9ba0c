//! Callers of the suite.

use csp_policy::Role;
use csp_proto::customer::v1::customer_service_client::CustomerServiceClient;
use csp_proto::google::longrunning::operations_client::OperationsClient;
use csp_proto::partner_registry::v1::partner_registry_service_client::PartnerRegistryServiceClient;
use csp_proto::partner_registry::v1::region_service_client::RegionServiceClient;
use csp_proto::policy::v1::policy_service_client::PolicyServiceClient;
use csp_proto::relationship::v1::relationship_service_client::RelationshipServiceClient;
use csp_proto::subscription::v1::subscription_service_client::SubscriptionServiceClient;
use csp_service::DevelopmentToken;
use csp_suite::service::Service;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::{Request, Status};

use crate::Route;
use crate::recorded::Recorded;

/// Every role of a partner.
pub(crate) const ALL_ROLES: [Role; 4] =
    [Role::GlobalAdmin, Role::UserAdmin, Role::AdminAgent, Role::SalesAgent];

/// A connection that carries a credential and records whether each RPC succeeded.
pub type Client = InterceptedService<Recorded, Bearer>;

/// Puts a credential on every call.
#[derive(Debug, Clone)]
pub struct Bearer(MetadataValue<Ascii>);

/// A caller: a credential, and the clients that use it.
#[derive(Debug, Clone)]
pub struct Party {
    way: Route,
    token: DevelopmentToken,
    /// The caller's tenant; empty for the operator.
    pub tenant: String,
}

impl Party {
    /// The operator.
    pub fn operator(way: impl Into<Route>) -> Party {
        Party { way: way.into(), token: DevelopmentToken::operator(), tenant: String::new() }
    }

    /// A person of the partner with this tenant, with these roles.
    pub fn partner(way: impl Into<Route>, tenant: &str, roles: &[Role]) -> Party {
        Party { way: way.into(), token: DevelopmentToken::partner(tenant, roles), tenant: tenant.to_owned() }
    }

    /// A global admin of the customer with this tenant.
    pub fn customer(way: impl Into<Route>, tenant: &str) -> Party {
        Party { way: way.into(), token: DevelopmentToken::customer(tenant), tenant: tenant.to_owned() }
    }

    /// A person of the customer with this tenant, without a role.
    pub fn customer_user(way: impl Into<Route>, tenant: &str) -> Party {
        Party { way: way.into(), token: DevelopmentToken::customer_user(tenant), tenant: tenant.to_owned() }
    }

    /// Another person of the same partner, with these roles only.
    pub fn with_roles(&self, roles: &[Role]) -> Party {
        Party::partner(self.way.clone(), &self.tenant, roles)
    }

    /// The token that the header `authorization` carries after `Bearer`.
    pub fn token(&self) -> String {
        self.token.encode()
    }

    /// The partner registry, called by this party.
    pub fn registry(&self) -> PartnerRegistryServiceClient<Client> {
        PartnerRegistryServiceClient::new(self.connection())
    }

    /// The table of regions and countries, called by this party.
    pub fn regions(&self) -> RegionServiceClient<Client> {
        RegionServiceClient::new(self.connection())
    }

    /// The relationship service, called by this party.
    pub fn relationship(&self) -> RelationshipServiceClient<Client> {
        RelationshipServiceClient::new(self.connection())
    }

    /// The customer service, called by this party.
    pub fn customers(&self) -> CustomerServiceClient<Client> {
        CustomerServiceClient::new(self.connection())
    }

    /// The operations that create customers, called by this party.
    pub fn operations(&self) -> OperationsClient<Client> {
        OperationsClient::new(self.connection())
    }

    /// The subscription service, called by this party.
    pub fn subscription(&self) -> SubscriptionServiceClient<Client> {
        SubscriptionServiceClient::new(self.connection())
    }

    /// The rule book and the decisions of `service`, called by this party.
    pub fn policy_of(&self, service: Service) -> PolicyServiceClient<Client> {
        PolicyServiceClient::new(self.connection_to(service))
    }

    /// The rule book, called by this party.
    pub fn policy(&self) -> PolicyServiceClient<Client> {
        PolicyServiceClient::new(self.connection())
    }

    /// A connection that sends RPCs of every service, such as the rule book and the clock, to `service`.
    pub fn connection_to(&self, service: Service) -> Client {
        Party { way: self.way.by(service), ..self.clone() }.connection()
    }

    /// A connection for any generated client.
    pub fn connection(&self) -> Client {
        let bearer = Bearer(format!("Bearer {}", self.token.encode()).parse().unwrap());
        InterceptedService::new(Recorded::new(self.way.clone()), bearer)
    }
}

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.metadata_mut().insert("authorization", self.0.clone());
        Ok(request)
    }
}
