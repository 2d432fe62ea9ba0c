//! The command `csp`.

use std::process::ExitCode;

use clap::Parser;
use csp_suite::cli::Cli;

#[tokio::main]
async fn main() -> ExitCode {
    Cli::parse().run().await
}
