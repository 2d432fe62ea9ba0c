//! The stored answer to each request id: a repeat of the request gets the first answer.
//!
//! Only a request that had an effect is recorded, in the transaction of the effect. A request that was
//! refused is decided again when it is repeated.

use crate::{Change, Connection, Error, Select, Statement, Tx};
use jiff::Timestamp;

/// Minimum time that a record is kept: 24 hours, in microseconds.
pub const RETENTION_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

/// Maximum number of rows that one call of [`prune`] erases.
pub const RECORDS_PRUNED_MAX: u32 = 1000;

const FIND: Select<Record> =
    Select::new("SELECT * FROM idempotency WHERE caller_key = $1 AND request_id = $2");
const PRUNE: &str = "DELETE FROM idempotency WHERE (caller_key, request_id) IN \
     (SELECT caller_key, request_id FROM idempotency WHERE created < $1 ORDER BY created LIMIT $2)";

pub(crate) const STATEMENTS: &[&dyn Statement] = &[&FIND, &PRUNE];

crate::table! {
    /// The record of a request that had an effect.
    pub struct Record in "idempotency" key [caller_key, request_id] {
        /// Identifies the caller.
        caller_key: String,
        /// The request id that the caller chose.
        request_id: String,
        /// The RPC that was called.
        rpc: String,
        /// A digest of the request's content. A request with the same id and other content is a mistake of
        /// the caller.
        fingerprint: Vec<u8>,
        /// The encoded answer.
        response: Vec<u8>,
        /// When the answer was stored.
        created: Timestamp,
    }
}

/// The record of the caller's request with this id, if there is one.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn find(
    conn: &mut Connection,
    caller_key: &str,
    request_id: &str,
) -> Result<Option<Record>, Error> {
    Ok(FIND.query().bind(caller_key).bind(request_id).fetch_optional(conn).await?)
}

/// Stores the answer to a request. The write fails with [`Error::Conflict`] when the request was answered
/// meanwhile: then answer with the record that [`find`] returns.
pub fn save(tx: &mut Tx, record: &Record) {
    tx.put(Change::insert(record));
}

/// Erases records stored before `before` (microseconds since 1970, UTC; at least [`RETENTION_MICROS`] ago),
/// oldest first. Returns the number of erased records: call again while the number is [`RECORDS_PRUNED_MAX`].
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
    use jiff::Timestamp;

    fn record(caller_key: &str, request_id: &str, created: i64) -> Record {
        let (caller_key, request_id) = (caller_key.to_owned(), request_id.to_owned());
        Record {
            caller_key,
            request_id,
            rpc: "Rename".to_owned(),
            fingerprint: vec![1],
            response: Vec::new(),
            created: Timestamp::from_microsecond(created).unwrap(),
        }
    }

    #[tokio::test]
    async fn each_caller_has_one_stored_answer_per_request_id() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(Config::sqlite(folder.path().join("store.db")), "test", &[]).await.unwrap();
        let mut tx = store.write();
        save(&mut tx, &record("alice", "r", 1));
        save(&mut tx, &record("bob", "r", 2));
        tx.commit().await.unwrap();
        let mut tx = store.write();
        save(&mut tx, &record("bob", "r", 3));
        let twice = tx.commit().await.unwrap_err();
        assert!(matches!(twice, Error::Conflict(_)), "{twice:?}");
        let mut reader = store.read().await.unwrap();
        assert_eq!(find(&mut reader, "bob", "r").await.unwrap(), Some(record("bob", "r", 2)));
        assert_eq!(find(&mut reader, "bob", "s").await.unwrap(), None);
    }

    #[tokio::test]
    async fn only_old_answers_are_erased() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(Config::sqlite(folder.path().join("store.db")), "test", &[]).await.unwrap();
        let mut tx = store.write();
        save(&mut tx, &record("alice", "old", 1));
        save(&mut tx, &record("alice", "new", 2));
        assert_eq!(prune(tx.conn().await.unwrap(), 2).await.unwrap(), 1);
        assert_eq!(find(tx.conn().await.unwrap(), "alice", "old").await.unwrap(), None);
        assert_eq!(
            find(tx.conn().await.unwrap(), "alice", "new").await.unwrap(),
            Some(record("alice", "new", 2))
        );
    }
}
