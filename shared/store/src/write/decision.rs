//! Decisions of the policy, stored so that they can be shown and judged again later.
//!
//! An accepted decision is stored in the transaction of its effect, and kept. A refused decision is stored
//! best effort ([`crate::Store::note_refusal`]), and erased after [`REFUSED_KEPT`], or after [`PREVIEW_KEPT`]
//! when the call was a preview.

use crate::{Change, Connection, Error, Select, Statement, Tx};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

/// How long a refused decision is kept.
pub const REFUSED_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long the refused decision of a preview is kept: somebody who tries out a request reads the decision at
/// once.
pub const PREVIEW_KEPT: SignedDuration = SignedDuration::from_hours(24);

/// Maximum number of rows that one call of [`prune_refused`] erases.
pub const REFUSED_PRUNED_MAX: u32 = 1000;

const UNLESS_KNOWN: &str = "ON CONFLICT (id) DO NOTHING";
const GET: Select<Decision> = Select::new("SELECT * FROM decision WHERE id = $1");
const PRUNE_REFUSED: &str = "DELETE FROM decision WHERE id IN (SELECT id FROM decision \
     WHERE erase_at < $1 ORDER BY erase_at LIMIT $2)";

pub(crate) const STATEMENTS: &[&dyn Statement] = &[&GET, &PRUNE_REFUSED];

crate::table! {
    /// A decision of the policy.
    pub struct Decision in "decision" {
        /// Chosen by the service, and never used twice.
        id: String,
        /// The boundary whose rules were applied.
        boundary: String,
        /// The resource name of the subject.
        subject: String,
        /// Whether the call was allowed.
        accepted: bool,
        /// The day that the decision was made for.
        as_of: Date,
        /// When the decision was made.
        decided_at: Timestamp,
        /// When the decision may be erased; `None` for an accepted one, which is kept.
        erase_at: Option<Timestamp>,
        /// Who made the call.
        caller: String,
        /// The caller's request id, where it sent one.
        request_id: Option<String>,
        /// The rules and facts, in the service's own encoding.
        body: Vec<u8>,
    }
}

/// Stores a decision in the transaction of the write that it allowed.
pub fn save(tx: &mut Tx, decision: &Decision) {
    tx.put(Change::insert(decision));
}

/// Stores decisions, except those whose id is stored already.
pub(crate) fn save_unless_known(tx: &mut Tx, decisions: &[Decision]) {
    tx.put(Change::insert_all(decisions).followed_by(UNLESS_KNOWN));
}

/// The decision with this id, if it is stored.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn get(conn: &mut Connection, id: &str) -> Result<Option<Decision>, Error> {
    Ok(GET.query().bind(id).fetch_optional(conn).await?)
}

/// When a refused decision made at `decided_at` may be erased.
pub fn erase_time(decided_at: Timestamp, is_preview: bool) -> Timestamp {
    let kept = if is_preview { PREVIEW_KEPT } else { REFUSED_KEPT };
    decided_at.checked_add(kept).unwrap_or(Timestamp::MAX)
}

/// Erases refused decisions whose time has come before `now` (microseconds since 1970, UTC), oldest first.
/// Returns the number of erased decisions: call again while the number is [`REFUSED_PRUNED_MAX`].
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn prune_refused(conn: &mut Connection, now: i64) -> Result<u64, Error> {
    let query = sqlx::query(PRUNE_REFUSED).bind(now).bind(i64::from(REFUSED_PRUNED_MAX));
    Ok(query.execute(conn).await?.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::{Decision, erase_time, get, prune_refused, save};
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
            erase_at: (!accepted).then(|| Timestamp::from_microsecond(decided_at).unwrap()),
            caller: "someone".to_owned(),
            request_id: None,
            body: vec![0, 255],
        }
    }

    async fn open(folder: &tempfile::TempDir) -> Store {
        Store::open(Config::sqlite(folder.path().join("store.db")), "test", &[]).await.unwrap()
    }

    #[tokio::test]
    async fn a_decision_is_stored_only_once_and_can_be_read() {
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

    #[test]
    fn the_decision_of_a_preview_is_kept_for_a_day_and_another_refused_one_for_thirty() {
        let decided = Timestamp::UNIX_EPOCH;
        for (is_preview, hours) in [(true, 24), (false, 720)] {
            assert_eq!(erase_time(decided, is_preview).as_second(), hours * 3600);
        }
        assert_eq!(erase_time(Timestamp::MAX, false), Timestamp::MAX);
    }

    #[tokio::test]
    async fn closing_the_store_writes_the_refusals_that_wait() {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder).await;
        store.note_refusal(decision("d", false, 1));
        store.close().await.unwrap();
        let mut reader = open(&folder).await.read().await.unwrap();
        assert!(get(&mut reader, "d").await.unwrap().is_some());
    }

    #[tokio::test]
    async fn a_refusal_that_finds_the_queue_full_is_counted_as_lost() {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder).await;
        // This test's runtime has one thread: the background task stores nothing before the next await.
        for number in 0..REFUSALS_QUEUED_MAX + 3 {
            store.note_refusal(decision(&format!("d{number}"), false, 1));
        }
        assert_eq!(store.refusals_lost(), 3);
        // Closing the store also waits for the queue, but only for a bounded time, which a slow disk may
        // exceed.
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
