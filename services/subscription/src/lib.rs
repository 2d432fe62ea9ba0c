//! Selling: offers, carts, orders and subscriptions, and the guard that keeps an order and the end of the
//! relationship it rests on apart (rule CUS-09).
//!
//! Read in this order:
//! 1. [`SubscriptionService`]: what the suite mounts; `api.rs` and `facts.rs`, its two faces;
//! 2. the nouns: `offer.rs`, `line.rs`, `cart.rs`, `order.rs`, `subscription.rs` with `seats.rs`;
//! 3. who may see what: `sight.rs`; what a sale is decided on: `chain.rs` (the parties, from peers), `shelf.rs`
//!    (offers and seats, our own), `sale.rs` (all of it together);
//! 4. the commands, one file each, from `import_offers.rs` to `set_support_contact.rs`; an accepted sale
//!    becomes what `bought.rs` says, and a change of one subscription ends in `amendment.rs`; reads are in
//!    `read_*.rs`;
//! 5. `store/`: SQL and rows, no rules.

mod api;
mod facts;

mod offer;
mod line;
mod cart;
mod order;
mod subscription;
mod seats;
mod words;
mod clockwork;
mod parse;

mod sight;
mod chain;
mod shelf;
mod sale;

mod import_offers;
mod read_offers;
mod create_cart;
mod review_cart;
mod cancel_cart;
mod submit_order;
mod bought;
mod void_order;
mod read_orders;
mod record_subscription;
mod amendment;
mod change_quantity;
mod cancel_subscription;
mod suspend_subscription;
mod reactivate_subscription;
mod set_auto_renew;
mod associate_reseller;
mod set_support_contact;
mod read_subscriptions;
mod watch_events;

mod store;

#[cfg(test)]
mod tests;

use csp_proto::subscription::v1::subscription_facts_service_server::SubscriptionFactsServiceServer;
use csp_proto::subscription::v1::subscription_service_server::SubscriptionServiceServer;
use csp_service::peers::{Customers, Registry, Relationships};
use csp_service::{Book, Clock, Ids};
use csp_store::{Config, Store};
use tonic::codec::CompressionEncoding;

/// Name of the service.
pub const NAME: &str = "subscription";
/// Its schema, step by step.
pub const SCHEMA: &[csp_store::Migration] = store::MIGRATIONS;

/// What a deployment decides about selling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Whether an order of a provider must name its reseller (rule SAL-01).
    pub require_reseller: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { require_reseller: true }
    }
}

/// The subscription service on its database. Clones share it.
#[derive(Debug, Clone)]
pub struct SubscriptionService {
    book: Book,
    registry: Registry,
    relationships: Relationships,
    customers: Customers,
    settings: Settings,
}

impl SubscriptionService {
    /// Opens the database and brings its schema up to date.
    ///
    /// # Errors
    /// What [`Store::open`] says about the file and its schema.
    pub async fn open(
        config: Config,
        clock: Clock,
        ids: Ids,
        registry: Registry,
        relationships: Relationships,
        customers: Customers,
        settings: Settings,
    ) -> Result<Self, csp_store::Error> {
        let store = Store::open(config, NAME, store::MIGRATIONS).await?;
        let book = Book::new(NAME, store, clock, ids);
        Ok(SubscriptionService { book, registry, relationships, customers, settings })
    }

    /// What partners, customers and operators call.
    pub fn public(&self) -> SubscriptionServiceServer<Self> {
        SubscriptionServiceServer::new(self.clone())
            .accept_compressed(CompressionEncoding::Gzip)
            .send_compressed(CompressionEncoding::Gzip)
    }

    /// What the other services call.
    pub fn internal(&self) -> SubscriptionFactsServiceServer<Self> {
        SubscriptionFactsServiceServer::new(self.clone())
    }

    /// Its database, clock and ids.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// Its database.
    pub fn store(&self) -> &Store {
        &self.book.store
    }
}
