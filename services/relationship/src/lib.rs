//! The relationship service. It owns every edge between the parties of the programme – partnerships, reseller
//! relationships, delegated admin grants – and the invitations that ask for an edge.
//!
//! Read in this order:
//! 1. the nouns, one folder each: `partnership/`, `invitation/`, `reseller_relationship/`, `admin_grant/`. In
//!    a folder, `mod.rs` holds the states and transitions, `table.rs` the SQL, `read.rs` the read RPCs and
//!    who may see a resource; each command has a file of its own. Start with `partnership/remove.rs`: every
//!    command has its shape;
//! 2. `customer_edges/`: the edges between a customer and the partners that sell to it, and the RPCs on these
//!    edges for the other services;
//!    `access/`: the paths by which partners act on a customer's tenant;
//! 3. `relationship_type.rs`: the table that counts partnerships and reseller relationships together (rule
//!    PSH-11);
//! 4. `peers.rs`: partners and customers as the other services report them; `draft_mail.rs`: mails with a
//!    link to answer a request or an invitation;
//! 5. `public.rs` and `internal.rs`: the RPCs, about two lines each.
//!
//! Absent on purpose: records of partners (partner-registry has them), of customers (the customer service)
//! and of subscriptions (the subscription service); the sending of mail (the sender of a request or an
//! invitation sends it); any cache.

mod partnership;
mod invitation;
mod reseller_relationship;
mod admin_grant;
mod customer_edges;
mod access;
mod relationship_type;

mod draft_mail;
mod good_faith;
mod lists;
mod peers;
mod time;

mod schema;

mod public;
mod internal;

#[cfg(test)]
mod fixtures;

use csp_proto::internal::relationship::v1::relationship_facts_service_server::RelationshipFactsServiceServer;
use csp_proto::relationship::v1::relationship_service_server::RelationshipServiceServer;
use csp_service::peers::{Customers, Registry, Subscriptions};
use csp_service::{Book, Clock, Ids, LinkKey};
use csp_store::{Config, Store};
use tonic::codec::CompressionEncoding;

/// Name of the service.
pub const NAME: &str = "relationship";
/// The migrations of the service's database, in order.
pub const SCHEMA: &[csp_store::Migration] = schema::MIGRATIONS;

/// The SQL text of every statement on the service's tables, for the test that prepares each statement.
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

/// The relationship service. Clones share one database and the connections to the peers.
#[derive(Debug, Clone)]
pub struct RelationshipService {
    book: Book,
    links: LinkKey,
    registry: Registry,
    customers: Customers,
    subscriptions: Subscriptions,
}

impl RelationshipService {
    /// Opens the service's database. No peer is called before the first RPC.
    ///
    /// # Errors
    /// The errors of [`Store::open`].
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

    /// The gRPC service for partners, customers and operators.
    pub fn public(&self) -> RelationshipServiceServer<Self> {
        RelationshipServiceServer::new(self.clone())
            .accept_compressed(CompressionEncoding::Gzip)
            .send_compressed(CompressionEncoding::Gzip)
    }

    /// The gRPC service for the other services of the suite. Mount it only on a listener that no client
    /// outside the suite can reach.
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
