//! The state that every command shares: database, clock and ids (the `Book`), the peers, the locks of
//! operations.

use csp_proto::customer::v1::customer_facts_service_server::CustomerFactsServiceServer;
use csp_proto::customer::v1::customer_service_server::CustomerServiceServer;
use csp_service::peers::{Registry, Relationships, Subscriptions};
use csp_service::{Book, Clock, Ids};
use csp_store::{Config, Store};
use tonic::codec::CompressionEncoding;

use crate::creation::operation_locks::OperationLocks;
use crate::schema::{MIGRATIONS, NAME};

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
