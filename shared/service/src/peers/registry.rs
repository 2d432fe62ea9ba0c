//! Client of the partner registry.

use csp_policy::Day;
use csp_proto::internal::partner_registry::v1 as pb;
use csp_proto::internal::partner_registry::v1::partner_facts_service_client::PartnerFactsServiceClient;

use super::registry_facts::RegistryFacts;
use super::registry_query::Query;
use super::rounds::{Question, Rounds};
use super::{broken, some};
use crate::fault::Result;
use crate::peers::peer::Peer;
use crate::request::call::Call;

/// Client of the partner registry.
#[derive(Debug, Clone)]
pub struct Registry {
    peer: Peer,
    rounds: Rounds<Dated, RegistryFacts>,
}

/// Maximum number of entries in one list of a query.
const ENTRIES_MAX: usize = 50;

/// Result of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// The customer holds the tenant and the domain.
    Held,
    /// The tenant is this partner's CSP tenant.
    CspTenant(String),
    /// This other customer holds the tenant.
    TenantTaken(String),
    /// This other customer holds the domain.
    DomainTaken(String),
}

impl Registry {
    /// The client that calls `peer`.
    pub fn new(peer: Peer) -> Self {
        Registry { peer, rounds: Rounds::new() }
    }

    /// Reads the facts of `query` as of the day `as_of`.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the registry does not answer.
    pub async fn facts(&self, call: &Call, as_of: Day, query: Query) -> Result<RegistryFacts> {
        let ask_all = |questions: Vec<Dated>| async move {
            let mut together =
                Query { recorded: questions.iter().any(|it| it.query.recorded), ..Query::default() };
            questions.iter().for_each(|dated| together.add(&dated.query));
            let known = self.ask(call, as_of, together).await?;
            match questions.as_slice() {
                [_] => Ok(vec![known]),
                several => Ok(several.iter().map(|dated| known.of(&dated.query)).collect()),
            }
        };
        self.peer.in_time(call, self.rounds.ask(Dated { as_of, query }, ask_all)).await
    }

    async fn ask(&self, call: &Call, as_of: Day, query: Query) -> Result<RegistryFacts> {
        let request = pb::GetFactsRequest {
            as_of_date: as_of.to_string(),
            partners: query.partners,
            tenant_ids: query.tenants,
            mpn_ids: query.mpn_ids,
            organizations: query.organizations,
            domains: query.domains,
            registrations: query.registrations.into_iter().map(Into::into).collect(),
            recorded: query.recorded,
        };
        let answer = self
            .peer
            .ask(call, request, |channel, request| async move {
                PartnerFactsServiceClient::new(channel).get_facts(request).await
            })
            .await?;
        RegistryFacts::try_from(answer)
    }

    /// Claims the tenant and the domain for a customer that `operation` creates. Repeating the call is
    /// harmless.
    ///
    /// # Errors
    /// [`crate::Fault::PeerAnswered`] when the claims of the operation were released before;
    /// [`crate::Fault::Peer`] when the registry does not answer.
    pub async fn claim_customer(
        &self,
        call: &Call,
        operation: &str,
        customer: &str,
        tenant: &str,
        domain: &str,
    ) -> Result<Claim> {
        let request = pb::ClaimCustomerRequest {
            customer: customer.to_owned(),
            tenant_id: tenant.to_owned(),
            domain: domain.to_owned(),
            operation: operation.to_owned(),
        };
        let answer = self
            .peer
            .ask(call, request, |channel, request| async move {
                PartnerFactsServiceClient::new(channel).claim_customer(request).await
            })
            .await?;
        let taken = some(answer.csp_tenant_of)
            .map(Claim::CspTenant)
            .or(some(answer.tenant_customer).map(Claim::TenantTaken))
            .or(some(answer.domain_customer).map(Claim::DomainTaken));
        match taken {
            None if answer.claimed => Ok(Claim::Held),
            Some(taken) if !answer.claimed => Ok(taken),
            _ => Err(broken("claim")),
        }
    }

    /// Compensation: releases the claims of `operation` for a customer, and refuses late claims of the
    /// operation. Repeating the call is harmless.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the registry does not answer.
    pub async fn release_customer(&self, call: &Call, operation: &str, customer: &str) -> Result<()> {
        let (customer, operation) = (customer.to_owned(), operation.to_owned());
        let request = pb::ReleaseCustomerRequest { customer, operation };
        self.peer
            .ask(call, request, |channel, request| async move {
                PartnerFactsServiceClient::new(channel).release_customer(request).await
            })
            .await?;
        Ok(())
    }
}

/// A query and the day that it asks about.
#[derive(Debug, Clone)]
struct Dated {
    as_of: Day,
    query: Query,
}

impl Question for Dated {
    fn fits(&self, others: &[Self]) -> bool {
        let entries: usize = others.iter().chain([self]).map(|dated| dated.query.entries()).sum();
        let alike = |other: &Dated| other.as_of == self.as_of && other.query.recorded == self.query.recorded;
        others.iter().all(alike) && entries <= ENTRIES_MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(as_of: &str, tenants: usize) -> Dated {
        let query = Query { tenants: vec!["t".to_owned(); tenants], ..Query::default() };
        Dated { as_of: as_of.parse().unwrap(), query }
    }

    #[test]
    fn a_round_asks_about_one_day_and_at_most_50_entries() {
        let (today, yesterday) = (asked("2026-11-21", 30), asked("2026-11-20", 1));
        assert!(!yesterday.fits(std::slice::from_ref(&today)));
        let mut recorded = asked("2026-11-21", 1);
        recorded.query.recorded = true;
        assert!(!recorded.fits(std::slice::from_ref(&today)));
        assert!(asked("2026-11-21", ENTRIES_MAX - 30).fits(std::slice::from_ref(&today)));
        assert!(!asked("2026-11-21", ENTRIES_MAX - 29).fits(std::slice::from_ref(&today)));
    }

    #[test]
    fn queries_asked_together_name_each_entry_once() {
        let mut query = asked("2026-11-21", 2).query;
        let other = Query { tenants: vec!["t".to_owned(), "u".to_owned()], ..Query::default() };
        let mut together = Query::default();
        together.add(&query);
        together.add(&other);
        query.tenants = vec!["t".to_owned(), "u".to_owned()];
        assert_eq!(together, query);
    }
}
