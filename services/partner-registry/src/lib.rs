//! Who takes part in the programme: companies, their partner accounts, enrolment and review, the partner
//! agreement, users, the directory of providers – and the one table in which tenants and domains are claimed.
//!
//! Read in this order:
//! 1. the nouns: `organization`, `mpn_id`, `partner` (with `profile`, what a company hands in), `agreement`,
//!    `user`, `listing`; each changes only by its own transitions;
//! 2. `store`: their tables; `read`: rows and facts in the nouns' words; `viewer`: who sees how much;
//! 3. the commands, one file each, in the order in which an account grows;
//! 4. the reads, one file a noun; `watch_events`: the change feed;
//! 5. `facts` and `claims`: what other services ask; `api`: the contract's services.
//!
//! Absent on purpose: edges between partners (relationship service), customers (customer service), rules
//! (policy crate).

mod names;
mod words;

mod organization;
mod mpn_id;
mod partner;
mod agreement;
mod user;
mod listing;
mod claim;
mod facts;

mod store;
mod read;
mod visibility;
mod evidence;

mod watch_events;

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
pub const SCHEMA: &[csp_store::Migration] = store::MIGRATIONS;

/// The partner registry. Clones share one database.
#[derive(Debug, Clone)]
pub struct PartnerRegistry {
    book: Book,
    /// Tokens that prove an e-mail address are derived from it.
    links: LinkKey,
    relationships: Relationships,
}

impl PartnerRegistry {
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
        let store = Store::open(config, NAME, store::MIGRATIONS).await?;
        Ok(PartnerRegistry { book: Book::new(NAME, store, clock, ids), links, relationships })
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
