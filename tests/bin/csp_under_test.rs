//! The command `csp` as a binary of this package, so that tests can start it and kill it.

use std::process::ExitCode;

use clap::Parser;
use csp_suite::cli::Cli;

#[tokio::main]
async fn main() -> ExitCode {
    Cli::parse().run().await
}
