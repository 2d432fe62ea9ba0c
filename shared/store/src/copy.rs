//! Copies a SQLite database, so that a caller can make trial changes on the copy.

use std::path::Path;

use crate::{Connection, Error, sqlite};

const COPY: &str = "VACUUM INTO $1";

/// Copies the SQLite file `from` to `to`, as the file is at this moment. A store may write to `from`
/// meanwhile. Does nothing when `from` does not exist.
///
/// # Errors
/// [`Error::Unavailable`] when `from` cannot be read or `to` cannot be written. `to` must not exist.
pub async fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    if !from.exists() {
        return Ok(());
    }
    let mut connection = Connection::open(&sqlite::options(from)?).await?;
    sqlx::query(COPY).bind(to.to_string_lossy().into_owned()).execute(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Config, Store};

    #[tokio::test]
    async fn a_copy_opens_as_a_separate_store() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("a.sqlite"), folder.path().join("b.sqlite"));
        copy(&from, &to).await.unwrap();
        assert!(!to.exists());

        let original = Store::open(Config::sqlite(&from), "test", &[]).await.unwrap();
        copy(&from, &to).await.unwrap();
        let copied = Store::open(Config::sqlite(&to), "test", &[]).await.unwrap();
        copied.ping().await.unwrap();
        original.ping().await.unwrap();
    }
}
