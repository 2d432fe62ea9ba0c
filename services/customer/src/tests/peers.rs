//! The other services as these tests need them: they remember claims, edges and orders, and refuse or fail
//! when told to.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};

use csp_policy::{Caller, Party, Role};
use csp_proto::partner_registry::v1 as registry;
use csp_proto::partner_registry::v1::partner_facts_service_server::{
    PartnerFactsService, PartnerFactsServiceServer,
};
use csp_proto::relationship::v1 as edges;
use csp_proto::relationship::v1::relationship_facts_service_server::{
    RelationshipFactsService, RelationshipFactsServiceServer,
};
use csp_proto::subscription::v1 as orders;
use csp_proto::subscription::v1::subscription_facts_service_server::{
    SubscriptionFactsService, SubscriptionFactsServiceServer,
};
use csp_proto::r#type::v1::{Cloud, PartnerKind};
use csp_service::peers::{Registry, Relationships, Subscriptions};
use csp_service::{Call, Clock, Ids, Peer, in_process};
use csp_store::Config;
use tonic::body::Body;
use tonic::server::{NamedService, UnaryService};
use tonic::transport::Server;
use tonic::{Request, Response, Status};

use crate::CustomerService;

/// CSP tenant of the provider.
pub(crate) const PROVIDER: &str = "contoso.example";
/// CSP tenant of its reseller.
pub(crate) const RESELLER: &str = "fabrikam.example";

/// The provider's relationship with the customer.
const RELATIONSHIP: &str = "resellerRelationships/r";

/// How a peer behaves at one of its RPCs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Mood {
    #[default]
    Willing,
    Refusing,
    Away,
}

impl Mood {
    fn answer(self) -> Result<(), Status> {
        match self {
            Mood::Willing => Ok(()),
            Mood::Refusing => Err(Status::failed_precondition("not like this")),
            Mood::Away => Err(Status::unavailable("away")),
        }
    }
}

/// What the other services know, and how they behave.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// Customer by tenant or domain.
    pub(crate) claims: BTreeMap<String, String>,
    /// Customers that have edges.
    pub(crate) edges: Vec<String>,
    /// Whether the relationships of these customers were ended.
    pub(crate) edges_are_ended: bool,
    /// Ids of the orders.
    pub(crate) orders: Vec<String>,
    /// Whether the relationship is closed for orders.
    pub(crate) edge_is_closed: bool,
    /// Whether an end of the relationship that began later was always given up meanwhile.
    pub(crate) later_ends_come_first: bool,
    /// Whose the orders are, when not Tailspin's.
    pub(crate) orders_are_of: Option<String>,
    /// Operations whose orders were given up.
    pub(crate) voided: Vec<String>,
    /// Operations whose claims were released.
    pub(crate) taken_back: Vec<String>,
    /// Whether the subscription service no longer knows its first answers.
    pub(crate) answers_are_forgotten: bool,
    pub(crate) at_claim: Mood,
    pub(crate) at_edges: Mood,
    pub(crate) at_dissolution: Mood,
    pub(crate) at_order: Mood,
}

/// The other services. Clones share their state.
#[derive(Debug, Clone, Default)]
pub(crate) struct World(Arc<Mutex<State>>);

