//! Selling: offers, carts, orders and subscriptions, and the guard that keeps an order and the end of the
//! relationship it rests on apart (rule CUS-09).
//!
//! Read in this order:
//! 1. [`SubscriptionService`]: what the suite mounts; `public.rs` and `internal.rs`, its two faces;
//! 2. a room for each noun – `mod.rs` the noun, `table.rs` its tables, `read.rs` who sees it, a command a file –:
//!    `offer/` with `offer/catalogue.rs`, what a sale knows of offers and seats; `cart/`; `order/` with `order/sale.rs`,
//!    the facts of a sale, and `order/purchase.rs`, what it becomes; `subscription/` with `subscription/amendment.rs`,
//!    in which every change of one begins and ends; `holding/`, what a customer holds; `edge_guard/`;
//! 3. what the rooms share: `visibility.rs`, who may see an order or a subscription; `listing.rs`, whose entries a list
//!    shows; `peers.rs`, the parties as the other services know them; `seats.rs`, `calendar.rs`, `schema.rs`.

mod public;
mod internal;

mod offer;
mod cart;
mod order;
mod subscription;
mod holding;
mod edge_guard;

mod visibility;
mod peers;
mod listing;
mod seats;
mod calendar;
mod schema;

#[cfg(test)]
mod fixtures;

use csp_proto::subscription::v1::subscription_facts_service_server::SubscriptionFactsServiceServer;
use csp_proto::subscription::v1::subscription_service_server::SubscriptionServiceServer;
use csp_service::peers::{Customers, Registry, Relationships};
use csp_service::{Book, Clock, Ids};
use csp_store::{Config, Store};
use tonic::codec::CompressionEncoding;

/// Name of the service.
pub const NAME: &str = "subscription";
/// Its schema, step by step.
pub const SCHEMA: &[csp_store::Migration] = schema::MIGRATIONS;

/// Every statement of the service, as the database gets it: for the test that prepares each.
pub fn statements() -> Vec<String> {
    let tables = [
        offer::table::STATEMENTS,
        cart::table::STATEMENTS,
        order::table::STATEMENTS,
        subscription::table::STATEMENTS,
        subscription::histories::STATEMENTS,
        holding::table::STATEMENTS,
        edge_guard::table::STATEMENTS,
    ];
    tables.concat().iter().map(|statement| statement.sql()).collect()
}

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
        let store = Store::open(config, NAME, schema::MIGRATIONS).await?;
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
