//! The code that the tests share: a suite to test against, behind real sockets and called by the generated
//! clients.
//!
//! - [`Running`] is a whole suite on a temporary folder, with a clock that stands still.
//! - [`Party`] is a caller.
//! - `world` has the functions that set up a scene through the public API: `provider`, `reseller`,
//!   `partnership`, `customer_of`, `offer`.
//! - [`story`] calls every command that changes something, at least once.
//! - [`Refusal`] is the decoded error of a refused call.
//! - [`comments`] reads the comments of the contract; every error that a test gets is held against them.
//! - [`book`] generates books: folders of CSV files for `csp import`.
//! - [`Postgres`] is a throwaway PostgreSQL server, with a [`Database`] for each test.
//! - [`proxy`] injects faults between a service and PostgreSQL, or between any two peers.
//! - [`peer_proxy`] delays or falsifies calls between two services.
//! - [`faults`] writes the table of the faults that the suite survived.
//!
//! The code here may panic: a scene that cannot be set up is a failed test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod apart;
pub mod comments;
mod documented;
mod every;
mod backend;
pub mod peer_proxy;
pub mod book;
pub mod cluster;
pub mod databases;
pub mod faults;
pub mod golden;
mod grpcurl;
pub mod health;
mod busy;
mod customers;
mod inside;
mod hired;
mod invited;
mod partners;
mod party;
mod postgres;
pub mod proxy;
pub mod process;
mod recorded;
mod refusal;
mod running;
mod stored;
pub mod switches;
pub mod story;
mod special_sellers;
mod watched;
mod route;
mod world;
mod newcomer;
mod sale;

pub use backend::Backend;
pub use busy::Busy;
pub use customers::{
    Described, agreement_of, company, domain_of, error_of, made_by, metadata_of, profile, sorted, state_of,
};
pub use documented::keys_never_sent;
pub use every::{every_admin_grant, every_invitation, every_partnership, every_relationship};
pub use grpcurl::grpcurl;
pub use hired::{HIRED_DAYS, MANAGING, READING};
pub use inside::Inside;
pub use invited::{InvitedTenant, invited};
pub use partners::{by_account, mask, on_tenant, partner_profile, role_set};
pub use party::{Bearer, Client, Party};
pub use postgres::{Database, Postgres};
pub use recorded::{Recorded, answered};
pub use refusal::{Answer, Refusal, refusal_of};
pub use route::{Detour, Route, on_detour};
pub use running::{Running, Shape};
pub use sale::{all_orders, all_subscriptions, draft, draft_of_cart, submission};
pub use stored::Stored;
pub use watched::{SERVICES, Watched, after, events_of, from};
pub use world::{OfferTerms, Seller, attestation, attested, evidence, lines};

/// Generated code, by service.
pub use csp_proto as pb;
