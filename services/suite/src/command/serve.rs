//! `csp serve`: serves one service in this process; its peers run in processes of their own.

use std::net::SocketAddr;

use clap::Args;
use csp_service::{Clock, refuse_non_loopback};

use crate::command::options::ProcessOptions;
use crate::failure::Failure;
use crate::process::server::{Process, listen};
use crate::process::service::Service;
use crate::process::suite::{Elsewhere, Inside, Suite};

/// The arguments of `csp serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// The service to serve
    pub service: Service,
    /// The options of a process
    #[command(flatten)]
    pub options: ProcessOptions,
    /// Address to listen on for services of other processes [default: 127.0.0.1:50052]
    #[arg(long)]
    pub internal_listen: Option<SocketAddr>,
}

/// Serves until SIGTERM or SIGINT, then drains.
///
/// # Errors
/// [`Failure`] when the configuration is rejected, an address is not a loopback address, or the service
/// cannot be opened or served.
pub async fn run(asked: Serve, clock: Clock) -> Result<(), Failure> {
    let service = asked.service;
    let config = asked.options.read(asked.internal_listen)?;
    let elsewhere = Elsewhere::At(config.peers_of(service)?);
    let process = Process::prepare(&config, clock)?;
    refuse_non_loopback(config.internal_listen())?;
    let databases = [(service, config.database_of_only(service))];
    let suite = Suite::open(process.settings(&config, databases.into(), elsewhere)).await?;
    let inside = listen(config.internal_listen()).await?;
    process.serve(&config, suite, Inside::Listener(inside), service.name()).await
}
