//! Decisions: what the policy answered, so that it can be shown and judged again later.
//!
//! An accepted decision is saved with its effect and kept; a refused one is remembered best effort
//! ([`crate::Store::note_refusal`]) and pruned after [`REFUSED_KEPT_MICROS`].

use crate::{Change, Connection, Error, Tx};
use sqlx::Row as _;

/// How long a refused decision is kept: 30 days, in microseconds.
pub const REFUSED_KEPT_MICROS: i64 = 30 * 24 * 60 * 60 * 1_000_000;

/// Rows that one call prunes, at most.
pub const REFUSED_PRUNED_MAX: u32 = 1000;

const INSERT: &str = "INSERT INTO decision (id, boundary, subject, accepted, as_of, decided_at, caller, request_id, body) \
     VALUES";
const UNLESS_KNOWN: &str = "ON CONFLICT (id) DO NOTHING";
const COLUMNS: usize = 9;
const GET: &str = "SELECT id, boundary, subject, accepted, as_of, decided_at, caller, request_id, body \
     FROM decision WHERE id = $1";
const PRUNE_REFUSED: &str = "DELETE FROM decision WHERE id IN (SELECT id FROM decision \
     WHERE accepted = 0 AND decided_at < $1 ORDER BY decided_at LIMIT $2)";

/// A decision of the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Chosen by the caller, unique for ever.
    pub id: String,
    /// The boundary that decided.
    pub boundary: String,
    /// The name of what it decided about.
    pub subject: String,
    /// Whether the call was allowed.
    pub accepted: bool,
    /// The day that it was decided for: `2020-10-01`.
    pub as_of: String,
    /// When it was decided, in microseconds UTC.
    pub decided_at: i64,
    /// Who asked.
    pub caller: String,
    /// The caller's request id, where it sent one.
    pub request_id: Option<String>,
    /// The rules and facts, in the service's own encoding.
    pub body: Vec<u8>,
}

/// Saves a decision with the write that it allowed.
pub fn save(tx: &mut Tx, decision: &Decision) {
    tx.put(bound(Change::of_rows(INSERT, COLUMNS, 1, ""), decision));
}

/// Saves decisions but those whose id is known.
pub(crate) fn save_unless_known(tx: &mut Tx, decisions: &[Decision]) {
    let change = Change::of_rows(INSERT, COLUMNS, decisions.len(), UNLESS_KNOWN);
    tx.put(decisions.iter().fold(change, bound));
}

fn bound(change: Change, decision: &Decision) -> Change {
    change
        .bind(decision.id.as_str())
        .bind(decision.boundary.as_str())
        .bind(decision.subject.as_str())
        .bind(i64::from(decision.accepted))
        .bind(decision.as_of.as_str())
        .bind(decision.decided_at)
        .bind(decision.caller.as_str())
        .bind(decision.request_id.as_deref())
        .bind(decision.body.as_slice())
}

/// The decision with this id, if it is known.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn get(conn: &mut Connection, id: &str) -> Result<Option<Decision>, Error> {
    let Some(row) = sqlx::query(GET).bind(id).fetch_optional(conn).await? else {
        return Ok(None);
    };
    Ok(Some(Decision {
        id: row.try_get("id")?,
        boundary: row.try_get("boundary")?,
        subject: row.try_get("subject")?,
        accepted: row.try_get::<i64, _>("accepted")? == 1,
        as_of: row.try_get("as_of")?,
        decided_at: row.try_get("decided_at")?,
        caller: row.try_get("caller")?,
        request_id: row.try_get("request_id")?,
        body: row.try_get("body")?,
    }))
}

/// Erases refused decisions from before `before` (microseconds UTC), oldest first, and says how many: call it
/// again while it says [`REFUSED_PRUNED_MAX`].
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn prune_refused(conn: &mut Connection, before: i64) -> Result<u64, Error> {
    let query = sqlx::query(PRUNE_REFUSED).bind(before).bind(i64::from(REFUSED_PRUNED_MAX));
    Ok(query.execute(conn).await?.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::{Decision, get, prune_refused, save};
    use crate::{Config, Error, REFUSALS_QUEUED_MAX, Store};

    fn decision(id: &str, accepted: bool, decided_at: i64) -> Decision {
        Decision {
            id: id.to_owned(),
            boundary: "Rename".to_owned(),
            subject: "things/a".to_owned(),
            accepted,
            as_of: "2020-10-01".to_owned(),
            decided_at,
            caller: "someone".to_owned(),
            request_id: None,
            body: vec![0, 255],
        }
    }

    async fn open(folder: &tempfile::TempDir) -> Store {
        Store::open(Config::sqlite(folder.path().join("store.db")), "test", &[]).await.unwrap()
    }

    #[tokio::test]
    async fn a_decision_is_saved_once_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder).await;
        let mut tx = store.write();
        save(&mut tx, &decision("d", true, 1));
        tx.commit().await.unwrap();
        let mut tx = store.write();
        save(&mut tx, &decision("d", true, 1));
        let twice = tx.commit().await.unwrap_err();
        assert!(matches!(twice, Error::Conflict(_)), "{twice:?}");
        let mut reader = store.read().await.unwrap();
        assert_eq!(get(&mut reader, "d").await.unwrap(), Some(decision("d", true, 1)));
        assert_eq!(get(&mut reader, "e").await.unwrap(), None);
    }

    #[tokio::test]
    async fn only_old_refusals_are_pruned() {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder).await;
        store.note_refusal(decision("old", false, 1));
        store.note_refusal(decision("new", false, 10));
        store.drain_refusals().await;
        let mut tx = store.write();
        save(&mut tx, &decision("accepted", true, 1));
        assert_eq!(prune_refused(tx.conn().await.unwrap(), 10).await.unwrap(), 1);
        tx.commit().await.unwrap();
        let mut reader = store.read().await.unwrap();
        for (id, is_kept) in [("old", false), ("new", true), ("accepted", true)] {
            assert_eq!(get(&mut reader, id).await.unwrap().is_some(), is_kept, "{id}");
        }
    }

    #[tokio::test]
    async fn a_refusal_that_waits_is_written_when_its_store_is_closed() {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder).await;
        store.note_refusal(decision("d", false, 1));
        store.close().await.unwrap();
        let mut reader = open(&folder).await.read().await.unwrap();
        assert!(get(&mut reader, "d").await.unwrap().is_some());
    }

    #[tokio::test]
    async fn a_refusal_too_many_is_counted_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder).await;
        // This test's runtime has one thread: the queue is not worked off before the next await.
        for number in 0..REFUSALS_QUEUED_MAX + 3 {
            store.note_refusal(decision(&format!("d{number}"), false, 1));
        }
        assert_eq!(store.refusals_lost(), 3);
        // A store that is closed waits for them, but not for as long as a slow disk may take.
        store.drain_refusals().await;
        store.close().await.unwrap();
        let store = open(&folder).await;
        let mut tx = store.write();
        assert_eq!(
            prune_refused(tx.conn().await.unwrap(), 2).await.unwrap(),
            u64::from(super::REFUSED_PRUNED_MAX)
        );
        assert_eq!(prune_refused(tx.conn().await.unwrap(), 2).await.unwrap(), 24);
    }
}
