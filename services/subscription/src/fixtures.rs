//! The service among peers that know Contoso (provider), Fabrikam (its reseller), Northwind (direct-bill) and
//! the customer Tailspin, whom all of them serve.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use csp_policy::{Caller, Party, Role};
use csp_proto::customer::v1 as customers;
use csp_proto::customer::v1::customer_facts_service_server::{
    CustomerFactsService, CustomerFactsServiceServer,
};
use csp_proto::partner_registry::v1 as registry;
use csp_proto::partner_registry::v1::partner_facts_service_server::{
    PartnerFactsService, PartnerFactsServiceServer,
};
use csp_proto::relationship::v1 as relations;
use csp_proto::relationship::v1::relationship_facts_service_server::{
    RelationshipFactsService, RelationshipFactsServiceServer,
};
use csp_proto::subscription::v1 as pb;
use csp_proto::r#type::v1::{Cloud, Money, PartnerKind};
use csp_service::peers::{Customers, Registry, Relationships};
use csp_service::{Call, Clock, Credentials, Gate, Ids, Peer, Services, in_process, serve_in_process};
use tonic::{Request, Response, Status};

use crate::Settings;
use crate::SubscriptionService;

pub(crate) struct World {
    pub(crate) service: SubscriptionService,
    pub(crate) clock: Clock,
    pub(crate) peers: Peers,
    _folder: tempfile::TempDir,
}

/// What connects the parties: names of edges that are in force.
#[derive(Clone)]
pub(crate) struct Peers {
    pub(crate) edges: Arc<Mutex<BTreeSet<&'static str>>>,
}

pub(crate) const PARTNERSHIP: &str = "partnerships/contoso-fabrikam";
pub(crate) const CONTOSO_SERVES: &str = "resellerRelationships/contoso";
pub(crate) const FABRIKAM_SERVES: &str = "resellerRelationships/fabrikam";
/// Fabrikam serves Tailspin without a provider, too; not in force unless set.
pub(crate) const FABRIKAM_SERVES_ALONE: &str = "resellerRelationships/fabrikam-alone";
pub(crate) const NORTHWIND_SERVES: &str = "resellerRelationships/northwind";

pub(crate) async fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::starting_at("2023-10-02T12:00:00Z".parse().unwrap());
    let edges = [PARTNERSHIP, CONTOSO_SERVES, FABRIKAM_SERVES, NORTHWIND_SERVES];
    let peers = Peers { edges: Arc::new(Mutex::new(edges.into())) };
    let (channel, incoming) = in_process();
    let services = Services::new()
        .with(PartnerFactsServiceServer::new(peers.clone()))
        .with(CustomerFactsServiceServer::new(peers.clone()))
        .with(RelationshipFactsServiceServer::new(peers.clone()));
    let gate = Gate::try_new(Credentials::Internal, clock.clone(), Ids::seeded(2)).unwrap();
    tokio::spawn(serve_in_process(incoming, services, gate, std::future::pending()));
    let peer = |name| Peer::new(name, channel.clone());
    let service = SubscriptionService::open(
        csp_store::Config::sqlite(folder.path().join("subscription.sqlite")),
        clock.clone(),
        Ids::seeded(1),
        Registry::new(peer("partner-registry")),
        Relationships::new(peer("relationship")),
        Customers::new(peer("customer")),
        Settings::default(),
    );
    World { service: service.await.unwrap(), clock, peers, _folder: folder }
}

impl World {
    /// Brings in a base offer, an add-on to it, and one of which a customer holds 25 at most.
    pub(crate) async fn with_offers(self) -> Self {
        let offers = vec![
            offer("mail"),
            pb::Offer { prerequisites: vec!["offers/mail".to_owned()], ..offer("archive") },
            pb::Offer { customer_seats_max: 25, ..offer("trial") },
        ];
        let request = pb::ImportOffersRequest { offers, ..Default::default() };
        let call = Call::made_by(Caller::operator(), "op", "ImportOffers");
        let response = crate::offer::import(&self.service, &call, request).await.unwrap();
        assert_eq!(response.created, 3);
        self
    }

    pub(crate) fn cut(&self, edge: &str) {
        self.peers.edges.lock().unwrap().remove(edge);
    }

    pub(crate) fn set(&self, edge: &'static str) {
        self.peers.edges.lock().unwrap().insert(edge);
    }

