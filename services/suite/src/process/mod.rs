//! A process of the suite: its services, its background work, and how the process starts and stops.

mod background;
pub(crate) mod server;
pub mod service;
pub mod suite;
pub mod temporary_suite;
