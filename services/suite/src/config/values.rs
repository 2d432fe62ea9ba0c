//! Configuration values that are parsed from text: addresses, URLs and words.

use std::net::SocketAddr;
use std::str::FromStr;

use csp_service::telemetry::LogFormat;
use csp_store::{Database, Schema};
use serde::Deserialize;
use tonic::transport::Uri;

/// Maximum length of the name of a deployment.
const DEPLOYMENT_CHARS_MAX: usize = 63;

/// The URL of a database, for SQLite or PostgreSQL.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Url(pub(super) Database);

/// The name of a deployment: 1 to 63 of `a-z0-9.-`, the first and the last a letter or digit.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Deployment(pub(super) String);

/// The address of a listener.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Listen(pub(super) SocketAddr);

/// The address of a peer: `http`, host and port, no path.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Address(pub(super) Uri);

/// `migrate` or `require`: whether a process runs missing migrations at start, or refuses to start without
/// them.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct SchemaWord(pub(super) Schema);

/// `text` or `json`: the format of a log line.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct LogWord(pub(super) LogFormat);

impl TryFrom<String> for Url {
    type Error = String;

    fn try_from(url: String) -> Result<Self, String> {
        // The error does not repeat the URL, which may hold a password.
        Database::from_str(&url).map(Url).map_err(|unknown| format!("the URL of a database {unknown}"))
    }
}

impl TryFrom<String> for Deployment {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let is_plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let has_plain_ends =
            |name: &[u8]| [name.first(), name.last()].iter().all(|end| end.is_some_and(is_plain));
        let bytes = name.as_bytes();
        let fits = (1..=DEPLOYMENT_CHARS_MAX).contains(&bytes.len())
            && bytes.iter().all(|byte| is_plain(byte) || b"-.".contains(byte))
            && has_plain_ends(bytes);
        let must = "must be 1 to 63 of `a-z0-9.-`, the first and the last a letter or digit";
        if fits { Ok(Deployment(name)) } else { Err(format!("`{name}` {must}")) }
    }
}

impl TryFrom<String> for Listen {
    type Error = String;

    fn try_from(address: String) -> Result<Self, String> {
        address
            .parse()
            .map(Listen)
            .map_err(|_| format!("`{address}` must be an address like `127.0.0.1:50051`"))
    }
}

impl TryFrom<String> for Address {
    type Error = String;

    fn try_from(address: String) -> Result<Self, String> {
        let uri = address.parse::<Uri>().ok().filter(|uri| {
            uri.scheme_str() == Some("http") && uri.authority().is_some() && matches!(uri.path(), "" | "/")
        });
        uri.map(Address).ok_or_else(|| format!("`{address}` must be like `http://127.0.0.1:50052`"))
    }
}

impl TryFrom<String> for SchemaWord {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        match word.as_str() {
            "migrate" => Ok(SchemaWord(Schema::Migrate)),
            "require" => Ok(SchemaWord(Schema::Require)),
            _ => Err(format!("`{word}` must be `migrate` or `require`")),
        }
    }
}

impl SchemaWord {
    pub(super) fn word(self) -> &'static str {
        match self.0 {
            Schema::Migrate => "migrate",
            Schema::Require => "require",
        }
    }
}

impl TryFrom<String> for LogWord {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        match word.as_str() {
            "text" => Ok(LogWord(LogFormat::Text)),
            "json" => Ok(LogWord(LogFormat::Json)),
            _ => Err(format!("`{word}` must be `text` or `json`")),
        }
    }
}

impl LogWord {
    pub(super) fn word(self) -> &'static str {
        match self.0 {
            LogFormat::Text => "text",
            LogFormat::Json => "json",
        }
    }
}
