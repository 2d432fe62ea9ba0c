//! `csp migrate`: the databases brought up to date, as a job of a deployment.

use clap::Args;
use csp_store::Schema;

use crate::command::options::ProcessOptions;
use crate::failure::Failure;
use crate::process::service::Service;
use crate::process::suite::OpenError;

/// `csp migrate`. Ends with 0 when every database is up to date.
#[derive(Debug, Args)]
pub struct Migrate {
    /// Whose database; repeat for several. Left out: all four
    #[arg(long = "service")]
    pub services: Vec<Service>,
    /// The options of a process
    #[command(flatten)]
    pub options: ProcessOptions,
}

/// Migrates the databases that were named, or all four; says what is up to date.
pub async fn run(asked: Migrate) -> Result<String, Failure> {
    let config = asked.options.read(None)?;
    // A deployment with a database URL has one database a process, so one service a job.
    let only = match asked.services.as_slice() {
        [only] => Some(*only),
        _ => None,
    };
    let services = if asked.services.is_empty() { Service::ALL.to_vec() } else { asked.services };
    let mut done = Vec::new();
    for service in services {
        let database = match only {
            Some(_) => config.database_of_only(service),
            None => config.database_of(service),
        };
        let shown = database.database.to_string();
        let database = csp_store::Config { schema: Schema::Migrate, ..database };
        service.migrate(database).await.map_err(|source| OpenError::Store { service, source })?;
        done.push(format!("{service}: {shown} is up to date"));
    }
    Ok(done.join("\n"))
}
