//! All four services in one process, and the command `csp` around them.
//!
//! Read in this order:
//! 1. [`cli`]: what a person can ask for;
//! 2. [`suite`]: the four services on one data folder, each with its own database, talking over tonic
//!    connections inside the process;
//! 3. [`up`]: serves the suite on one port until told to stop;
//! 4. `background`: what runs beside the calls: resumed operations, expired records, the development mail relay;
//! 5. [`token`], [`explain`]: a development credential, and a stored decision for people;
//! 6. [`watch`]: every change as it happens;
//! 7. [`import`]: a whole book, from CSV files.
//!
//! The services never see this crate: what they know of each other are the channels that [`suite`] hands them.

pub mod cli;
mod connection;
pub mod explain;
pub mod failure;
pub mod import;
mod background;
pub mod suite;
pub mod token;
pub mod up;
pub mod watch;
