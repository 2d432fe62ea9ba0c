//! What a process of the suite is told: by a file, by the environment, by its command line, the later over the
//! earlier. An unknown key is an error, not a typing mistake that nobody notices.
//!
//! In the environment `database.url` of the file is `CSP__DATABASE__URL`; `DATABASE_URL` is understood too.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::time::Duration;

use config::{Environment, File, FileFormat};
use csp_store::{Database, READERS_DEFAULT, WRITERS_DEFAULT};
use serde::Deserialize;
use tonic::transport::Uri;

use crate::process::service::Service;

mod shown;
mod values;

use values::{Address, Listen, LogWord, SchemaWord, Url};

/// Where callers from outside reach the process unless told otherwise.
pub(crate) const LISTEN_DEFAULT: &str = "127.0.0.1:50051";
/// Where services of other processes reach it unless told otherwise.
const INTERNAL_LISTEN_DEFAULT: &str = "127.0.0.1:50052";
/// Connections to a database, at most, that a configuration may ask for.
pub const CONNECTIONS_MAX: u32 = 500;

const ENVIRONMENT_PREFIX: &str = "CSP";
const ENVIRONMENT_SEPARATOR: &str = "__";
const DATABASE_URL: &str = "DATABASE_URL";

/// The configuration of one process.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Accept development credentials, which anybody can mint; loopback only.
    development: bool,
    /// Where callers from outside reach it.
    listen: Listen,
    /// Where services of other processes reach it.
    internal_listen: Listen,
    /// Folder of SQLite's files, and of the key of invitation links.
    data: PathBuf,
    /// Its database.
    database: DatabaseConfig,
    /// The databases of the services, where a process runs all four; `database.url` is for one.
    databases: BTreeMap<String, Url>,
    /// Where the internal listeners of the other services are.
    peers: BTreeMap<String, Address>,
    /// How orders are decided.
    orders: OrdersConfig,
    /// How long the journal is kept.
    journal: JournalConfig,
    /// What is logged.
    log: LogConfig,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct DatabaseConfig {
    url: Option<Url>,
    readers_max: u32,
    writers_max: u32,
    schema: SchemaWord,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct OrdersConfig {
    require_reseller: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct JournalConfig {
    retention_days: Option<NonZeroU16>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct LogConfig {
    filter: String,
    format: LogWord,
}

/// Why a configuration is none: names the key, its value, and what it may be.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// What was read does not fit.
    #[error("configuration: {0}")]
    Read(#[from] config::ConfigError),
    /// The file does not parse.
    #[error("configuration: `{file}` is no TOML: {place}")]
    File {
        /// The file.
        file: String,
        /// Where in it.
        place: String,
    },
    /// A key, or its value, is not one that the process knows.
    #[error("configuration: `{key}` is `{value}`: it {must}")]
    Value {
        /// The key.
        key: String,
        /// Its value.
        value: String,
        /// What it must be.
        must: String,
    },
}

/// What the command line says over the file and the environment: keys and values.
pub(crate) type Said = Vec<(&'static str, config::Value)>;

impl Config {
    /// Reads `file`, where one is named, then the environment, then what was `said` on the command line.
    ///
    /// # Errors
    /// [`ConfigError`], with the key at fault.
    pub(crate) fn read(
        file: Option<&Path>,
        mut environment: BTreeMap<String, String>,
        said: Said,
    ) -> Result<Config, ConfigError> {
        let mut sources = config::Config::builder()
            .set_default("development", false)?
            .set_default("listen", LISTEN_DEFAULT)?
            .set_default("internal_listen", INTERNAL_LISTEN_DEFAULT)?
            .set_default("data", "csp-data")?
            .set_default("database.readers_max", READERS_DEFAULT)?
            .set_default("database.writers_max", WRITERS_DEFAULT)?
            .set_default("database.schema", "migrate")?
            .set_default("databases", config::Map::<String, String>::new())?
            .set_default("peers", config::Map::<String, String>::new())?
            .set_default("orders.require_reseller", true)?
            .set_default("journal", config::Map::<String, String>::new())?
            .set_default("log.filter", "info")?
            .set_default("log.format", "text")?;
        if let Some(path) = file {
            sources = sources.add_source(File::from(path).format(FileFormat::Toml));
        }
        if let Some(url) = environment.remove(DATABASE_URL) {
            environment.entry(format!("{ENVIRONMENT_PREFIX}__DATABASE__URL")).or_insert(url);
        }
        sources = sources.add_source(
            Environment::with_prefix(ENVIRONMENT_PREFIX)
                .prefix_separator(ENVIRONMENT_SEPARATOR)
                .separator(ENVIRONMENT_SEPARATOR)
                .try_parsing(true)
                .source(Some(environment.into_iter().collect())),
        );
        for (key, value) in said {
            sources = sources.set_override(key, value)?;
        }
        let sources = sources.build().map_err(without_the_source)?;
        must_be_tables(&sources)?;
        let config: Config = sources.try_deserialize()?;
        config.check()?;
        Ok(config)
    }

    /// Whether development credentials are accepted.
    pub fn is_development(&self) -> bool {
        self.development
    }

    /// Where callers from outside reach the process.
    pub fn listen(&self) -> SocketAddr {
        self.listen.0
    }

    /// Where services of other processes reach it.
    pub fn internal_listen(&self) -> SocketAddr {
        self.internal_listen.0
    }

    /// Folder of SQLite's files, and of the key of invitation links.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Whether a provider's order must name its reseller (rule SAL-01).
    pub fn require_reseller(&self) -> bool {
        self.orders.require_reseller
    }

    /// How long journal entries are kept, and with them what the change feed can tell again; for ever without.
    pub fn journal_retention(&self) -> Option<Duration> {
        const HOURS_A_DAY: u64 = 24;
        self.journal.retention_days.map(|days| Duration::from_hours(u64::from(days.get()) * HOURS_A_DAY))
    }

    /// What is logged, and how.
    pub fn log(&self) -> (&str, csp_service::telemetry::LogFormat) {
        (&self.log.filter, self.log.format.0)
    }

    /// The database of a service in a process that runs all four.
    pub fn database_of(&self, service: Service) -> csp_store::Config {
        let url = self.databases.get(&key_of(service)).map(|url| url.0.clone());
        self.opened_as_said(url.unwrap_or_else(|| self.file_of(service)))
    }

    /// The database of the one service that a process runs.
    pub fn database_of_only(&self, service: Service) -> csp_store::Config {
        match &self.database.url {
            Some(url) => self.opened_as_said(url.0.clone()),
            None => self.database_of(service),
        }
    }

    /// Where the peers of `service` are.
    ///
    /// # Errors
    /// [`ConfigError::Value`] when one has no place.
    pub fn peers_of(&self, service: Service) -> Result<BTreeMap<Service, Uri>, ConfigError> {
        let others = Service::ALL.into_iter().filter(|other| *other != service);
        let place = |other: Service| {
            let place = self.peers.get(&key_of(other)).map(|place| place.0.clone());
            place.map(|place| (other, place)).ok_or_else(|| ConfigError::Value {
                key: format!("peers.{}", key_of(other)),
                value: String::new(),
                must: format!("must be where {other} listens for services, like `http://127.0.0.1:50052`"),
            })
        };
        others.map(place).collect()
    }

    fn file_of(&self, service: Service) -> Database {
        Database::Sqlite(self.data.join(format!("{service}.sqlite")))
    }

    fn opened_as_said(&self, database: Database) -> csp_store::Config {
        let DatabaseConfig { readers_max, writers_max, schema: SchemaWord(schema), .. } = self.database;
        csp_store::Config { database, readers_max, writers_max, schema }
    }

    fn check(&self) -> Result<(), ConfigError> {
        let services = Service::ALL.map(key_of);
        let named = self.databases.keys().map(|name| ("databases", name));
        for (table, name) in named.chain(self.peers.keys().map(|name| ("peers", name))) {
            if !services.contains(name) {
                let must = format!("must name a service: one of {}", services.join(", "));
                return Err(ConfigError::Value { key: table.to_owned(), value: name.clone(), must });
            }
        }
        let DatabaseConfig { readers_max, writers_max, .. } = self.database;
        for (key, value) in [("database.readers_max", readers_max), ("database.writers_max", writers_max)] {
            if !(1..=CONNECTIONS_MAX).contains(&value) {
                let must = format!("must be 1 to {CONNECTIONS_MAX}");
                return Err(ConfigError::Value { key: key.to_owned(), value: value.to_string(), must });
            }
        }
        Ok(())
    }
}

/// Keys that hold others. A password that was written in place of one must not be repeated.
const TABLES: [&str; 6] = ["database", "databases", "peers", "orders", "journal", "log"];

fn must_be_tables(sources: &config::Config) -> Result<(), ConfigError> {
    for key in TABLES {
        match sources.get_table(key) {
            Ok(_) | Err(config::ConfigError::NotFound(_)) => {}
            Err(_) => {
                let must = "holds other keys, as deploy/csp.toml shows, and no value of its own".to_owned();
                return Err(ConfigError::Value { key: key.to_owned(), value: "…".to_owned(), must });
            }
        }
    }
    Ok(())
}

/// A file that does not parse is told by its name and the place, not by the line, which may hold a password.
fn without_the_source(error: config::ConfigError) -> ConfigError {
    match error {
        config::ConfigError::FileParse { uri, cause } => {
            let told = cause.to_string();
            let place = told.lines().next().unwrap_or_default().to_owned();
            ConfigError::File { file: uri.unwrap_or_default(), place }
        }
        other => ConfigError::Read(other),
    }
}

/// A service's name as a key: `partner_registry`, which the environment can spell.
fn key_of(service: Service) -> String {
    service.name().replace('-', "_")
}

/// The environment of the process, as far as it is text.
pub(crate) fn environment() -> BTreeMap<String, String> {
    let text = |text: std::ffi::OsString| text.into_string().ok();
    std::env::vars_os().filter_map(|(key, value)| text(key).zip(text(value))).collect()
}

#[cfg(test)]
mod tests;
