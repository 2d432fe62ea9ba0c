//! The services of a process, and the command `csp` around them.
//!
//! Read in this order:
//! 1. [`cli`] and [`command`]: what a person can ask for, a file for each subcommand;
//! 2. [`config`]: what the environment and a file can say;
//! 3. [`process`]: [`service`] and [`suite`], the services of a process, each on its own database, talking over
//!    tonic connections inside the process or to other processes; what runs beside the calls; start and stop;
//! 4. [`import`]: a whole book, from CSV files, by a client of the suite;
//! 5. [`failure`]: what a command says when it fails.
//!
//! The services never see this crate: what they know of each other are the channels that [`suite`] hands them.

pub mod cli;
pub mod command;
pub mod config;
pub mod failure;
pub mod import;
pub mod process;

pub use process::{service, suite};
