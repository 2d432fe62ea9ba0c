//! The services of a process, and the command `csp` around them.
//!
//! Read in this order:
//! 1. [`cli`] and [`config`]: what a person, the environment and a file can ask for;
//! 2. [`service`] and [`suite`]: the services of a process, each on its own database, talking over tonic
//!    connections inside the process or to other processes;
//! 3. [`up`] and [`serve`]: all four on one port, or one of them, until told to stop; `process`: what both need;
//!    [`migrate`]: the databases as a job;
//! 4. `background`: what runs beside the calls: resumed operations, expired records, the development mail relay;
//! 5. [`token`], [`explain`], [`health`]: a development credential, a stored decision for people, a probe;
//! 6. [`watch`]: every change as it happens;
//! 7. [`import`]: a whole book, from CSV files.
//!
//! The services never see this crate: what they know of each other are the channels that [`suite`] hands them.

pub mod cli;
pub mod command;
pub mod config;
pub mod failure;
pub mod import;
pub mod process;

pub use process::{service, suite};
