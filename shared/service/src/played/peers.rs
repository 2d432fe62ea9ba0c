//! What the played services know, and how a test sets and asks it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use csp_proto::customer::v1::CustomerFacts;
use csp_proto::partner_registry::v1::{
    EnrollmentState, MpnFacts, MpnKind, OrganizationFacts, PartnerFacts, Standing,
};
use csp_proto::relationship::v1::{RelationshipState, ResellerRelationship};
use csp_proto::r#type::v1::{Cloud, PartnerKind};
use tonic::Status;
use tonic::transport::Channel;

use super::edge_guard::EdgeGuard;
use crate::peers::peer::Peer;
use crate::peers::{Customers, Registry, Relationships, Subscriptions};

/// How a peer behaves at one of its RPCs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mood {
    /// It answers.
    #[default]
    Willing,
    /// It refuses by a rule.
    Refusing,
    /// It cannot be asked.
    Away,
}

/// What the other services know, and how they behave.
#[derive(Debug, Default)]
pub struct State {
    /// Partners of the registry.
    pub partners: Vec<PartnerFacts>,
    /// Its companies.
    pub organizations: Vec<OrganizationFacts>,
    /// Its MPN IDs.
    pub mpn_ids: Vec<MpnFacts>,
    /// Customer by the tenant or domain that it claimed.
    pub claims: BTreeMap<String, String>,
    /// Operations whose claims were released.
    pub released: Vec<String>,
    /// Customers.
    pub customers: Vec<CustomerFacts>,
    /// Partnerships.
    pub partnerships: Vec<Partnership>,
    /// Reseller relationships.
    pub relationships: Vec<ResellerRelationship>,
    /// Whether every relationship is told as ended.
    pub relationships_are_ended: bool,
    /// Ids of the orders.
    pub orders: Vec<String>,
    /// Whose the orders are, when not Tailspin's.
    pub orders_are_of: Option<String>,
    /// What is told as the number of active subscriptions, when not the number of orders.
    pub subscriptions_told: Option<i64>,
    /// Ids of orders that were given up.
    pub voided: Vec<String>,
    /// Whether the subscription service no longer knows its first answers.
    pub answers_are_forgotten: bool,
    /// Behaviour by bare name of the RPC; willing where nothing is said.
    pub moods: BTreeMap<&'static str, Mood>,
    /// How often each RPC was asked.
    pub asked: BTreeMap<&'static str, usize>,
}

/// A partnership.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Partnership {
    /// Resource name.
    pub name: String,
    /// Its provider.
    pub provider: String,
    /// Its reseller.
    pub reseller: String,
    /// Whether it is in force.
    pub active: bool,
}

/// The other services. Clones are the same.
#[derive(Debug, Clone)]
pub struct Peers {
    pub(super) state: Arc<Mutex<State>>,
    pub(super) guard: EdgeGuard,
    pub(super) channel: Channel,
}

impl Peers {
    /// Asks the registry.
    pub fn registry(&self) -> Registry {
        Registry::new(Peer::new("partner-registry", self.channel.clone()))
    }

    /// Asks the customer service.
    pub fn customers(&self) -> Customers {
        Customers::new(Peer::new("customer", self.channel.clone()))
    }

    /// Asks the relationship service.
    pub fn relationships(&self) -> Relationships {
        Relationships::new(Peer::new("relationship", self.channel.clone()))
    }

    /// Asks the subscription service.
    pub fn subscriptions(&self) -> Subscriptions {
        Subscriptions::new(Peer::new("subscription", self.channel.clone()))
    }

    /// What they know; nothing is answered while it is held.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The guard of the one relationship that orders rest on.
    pub fn guard(&self) -> &EdgeGuard {
        &self.guard
    }

    /// How they behave at the RPC of that bare name from now on.
    pub fn behave(&self, rpc: &'static str, mood: Mood) {
        self.state().moods.insert(rpc, mood);
    }

    /// Notes that the RPC is asked; what they know, if they answer at it.
    pub(super) fn asked(&self, rpc: &'static str) -> Result<MutexGuard<'_, State>, Status> {
        let mut state = self.state();
        *state.asked.entry(rpc).or_default() += 1;
        match state.moods.get(rpc).copied().unwrap_or_default() {
            Mood::Willing => Ok(state),
            Mood::Refusing => Err(Status::failed_precondition("not like this")),
            Mood::Away => Err(Status::unavailable("away")),
        }
    }
}

impl State {
    /// Customers that somebody serves, or served.
    pub fn served_customers(&self) -> Vec<String> {
        let mut names: Vec<_> = self.relationships.iter().map(|edge| edge.customer.clone()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    pub(super) fn partner_of_tenant(&self, tenant: &str) -> Option<&PartnerFacts> {
        self.partners.iter().find(|partner| partner.tenant == tenant)
    }
}

/// A partner that may do business, with a company of its own name.
pub fn partner(id: &str, kind: PartnerKind, tenant: &str, country: &str) -> PartnerFacts {
    PartnerFacts {
        name: format!("partners/{id}"),
        revision: 1,
        kind: kind.into(),
        tenant: tenant.to_owned(),
        cloud: Cloud::Global.into(),
        country: country.to_owned(),
        organization: Some(OrganizationFacts {
            name: format!("organizations/{id}"),
            revision: 1,
            is_partner: true,
            ..Default::default()
        }),
        enrollment_state: EnrollmentState::Authorized.into(),
        standing: Standing::Active.into(),
        onboarded: true,
        agreement_since: "2020-01-15".to_owned(),
        legal_name: id.to_owned(),
        ..Default::default()
    }
}

/// The MPN ID of a location of that partner.
pub fn mpn_id(number: &str, partner: &str) -> MpnFacts {
    MpnFacts {
        number: number.to_owned(),
        revision: 1,
        kind: MpnKind::Location.into(),
        partner: partner.to_owned(),
    }
}

/// A customer.
pub fn customer(id: &str, tenant: &str, country: &str) -> CustomerFacts {
    CustomerFacts {
        name: format!("customers/{id}"),
        revision: 1,
        tenant: tenant.to_owned(),
        cloud: Cloud::Global.into(),
        country: country.to_owned(),
        ..Default::default()
    }
}

/// An active relationship; `provider` is empty where there is none.
pub fn relationship(name: &str, partner: &str, provider: &str, customer: &str) -> ResellerRelationship {
    ResellerRelationship {
        name: name.to_owned(),
        revision: 1,
        partner: partner.to_owned(),
        provider: provider.to_owned(),
        customer: customer.to_owned(),
        state: RelationshipState::Active.into(),
        ..Default::default()
    }
}
