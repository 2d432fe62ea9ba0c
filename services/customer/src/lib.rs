//! The customer service: tenants and profiles, the customer's agreement, its one-time setup information.
//!
//! Read in this order:
//! 1. `customer/`, `agreement/`, `setup_info/`: the nouns, each with its table and a file for each command;
//!    `customer/visibility.rs`: who sees a customer;
//! 2. `creation/`: the saga that creates a customer across services, or undoes itself;
//! 3. `public.rs`, `internal.rs`: the RPCs, for clients and for the other services; `service.rs`: the state
//!    that the RPCs share; `schema.rs`: the migrations; `statements.rs`: the list of every SQL statement.
//!
//! A peer is another service of the suite. Absent on purpose: edges, claims on tenants and domains, orders.
//! The peers own them; this service asks the peers.

mod agreement;
mod creation;
mod customer;
mod internal;
mod public;
mod schema;
mod service;
mod setup_info;
mod statements;

#[cfg(test)]
mod tests;

pub use self::creation::resume::{RESUME_PERIOD, RESUMED_MAX};
pub use self::schema::{MIGRATIONS as SCHEMA, NAME};
pub use self::service::CustomerService;
pub use self::statements::statements;
