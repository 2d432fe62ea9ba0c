//! What a person can ask `csp` for.

use std::io::Write as _;
use std::net::SocketAddr;
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use csp_policy::Role;
use csp_service::Clock;
use jiff::Timestamp;

use crate::command::{explain, health, import, migrate, serve, token, up, watch};
use crate::config::{Config, ConfigError, LISTEN_DEFAULT};
use crate::failure::Failure;
use crate::process::service::Service;

/// The two-tier channel of the Cloud Solution Provider programme, as a service.
#[derive(Debug, Parser)]
#[command(name = "csp", version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start all four services in this process, on one port: on SQLite unless configured otherwise
    Up(Up),
    /// Start one service in this process; its peers run in others
    Serve(Serve),
    /// Bring the databases up to date, as a job of a deployment
    Migrate(Migrate),
    /// Print the configuration in force, with passwords hidden
    Config(ShowConfig),
    /// Ask a server whether it takes calls, as a probe of a deployment
    Health(Health),
    /// Print a development credential for the `authorization` header
    Token(Token),
    /// Show a stored decision: which rules, which facts, what to do
    Explain(Explain),
    /// Print every change as it happens
    Watch(watch::Watch),
    /// Bring in a book: a folder of CSV files
    Import(Import),
}

/// What a process that serves is told; the environment and a file say the rest.
#[derive(Debug, Args)]
pub struct Told {
    /// File of the configuration, in TOML; deploy/csp.toml shows every key
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Accept development credentials, which anybody can mint; loopback only
    #[arg(long)]
    pub dev: bool,
    /// Folder of SQLite's files and of the key of invitation links; made when missing [default: csp-data]
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// Address to listen on [default: 127.0.0.1:50051]
    #[arg(long)]
    pub listen: Option<SocketAddr>,
    /// Accept a provider's order that names no reseller, with the advisory NO_RESELLER_NAMED (rule SAL-01)
    #[arg(long)]
    pub allow_orders_without_reseller: bool,
    /// Days that the journal is kept, and with it what the change feed can tell again; for ever when left out
    #[arg(long, value_name = "DAYS")]
    pub journal_retention: Option<NonZeroU16>,
    /// What to log, for example `info` or `csp_service=debug,info`
    #[arg(long)]
    pub log: Option<String>,
}

/// `csp up`.
#[derive(Debug, Args)]
pub struct Up {
    /// What the process is told otherwise
    #[command(flatten)]
    pub told: Told,
}

/// `csp serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Which service
    pub service: Service,
    /// What the process is told otherwise
    #[command(flatten)]
    pub told: Told,
    /// Address to listen on for services of other processes [default: 127.0.0.1:50052]
    #[arg(long)]
    pub internal_listen: Option<SocketAddr>,
}

/// `csp migrate`. Ends with 0 when every database is up to date.
#[derive(Debug, Args)]
pub struct Migrate {
    /// Whose database; repeat for several. Left out: all four
    #[arg(long = "service")]
    pub services: Vec<Service>,
    /// What the process is told otherwise
    #[command(flatten)]
    pub told: Told,
}

/// `csp config`.
#[derive(Debug, Args)]
pub struct ShowConfig {
    /// As `csp serve` of that service sees it. Left out: as `csp up` does
    #[arg(long)]
    pub service: Option<Service>,
    /// What the process is told otherwise
    #[command(flatten)]
    pub told: Told,
}

/// `csp health`. Ends with 0 when the server takes calls, with 1 when it does not or when it does not answer.
#[derive(Debug, Clone, Args)]
pub struct Health {
    /// The server to ask
    #[arg(long, default_value = LISTEN_DEFAULT)]
    pub server: SocketAddr,
    /// A gRPC service of it, like `csp.customer.v1.CustomerService`. Left out: the server as a whole
    #[arg(long)]
    pub service: Option<String>,
    /// Be content with any answer: a server whose database is away is not helped by a restart
    #[arg(long)]
    pub alive: bool,
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
    /// In a dry run: the instant by which it decides, like 2027-03-01T09:00:00Z, for a suite whose development clock
    /// was moved. Left out: now
    #[arg(long, value_name = "INSTANT", requires = "dry_run")]
    pub at: Option<Timestamp>,
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

impl Told {
    /// The configuration in force.
    ///
    /// # Errors
    /// [`ConfigError`], with the key at fault.
    pub(crate) fn read(&self, internal_listen: Option<SocketAddr>) -> Result<Config, ConfigError> {
        let text = |text: String| config::Value::from(text);
        let path = |path: &PathBuf| text(path.to_string_lossy().into_owned());
        let address = |address: SocketAddr| text(address.to_string());
        let said = [
            self.dev.then(|| ("development", true.into())),
            self.data.as_ref().map(|data| ("data", path(data))),
            self.listen.map(|listen| ("listen", address(listen))),
            internal_listen.map(|listen| ("internal_listen", address(listen))),
            self.allow_orders_without_reseller.then(|| ("orders.require_reseller", false.into())),
            self.journal_retention.map(|days| ("journal.retention_days", i64::from(days.get()).into())),
            self.log.clone().map(|log| ("log.filter", text(log))),
        ];
        let said = said.into_iter().flatten().collect();
        Config::read(self.config.as_deref(), crate::config::environment(), said)
    }
}

impl Cli {
    /// Does what was asked for; what went wrong goes to the standard error stream.
    pub async fn run(self) -> ExitCode {
        self.run_by(Clock::system()).await
    }

    /// The same by another clock, which a test may set.
    pub async fn run_by(self, clock: Clock) -> ExitCode {
        let done = match self.command {
            Command::Up(up) => up::run(up, clock).await,
            Command::Serve(serve) => serve::run(serve, clock).await,
            Command::Migrate(migrate) => migrate::run(migrate).await.map(say),
            Command::Config(asked) => show_config(&asked).map(say),
            Command::Health(health) => health::run(health).await.map(say),
            Command::Token(token) => token::run(token).await.map(say),
            Command::Explain(explain) => explain::run(explain).await.map(say),
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

fn show_config(asked: &ShowConfig) -> Result<String, Failure> {
    let config = asked.told.read(None)?;
    if let Some(service) = asked.service {
        config.peers_of(service)?;
    }
    Ok(config.shown(asked.service))
}

/// Says what a command answers. A reader that has heard enough closes the pipe, which is no failure.
pub(crate) fn say(answer: String) {
    if let Err(error) = writeln!(std::io::stdout(), "{answer}")
        && error.kind() != std::io::ErrorKind::BrokenPipe
    {
        eprintln!("csp: the answer could not be written: {error}");
    }
}
