//! The command `csp` as a binary of this package, so that tests can start it and kill it. Its clock stands still at
//! the instant in `CSP_UNDER_TEST_CLOCK`, where there is one, until a test sets it.
#![allow(clippy::expect_used)]

use std::process::ExitCode;

use clap::Parser;
use csp_service::Clock;
use csp_suite::cli::Cli;

#[tokio::main]
async fn main() -> ExitCode {
    let start = std::env::var("CSP_UNDER_TEST_CLOCK").ok();
    let clock = start.map_or_else(Clock::system, |start| {
        Clock::starting_at(start.parse().expect("CSP_UNDER_TEST_CLOCK is an instant"))
    });
    Cli::parse().run_by(clock).await
}
