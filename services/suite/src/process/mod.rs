//! A process of the suite: its services, what runs beside their calls, and how it starts and stops.

mod background;
pub(crate) mod server;
pub mod service;
pub mod suite;
pub mod temporary_suite;