impl World {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

/// The service under test in its world.
pub(crate) struct Scene {
    pub(crate) service: CustomerService,
    pub(crate) world: World,
    pub(crate) clock: Clock,
    _folder: tempfile::TempDir,
}

impl Scene {
    pub(crate) async fn set() -> Scene {
        let world = World::default();
        let (channel, incoming) = in_process();
        let server = Server::builder()
            .add_service(PartnerFactsServiceServer::new(world.clone()))
            .add_service(RelationshipFactsServiceServer::new(world.clone()))
            .add_service(SubscriptionFactsServiceServer::new(world.clone()))
            .add_service(Orders(world.clone()));
        tokio::spawn(server.serve_with_incoming(incoming));
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::starting_at("2026-11-21T12:00:00Z".parse().unwrap());
        let service = CustomerService::open(
            Config::sqlite(folder.path().join("customer.db")),
            clock.clone(),
            Ids::seeded(1),
            Registry::new(Peer::new("partner-registry", channel.clone())),
            Relationships::new(Peer::new("relationship", channel.clone())),
            Subscriptions::new(Peer::new("subscription", channel)),
        );
        Scene { service: service.await.unwrap(), world, clock, _folder: folder }
    }
}

/// A call of the provider's admin agent.
pub(crate) fn provider(rpc: &'static str) -> Call {
    let caller =
        Caller { party: Party::Partner { tenant: PROVIDER.to_owned() }, roles: vec![Role::AdminAgent] };
    Call::made_by(caller, "ana", rpc)
}

fn partner(tenant: &str, kind: PartnerKind) -> registry::PartnerFacts {
    let name = tenant.trim_end_matches(".example");
    registry::PartnerFacts {
        name: format!("partners/{name}"),
        revision: 1,
        kind: kind.into(),
        tenant: tenant.to_owned(),
        cloud: Cloud::Global.into(),
        country: "DE".to_owned(),
        organization: Some(registry::OrganizationFacts {
            name: format!("organizations/{name}"),
            revision: 1,
            is_partner: true,
            ..Default::default()
        }),
        enrollment_state: registry::EnrollmentState::Authorized.into(),
        standing: registry::Standing::Active.into(),
        onboarded: true,
        agreement_since: "2020-02-01".to_owned(),
        legal_name: name.to_owned(),
        ..Default::default()
    }
}

#[tonic::async_trait]
impl PartnerFactsService for World {
    async fn get_facts(
        &self,
        request: Request<registry::GetFactsRequest>,
    ) -> Result<Response<registry::GetFactsResponse>, Status> {
        let request = request.into_inner();
        let known = [
            partner(PROVIDER, PartnerKind::IndirectProvider),
            partner(RESELLER, PartnerKind::IndirectReseller),
        ];
        let csp_tenant_of = |tenant: &str| {
            known.iter().find(|partner| partner.tenant == tenant).map(|partner| partner.name.clone())
        };
        let state = self.state();
        let holder = |key: &String| state.claims.get(key).cloned().unwrap_or_default();
        let tenants = request.tenants.iter().map(|tenant| registry::TenantFacts {
            tenant: tenant.clone(),
            csp_tenant_of: csp_tenant_of(tenant).unwrap_or_default(),
            customer: holder(tenant),
        });
        let domains = request
            .domains
            .iter()
            .map(|domain| registry::DomainFacts { domain: domain.clone(), customer: holder(domain) });
        let (tenants, domains) = (tenants.collect(), domains.collect());
        let asked = |partner: &registry::PartnerFacts| {
            request.partners.contains(&partner.name) || request.tenants.contains(&partner.tenant)
        };
        let partners = known.into_iter().filter(asked).collect();
        Ok(Response::new(registry::GetFactsResponse { partners, tenants, domains, ..Default::default() }))
    }

    async fn claim_customer(
        &self,
        request: Request<registry::ClaimCustomerRequest>,
    ) -> Result<Response<registry::ClaimCustomerResponse>, Status> {
        let request = request.into_inner();
        let mut state = self.state();
        state.at_claim.answer()?;
        let other = |key: &String| {
            state.claims.get(key).filter(|holder| **holder != request.customer).cloned().unwrap_or_default()
        };
        let (tenant_customer, domain_customer) = (other(&request.tenant), other(&request.domain));
        let claimed = tenant_customer.is_empty() && domain_customer.is_empty();
        if claimed {
            state.claims.insert(request.tenant, request.customer.clone());
            state.claims.insert(request.domain, request.customer);
        }
        let answer = registry::ClaimCustomerResponse {
            claimed,
            tenant_customer,
            domain_customer,
            ..Default::default()
        };
        Ok(Response::new(answer))
    }

