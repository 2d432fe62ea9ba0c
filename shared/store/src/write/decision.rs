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

/// The query for the newest decisions that meet a condition.
macro_rules! newest {
    ($condition:literal) => {
        Select::new(concat!(
            "SELECT * FROM decision WHERE (decided_at, id) < ($1, $2) AND decided_at >= $3",
            $condition,
            " ORDER BY decided_at DESC, id DESC LIMIT $4",
        ))
    };
}

const UNLESS_KNOWN: &str = "ON CONFLICT (id) DO NOTHING";
const GET: Select<Decision> = Select::new("SELECT * FROM decision WHERE id = $1");
/// Newest first, each query along its own index. Parameters: time and id of the decision after which the list
/// goes on, the earliest time, the limit, the tenant.
const NEWEST: Select<Decision> = newest!("");
const NEWEST_REFUSED: Select<Decision> = newest!(" AND accepted = 0");
const NEWEST_OF_TENANT: Select<Decision> = newest!(" AND tenant = $5");
const PRUNE_REFUSED: &str = "DELETE FROM decision WHERE id IN (SELECT id FROM decision \
     WHERE erase_at < $1 ORDER BY erase_at LIMIT $2)";

pub(crate) const STATEMENTS: &[&dyn Statement] =
    &[&GET, &NEWEST, &NEWEST_REFUSED, &NEWEST_OF_TENANT, &PRUNE_REFUSED];

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
        /// The instant that was judged.
        decided_at: Timestamp,
        /// When the decision may be erased; `None` for an accepted one, which is kept.
        erase_at: Option<Timestamp>,
        /// The tenant on whose behalf the call was made; empty for operators and services.
        tenant: String,
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

/// The place in a list of decisions, newest first, at which a part of the list begins.
#[derive(Debug, Clone, Copy)]
pub struct Before<'a> {
    /// Time of the decision before this part, in microseconds UTC.
    pub decided_at: i64,
    /// Id of that decision.
    pub id: &'a str,
    /// The time at which the list ends, in microseconds UTC: no decision is older.
    pub earliest: i64,
    /// Maximum number of decisions to read.
    pub limit: i64,
}

/// Which decisions a list has.
#[derive(Debug, Clone, Copy)]
pub enum Scope<'a> {
    /// All decisions.
    All,
    /// Refused decisions.
    Refused,
    /// Decisions about calls on behalf of this tenant.
    OfTenant(&'a str),
}

/// A part of the list of decisions, newest first.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn newest_first(
    conn: &mut Connection,
    scope: Scope<'_>,
    before: Before<'_>,
) -> Result<Vec<Decision>, Error> {
    let (query, tenant) = match scope {
        Scope::All => (NEWEST.query(), None),
        Scope::Refused => (NEWEST_REFUSED.query(), None),
        Scope::OfTenant(tenant) => (NEWEST_OF_TENANT.query(), Some(tenant.to_owned())),
    };
    let query = query.bind(before.decided_at).bind(before.id.to_owned());
    let query = query.bind(before.earliest).bind(before.limit);
    let query = match tenant {
        Some(tenant) => query.bind(tenant),
        None => query,
    };
    Ok(query.fetch_all(conn).await?)
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
    use super::{Before, Decision, Scope, erase_time, get, newest_first, prune_refused, save};
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
            tenant: "contoso.example".to_owned(),
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
    async fn decisions_are_listed_newest_first_from_any_place_on() {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder).await;
        let mut tx = store.write();
        for (id, accepted, decided_at) in [("a", true, 1), ("b", true, 2), ("c", false, 2), ("d", true, 3)] {
            save(&mut tx, &decision(id, accepted, decided_at));
        }
        save(&mut tx, &Decision { tenant: "fabrikam.example".to_owned(), ..decision("e", true, 4) });
        tx.commit().await.unwrap();
        let mut reader = store.read().await.unwrap();
        let newest = Before { decided_at: i64::MAX, id: "", earliest: i64::MIN, limit: 10 };
        for (scope, before, expected) in [
            (Scope::All, newest, "edcba"),
            (Scope::All, Before { limit: 2, ..newest }, "ed"),
            (Scope::All, Before { decided_at: 2, id: "c", ..newest }, "ba"),
            (Scope::All, Before { earliest: 2, ..newest }, "edcb"),
            (Scope::Refused, newest, "c"),
            (Scope::OfTenant("contoso.example"), newest, "dcba"),
        ] {
            let listed = newest_first(&mut reader, scope, before).await.unwrap();
            let ids: String = listed.into_iter().map(|decision| decision.id).collect();
            assert_eq!(ids, expected, "{scope:?} {before:?}");
        }
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
