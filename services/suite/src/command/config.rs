//! `csp config`: prints the configuration in force.

use clap::Args;

use crate::command::options::ProcessOptions;
use crate::failure::Failure;
use crate::process::service::Service;

/// The arguments of `csp config`.
#[derive(Debug, Args)]
pub struct ShowConfig {
    /// Print the configuration of `csp serve` for this service. Left out: of `csp up`
    #[arg(long)]
    pub service: Option<Service>,
    /// The options of a process
    #[command(flatten)]
    pub options: ProcessOptions,
}

/// Returns the configuration in force as TOML, with passwords hidden.
///
/// # Errors
/// [`Failure::Config`] when the configuration is rejected, or when the service lacks the address of a peer.
pub fn run(asked: &ShowConfig) -> Result<String, Failure> {
    let config = asked.options.read(None)?;
    if let Some(service) = asked.service {
        config.peers_of(service)?;
    }
    Ok(config.shown(asked.service))
}
