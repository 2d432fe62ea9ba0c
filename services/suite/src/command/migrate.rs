//! `csp migrate`: migrates the databases, usually as a job that a deployment runs before the services start.

use clap::Args;
use csp_store::Schema;

use crate::command::options::ProcessOptions;
use crate::failure::Failure;
use crate::process::service::Service;
use crate::process::suite::OpenError;

/// The arguments of `csp migrate`. The exit code is 0 when every database is up to date.
#[derive(Debug, Args)]
pub struct Migrate {
    /// The service whose database is migrated; repeat for several. Left out: all four
    #[arg(long = "service")]
    pub services: Vec<Service>,
    /// The options of a process
    #[command(flatten)]
    pub options: ProcessOptions,
}

/// Migrates the databases of the named services, or all four. Returns one line for each migrated database.
///
/// # Errors
/// [`Failure::Config`] when the configuration is rejected; [`Failure::Suite`] at the first database that
/// cannot be migrated, which ends the run.
pub async fn run(asked: Migrate) -> Result<String, Failure> {
    let config = asked.options.read(None)?;
    // `database.url` names the database of a single service, so it applies only when one service is named.
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
