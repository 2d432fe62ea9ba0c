//! Selling: offers, carts, orders and subscriptions. An order and the removal of the reseller relationship
//! that the order depends on never both succeed: both write the relationship's guard row (rule CUS-09).
//!
//! Read in this order:
//! 1. [`SubscriptionService`], which the suite mounts, and its two tonic traits: `public.rs` for clients,
//!    `internal.rs` for the other services.
//! 2. One folder for each noun. `mod.rs` has the noun, `table.rs` the SQL, `read.rs` the reading RPCs; every
//!    other file has one command or one helper.
//!    - `offer/`: `offer/catalogue.rs` reads the offers of a sale and the seats that the customer holds.
//!    - `cart/`: lines that are prepared for an order.
//!    - `order/`: `order/sale.rs` gathers the facts of a sale, `order/purchase.rs` makes the order and its
//!      subscriptions.
//!    - `subscription/`: `subscription/amendment.rs` has the steps that all changes of a subscription share.
//!    - `holding/`: the seats that a customer holds of an offer, guarded against concurrent sales.
//!    - `edge_guard/`: the guard rows of reseller relationships.
//! 3. Code that the folders share: `visibility.rs`, who may see an order or a subscription; `lists.rs`, the
//!    queries behind lists; `peers.rs`, facts of the other services; `seats.rs`, `calendar.rs`, `schema.rs`.

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
mod lists;
mod seats;
mod calendar;
mod schema;

#[cfg(test)]
mod fixtures;

use csp_proto::internal::subscription::v1::subscription_facts_service_server::SubscriptionFactsServiceServer;
use csp_proto::subscription::v1::subscription_service_server::SubscriptionServiceServer;
use csp_service::peers::{Customers, Registry, Relationships};
use csp_service::{Book, Clock, Ids};
use csp_store::{Config, Store};
use tonic::codec::CompressionEncoding;

/// Name of the service. Its decision ids begin with the name.
pub const NAME: &str = "subscription";
/// The migrations of the service's schema, in order.
pub const SCHEMA: &[csp_store::Migration] = schema::MIGRATIONS;

/// The SQL of every statement, for the test that prepares each of them on both databases.
pub fn statements() -> Vec<String> {
    let tables = [
        offer::table::STATEMENTS,
        cart::table::STATEMENTS,
        cart::table::LIST_STATEMENTS,
        order::table::STATEMENTS,
        order::table::LIST_STATEMENTS,
        subscription::table::STATEMENTS,
        subscription::table::LIST_STATEMENTS,
        subscription::histories::STATEMENTS,
        holding::table::STATEMENTS,
        edge_guard::table::STATEMENTS,
    ];
    tables.concat().iter().map(|statement| statement.sql()).collect()
}

/// The settings of a deployment that concern selling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Whether an order of a provider must name a reseller (rule SAL-01). True by default.
    pub require_reseller: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { require_reseller: true }
    }
}

/// The subscription service with its database and its peers. Clones share the database.
#[derive(Debug, Clone)]
pub struct SubscriptionService {
    book: Book,
    registry: Registry,
    relationships: Relationships,
    customers: Customers,
    settings: Settings,
}

impl SubscriptionService {
    /// Opens the database and migrates its schema.
    ///
    /// # Errors
    /// The errors of [`Store::open`].
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

    /// The tonic service for partners, customers and operators.
    pub fn public(&self) -> SubscriptionServiceServer<Self> {
        SubscriptionServiceServer::new(self.clone())
            .accept_compressed(CompressionEncoding::Gzip)
            .send_compressed(CompressionEncoding::Gzip)
    }

    /// The tonic service for the other services of the suite.
    pub fn internal(&self) -> SubscriptionFactsServiceServer<Self> {
        SubscriptionFactsServiceServer::new(self.clone())
    }

    /// The database, clock and id source of the service.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// The database of the service.
    pub fn store(&self) -> &Store {
        &self.book.store
    }
}
