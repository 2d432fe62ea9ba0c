//! A copy of a database, to try something on.

use std::path::Path;

use crate::{Connection, Error, sqlite};

const COPY: &str = "VACUUM INTO $1";

/// Copies the database file `from` to `to`, as it is at this moment, also while a store writes to it. Does
/// nothing when there is no file `from`.
///
/// # Errors
/// [`Error::Unavailable`] when one cannot be read or the other not written; `to` must not exist.
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
    async fn a_copy_is_a_store_of_its_own() {
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
