//! Who takes part in the programme: companies, their partner accounts, enrolment and review, the partner
//! agreement, users, the directory of providers – and the one table in which tenants and domains are claimed.
//!
//! Read in this order:
//! 1. the nouns, a room each: `organization`, `mpn_id`, `partner`, `agreement`, `user`, `listing`, and `claim`, the one
//!    table of tenants and domains. A room has the noun in `mod.rs`, its table, its commands by name, and `read`;
//! 2. `visibility`: who sees how much of the partner accounts;
//! 3. `facts`: what other services ask, in one snapshot;
//! 4. `public` and `internal`: the contract's services.
//!
//! Absent on purpose: edges between partners (relationship service), customers (customer service), rules
//! (policy crate).

mod schema;
mod resource_name;
mod enum_set;

mod organization;
mod mpn_id;
mod partner;
mod agreement;
mod user;
mod listing;
mod claim;

mod visibility;
mod facts;

mod internal;
mod public;

#[cfg(test)]
mod tests;

use csp_proto::partner_registry::v1::partner_facts_service_server::PartnerFactsServiceServer;
use csp_proto::partner_registry::v1::partner_registry_service_server::PartnerRegistryServiceServer;
use csp_service::peers::Relationships;
use csp_service::{Book, Clock, Ids, LinkKey};
use csp_store::{Config, Error, Store};
use tonic::codec::CompressionEncoding;

/// Name of the service; ids of its decisions begin with it.
pub const NAME: &str = "partner-registry";
/// Its schema, step by step.
pub const SCHEMA: &[csp_store::Migration] = schema::MIGRATIONS;

/// Every statement with which it reads and writes its tables.
pub fn statements() -> Vec<String> {
    let tables = [
        organization::table::STATEMENTS,
        mpn_id::table::STATEMENTS,
        partner::table::STATEMENTS,
        agreement::table::STATEMENTS,
        user::table::STATEMENTS,
        listing::table::STATEMENTS,
        claim::table::STATEMENTS,
        facts::table::STATEMENTS,
    ];
    tables.into_iter().flatten().map(|statement| statement.sql()).collect()
}

/// The partner registry. Clones share one database.
#[derive(Debug, Clone)]
pub struct PartnerRegistryService {
    book: Book,
    /// Tokens that prove an e-mail address are derived from it.
    links: LinkKey,
    relationships: Relationships,
}

impl PartnerRegistryService {
    /// Opens the registry's database and brings it up to date.
    ///
    /// # Errors
    /// Those of [`Store::open`].
    pub async fn open(
        config: Config,
        clock: Clock,
        ids: Ids,
        links: LinkKey,
        relationships: Relationships,
    ) -> Result<Self, Error> {
        let store = Store::open(config, NAME, schema::MIGRATIONS).await?;
        Ok(PartnerRegistryService { book: Book::new(NAME, store, clock, ids), links, relationships })
    }

    /// `csp.partner_registry.v1.PartnerRegistryService`, for partners, operators and customers.
    pub fn public(&self) -> PartnerRegistryServiceServer<Self> {
        PartnerRegistryServiceServer::new(self.clone())
            .accept_compressed(CompressionEncoding::Gzip)
            .send_compressed(CompressionEncoding::Gzip)
    }

    /// `csp.partner_registry.v1.PartnerFactsService`, for services of the suite.
    pub fn internal(&self) -> PartnerFactsServiceServer<Self> {
        PartnerFactsServiceServer::new(self.clone())
    }

    /// Its database.
    pub fn store(&self) -> &Store {
        &self.book.store
    }

    /// Its database with clock and ids, for the housekeeping of the process.
    pub fn book(&self) -> &Book {
        &self.book
    }
}
