//! The configuration of one process. The environment overrides the file, and the command line overrides both.
//! An unknown key is an error, so that a misspelt key does not go unnoticed.
//!
//! The key `database.url` of the file is `CSP__DATABASE__URL` in the environment; `DATABASE_URL` works too.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::time::Duration;

use config::{Environment, File, FileFormat};
use csp_service::RULES_PAGE_DEFAULT;
use csp_store::{Database, READERS_DEFAULT, WRITERS_DEFAULT};
use serde::Deserialize;
use tonic::transport::Uri;

use crate::process::service::Service;

mod shown;
mod values;

use values::{Address, Deployment, Listen, LogWord, SchemaWord, Url};

/// Default name of the deployment.
pub const DEPLOYMENT_DEFAULT: &str = "csp-suite";
/// Default address of the listener for callers from outside.
pub(crate) const LISTEN_DEFAULT: &str = "127.0.0.1:50051";
/// Default address of the listener for the services of other processes.
const INTERNAL_LISTEN_DEFAULT: &str = "127.0.0.1:50052";
/// The highest value of `database.readers_max` and of `database.writers_max`, in connections.
pub const CONNECTIONS_MAX: u32 = 500;

const ENVIRONMENT_PREFIX: &str = "CSP";
const ENVIRONMENT_SEPARATOR: &str = "__";
const DATABASE_URL: &str = "DATABASE_URL";

/// The configuration of one process.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Whether development credentials are accepted, which anybody can mint; loopback only.
    development: bool,
    /// The name of the deployment, in the source of every event of the change feed.
    deployment: Deployment,
    /// Address of the listener for callers from outside.
    listen: Listen,
    /// Address of the listener for the services of other processes.
    internal_listen: Listen,
    /// Folder of the SQLite files and of the key of invitation links.
    data: PathBuf,
    /// URL of the page of rules that refusals link to.
    rules_page: String,
    database: DatabaseConfig,
    /// The database of each service, for a process that runs all four; `database.url` is for a process with
    /// one.
    databases: BTreeMap<String, Url>,
    /// The addresses of the internal listeners of the other services.
    peers: BTreeMap<String, Address>,
    /// The settings of the order rules.
    orders: OrdersConfig,
    journal: JournalConfig,
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

/// Why a configuration was rejected: names the key, its value, and the allowed values.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A key is unknown, or a value has the wrong type.
    #[error("configuration: {0}")]
    Read(#[from] config::ConfigError),
    /// The file is not valid TOML.
    #[error("configuration: `{file}` is no TOML: {place}")]
    File {
        /// The file.
        file: String,
        /// The line and column of the error, without the text of the line.
        place: String,
    },
    /// The value of a key is not allowed.
    #[error("configuration: `{key}` is `{value}`: it {must}")]
    Value {
        /// The key.
        key: String,
        /// Its value.
        value: String,
        /// The allowed values, as the end of a sentence: `must be 1 to 500`.
        must: String,
    },
}

/// Keys and values from the command line. They override the file and the environment.
pub(crate) type Said = Vec<(&'static str, config::Value)>;

impl Config {
    /// Reads `file` if there is one, then the environment, then the values `said` on the command line; a
    /// later source overrides an earlier one.
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
            .set_default("deployment", DEPLOYMENT_DEFAULT)?
            .set_default("listen", LISTEN_DEFAULT)?
            .set_default("internal_listen", INTERNAL_LISTEN_DEFAULT)?
            .set_default("data", "csp-data")?
            .set_default("rules_page", RULES_PAGE_DEFAULT)?
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

    /// The name of the deployment, in the source of every event of the change feed.
    pub fn deployment(&self) -> &str {
        &self.deployment.0
    }

    /// Address of the listener for callers from outside.
    pub fn listen(&self) -> SocketAddr {
        self.listen.0
    }

    /// Address of the listener for the services of other processes.
    pub fn internal_listen(&self) -> SocketAddr {
        self.internal_listen.0
    }

    /// Folder of the SQLite files and of the key of invitation links.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// URL of the page of rules that refusals link to: a refusal by RGN-01 links to its heading `#rgn-01`.
    pub fn rules_page(&self) -> &str {
        &self.rules_page
    }

    /// Whether a provider's order must name its reseller (rule SAL-01).
    pub fn require_reseller(&self) -> bool {
        self.orders.require_reseller
    }

    /// The time for which journal entries, and with them the events of the change feed, are kept. `None`
    /// keeps them for ever.
    pub fn journal_retention(&self) -> Option<Duration> {
        const HOURS_A_DAY: u64 = 24;
        self.journal.retention_days.map(|days| Duration::from_hours(u64::from(days.get()) * HOURS_A_DAY))
    }

    /// The log filter, for example `info`, and the format of a log line.
    pub fn log(&self) -> (&str, csp_service::telemetry::LogFormat) {
        (&self.log.filter, self.log.format.0)
    }

    /// The database of `service` in a process that runs all four: its entry in `databases`, or else a SQLite
    /// file in the data folder.
    pub fn database_of(&self, service: Service) -> csp_store::Config {
        let url = self.databases.get(&key_of(service)).map(|url| url.0.clone());
        self.opened_as_said(url.unwrap_or_else(|| self.file_of(service)))
    }

    /// The database of `service` in a process that runs this service only: `database.url`, or else
    /// [`Config::database_of`].
    pub fn database_of_only(&self, service: Service) -> csp_store::Config {
        match &self.database.url {
            Some(url) => self.opened_as_said(url.0.clone()),
            None => self.database_of(service),
        }
    }

    /// The internal addresses of the three peers of `service`.
    ///
    /// # Errors
    /// [`ConfigError::Value`] when the configuration has no address for a peer.
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
        if !["http://", "https://"].iter().any(|scheme| self.rules_page.starts_with(scheme)) {
            let must = "must be the URL of a page, like `https://example.com/rules`".to_owned();
            return Err(ConfigError::Value {
                key: "rules_page".to_owned(),
                value: self.rules_page.clone(),
                must,
            });
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

/// Keys that are tables. A plain value in place of a table is reported without the value: it may hold a
/// password.
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

/// Reports a file that does not parse by its name and position. The text of the line is left out: it may hold
/// a password.
fn without_the_source(error: config::ConfigError) -> ConfigError {
    match error {
        config::ConfigError::FileParse { uri, cause } => {
            let message = cause.to_string();
            let place = message.lines().next().unwrap_or_default().to_owned();
            ConfigError::File { file: uri.unwrap_or_default(), place }
        }
        other => ConfigError::Read(other),
    }
}

/// A service's name as a configuration key, for example `partner_registry`: a variable's name cannot hold a
/// hyphen.
fn key_of(service: Service) -> String {
    service.name().replace('-', "_")
}

/// The environment variables of the process; variables that are not UTF-8 are left out.
pub(crate) fn environment() -> BTreeMap<String, String> {
    let text = |text: std::ffi::OsString| text.into_string().ok();
    std::env::vars_os().filter_map(|(key, value)| text(key).zip(text(value))).collect()
}

#[cfg(test)]
mod tests;
