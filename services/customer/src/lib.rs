//! The customer service: tenants and profiles, the customer's agreement, its one-time setup information.
//!
//! Read in this order:
//! 1. `customer/`, `agreement/`, `setup_info/`: the nouns, each with its table and a file for each command;
//!    `customer/visibility.rs`: who sees a customer;
//! 2. `creation/`: the saga that creates a customer across services, or undoes itself;
//! 3. `public.rs`, `operations.rs`, `internal.rs`: the RPCs, for clients and for the other services;
//!    `schema.rs`: the migrations; here: [`CustomerService`], the state that the RPCs share.
//!
//! A peer is another service of the suite. Absent on purpose: edges, claims on tenants and domains, orders.
//! The peers own them; this service asks the peers.

mod customer;
mod agreement;
mod setup_info;
mod creation;

mod internal;
mod operations;
mod public;
mod schema;

#[cfg(test)]
mod tests;

use csp_proto::customer::v1::customer_service_server::CustomerServiceServer;
use csp_proto::google::longrunning::operations_server::OperationsServer;
use csp_proto::internal::customer::v1::customer_facts_service_server::CustomerFactsServiceServer;
use csp_service::peers::{Registry, Relationships, Subscriptions};
use csp_service::{Book, Clock, Ids};
use csp_store::{Config, Store};
use tonic::codec::CompressionEncoding;

use creation::operation_locks::OperationLocks;
use schema::MIGRATIONS;

pub use self::creation::resume::{RESUME_PERIOD, RESUMED_MAX};
pub use self::schema::{MIGRATIONS as SCHEMA, NAME};

/// Every SQL statement on the service's tables, as the database gets it. A test prepares each one.
pub fn statements() -> Vec<String> {
    let tables = [
        customer::table::STATEMENTS,
        customer::facts::table::STATEMENTS,
        agreement::table::STATEMENTS,
        setup_info::table::STATEMENTS,
        creation::table::STATEMENTS,
    ];
    tables.concat().iter().map(|statement| statement.sql()).collect()
}

/// The customer service. Clones share its database.
#[derive(Debug, Clone)]
pub struct CustomerService {
    pub(crate) book: Book,
    pub(crate) registry: Registry,
    pub(crate) relationships: Relationships,
    pub(crate) subscriptions: Subscriptions,
    pub(crate) operation_locks: OperationLocks,
}

impl CustomerService {
    /// Opens the service's database.
    ///
    /// # Errors
    /// [`csp_store::Error`] when the database cannot be opened or its schema does not fit.
    pub async fn open(
        config: Config,
        clock: Clock,
        ids: Ids,
        registry: Registry,
        relationships: Relationships,
        subscriptions: Subscriptions,
    ) -> Result<Self, csp_store::Error> {
        let store = Store::open(config, NAME, MIGRATIONS).await?;
        let book = Book::new(NAME, store, clock, ids);
        let operation_locks = OperationLocks::new();
        Ok(CustomerService { book, registry, relationships, subscriptions, operation_locks })
    }

    /// The gRPC service for clients, with gzip in both directions.
    pub fn public(&self) -> CustomerServiceServer<Self> {
        CustomerServiceServer::new(self.clone())
            .accept_compressed(CompressionEncoding::Gzip)
            .send_compressed(CompressionEncoding::Gzip)
    }

    /// The gRPC service `google.longrunning.Operations`: the operations that create customers. No other
    /// service has operations; their names tell the service, so that one server could ask several.
    pub fn operations(&self) -> OperationsServer<Self> {
        OperationsServer::new(self.clone())
            .accept_compressed(CompressionEncoding::Gzip)
            .send_compressed(CompressionEncoding::Gzip)
    }

    /// The gRPC service for the other services of the suite.
    pub fn internal(&self) -> CustomerFactsServiceServer<Self> {
        CustomerFactsServiceServer::new(self.clone())
    }

    /// The service's database, clock and ids.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// The service's database.
    pub fn store(&self) -> &Store {
        &self.book.store
    }
}