    async fn release_customer(
        &self,
        request: Request<registry::ReleaseCustomerRequest>,
    ) -> Result<Response<registry::ReleaseCustomerResponse>, Status> {
        let registry::ReleaseCustomerRequest { customer, operation } = request.into_inner();
        let mut state = self.state();
        state.claims.retain(|_, holder| *holder != customer);
        state.taken_back.push(operation);
        Ok(Response::new(registry::ReleaseCustomerResponse {}))
    }
}

#[tonic::async_trait]
impl RelationshipFactsService for World {
    async fn get_edges(
        &self,
        request: Request<edges::GetEdgesRequest>,
    ) -> Result<Response<edges::GetEdgesResponse>, Status> {
        let partnership =
            edges::Edge { name: "partnerships/p".to_owned(), revision: 1, active: true, admin_access: true };
        let state = self.state();
        let is_served = request.into_inner().customer == "customers/tailspin" && !state.edges.is_empty();
        let provider_relationship = is_served.then(|| edges::Edge {
            name: RELATIONSHIP.to_owned(),
            revision: 1,
            active: !state.edges_are_ended,
            admin_access: false,
        });
        let partnership = Some(partnership);
        let answer = edges::GetEdgesResponse { partnership, provider_relationship, ..Default::default() };
        Ok(Response::new(answer))
    }

    async fn batch_get_edges(
        &self,
        request: Request<edges::BatchGetEdgesRequest>,
    ) -> Result<Response<edges::BatchGetEdgesResponse>, Status> {
        let mut responses = Vec::new();
        for request in request.into_inner().requests {
            responses.push(self.get_edges(Request::new(request)).await?.into_inner());
        }
        Ok(Response::new(edges::BatchGetEdgesResponse { responses }))
    }

    async fn get_customer_access(
        &self,
        request: Request<edges::GetCustomerAccessRequest>,
    ) -> Result<Response<edges::GetCustomerAccessResponse>, Status> {
        let request = request.into_inner();
        let visible = request.tenant == PROVIDER && self.state().edges.contains(&request.customer);
        let mut relationships = if visible { vec![relationship(&request.customer)] } else { Vec::new() };
        if self.state().edges_are_ended {
            relationships.iter_mut().for_each(|it| it.set_state(edges::RelationshipState::Ended));
        }
        let answer = edges::GetCustomerAccessResponse { visible, relationships, ..Default::default() };
        Ok(Response::new(answer))
    }

    async fn list_served_customers(
        &self,
        request: Request<edges::ListServedCustomersRequest>,
    ) -> Result<Response<edges::ListServedCustomersResponse>, Status> {
        let request = request.into_inner();
        let mut customers = self.state().edges.clone();
        customers.sort();
        customers.retain(|name| *name > request.after);
        customers.truncate(usize::try_from(request.limit).unwrap());
        Ok(Response::new(edges::ListServedCustomersResponse { customers }))
    }

    async fn establish_customer(
        &self,
        request: Request<edges::EstablishCustomerRequest>,
    ) -> Result<Response<edges::EstablishCustomerResponse>, Status> {
        let customer = request.into_inner().customer;
        let mut state = self.state();
        state.at_edges.answer()?;
        if !state.edges.contains(&customer) {
            state.edges.push(customer.clone());
        }
        let relationships = vec![relationship(&customer)];
        Ok(Response::new(edges::EstablishCustomerResponse { relationships, admin_grant: None }))
    }

    async fn dissolve_customer(
        &self,
        request: Request<edges::DissolveCustomerRequest>,
    ) -> Result<Response<edges::DissolveCustomerResponse>, Status> {
        let customer = request.into_inner().customer;
        let mut state = self.state();
        state.at_dissolution.answer()?;
        state.edges.retain(|name| *name != customer);
        Ok(Response::new(edges::DissolveCustomerResponse {}))
    }
}

fn relationship(customer: &str) -> edges::ResellerRelationship {
    edges::ResellerRelationship {
        name: RELATIONSHIP.to_owned(),
        partner: "partners/contoso".to_owned(),
        customer: customer.to_owned(),
        state: edges::RelationshipState::Active.into(),
        ..Default::default()
    }
}

#[tonic::async_trait]
impl SubscriptionFactsService for World {
    async fn count_active(
        &self,
        _: Request<orders::CountActiveRequest>,
    ) -> Result<Response<orders::CountActiveResponse>, Status> {
        Err(Status::unimplemented("nobody asks"))
    }

