//! The customer service: tenants and profiles, the customer's agreement, its one-time setup information.
//!
//! Read in this order:
//! 1. `customer/`, `agreement/`, `setup_info/`: the nouns, each with its table and a file for each command;
//!    `parts.rs`: what requests say of them;
//! 2. `creation/`: how a customer comes to be over several services, whole or not at all: `operation.rs`; `plan.rs` and
//!    `request.rs`: what was asked for; `judge.rs`: whether it may be; `create.rs`: CreateCustomer, RecordCustomer and
//!    AddCustomerWithOrder begin an operation, as `register_invited.rs` does for a tenant that accepts an invitation;
//!    `drive.rs` takes it to its end, step by step (`steps.rs`), under its lock (`operation_locks.rs`);
//! 3. `public.rs`, `internal.rs`: the RPCs; `schema.rs`: the migrations.
//!
//! Absent on purpose: edges, claims of tenants and domains, orders. They are other services' to keep; this one
//! asks.

mod agreement;
mod creation;
mod customer;
mod internal;
mod parts;
mod public;
mod schema;
mod setup_info;
mod watch_events;

#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use csp_policy::{Boundary, outsider};
use csp_proto::customer::v1::customer_facts_service_server::CustomerFactsServiceServer;
use csp_proto::customer::v1::customer_service_server::CustomerServiceServer;
use csp_service::peers::{Registry, Relationships, Subscriptions};
use csp_service::{Attempt, Book, Call, Clock, Fault, Ids, Result};
use csp_store::{Config, Store};
use tonic::codec::CompressionEncoding;

use crate::creation::operation_locks::Lanes;

/// The service's name: its namespace in the database, and the beginning of its decision ids.
pub const NAME: &str = "customer";
/// Its schema, step by step.
pub const SCHEMA: &[csp_store::Migration] = schema::MIGRATIONS;
/// How often [`CustomerService::resume_operations`] is to be called.
pub const RESUME_PERIOD: Duration = Duration::from_secs(15);
/// How many operations one call of [`CustomerService::resume_operations`] takes up.
pub const RESUMED_MAX: i64 = 100;
/// How long resuming one operation may wait for its peers.
const RESUME_WAIT_MAX: Duration = Duration::from_secs(20);

/// The customer service. Clones share its database.
#[derive(Debug, Clone)]
pub struct CustomerService {
    book: Book,
    registry: Registry,
    relationships: Relationships,
    subscriptions: Subscriptions,
    lanes: Lanes,
}

impl CustomerService {
    /// Opens the service's database.
    ///
    /// # Errors
    /// [`csp_store::Error`] when it cannot be opened or its schema does not fit.
    pub async fn open(
        config: Config,
        clock: Clock,
        ids: Ids,
        registry: Registry,
        relationships: Relationships,
        subscriptions: Subscriptions,
    ) -> Result<Self, csp_store::Error> {
        let store = Store::open(config, NAME, schema::MIGRATIONS).await?;
        let book = Book::new(NAME, store, clock, ids);
        Ok(CustomerService { book, registry, relationships, subscriptions, lanes: Lanes::new() })
    }

    /// What callers from outside reach.
    pub fn public(&self) -> CustomerServiceServer<Self> {
        CustomerServiceServer::new(self.clone())
            .accept_compressed(CompressionEncoding::Gzip)
            .send_compressed(CompressionEncoding::Gzip)
    }

    /// What the other services reach.
    pub fn internal(&self) -> CustomerFactsServiceServer<Self> {
        CustomerFactsServiceServer::new(self.clone())
    }

    /// Its book: database, clock and ids.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// Its database.
    pub fn store(&self) -> &Store {
        &self.book.store
    }

    /// Takes up the operations that were left alone, by a crash or because a peer could not be asked, and
    /// says how many came to their end. To be called at start and every [`RESUME_PERIOD`]. Once `goes_on` says no,
    /// the one at work is the last: the others are left to the next process.
    ///
    /// # Errors
    /// [`Fault::StoreUnavailable`] when the database does not answer. What keeps a single operation from going
    /// on is logged; it is taken up again the next time.
    pub async fn resume_operations(&self, goes_on: impl Fn() -> bool) -> Result<usize> {
        let now = self.book.micros();
        let mut reader = self.book.store.read_once().await?;
        let left_alone = crate::creation::table::left_alone(&mut reader, now, RESUMED_MAX).await?;
        drop(reader);
        let mut ended = 0;
        for row in left_alone {
            if !goes_on() {
                break;
            }
            let lease = creation::operation::lease_from(self.book.now());
            let mut tx = self.book.store.write();
            let is_ours =
                crate::creation::table::lease(tx.conn().await?, &row.id, row.lease_time, lease).await?;
            tx.commit().await?;
            if !is_ours {
                continue;
            }
            let deadline = Instant::now() + RESUME_WAIT_MAX;
            let call = Call { deadline: Some(deadline), ..Call::of_service(NAME, "ResumeOperation") };
            match creation::drive::resume(self, &call, &row.id).await {
                Ok(()) => ended += 1,
                Err(fault) => tracing::warn!(operation = row.id, ?fault, "an operation does not go on"),
            }
        }
        Ok(ended)
    }

    /// Refuses a caller whose tenant has no partner account (rule ENR-11).
    fn refuse_outsider<B: Boundary>(&self, call: &Call, attempt: &Attempt, subject: &str) -> Fault {
        let tenant = call.tenant().unwrap_or_default();
        let decision = outsider(B::NAME, self.book.clock.today(), subject, tenant);
        self.book.refuse(call, attempt, decision)
    }
}
