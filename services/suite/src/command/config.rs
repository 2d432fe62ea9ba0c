//! `csp config`: the configuration in force.

use clap::Args;

use crate::command::options::ProcessOptions;
use crate::failure::Failure;
use crate::process::service::Service;

/// `csp config`.
#[derive(Debug, Args)]
pub struct ShowConfig {
    /// As `csp serve` of that service sees it. Left out: as `csp up` does
    #[arg(long)]
    pub service: Option<Service>,
    /// The options of a process
    #[command(flatten)]
    pub options: ProcessOptions,
}

/// Prints the configuration in force, with passwords hidden.
pub fn run(asked: &ShowConfig) -> Result<String, Failure> {
    let config = asked.options.read(None)?;
    if let Some(service) = asked.service {
        config.peers_of(service)?;
    }
    Ok(config.shown(asked.service))
}
