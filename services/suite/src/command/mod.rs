//! The subcommands of `csp`, a file each: its arguments, and what it does.
//!
//! `options` has the arguments that every command around a process takes, `client` the connection to a running suite,
//! `output` what a command prints.

mod client;
pub mod config;
pub mod explain;
pub mod health;
pub mod import;
pub mod migrate;
mod options;
pub(crate) mod output;
pub mod serve;
pub mod token;
pub mod up;
pub mod watch;