    pub(crate) fn pass(&self, hours: i64) {
        self.clock.set(self.clock.now() + jiff::SignedDuration::from_hours(hours)).unwrap();
    }
}

pub(crate) fn offer(id: &str) -> pb::Offer {
    let plan =
        |term: pb::Term, cycle: pb::BillingCycle| pb::Plan { term: term.into(), billing_cycle: cycle.into() };
    pb::Offer {
        name: format!("offers/{id}"),
        display_name: id.to_owned(),
        publisher: "Microsoft".to_owned(),
        party: pb::OfferParty::First.into(),
        countries: vec!["IT".to_owned(), "FR".to_owned()],
        unit: "license".to_owned(),
        seat_min: 1,
        seat_max: 300,
        plans: vec![
            plan(pb::Term::P1y, pb::BillingCycle::Monthly),
            plan(pb::Term::P1m, pb::BillingCycle::Monthly),
        ],
        list_price: Some(Money { currency: "EUR".to_owned(), micros: 31_000_000 }),
        ..Default::default()
    }
}

pub(crate) fn line(offer: &str, quantity: i32) -> pb::OrderLine {
    pb::OrderLine { offer: format!("offers/{offer}"), quantity, ..Default::default() }
}

/// A sales agent of the partner with that id.
pub(crate) fn agent(id: &str, rpc: &'static str) -> Call {
    let party = Party::Partner { tenant: format!("{id}-csp") };
    Call::made_by(Caller { party, roles: vec![Role::SalesAgent] }, "ana", rpc)
}

pub(crate) fn customer(tenant: &str, rpc: &'static str) -> Call {
    let party = Party::Customer { tenant: tenant.to_owned() };
    Call::made_by(Caller { party, roles: vec![Role::GlobalAdmin] }, "carl", rpc)
}

/// Contoso sells to Tailspin, with Fabrikam as reseller of record.
pub(crate) fn order(lines: Vec<pb::OrderLine>) -> pb::SubmitOrderRequest {
    pb::SubmitOrderRequest {
        customer: "customers/tailspin".to_owned(),
        order: Some(pb::OrderDraft {
            lines,
            reseller_mpn_id: "mpnIds/5551".to_owned(),
            attested_capacity: pb::Capacity::Indirect.into(),
        }),
        ..Default::default()
    }
}

fn partner(id: &str, kind: PartnerKind) -> registry::PartnerFacts {
    registry::PartnerFacts {
        name: format!("partners/{id}"),
        revision: 1,
        kind: kind.into(),
        tenant: format!("{id}-csp"),
        cloud: Cloud::Global.into(),
        country: "IT".to_owned(),
        organization: Some(registry::OrganizationFacts {
            name: format!("organizations/{id}"),
            revision: 1,
            is_partner: true,
            ..Default::default()
        }),
        enrollment_state: registry::EnrollmentState::Authorized.into(),
        standing: registry::Standing::Active.into(),
        onboarded: true,
        agreement_since: "2020-01-15".to_owned(),
        ..Default::default()
    }
}

#[tonic::async_trait]
impl PartnerFactsService for Peers {
    async fn get_facts(
        &self,
        request: Request<registry::GetFactsRequest>,
    ) -> Result<Response<registry::GetFactsResponse>, Status> {
        let request = request.into_inner();
        let mut partners = vec![
            partner("contoso", PartnerKind::IndirectProvider),
            partner("fabrikam", PartnerKind::IndirectReseller),
            partner("northwind", PartnerKind::DirectBill),
        ];
        let has_mpn_id = request.mpn_ids.iter().any(|number| number == "5551");
        partners.retain(|partner| {
            request.partners.contains(&partner.name)
                || request.tenants.contains(&partner.tenant)
                || (has_mpn_id && partner.name == "partners/fabrikam")
        });
        let mpn_id = registry::MpnFacts {
            number: "5551".to_owned(),
            revision: 1,
            kind: registry::MpnKind::Location.into(),
            partner: "partners/fabrikam".to_owned(),
        };
        let mpn_ids = if has_mpn_id { vec![mpn_id] } else { Vec::new() };
        Ok(Response::new(registry::GetFactsResponse { partners, mpn_ids, ..Default::default() }))
    }

