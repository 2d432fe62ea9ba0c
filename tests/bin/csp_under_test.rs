//! The command `csp` as a binary of this package, so that tests can start it and kill it. Its clock stands still at
//! the instant in `CSP_UNDER_TEST_CLOCK`, where there is one, until a test sets it.

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
