//! The command `csp` as a binary of this package, so that tests can start it and kill it.
//!
//! If `CSP_UNDER_TEST_CLOCK` names an instant, the clock stands still at that instant until a test sets the
//! clock. Otherwise the system's clock is used.

use std::process::ExitCode;

use clap::Parser;
use csp_service::Clock;
use csp_suite::cli::Cli;
use csp_tests::switches::CLOCK;

#[tokio::main]
async fn main() -> ExitCode {
    let clock = CLOCK.value().map_or_else(Clock::system, Clock::starting_at);
    Cli::parse().run_by(clock).await
}
