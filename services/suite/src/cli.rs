//! The command line of `csp`: its subcommands and its exit code.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use csp_service::Clock;

use crate::command::config::{self, ShowConfig};
use crate::command::explain::{self, Explain};
use crate::command::health::{self, Health};
use crate::command::import::{self, Import};
use crate::command::migrate::{self, Migrate};
use crate::command::output::say;
use crate::command::refusals::{self, Refusals};
use crate::command::serve::{self, Serve};
use crate::command::token::{self, Token};
use crate::command::up::{self, Up};
use crate::command::watch::{self, Watch};

/// The two-tier channel of the Cloud Solution Provider programme, as a service.
#[derive(Debug, Parser)]
#[command(name = "csp", version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start all four services in one process, on one port; on SQLite unless configured otherwise
    Up(Up),
    /// Start one service in this process; the other three run in processes of their own
    Serve(Serve),
    /// Migrate the databases to the schema of this version, for example as a job before the services start
    Migrate(Migrate),
    /// Print the configuration in force, with passwords hidden
    Config(ShowConfig),
    /// Ask a server whether it serves calls, for example as the probe of a deployment
    Health(Health),
    /// Print a development credential for the `authorization` header
    Token(Token),
    /// Show a stored decision: the broken rules, the remedies, and the facts it used
    Explain(Explain),
    /// Print the newest refused decisions as a table
    Refusals(Refusals),
    /// Print every change as it happens
    Watch(Watch),
    /// Import a book: a folder of CSV files
    Import(Import),
}

impl Cli {
    /// Runs the subcommand on the system's clock. A failure is printed to the standard error stream.
    pub async fn run(self) -> ExitCode {
        self.run_by(Clock::system()).await
    }

    /// Runs the subcommand on `clock`, which a test may set. Commands that serve nothing ignore the clock.
    pub async fn run_by(self, clock: Clock) -> ExitCode {
        let done = match self.command {
            Command::Up(up) => up::run(up, clock).await,
            Command::Serve(serve) => serve::run(serve, clock).await,
            Command::Migrate(migrate) => migrate::run(migrate).await.map(say),
            Command::Config(asked) => config::run(&asked).map(say),
            Command::Health(health) => health::run(health).await.map(say),
            Command::Token(token) => token::run(token).await.map(say),
            Command::Explain(explain) => explain::run(explain).await.map(say),
            Command::Refusals(asked) => refusals::run(asked).await.map(say),
            Command::Watch(watch) => watch::run(watch).await,
            Command::Import(import) => return import::run(import).await,
        };
        match done {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => {
                eprintln!("csp: {failure}");
                ExitCode::FAILURE
            }
        }
    }
}
