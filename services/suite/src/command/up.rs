//! `csp up`: serves all four services in one process, on one port.

use clap::Args;
use csp_service::Clock;

use crate::command::options::ProcessOptions;
use crate::failure::Failure;
use crate::process::server::Process;
use crate::process::service::Service;
use crate::process::suite::{Elsewhere, Inside, Suite};

/// The arguments of `csp up`.
#[derive(Debug, Args)]
pub struct Up {
    /// The options of a process
    #[command(flatten)]
    pub options: ProcessOptions,
}

/// Serves until SIGTERM or SIGINT, then drains.
///
/// # Errors
/// [`Failure`] when the configuration is rejected, the address is not a loopback address, or a service cannot
/// be opened or served.
pub async fn run(asked: Up, clock: Clock) -> Result<(), Failure> {
    let config = asked.options.read(None)?;
    let process = Process::prepare(&config, clock)?;
    let databases = Service::ALL.map(|service| (service, config.database_of(service)));
    let suite = Suite::open(process.settings(&config, databases.into(), Elsewhere::Nowhere)).await?;
    process.serve(&config, suite, Inside::Process, "csp suite").await
}
