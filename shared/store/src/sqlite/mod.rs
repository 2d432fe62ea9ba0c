//! SQLite: how its file is opened, and how its connections are set up.
//!
//! [`writer`] has the one connection that writes. Its transactions share commits: see [`batch`].

mod batch;
pub(crate) mod error_codes;
pub(crate) mod writer;

#[cfg(test)]
mod tests;

use crate::connection::pool::{ConnectionPool, PoolOptions};
use crate::write::placeholders::must_change_rows;
use crate::{Change, Config, Connection, Error};
use sqlx::AssertSqlSafe;
use sqlx::any::AnyConnectOptions;
use std::fmt::Write as _;
use std::path::Path;

/// Settings of the writing connection. Deleted content is overwritten, because erased mail may hold secrets.
/// FULL means that acknowledged writes are on disk.
const WRITER_PRAGMAS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON";

/// Settings of a reading connection, which refuses writes.
const READER_PRAGMAS: &str = "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON";

/// In WAL mode all statements of the transaction see one snapshot, taken by the first one.
pub(crate) const BEGIN_READ: &str = "BEGIN";

/// Moves the content of the write-ahead log into the database file and empties the log.
const CHECKPOINT: &str = "PRAGMA wal_checkpoint(TRUNCATE)";

/// The pool of reading connections.
pub(crate) fn readers(config: &Config, connect: AnyConnectOptions) -> ConnectionPool {
    ConnectionPool::new(PoolOptions {
        connect,
        set_up: READER_PRAGMAS.to_owned(),
        connections_max: config.readers_max,
        // A connection to a file does not go stale.
        idle_untested_max: None,
        answer_wait_max: None,
    })
}

/// The options to open the file at `path`. Creates the missing parent directories; opening creates the file.
pub(crate) fn options(path: &Path) -> Result<AnyConnectOptions, Error> {
    sqlx::any::install_default_drivers();
    let failed = |source| Error::Unavailable {
        reason: "the folder of the database file cannot be created",
        source: Some(sqlx::Error::Io(source)),
    };
    let path = std::path::absolute(path).map_err(failed)?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    Ok(format!("sqlite://{}?mode=rwc", percent_encoded(&path)).parse()?)
}

/// The path for use in a URL: every byte with a special meaning there is escaped.
fn percent_encoded(path: &Path) -> String {
    let mut url = String::new();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => {
                url.push(char::from(*byte))
            }
            // Writing to a String cannot fail.
            _ => _ = write!(url, "%{byte:02X}"),
        }
    }
    url
}

pub(crate) async fn open_writer(options: &AnyConnectOptions) -> Result<Connection, Error> {
    let mut connection = Connection::open(options).await?;
    sqlx::raw_sql(WRITER_PRAGMAS).execute(&mut connection).await?;
    Ok(connection)
}

pub(crate) async fn checkpoint(connection: &mut Connection) -> Result<(), Error> {
    sqlx::raw_sql(CHECKPOINT).execute(connection).await?;
    Ok(())
}

/// Executes the changes one after the other.
pub(crate) async fn make(connection: &mut Connection, changes: Vec<Change>) -> Result<(), Error> {
    for change in changes {
        let mut text = String::new();
        change.write_from(1, &mut text);
        let rows = change.rows();
        let query = sqlx::query(AssertSqlSafe(text));
        let query = change.values().into_iter().fold(query, |query, value| value.bind_to(query));
        let done = query.execute(&mut *connection).await?;
        if let Some(rows) = rows {
            must_change_rows(&done, rows)?;
        }
    }
    Ok(())
}
