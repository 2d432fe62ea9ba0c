//! `csp migrate`: the databases brought up to date, as a job of a deployment.

use csp_store::Schema;

use crate::cli::Migrate;
use crate::failure::Failure;
use crate::process::service::Service;
use crate::process::suite::OpenError;

/// Migrates the databases that were named, or all four; says what is up to date.
pub async fn run(asked: Migrate) -> Result<String, Failure> {
    let config = asked.told.read(None)?;
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
