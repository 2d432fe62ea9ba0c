//! The journal: one entry for each change of a resource, written in the transaction of the change.
//!
//! The journal is the audit trail and the source of the change feed. Entries are never changed, except for
//! the feed position that a sequencer gives them after the commit. Secrets never enter the journal.

pub(crate) mod withdrawal;

use crate::{Change as Put, Connection, Error, Select, Statement};
use jiff::Timestamp;

/// Maximum number of entries that one statement appends: databases limit the parameters of a statement.
pub(crate) const ENTRIES_WRITTEN_MAX: usize = 100;

/// Maximum number of entries that one read returns.
pub const ENTRIES_READ_MAX: u32 = 500;

const PAGE: Select<Recorded> =
    Select::new("SELECT * FROM journal WHERE event_id > $1 AND resource <> '' ORDER BY event_id LIMIT $2");
const OF_RESOURCE: Select<Recorded> = Select::new(
    "SELECT * FROM journal WHERE resource = $1 AND (revision, event_id) > ($2, $3) \
     ORDER BY revision, event_id LIMIT $4",
);

pub(crate) const STATEMENTS: &[&dyn Statement] = &[&PAGE, &OF_RESOURCE];

/// A resource before and after a change, as JSON text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// The resource before the change; `None` when it was created.
    pub before: Option<String>,
    /// The resource after the change; `None` when it was deleted.
    pub after: Option<String>,
}

/// An entry to append to the journal.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Chosen by the service, and never used twice.
    pub event_id: String,
    /// When the change was made.
    pub time: Timestamp,
    /// Who made the change, in the service's own encoding.
    pub actor: String,
    /// Full name of the RPC that made the change, or the bare name of work that no caller asked for.
    pub method: &'static str,
    /// The name of the resource that changed.
    pub resource: String,
    /// The kind of the resource: full name of its message.
    pub resource_type: String,
    /// The resource's revision after the change.
    pub revision: i64,
    /// The resource before and after.
    pub change: Change,
    /// The decision that allowed the change, if there is one.
    pub decision_id: Option<String>,
    /// The caller's request id, if the caller sent one.
    pub request_id: Option<String>,
}

crate::table! {
    /// An entry as it is stored.
    pub struct Recorded in "journal" {
        /// See [`Entry::event_id`].
        event_id: String,
        /// The position in the feed; `None` until a sequencer gave one.
        position: Option<i64>,
        /// See [`Entry::time`].
        time: Timestamp,
        /// See [`Entry::actor`].
        actor: String,
        /// See [`Entry::method`].
        method: String,
        /// See [`Entry::resource`].
        resource: String,
        /// See [`Entry::resource_type`].
        resource_type: String,
        /// See [`Entry::revision`].
        revision: i64,
        /// See [`Change::before`].
        change_before: Option<String>,
        /// See [`Change::after`].
        change_after: Option<String>,
        /// See [`Entry::decision_id`].
        decision_id: Option<String>,
        /// See [`Entry::request_id`].
        request_id: Option<String>,
    }
}

impl From<&Entry> for Recorded {
    fn from(entry: &Entry) -> Self {
        Recorded {
            event_id: entry.event_id.clone(),
            position: None,
            time: entry.time,
            actor: entry.actor.clone(),
            method: entry.method.to_owned(),
            resource: entry.resource.clone(),
            resource_type: entry.resource_type.clone(),
            revision: entry.revision,
            change_before: entry.change.before.clone(),
            change_after: entry.change.after.clone(),
            decision_id: entry.decision_id.clone(),
            request_id: entry.request_id.clone(),
        }
    }
}

/// The last entry of a resource that was read: its revision and its id.
pub type Cursor<'a> = (i64, &'a str);

/// The cursor before the first entry of a resource.
pub const START: Cursor<'static> = (i64::MIN, "");

/// The changes that append the entries, one change for each [`ENTRIES_WRITTEN_MAX`] entries.
pub(crate) fn appended(entries: &[Entry]) -> impl Iterator<Item = Put> {
    entries.chunks(ENTRIES_WRITTEN_MAX).map(|entries| {
        let rows: Vec<Recorded> = entries.iter().map(Recorded::from).collect();
        Put::insert_all(&rows)
    })
}

/// The entries after the one with the id `after` (empty: from the first one on), ordered by id: at most
/// `count`, and at most [`ENTRIES_READ_MAX`].
///
/// Use this function to read the past, not to follow new entries: an entry with a lower id than one already
/// read may still be committed.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn page(conn: &mut Connection, after: &str, count: u32) -> Result<Vec<Recorded>, Error> {
    let query = PAGE.query().bind(after).bind(i64::from(count.min(ENTRIES_READ_MAX)));
    Ok(query.fetch_all(conn).await?)
}

/// The entries of one resource after `after`, ordered by revision: at most `count`, and at most
/// [`ENTRIES_READ_MAX`].
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn of_resource(
    conn: &mut Connection,
    resource: &str,
    after: Cursor<'_>,
    count: u32,
) -> Result<Vec<Recorded>, Error> {
    let count = i64::from(count.min(ENTRIES_READ_MAX));
    let query = OF_RESOURCE.query().bind(resource).bind(after.0).bind(after.1).bind(count);
    Ok(query.fetch_all(conn).await?)
}

#[cfg(test)]
mod tests {
    use super::{Change, Entry, START, of_resource, page};
    use crate::{Config, Error, Store};
    use jiff::Timestamp;

    fn entry(event_id: &str, time: i64, resource: &str, revision: i64) -> Entry {
        Entry {
            event_id: event_id.to_owned(),
            time: Timestamp::from_microsecond(time).unwrap(),
            actor: "someone".to_owned(),
            method: "Rename",
            resource: resource.to_owned(),
            resource_type: "thing".to_owned(),
            revision,
            change: Change { before: None, after: Some("{}".to_owned()) },
            decision_id: None,
            request_id: Some("r".to_owned()),
        }
    }

    #[tokio::test]
    async fn appended_entries_are_read_in_order_and_by_resource() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(Config::sqlite(folder.path().join("store.db")), "test", &[]).await.unwrap();
        let mut tx = store.write();
        let entries = [entry("c", 2, "a", 2), entry("b", 1, "a", 1), entry("a", 2, "b", 1)];
        tx.append(&entries);
        tx.commit().await.unwrap();
        let mut tx = store.write();
        tx.append(&[entry("a", 3, "b", 2)]);
        let twice = tx.commit().await.unwrap_err();
        assert!(matches!(twice, Error::Conflict(_)), "{twice:?}");

        let mut reader = store.read().await.unwrap();
        let first = page(&mut reader, "", 2).await.unwrap();
        let ids: Vec<_> = first.iter().map(|entry| entry.event_id.as_str()).collect();
        assert_eq!(ids, ["a", "b"]);
        let rest = page(&mut reader, "b", 2).await.unwrap();
        assert_eq!(rest.len(), 1);
        assert_eq!(rest[0].change_after.as_deref(), Some("{}"));
        assert_eq!((rest[0].position, rest[0].request_id.as_deref()), (None, Some("r")));
        let of_a = of_resource(&mut reader, "a", START, 9).await.unwrap();
        assert_eq!(of_a.iter().map(|entry| entry.revision).collect::<Vec<_>>(), [1, 2]);
        assert!(of_resource(&mut reader, "a", (2, "c"), 9).await.unwrap().is_empty());
    }
}
