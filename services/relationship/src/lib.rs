//! Every edge between the parties of the programme: partnerships, reseller relationships, delegated admin
//! grants, and the invitations for them.
//!
//! Read in this order:
//! 1. the nouns, a folder each: `partnership/`, `invitation/`, `reseller_relationship/`, `admin_grant/`. `mod.rs` has
//!    the states, `table.rs` the SQL, `read.rs` who sees what, each other file one command; begin with
//!    `partnership/remove.rs`, whose shape all have;
//! 2. `customer_edges/`: what connects those who sell to a customer, and what other services ask and order of it;
//! 3. `relationship_type.rs`: where both kinds of edge meet (rule PSH-11);
//! 4. `peers.rs`: other services' facts in our words; `draft_mail.rs`: mails with the link that answers them;
//! 5. `public.rs` and `internal.rs`: the contract's methods, two lines each.
//!
//! Absent on purpose: whether a partner or a customer exists (their services say), what is sold (the
//! subscription service says), sending mail (the sender does), any cache.

mod partnership;
mod invitation;
mod reseller_relationship;
mod admin_grant;
mod customer_edges;
mod relationship_type;

mod draft_mail;
mod good_faith_statement;
mod listing;
mod peers;
mod time;

mod schema;

mod public;
mod internal;

#[cfg(test)]
mod fixtures;

use csp_proto::relationship::v1::relationship_facts_service_server::RelationshipFactsServiceServer;
use csp_proto::relationship::v1::relationship_service_server::RelationshipServiceServer;
use csp_service::peers::{Customers, Registry, Subscriptions};
use csp_service::{Book, Clock, Ids, LinkKey};
use csp_store::{Config, Store};
use tonic::codec::CompressionEncoding;

/// Name of the service.
pub const NAME: &str = "relationship";
/// Its schema, step by step.
pub const SCHEMA: &[csp_store::Migration] = schema::MIGRATIONS;

/// Every statement of the service's tables, as the database gets it: for the test that prepares each.
pub fn statements() -> Vec<String> {
    let tables = [
        partnership::table::STATEMENTS,
        invitation::table::STATEMENTS,
        reseller_relationship::table::STATEMENTS,
        admin_grant::table::STATEMENTS,
        customer_edges::table::STATEMENTS,
        relationship_type::STATEMENTS,
    ];
    tables.concat().iter().map(|statement| statement.sql()).collect()
}

/// The relationship service. Clones share all of it.
#[derive(Debug, Clone)]
pub struct RelationshipService {
    book: Book,
    links: LinkKey,
    registry: Registry,
    customers: Customers,
    subscriptions: Subscriptions,
}

impl RelationshipService {
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
        let store = Store::open(config, NAME, schema::MIGRATIONS).await?;
        let book = Book::new(NAME, store, clock, ids);
        Ok(RelationshipService { book, links, registry, customers, subscriptions })
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
}
