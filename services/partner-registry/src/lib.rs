//! The partner registry: companies, their partner accounts, enrolment and review, the partner agreement,
//! users and the directory of providers. It also holds the one claim table for tenants and domains.
//!
//! Reading order:
//! 1. the nouns, one module each: `organization`, `mpn_id`, `partner`, `agreement`, `user`, `listing`,
//!    `claim` (claims of tenants and domains), and `region` (the programme's table, without a database). A
//!    module has the noun in `mod.rs`, its SQL in `table`, its queries in `read` and a file for each command;
//! 2. `visibility`: which part of a partner account a caller sees;
//! 3. `facts`: the facts for other services, read in one snapshot;
//! 4. `public` and `internal`: the gRPC services.
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
mod region;

mod visibility;
mod facts;

mod internal;
mod public;

#[cfg(test)]
mod tests;

use csp_proto::internal::partner_registry::v1::partner_facts_service_server::PartnerFactsServiceServer;
use csp_proto::partner_registry::v1::partner_registry_service_server::PartnerRegistryServiceServer;
use csp_proto::partner_registry::v1::region_service_server::RegionServiceServer;
use csp_service::peers::Relationships;
use csp_service::{Book, Clock, Ids, LinkKey};
use csp_store::{Config, Error, Store};
use tonic::codec::CompressionEncoding;

/// Name of the service. The ids of its decisions begin with this name.
pub const NAME: &str = "partner-registry";
/// The migrations of the registry's schema, in order.
pub const SCHEMA: &[csp_store::Migration] = schema::MIGRATIONS;

/// Every SQL statement with which the registry reads and writes its tables.
pub fn statements() -> Vec<String> {
    let tables = [
        organization::table::STATEMENTS,
        mpn_id::table::STATEMENTS,
        partner::table::STATEMENTS,
        partner::status::table::STATEMENTS,
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
    /// The key from which the tokens that prove an e-mail address are derived.
    links: LinkKey,
    relationships: Relationships,
}

impl PartnerRegistryService {
    /// Opens the registry's database and brings its schema up to date.
    ///
    /// # Errors
    /// The errors of [`Store::open`].
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

    /// The gRPC service `csp.partner_registry.v1.PartnerRegistryService`, for partners, operators and
    /// customers.
    pub fn public(&self) -> PartnerRegistryServiceServer<Self> {
        PartnerRegistryServiceServer::new(self.clone())
            .accept_compressed(CompressionEncoding::Gzip)
            .send_compressed(CompressionEncoding::Gzip)
    }

    /// The gRPC service `csp.partner_registry.v1.RegionService`, for every caller.
    pub fn regions(&self) -> RegionServiceServer<Self> {
        RegionServiceServer::new(self.clone())
            .accept_compressed(CompressionEncoding::Gzip)
            .send_compressed(CompressionEncoding::Gzip)
    }

    /// The gRPC service `csp.partner_registry.v1.PartnerFactsService`, for the other services of the suite.
    pub fn internal(&self) -> PartnerFactsServiceServer<Self> {
        PartnerFactsServiceServer::new(self.clone())
    }

    /// The registry's database.
    pub fn store(&self) -> &Store {
        &self.book.store
    }

    /// The registry's database with its clock and its source of ids, for the housekeeping of the process.
    pub fn book(&self) -> &Book {
        &self.book
    }
}
