//! The options that every command with a configuration takes.

use std::net::SocketAddr;
use std::num::NonZeroU16;
use std::path::PathBuf;

use clap::Args;

use crate::config::{Config, ConfigError, environment};

/// The options of a process. Other settings come from the environment and the configuration file.
#[derive(Debug, Args)]
pub struct ProcessOptions {
    /// The configuration file, in TOML; deploy/csp.toml shows every key
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Accept development credentials, which anybody can mint; loopback only
    #[arg(long)]
    pub dev: bool,
    /// Folder of the SQLite files and the key of invitation links; created when missing [default: csp-data]
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// Address to listen on [default: 127.0.0.1:50051]
    #[arg(long)]
    pub listen: Option<SocketAddr>,
    /// Accept a provider's order that names no reseller, with the advisory NO_RESELLER_NAMED (rule SAL-01)
    #[arg(long)]
    pub allow_orders_without_reseller: bool,
    /// Days that the journal, and with it the events of the change feed, are kept. Left out: for ever
    #[arg(long, value_name = "DAYS")]
    pub journal_retention: Option<NonZeroU16>,
    /// The log filter, for example `info` or `csp_service=debug,info`
    #[arg(long)]
    pub log: Option<String>,
}

impl ProcessOptions {
    /// Reads the configuration in force: the file, then the environment, then these options. A later source
    /// overrides an earlier one.
    ///
    /// # Errors
    /// [`ConfigError`], with the key at fault.
    pub(crate) fn read(&self, internal_listen: Option<SocketAddr>) -> Result<Config, ConfigError> {
        let text = |text: String| ::config::Value::from(text);
        let path = |path: &PathBuf| text(path.to_string_lossy().into_owned());
        let address = |address: SocketAddr| text(address.to_string());
        let said = [
            self.dev.then(|| ("development", true.into())),
            self.data.as_ref().map(|data| ("data", path(data))),
            self.listen.map(|listen| ("listen", address(listen))),
            internal_listen.map(|listen| ("internal_listen", address(listen))),
            self.allow_orders_without_reseller.then(|| ("orders.require_reseller", false.into())),
            self.journal_retention.map(|days| ("journal.retention_days", i64::from(days.get()).into())),
            self.log.clone().map(|log| ("log.filter", text(log))),
        ];
        let said = said.into_iter().flatten().collect();
        Config::read(self.config.as_deref(), environment(), said)
    }
}
