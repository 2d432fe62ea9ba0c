//! The state and behaviour of the fake services, and the clients that a test uses to call them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use csp_proto::internal::customer::v1::CustomerFacts;
use csp_proto::internal::partner_registry::v1::{MpnFacts, OrganizationFacts, PartnerFacts};
use csp_proto::partner_registry::v1::{EnrollmentState, MpnKind, Standing};
use csp_proto::policy::v1::Decision;
use csp_proto::relationship::v1::{AdminGrant, AdminGrantOrigin, RelationshipState, ResellerRelationship};
use csp_proto::r#type::v1::{Cloud, PartnerKind};
use tonic::Status;
use tonic::transport::Channel;

use super::edge_guard::EdgeGuard;
use crate::peers::peer::Peer;
use crate::peers::{Customers, Registry, Relationships, Subscriptions};

/// Behaviour of a fake service at one RPC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mood {
    /// The RPC answers.
    #[default]
    Willing,
    /// The RPC refuses with FAILED_PRECONDITION.
    Refusing,
    /// The RPC fails with UNAVAILABLE.
    Away,
}

/// Data and behaviour of the fake services.
#[derive(Debug, Default)]
pub struct State {
    /// Partners of the registry.
    pub partners: Vec<PartnerFacts>,
    /// Companies of the registry.
    pub organizations: Vec<OrganizationFacts>,
    /// MPN IDs of the registry.
    pub mpn_ids: Vec<MpnFacts>,
    /// Claims of the registry: a tenant or domain, and the customer that holds it.
    pub claims: BTreeMap<String, String>,
    /// Operations whose claims were released.
    pub released: Vec<String>,
    /// Customers.
    pub customers: Vec<CustomerFacts>,
    /// Partnerships.
    pub partnerships: Vec<Partnership>,
    /// Reseller relationships.
    pub relationships: Vec<ResellerRelationship>,
    /// Live admin grants.
    pub admin_grants: Vec<AdminGrant>,
    /// Whether every relationship is reported as ended.
    pub relationships_are_ended: bool,
    /// Ids of the orders.
    pub orders: Vec<String>,
    /// The reported number of active subscriptions; `None` for the number of orders.
    pub subscriptions_told: Option<i64>,
    /// Resource names of customers of record, sorted.
    pub customers_of_record: Vec<String>,
    /// The decision that a preview of an order tells.
    pub order_decision: Decision,
    /// Ids of orders that were voided.
    pub voided: Vec<String>,
    /// Whether the subscription service has deleted its stored first answers.
    pub answers_are_forgotten: bool,
    /// Behaviour by bare name of the RPC; an RPC that is not listed answers.
    pub moods: BTreeMap<&'static str, Mood>,
    /// Number of calls, by bare name of the RPC.
    pub asked: BTreeMap<&'static str, usize>,
}

/// A partnership.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Partnership {
    /// Resource name.
    pub name: String,
    /// Resource name of the provider.
    pub provider: String,
    /// Resource name of the reseller.
    pub reseller: String,
    /// Whether the partnership is in force.
    pub active: bool,
}

/// The running fake services. Clones share the state.
#[derive(Debug, Clone)]
pub struct Peers {
    pub(super) state: Arc<Mutex<State>>,
    pub(super) guard: EdgeGuard,
    pub(super) channel: Channel,
}

impl Peers {
    /// A client of the fake registry.
    pub fn registry(&self) -> Registry {
        Registry::new(Peer::new("partner-registry", self.channel.clone()))
    }

    /// A client of the fake customer service.
    pub fn customers(&self) -> Customers {
        Customers::new(Peer::new("customer", self.channel.clone()))
    }

    /// A client of the fake relationship service.
    pub fn relationships(&self) -> Relationships {
        Relationships::new(Peer::new("relationship", self.channel.clone()))
    }

    /// A client of the fake subscription service.
    pub fn subscriptions(&self) -> Subscriptions {
        Subscriptions::new(Peer::new("subscription", self.channel.clone()))
    }

    /// Locks the state. The fake services answer no call while the lock is held.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The guard of the single relationship that the orders depend on.
    pub fn guard(&self) -> &EdgeGuard {
        &self.guard
    }

    /// Sets the behaviour of the RPC with this bare name for later calls.
    pub fn behave(&self, rpc: &'static str, mood: Mood) {
        self.state().moods.insert(rpc, mood);
    }

    /// Counts a call of the RPC, and returns the state if the RPC answers.
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
    /// Resource names of customers with a relationship, active or ended, sorted.
    pub fn served_customers(&self) -> Vec<String> {
        let mut names: Vec<_> = self.relationships.iter().map(|edge| edge.customer.clone()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    pub(super) fn partner_of_tenant(&self, tenant: &str) -> Option<&PartnerFacts> {
        self.partners.iter().find(|partner| partner.tenant_id == tenant)
    }
}

/// The first `limit` of the sorted names that come after `after`.
pub(super) fn page_of(names: &[String], after: &str, limit: i32) -> Vec<String> {
    let limit = usize::try_from(limit).unwrap_or_default();
    names.iter().filter(|name| name.as_str() > after).take(limit).cloned().collect()
}

/// A partner that may do business, with a company of the same id.
pub fn partner(id: &str, kind: PartnerKind, tenant: &str, country: &str) -> PartnerFacts {
    PartnerFacts {
        name: format!("partners/{id}"),
        revision: 1,
        kind: kind.into(),
        tenant_id: tenant.to_owned(),
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
        agreement_since_date: "2020-01-15".to_owned(),
        agreement: format!("partners/{id}/agreement"),
        agreement_revision: 1,
        legal_name: id.to_owned(),
        ..Default::default()
    }
}

/// The MPN ID of a location of `partner`.
pub fn mpn_id(number: &str, partner: &str) -> MpnFacts {
    MpnFacts {
        number: number.to_owned(),
        revision: 1,
        kind: MpnKind::Location.into(),
        partner: partner.to_owned(),
    }
}

/// A customer without a company or an agreement.
pub fn customer(id: &str, tenant: &str, country: &str) -> CustomerFacts {
    CustomerFacts {
        name: format!("customers/{id}"),
        revision: 1,
        tenant_id: tenant.to_owned(),
        cloud: Cloud::Global.into(),
        country: country.to_owned(),
        ..Default::default()
    }
}

/// An active relationship; `provider` is empty for a relationship without a provider.
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

/// A live admin grant that the customer gave with `relationship`, with this role.
pub fn admin_grant(name: &str, relationship: &ResellerRelationship, role: &str) -> AdminGrant {
    AdminGrant {
        name: name.to_owned(),
        revision: 1,
        partner: relationship.partner.clone(),
        customer: relationship.customer.clone(),
        relationship: relationship.name.clone(),
        roles: vec![role.to_owned()],
        origin: AdminGrantOrigin::Customer.into(),
        ..Default::default()
    }
}