    async fn claim_customer(
        &self,
        _: Request<registry::ClaimCustomerRequest>,
    ) -> Result<Response<registry::ClaimCustomerResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn release_customer(
        &self,
        _: Request<registry::ReleaseCustomerRequest>,
    ) -> Result<Response<registry::ReleaseCustomerResponse>, Status> {
        Err(Status::unimplemented(""))
    }
}

#[tonic::async_trait]
impl CustomerFactsService for Peers {
    async fn get_facts(
        &self,
        request: Request<customers::GetFactsRequest>,
    ) -> Result<Response<customers::GetFactsResponse>, Status> {
        let tailspin = customers::CustomerFacts {
            name: "customers/tailspin".to_owned(),
            revision: 1,
            tenant: "tailspin".to_owned(),
            cloud: Cloud::Global.into(),
            country: "FR".to_owned(),
            agreement_date: "2023-01-01".to_owned(),
            agreement_revision: 1,
            ..Default::default()
        };
        let is_asked = request.into_inner().customers.contains(&tailspin.name);
        let customers = if is_asked { vec![tailspin] } else { Vec::new() };
        Ok(Response::new(customers::GetFactsResponse { customers }))
    }

    async fn register_invited(
        &self,
        _: Request<customers::RegisterInvitedRequest>,
    ) -> Result<Response<customers::RegisterInvitedResponse>, Status> {
        Err(Status::unimplemented(""))
    }
}

#[tonic::async_trait]
impl RelationshipFactsService for Peers {
    async fn get_edges(
        &self,
        request: Request<relations::GetEdgesRequest>,
    ) -> Result<Response<relations::GetEdgesResponse>, Status> {
        let request = request.into_inner();
        let edges = self.edges.lock().unwrap();
        let edge = |name: &str| {
            let active = edges.contains(name);
            Some(relations::Edge { name: name.to_owned(), revision: 1, active, admin_access: false })
        };
        let of_provider = match request.provider.as_str() {
            "partners/contoso" => edge(CONTOSO_SERVES),
            "partners/northwind" => edge(NORTHWIND_SERVES),
            _ => None,
        };
        let is_ours = request.provider == "partners/contoso" && request.reseller == "partners/fabrikam";
        Ok(Response::new(relations::GetEdgesResponse {
            partnership: edge(PARTNERSHIP).filter(|_| is_ours),
            provider_relationship: of_provider,
            reseller_relationship: edge(FABRIKAM_SERVES).filter(|_| is_ours),
            tenant_partnership: None,
            reseller_own_relationship: edge(FABRIKAM_SERVES_ALONE).filter(|_| is_ours),
        }))
    }

    async fn batch_get_edges(
        &self,
        request: Request<relations::BatchGetEdgesRequest>,
    ) -> Result<Response<relations::BatchGetEdgesResponse>, Status> {
        let mut responses = Vec::new();
        for request in request.into_inner().requests {
            responses.push(self.get_edges(Request::new(request)).await?.into_inner());
        }
        Ok(Response::new(relations::BatchGetEdgesResponse { responses }))
    }

    async fn get_customer_access(
        &self,
        request: Request<relations::GetCustomerAccessRequest>,
    ) -> Result<Response<relations::GetCustomerAccessResponse>, Status> {
        let request = request.into_inner();
        let tailspin = request.customer == "customers/tailspin";
        let visible =
            tailspin && ["contoso-csp", "fabrikam-csp", "northwind-csp"].contains(&request.tenant.as_str());
        let through =
            self.edges.lock().unwrap().contains(FABRIKAM_SERVES) && request.tenant == "fabrikam-csp";
        let providers = if tailspin && through { vec!["partners/contoso".to_owned()] } else { Vec::new() };
        Ok(Response::new(relations::GetCustomerAccessResponse { visible, providers, ..Default::default() }))
    }

    async fn list_served_customers(
        &self,
        _: Request<relations::ListServedCustomersRequest>,
    ) -> Result<Response<relations::ListServedCustomersResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn establish_customer(
        &self,
        _: Request<relations::EstablishCustomerRequest>,
    ) -> Result<Response<relations::EstablishCustomerResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn dissolve_customer(
        &self,
        _: Request<relations::DissolveCustomerRequest>,
    ) -> Result<Response<relations::DissolveCustomerResponse>, Status> {
        Err(Status::unimplemented(""))
    }
}