    async fn close_edge(
        &self,
        _: Request<orders::CloseEdgeRequest>,
    ) -> Result<Response<orders::CloseEdgeResponse>, Status> {
        let mut state = self.state();
        let count = i64::try_from(state.orders.len()).unwrap();
        let closed = count == 0 && !state.later_ends_come_first;
        state.edge_is_closed = closed;
        Ok(Response::new(orders::CloseEdgeResponse { closed, count }))
    }

    async fn void_order(
        &self,
        request: Request<orders::VoidOrderRequest>,
    ) -> Result<Response<orders::VoidOrderResponse>, Status> {
        let operation = request.into_inner().operation;
        let id = operation.trim_start_matches("operations/").to_owned();
        let mut state = self.state();
        let placed = state.orders.contains(&id);
        if !placed {
            state.voided.push(id);
        }
        Ok(Response::new(orders::VoidOrderResponse { placed }))
    }

    async fn reopen_edge(
        &self,
        _: Request<orders::ReopenEdgeRequest>,
    ) -> Result<Response<orders::ReopenEdgeResponse>, Status> {
        self.state().edge_is_closed = false;
        Ok(Response::new(orders::ReopenEdgeResponse {}))
    }
}

/// The public RPCs of the subscription service that are needed.
#[derive(Debug, Clone)]
struct Orders(World);

impl NamedService for Orders {
    const NAME: &'static str = "csp.subscription.v1.SubscriptionService";
}

/// `SubmitOrder`.
struct Placing(Orders);

impl UnaryService<orders::SubmitOrderRequest> for Placing {
    type Response = orders::SubmitOrderResponse;
    type Future = Ready<Result<Response<Self::Response>, Status>>;

    fn call(&mut self, request: Request<orders::SubmitOrderRequest>) -> Self::Future {
        let mut state = self.0.0.state();
        let id = request.into_inner().order_id;
        if let Err(refusal) = state.at_order.answer() {
            return ready(Err(refusal));
        }
        if state.voided.contains(&id) {
            return ready(Err(Status::invalid_argument("that request id was used")));
        }
        if !state.orders.contains(&id) {
            state.orders.push(id.clone());
        } else if state.answers_are_forgotten {
            return ready(Err(Status::already_exists("that order exists")));
        }
        let order = Some(order(&id));
        ready(Ok(Response::new(orders::SubmitOrderResponse { order, ..Default::default() })))
    }
}

/// `GetOrder`.
struct Reading(Orders);

impl UnaryService<orders::GetOrderRequest> for Reading {
    type Response = orders::GetOrderResponse;
    type Future = Ready<Result<Response<Self::Response>, Status>>;

    fn call(&mut self, request: Request<orders::GetOrderRequest>) -> Self::Future {
        let name = request.into_inner().name;
        let state = self.0.0.state();
        let found = state.orders.iter().map(|id| order(id)).find(|order| order.name == name);
        let found = found.map(|order| orders::Order {
            customer: state.orders_are_of.clone().unwrap_or(order.customer),
            ..order
        });
        let answer = found.map(|order| Response::new(orders::GetOrderResponse { order: Some(order) }));
        ready(answer.ok_or_else(|| Status::not_found("no such order")))
    }
}

fn order(id: &str) -> orders::Order {
    let customer = "customers/tailspin".to_owned();
    orders::Order { name: format!("orders/{id}"), customer, ..Default::default() }
}

impl tower::Service<http::Request<Body>> for Orders {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<http::Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let orders = self.clone();
        Box::pin(async move {
            if request.uri().path().ends_with("/GetOrder") {
                let mut grpc = tonic::server::Grpc::new(tonic_prost::ProstCodec::default());
                return Ok(grpc.unary(Reading(orders), request).await);
            }
            let mut grpc = tonic::server::Grpc::new(tonic_prost::ProstCodec::default());
            Ok(grpc.unary(Placing(orders), request).await)
        })
    }
}
