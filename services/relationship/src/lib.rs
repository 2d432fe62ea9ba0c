//! Every edge between the parties of the programme: partnerships, reseller relationships, delegated admin
//! grants, and the invitations for them.
//!
//! Read in this order:
//! 1. the nouns, each with its states: `partnership.rs`, `invitation.rs`, `reseller_relationship.rs`,
//!    `admin_grant.rs`;
//! 2. the commands, one file each: `request_partnership.rs` first – all have its shape –, then the answers to a
//!    request, `invite_customer.rs` and the answers to an invitation, the operators' records, and the ends:
//!    `remove_partnership.rs`, `remove_reseller_relationship.rs` with `closing.rs`; `watch_events.rs`: the change feed;
//! 3. `facts.rs` with `establish_customer.rs` and `read_edges.rs`: what other services ask;
//! 4. `parties.rs` and `edges.rs`: the facts that a decision needs, and what it sets; `draft.rs`: the mails with
//!    their links;
//! 5. `store.rs`: the tables. `relationship_type` is where both kinds of edge meet (rule PSH-11);
//! 6. `api.rs`: the contract's methods, a line each.
//!
//! Absent on purpose: whether a partner or a customer exists (their services say), what is sold (the
//! subscription service says), sending mail (the sender does), any cache.

mod admin_grant;
mod invitation;
mod partnership;
mod reseller_relationship;

mod invite_customer;
mod accept_invitation;
mod decline_invitation;
mod withdraw_invitation;
mod read_invitations;

mod record_reseller_relationship;
mod remove_reseller_relationship;
mod closing;
mod read_reseller_relationships;

mod revoke_admin_grant;
mod read_admin_grants;

mod dissolve_customer;
mod establish_customer;
mod read_edges;

mod watch_events;

mod draft;
mod edges;
mod evidence;
mod good_faith;
mod parties;
mod time;

mod store;

mod api;
mod facts;

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod tests;

use csp_proto::relationship::v1::relationship_facts_service_server::RelationshipFactsServiceServer;
use csp_proto::relationship::v1::relationship_service_server::RelationshipServiceServer;
use csp_service::peers::{Customers, Registry, Subscriptions};
use csp_service::{Book, Clock, Fault, Ids, LinkKey};
use csp_store::{Config, Store};
use tonic::codec::CompressionEncoding;

/// Name of the service.
pub const NAME: &str = "relationship";
/// Its schema, step by step.
pub const SCHEMA: &[csp_store::Migration] = store::MIGRATIONS;

/// Every statement of the service's declared tables, as the database gets it: for the test that prepares each.
pub fn statements() -> Vec<String> {
    [partnership::table::STATEMENTS].concat().iter().map(|statement| statement.sql()).collect()
}

/// The relationship service. Clones share all of it.
#[derive(Debug, Clone)]
pub struct Relationship {
    book: Book,
    links: LinkKey,
    registry: Registry,
    customers: Customers,
    subscriptions: Subscriptions,
}

impl Relationship {
    /// Opens the service's database; nothing is asked of the peers before the first call.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn open(
        config: Config,
        clock: Clock,
        ids: Ids,
        links: LinkKey,
        registry: Registry,
        customers: Customers,
        subscriptions: Subscriptions,
    ) -> Result<Self, csp_store::Error> {
        let store = Store::open(config, NAME, store::MIGRATIONS).await?;
        let book = Book::new(NAME, store, clock, ids);
        Ok(Relationship { book, links, registry, customers, subscriptions })
    }

    /// What partners, customers and operators call.
    pub fn public(&self) -> RelationshipServiceServer<Self> {
        RelationshipServiceServer::new(self.clone())
            .accept_compressed(CompressionEncoding::Gzip)
            .send_compressed(CompressionEncoding::Gzip)
    }

    /// What other services call: only for a listener that services alone reach.
    pub fn internal(&self) -> RelationshipFactsServiceServer<Self> {
        RelationshipFactsServiceServer::new(self.clone())
    }

    /// The service's book: its database, clock and ids.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// The service's database.
    pub fn store(&self) -> &Store {
        &self.book.store
    }

    /// Opens again for orders what a removal closed and did not end: its process stopped half-way. Says how
    /// many; call it at the start and now and then. Once `goes_on` says no, the one at work is the last.
    ///
    /// # Errors
    /// [`Fault::StoreUnavailable`], and [`Fault::Peer`] when the subscription service cannot be asked.
    pub async fn reopen_abandoned(&self, goes_on: impl Fn() -> bool) -> Result<usize, Fault> {
        closing::reopen_abandoned(self, goes_on).await
    }
}
