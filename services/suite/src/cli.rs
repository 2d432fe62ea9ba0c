//! What a person can ask `csp` for.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use csp_policy::Role;

use crate::{explain, import, token, up, watch};

/// Where the suite listens unless told otherwise.
pub(crate) const LISTEN_DEFAULT: &str = "127.0.0.1:50051";

/// The two-tier channel of the Cloud Solution Provider programme, as a service.
#[derive(Debug, Parser)]
#[command(name = "csp", version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start all four services on SQLite, on one port
    Up(Up),
    /// Print a development credential for the `authorization` header
    Token(Token),
    /// Show a stored decision: which rules, which facts, what to do
    Explain(Explain),
    /// Print every change as it happens
    Watch(watch::Watch),
    /// Bring in a book: a folder of CSV files
    Import(Import),
}

/// `csp up`.
#[derive(Debug, Args)]
pub struct Up {
    /// Accept development credentials, which anybody can mint; loopback only
    #[arg(long)]
    pub dev: bool,
    /// Folder of the databases; made when missing
    #[arg(long, default_value = "csp-data")]
    pub data: PathBuf,
    /// Address to listen on
    #[arg(long, default_value = LISTEN_DEFAULT)]
    pub listen: SocketAddr,
    /// Accept a provider's order that names no reseller, with the advisory NO_RESELLER_NAMED (rule SAL-01)
    #[arg(long)]
    pub allow_orders_without_reseller: bool,
    /// Days that the journal is kept, and with it what the change feed can tell again; for ever when left out
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..))]
    pub journal_retention: Option<u16>,
    /// What to log, for example `info` or `csp_service=debug,info`
    #[arg(long, default_value = "info")]
    pub log: String,
}

/// `csp token`.
#[derive(Debug, Args)]
pub struct Token {
    /// Who calls: `operator`, `partners/{id}`, `customers/{id}`, or the tenant of a partner
    #[arg(long = "as", value_name = "WHO")]
    pub party: String,
    /// A role of the person; repeat for several. Left out: every role
    #[arg(long = "role", value_name = "ROLE")]
    pub roles: Vec<RoleName>,
    /// The person, as the journal will name it
    #[arg(long, default_value = "developer")]
    pub subject: String,
    /// Treat a plain tenant as a customer's
    #[arg(long)]
    pub customer: bool,
    /// The suite to ask for the tenant of a partner or customer
    #[arg(long, default_value = LISTEN_DEFAULT)]
    pub server: SocketAddr,
}

/// `csp explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// The `decision_id` of a response or of a refusal
    pub decision_id: String,
    /// The suite that decided
    #[arg(long, default_value = LISTEN_DEFAULT)]
    pub server: SocketAddr,
}

/// `csp import`. Ends with 0 when every row is in, 2 when rows were refused, 3 when the suite stopped answering
/// on the way, 1 when nothing was sent.
#[derive(Debug, Args)]
pub struct Import {
    /// Folder of the book; BOOK.md documents its files
    pub folder: PathBuf,
    /// The suite that takes it
    #[arg(long, default_value = LISTEN_DEFAULT)]
    pub server: SocketAddr,
    /// Where the list of refusals is written to, as CSV
    #[arg(long, default_value = "refusals.csv")]
    pub refusals: PathBuf,
    /// Play it to a copy of the data folder, which is thrown away; needs no running suite
    #[arg(long)]
    pub dry_run: bool,
    /// The data folder that a dry run copies; without one it starts empty
    #[arg(long, default_value = "csp-data")]
    pub data: PathBuf,
    /// As for `csp up`, in a dry run: accept a provider's order that names no reseller (rule SAL-01)
    #[arg(long, requires = "dry_run")]
    pub allow_orders_without_reseller: bool,
}

/// A role, as it is written on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleName {
    /// Signs agreements and accepts invitations
    GlobalAdmin,
    /// Manages users
    UserAdmin,
    /// Manages customers, orders and partnerships
    AdminAgent,
    /// Sells
    SalesAgent,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::GlobalAdmin => Role::GlobalAdmin,
            RoleName::UserAdmin => Role::UserAdmin,
            RoleName::AdminAgent => Role::AdminAgent,
            RoleName::SalesAgent => Role::SalesAgent,
        }
    }
}

impl Cli {
    /// Does what was asked for; what went wrong goes to the standard error stream.
    pub async fn run(self) -> ExitCode {
        let done = match self.command {
            Command::Up(up) => up::run(up).await,
            Command::Token(token) => token::run(token).await.map(say),
            Command::Explain(explain) => explain::run(explain).await.map(say),
            Command::Watch(watch) => watch::run(watch).await,
            Command::Import(import) => return import::command::run(import).await,
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

#[expect(clippy::print_stdout, reason = "what a command answers belongs on the standard output")]
pub(crate) fn say(answer: String) {
    println!("{answer}");
}
