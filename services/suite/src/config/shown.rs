//! The configuration in force, for people: passwords hidden.

use std::fmt;

use super::{Config, key_of};
use crate::process::service::Service;

impl Config {
    /// The configuration as a file would say it, with passwords hidden: for one service, or for all four.
    pub fn shown(&self, service: Option<Service>) -> String {
        Shown { config: self, service }.to_string()
    }
}

/// The configuration in force for one service, or for all four in one process, as a file that says the same but
/// for what is hidden.
#[derive(Debug)]
pub(crate) struct Shown<'a> {
    pub(crate) config: &'a Config,
    pub(crate) service: Option<Service>,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Config { development, listen, internal_listen, data, database, orders, journal, log, .. } =
            self.config;
        writeln!(out, "development = {development}")?;
        writeln!(out, "listen = \"{}\"", listen.0)?;
        if self.service.is_some() {
            writeln!(out, "internal_listen = \"{}\"", internal_listen.0)?;
        }
        writeln!(out, "data = {:?}", data.display().to_string())?;
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
