//! The first answer to a request id, so that a repeat of the request gets the same one.
//!
//! Only effects are remembered, in the transaction that has them; a refusal is decided afresh.

use crate::{Change, Connection, Error, Tx};
use sqlx::Row as _;

/// How long a record is kept at least: 24 hours, in microseconds.
pub const RETENTION_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

/// Rows that one call prunes, at most.
pub const RECORDS_PRUNED_MAX: u32 = 1000;

const FIND: &str = "SELECT rpc, fingerprint, response, created FROM idempotency \
     WHERE caller_key = $1 AND request_id = $2";
const SAVE: &str = "INSERT INTO idempotency (caller_key, request_id, rpc, fingerprint, response, created) \
     VALUES ($1, $2, $3, $4, $5, $6)";
const PRUNE: &str = "DELETE FROM idempotency WHERE (caller_key, request_id) IN \
     (SELECT caller_key, request_id FROM idempotency WHERE created < $1 ORDER BY created LIMIT $2)";

/// What is remembered about a request that had an effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The RPC that was called.
    pub rpc: String,
    /// A digest of the request's content: the same id with another one is a mistake of the caller.
    pub fingerprint: Vec<u8>,
    /// The answer, encoded.
    pub response: Vec<u8>,
    /// When, in microseconds UTC.
    pub created: i64,
}

/// What the caller's request with this id was answered, if it was.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn find(
    conn: &mut Connection,
    caller_key: &str,
    request_id: &str,
) -> Result<Option<Record>, Error> {
    let Some(row) = sqlx::query(FIND).bind(caller_key).bind(request_id).fetch_optional(conn).await? else {
        return Ok(None);
    };
    Ok(Some(Record {
        rpc: row.try_get("rpc")?,
        fingerprint: row.try_get("fingerprint")?,
        response: row.try_get("response")?,
        created: row.try_get("created")?,
    }))
}

/// Remembers the answer to the caller's request with this id. The write fails with [`Error::Conflict`] when it was
/// answered meanwhile: answer what [`find`] finds.
pub fn save(tx: &mut Tx, caller_key: &str, request_id: &str, record: &Record) {
    tx.put(
        Change::new(SAVE)
            .bind(caller_key)
            .bind(request_id)
            .bind(record.rpc.as_str())
            .bind(record.fingerprint.as_slice())
            .bind(record.response.as_slice())
            .bind(record.created),
    );
}

/// Forgets records from before `before` (microseconds UTC, at least [`RETENTION_MICROS`] ago), oldest first,
/// and says how many: call it again while it says [`RECORDS_PRUNED_MAX`].
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn prune(conn: &mut Connection, before: i64) -> Result<u64, Error> {
    let query = sqlx::query(PRUNE).bind(before).bind(i64::from(RECORDS_PRUNED_MAX));
    Ok(query.execute(conn).await?.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::{Record, find, prune, save};
    use crate::{Config, Error, Store};

    fn record(created: i64) -> Record {
        Record { rpc: "Rename".to_owned(), fingerprint: vec![1], response: Vec::new(), created }
    }

    #[tokio::test]
    async fn a_request_is_answered_once_for_each_caller() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(Config::sqlite(folder.path().join("store.db")), "test", &[]).await.unwrap();
        let mut tx = store.write();
        save(&mut tx, "alice", "r", &record(1));
        save(&mut tx, "bob", "r", &record(2));
        tx.commit().await.unwrap();
        let mut tx = store.write();
        save(&mut tx, "bob", "r", &record(3));
        let twice = tx.commit().await.unwrap_err();
        assert!(matches!(twice, Error::Conflict(_)), "{twice:?}");
        let mut reader = store.read().await.unwrap();
        assert_eq!(find(&mut reader, "bob", "r").await.unwrap(), Some(record(2)));
        assert_eq!(find(&mut reader, "bob", "s").await.unwrap(), None);
    }

    #[tokio::test]
    async fn only_old_answers_are_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(Config::sqlite(folder.path().join("store.db")), "test", &[]).await.unwrap();
        let mut tx = store.write();
        save(&mut tx, "alice", "old", &record(1));
        save(&mut tx, "alice", "new", &record(2));
        assert_eq!(prune(tx.conn().await.unwrap(), 2).await.unwrap(), 1);
        assert_eq!(find(tx.conn().await.unwrap(), "alice", "old").await.unwrap(), None);
        assert_eq!(find(tx.conn().await.unwrap(), "alice", "new").await.unwrap(), Some(record(2)));
    }
}
