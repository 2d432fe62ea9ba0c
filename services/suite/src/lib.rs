//! The command `csp`, and the processes that it starts: all four services in one process, or one service in
//! each.
//!
//! Read in this order:
//! 1. [`cli`] and [`command`]: the subcommands, one file each;
//! 2. [`config`]: the configuration of a process, from a file, the environment and the command line;
//! 3. [`process`]: [`service`] and [`suite`], the services of a process, each on its own database, connected
//!    by tonic channels inside the process or to other processes; background work; start and stop;
//! 4. [`import`]: the import of a book (a folder of CSV files) through the suite's public API;
//! 5. [`failure`]: the error messages of the commands.
//!
//! The services do not depend on this crate. They know each other only as the tonic channels that [`suite`]
//! gives them.

pub mod cli;
pub mod command;
pub mod config;
pub mod failure;
pub mod import;
pub mod process;

pub use process::{service, suite};
