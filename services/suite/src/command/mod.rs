//! The subcommands of `csp`, a file each.

mod client;
pub mod explain;
pub mod health;
pub mod import;
pub mod migrate;
pub mod serve;
pub mod token;
pub mod up;
pub mod watch;
