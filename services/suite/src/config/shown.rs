//! The configuration in force as a TOML file, with passwords hidden.

use std::fmt;

use super::{Config, key_of};
use crate::process::service::Service;

impl Config {
    /// The configuration as TOML, with passwords hidden: for a process with this `service` only, or for a
    /// process with all four.
    pub fn shown(&self, service: Option<Service>) -> String {
        Shown { config: self, service }.to_string()
    }
}

/// Prints the configuration of a process with one service, or with all four, as TOML. Apart from the hidden
/// passwords, the TOML reads back as an equal configuration.
#[derive(Debug)]
pub(crate) struct Shown<'a> {
    pub(crate) config: &'a Config,
    pub(crate) service: Option<Service>,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Config { development, deployment, listen, internal_listen, data, rules_page, .. } = self.config;
        let Config { database, orders, journal, log, .. } = self.config;
        writeln!(out, "development = {development}")?;
        writeln!(out, "deployment = \"{}\"", deployment.0)?;
        writeln!(out, "listen = \"{}\"", listen.0)?;
        if self.service.is_some() {
            writeln!(out, "internal_listen = \"{}\"", internal_listen.0)?;
        }
        writeln!(out, "data = {:?}", data.display().to_string())?;
        writeln!(out, "rules_page = {rules_page:?}")?;
        writeln!(out, "\n[database]")?;
        if let Some(service) = self.service {
            writeln!(out, "url = \"{}\"", self.config.database_of_only(service).database)?;
        }
        writeln!(out, "readers_max = {}", database.readers_max)?;
        writeln!(out, "writers_max = {}", database.writers_max)?;
        writeln!(out, "schema = \"{}\"", database.schema.word())?;
        if self.service.is_none() {
            writeln!(out, "\n[databases]")?;
            for service in Service::ALL {
                let url = self.config.database_of(service).database;
                writeln!(out, "{} = \"{url}\"", key_of(service))?;
            }
        } else {
            writeln!(out, "\n[peers]")?;
            for (name, place) in &self.config.peers {
                writeln!(out, "{name} = \"{}\"", place.0)?;
            }
        }
        writeln!(out, "\n[orders]\nrequire_reseller = {}", orders.require_reseller)?;
        if let Some(days) = journal.retention_days {
            writeln!(out, "\n[journal]\nretention_days = {days}")?;
        }
        write!(out, "\n[log]\nfilter = {:?}\nformat = \"{}\"", log.filter, log.format.word())
    }
}
