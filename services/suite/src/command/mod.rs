//! The subcommands of `csp`, one file each, with the subcommand's arguments.
//!
//! `options` holds the arguments that the commands with a configuration share, `client` connects to a running
//! suite, `actor` tells who made a call, and `output` prints a result.

mod actor;
mod client;
pub mod config;
pub mod explain;
pub mod health;
pub mod import;
pub mod migrate;
mod options;
pub(crate) mod output;
pub mod refusals;
pub mod serve;
pub mod token;
pub mod up;
pub mod watch;
