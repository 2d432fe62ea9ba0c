//! Decisions: what the policy answered, so that it can be shown and judged again later.
//!
//! An accepted decision is saved with its effect and kept; a refused one is remembered best effort
//! ([`crate::Store::note_refusal`]) and pruned after [`REFUSED_KEPT_MICROS`].

use crate::{Change, Connection, Error, Select, Statement, Tx};
use jiff::Timestamp;
use jiff::civil::Date;

/// How long a refused decision is kept: 30 days, in microseconds.
pub const REFUSED_KEPT_MICROS: i64 = 30 * 24 * 60 * 60 * 1_000_000;

/// Rows that one call prunes, at most.
pub const REFUSED_PRUNED_MAX: u32 = 1000;

const UNLESS_KNOWN: &str = "ON CONFLICT (id) DO NOTHING";
const GET: Select<Decision> = Select::new("SELECT * FROM decision WHERE id = $1");
const PRUNE_REFUSED: &str = "DELETE FROM decision WHERE id IN (SELECT id FROM decision \
     WHERE accepted = 0 AND decided_at < $1 ORDER BY decided_at LIMIT $2)";

/// Every statement of the table.
pub(crate) const STATEMENTS: &[&dyn Statement] = &[&GET, &PRUNE_REFUSED];

crate::table! {
    /// A decision of the policy.
    pub struct Decision in "decision" {
        /// Chosen by the caller, unique for ever.
        id: String,
        /// The boundary that decided.
        boundary: String,
        /// The name of what it decided about.
        subject: String,
        /// Whether the call was allowed.
        accepted: bool,
        /// The day that it was decided for.
        as_of: Date,
        /// When it was decided.
        decided_at: Timestamp,
        /// Who asked.
        caller: String,
        /// The caller's request id, where it sent one.
        request_id: Option<String>,
        /// The rules and facts, in the service's own encoding.
        body: Vec<u8>,
    }
}

/// Saves a decision with the write that it allowed.
pub fn save(tx: &mut Tx, decision: &Decision) {
    tx.put(Change::insert(decision));
}

/// Saves decisions but those whose id is known.
pub(crate) fn save_unless_known(tx: &mut Tx, decisions: &[Decision]) {
    tx.put(Change::insert_all(decisions).followed_by(UNLESS_KNOWN));
}

/// The decision with this id, if it is known.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn get(conn: &mut Connection, id: &str) -> Result<Option<Decision>, Error> {
    Ok(GET.query().bind(id).fetch_optional(conn).await?)
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
    use jiff::Timestamp;
    use jiff::civil::date;

    fn decision(id: &str, accepted: bool, decided_at: i64) -> Decision {
        Decision {
            id: id.to_owned(),
            boundary: "Rename".to_owned(),
            subject: "things/a".to_owned(),
            accepted,
            as_of: date(2020, 10, 1),
            decided_at: Timestamp::from_microsecond(decided_at).unwrap(),
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
