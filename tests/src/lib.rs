//! A suite to test against, as its users see it: over a real socket, by the generated clients.
//!
//! [`Running`] is a whole suite on a temporary folder with a clock that stands still; [`Party`] is somebody who
//! calls it; `world` has the verbs that set a scene (`provider`, `reseller`, `partnership`, `customer`,
//! `offer`), each through the public API, and [`story`] is a channel in which every command happens; [`Refusal`] is what a refused call says; [`book`] makes books to import.
//!
//! [`Postgres`] is a throwaway server with a [`Database`] for each test; [`proxy`] is what goes wrong on the way to
//! it and to other peers; [`peer_proxy`] is who lies or dawdles on the way between two
//! services; [`faults`] is the table of what was survived.
//!
//! Everything here may panic: a scene that cannot be set is a failed test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod apart;
mod backend;
pub mod peer_proxy;
pub mod book;
pub mod cluster;
pub mod databases;
pub mod faults;
pub mod golden;
pub mod health;
mod busy;
mod inside;
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

pub use backend::Backend;
pub use busy::Busy;
pub use inside::Inside;
pub use party::{Bearer, Client, Party};
pub use postgres::{Database, Postgres};
pub use recorded::{Recorded, answered};
pub use refusal::{Answer, Refusal, refusal_of};
pub use route::{Detour, Route};
pub use running::{Running, Shape};
pub use stored::Stored;
pub use watched::{SERVICES, Watched, after, from};
pub use world::{OfferTerms, Seller, attestation, attested, enrollment, evidence, invited, lines, profile};

/// Generated code, by service.
pub use csp_proto as pb;
