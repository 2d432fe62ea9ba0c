//! The service with scripted peers. They know Contoso (provider), Fabrikam (Contoso's reseller), Northwind
//! (direct-bill partner), and the customer Tailspin, which all three serve.

use csp_policy::{Caller, Party, Role};
use csp_proto::internal::customer::v1::{AcceptanceFacts, CustomerFacts};
use csp_proto::internal::partner_registry::v1::PartnerFacts;
use csp_proto::relationship::v1::RelationshipState;
use csp_proto::subscription::v1 as pb;
use csp_proto::subscription::v1::order_draft::Content;
use csp_proto::r#type::v1::PartnerKind;
use csp_service::order::Reseller;
use csp_service::played::{Partnership, Peers, State, mpn_id, partner, relationship};
use csp_service::{Call, Clock, Ids, wire};

use crate::Settings;
use crate::SubscriptionService;

pub(crate) struct World {
    pub(crate) service: SubscriptionService,
    pub(crate) clock: Clock,
    pub(crate) peers: Peers,
    _folder: tempfile::TempDir,
}

pub(crate) const TAILSPIN: &str = "customers/tailspin";
pub(crate) const PARTNERSHIP: &str = "partnerships/contoso-fabrikam";
pub(crate) const CONTOSO_SERVES: &str = "customers/tailspin/resellerRelationships/contoso";
pub(crate) const FABRIKAM_SERVES: &str = "customers/tailspin/resellerRelationships/fabrikam";
/// Fabrikam also serves Tailspin without a provider. Not in force until a test calls [`World::set`].
pub(crate) const FABRIKAM_SERVES_ALONE: &str = "customers/tailspin/resellerRelationships/fabrikam-alone";
pub(crate) const NORTHWIND_SERVES: &str = "customers/tailspin/resellerRelationships/northwind";

pub(crate) async fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::starting_at("2023-10-02T12:00:00Z".parse().unwrap());
    let peers = Peers::start(parties());
    let service = SubscriptionService::open(
        csp_store::Config::sqlite(folder.path().join("subscription.sqlite")),
        clock.clone(),
        Ids::seeded(1),
        peers.registry(),
        peers.relationships(),
        peers.customers(),
        Settings::default(),
    );
    let world = World { service: service.await.unwrap(), clock, peers, _folder: folder };
    world.cut(FABRIKAM_SERVES_ALONE);
    world
}

fn parties() -> State {
    let (contoso, fabrikam, northwind) = ("partners/contoso", "partners/fabrikam", "partners/northwind");
    let tailspin = TAILSPIN;
    let fabrikam_account = partner("fabrikam", PartnerKind::IndirectReseller, "fabrikam-csp", "IT");
    State {
        partners: vec![
            partner("contoso", PartnerKind::IndirectProvider, "contoso-csp", "IT"),
            PartnerFacts { location_mpn_ids: vec!["5551".to_owned()], ..fabrikam_account },
            partner("northwind", PartnerKind::DirectBill, "northwind-csp", "IT"),
        ],
        mpn_ids: vec![mpn_id("5551", fabrikam)],
        customers: vec![CustomerFacts {
            acceptances: vec![AcceptanceFacts {
                since_date: "2023-01-01".to_owned(),
                ..AcceptanceFacts::default()
            }],
            agreement_revision: 1,
            ..csp_service::played::customer("tailspin", "tailspin", "FR")
        }],
        partnerships: vec![Partnership {
            name: PARTNERSHIP.to_owned(),
            provider: contoso.to_owned(),
            reseller: fabrikam.to_owned(),
            active: true,
        }],
        relationships: vec![
            relationship(CONTOSO_SERVES, contoso, "", tailspin),
            relationship(FABRIKAM_SERVES, fabrikam, contoso, tailspin),
            relationship(FABRIKAM_SERVES_ALONE, fabrikam, "", tailspin),
            relationship(NORTHWIND_SERVES, northwind, "", tailspin),
        ],
        ..State::default()
    }
}

impl World {
    /// Imports `mail`, its add-on `archive`, and `trial`, of which a customer may hold at most 25 seats.
    pub(crate) async fn with_offers(self) -> Self {
        let offers = vec![
            offer("mail"),
            pb::Offer { prerequisites: vec!["offers/mail".to_owned()], ..offer("archive") },
            pb::Offer { customer_seats_max: Some(25), ..offer("trial") },
        ];
        let request = pb::ImportOffersRequest { offers, ..Default::default() };
        let call = Call::made_by(Caller::operator(), "op", "ImportOffers");
        let response = crate::offer::import(&self.service, &call, request).await.unwrap();
        assert_eq!(response.created, 3);
        self
    }

    /// Ends the partnership or relationship of that name.
    pub(crate) fn cut(&self, edge: &str) {
        self.put(edge, false);
    }

    /// Puts the partnership or relationship of that name in force.
    pub(crate) fn set(&self, edge: &str) {
        self.put(edge, true);
    }

    fn put(&self, edge: &str, is_in_force: bool) {
        let mut state = self.peers.state();
        let known = state.partnerships.iter_mut().filter(|known| known.name == edge);
        known.for_each(|known| known.active = is_in_force);
        let word = if is_in_force { RelationshipState::Active } else { RelationshipState::Ended };
        let known = state.relationships.iter_mut().filter(|known| known.name == edge);
        known.for_each(|known| known.set_state(word));
    }

    /// Moves the clock forward.
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
        list_price: Some(wire::money("EUR", 31_000_000)),
        ..Default::default()
    }
}

pub(crate) fn line(offer: &str, quantity: i32) -> pb::OrderLine {
    pb::OrderLine { offer: format!("offers/{offer}"), quantity, ..Default::default() }
}

/// A call of a sales agent of the partner with that id.
pub(crate) fn agent(id: &str, rpc: &'static str) -> Call {
    let party = Party::Partner { tenant: format!("{id}-csp") };
    Call::made_by(Caller { party, roles: vec![Role::SalesAgent] }, "ana", rpc)
}

pub(crate) fn customer(tenant: &str, rpc: &'static str) -> Call {
    let party = Party::Customer { tenant: tenant.to_owned() };
    Call::made_by(Caller { party, roles: vec![Role::GlobalAdmin] }, "carl", rpc)
}

/// An order of Contoso for Tailspin, with Fabrikam as reseller of record.
pub(crate) fn order(lines: Vec<pb::OrderLine>) -> pb::SubmitOrderRequest {
    order_of(Content::Lines(pb::OrderLines { lines }), Some(Reseller::MpnId("5551".to_owned())))
}

/// An order of Contoso for Tailspin that attests the fitting capacity.
pub(crate) fn order_of(content: Content, reseller: Option<Reseller>) -> pb::SubmitOrderRequest {
    let capacity = if reseller.is_some() { pb::Capacity::Indirect } else { pb::Capacity::Direct };
    pb::SubmitOrderRequest {
        parent: TAILSPIN.to_owned(),
        order: Some(pb::OrderDraft {
            content: Some(content),
            reseller_of_record: reseller.map(Into::into),
            attested_capacity: capacity.into(),
        }),
        ..Default::default()
    }
}
