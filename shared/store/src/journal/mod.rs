//! The journal: one entry for each change of a resource, written with the change.
//!
//! It is the audit trail, and the source of the change feed. Entries are never changed, but for the feed
//! position that a sequencer gives them after the commit. Secrets never enter it.

pub(crate) mod withdrawal;

use crate::{Change as Put, Connection, Error, Row};
use sqlx::Row as _;

/// Entries that one statement appends, at most: databases limit the parameters of a statement.
pub(crate) const ENTRIES_WRITTEN_MAX: usize = 100;

/// Entries that one read returns, at most.
pub const ENTRIES_READ_MAX: u32 = 500;

const APPEND: &str = "INSERT INTO journal (event_id, time, actor, command, resource, resource_type, revision, \
     change_before, change_after, decision_id, request_id) VALUES";
const COLUMNS: usize = 11;
const PAGE: &str = "SELECT event_id, position, time, actor, command, resource, resource_type, revision, \
     change_before, change_after, decision_id, request_id FROM journal \
     WHERE event_id > $1 AND resource <> '' ORDER BY event_id LIMIT $2";
const OF_RESOURCE: &str = "SELECT event_id, position, time, actor, command, resource, resource_type, revision, \
     change_before, change_after, decision_id, request_id FROM journal \
     WHERE resource = $1 AND (revision, event_id) > ($2, $3) ORDER BY revision, event_id LIMIT $4";

/// What a change did to a resource, as JSON text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// The resource before; none when it was created.
    pub before: Option<String>,
    /// The resource after; none when it ceased to exist.
    pub after: Option<String>,
}

/// An entry to append.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Chosen by the caller, unique for ever.
    pub event_id: String,
    /// When, in microseconds UTC.
    pub time: i64,
    /// Who did it.
    pub actor: String,
    /// The RPC that did it.
    pub command: &'static str,
    /// The name of the resource that changed.
    pub resource: String,
    /// The kind of the resource.
    pub resource_type: &'static str,
    /// The resource's revision after the change.
    pub revision: i64,
    /// What changed.
    pub change: Change,
    /// The decision that allowed it, where one did.
    pub decision_id: Option<String>,
    /// The caller's request id, where it sent one.
    pub request_id: Option<String>,
}

/// An entry as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// See [`Entry::event_id`].
    pub event_id: String,
    /// The place in the feed; none until the sequencer gave one.
    pub position: Option<i64>,
    /// When, in microseconds UTC.
    pub time: i64,
    /// See [`Entry::actor`].
    pub actor: String,
    /// See [`Entry::command`].
    pub command: String,
    /// See [`Entry::resource`].
    pub resource: String,
    /// See [`Entry::resource_type`].
    pub resource_type: String,
    /// See [`Entry::revision`].
    pub revision: i64,
    /// See [`Entry::change`].
    pub change: Change,
    /// See [`Entry::decision_id`].
    pub decision_id: Option<String>,
    /// See [`Entry::request_id`].
    pub request_id: Option<String>,
}

/// Where to go on reading a resource's entries: the revision of the last one, and its id.
pub type Cursor<'a> = (i64, &'a str);

/// Before the first entry.
pub const START: Cursor<'static> = (i64::MIN, "");

/// The changes that append entries, one for [`ENTRIES_WRITTEN_MAX`] of them.
pub(crate) fn appended(entries: &[Entry]) -> impl Iterator<Item = Put> {
    entries.chunks(ENTRIES_WRITTEN_MAX).map(|entries| {
        let change = Put::of_rows(APPEND, COLUMNS, entries.len(), "");
        entries.iter().fold(change, |change, entry| {
            change
                .bind(entry.event_id.as_str())
                .bind(entry.time)
                .bind(entry.actor.as_str())
                .bind(entry.command)
                .bind(entry.resource.as_str())
                .bind(entry.resource_type)
                .bind(entry.revision)
                .bind(entry.change.before.as_deref())
                .bind(entry.change.after.as_deref())
                .bind(entry.decision_id.as_deref())
                .bind(entry.request_id.as_deref())
        })
    })
}

/// The entries after the one with the id `after` (none: from the first one on) in order of their ids, at most `count`
/// and [`ENTRIES_READ_MAX`].
///
/// For looking back only, not for following: an entry may still be committed with a lower id than one that was read.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn page(conn: &mut Connection, after: &str, count: u32) -> Result<Vec<Recorded>, Error> {
    let query = sqlx::query(PAGE).bind(after).bind(i64::from(count.min(ENTRIES_READ_MAX)));
    query.fetch_all(conn).await?.iter().map(recorded).collect()
}

/// The entries of one resource after `after` in order of revision, at most `count` and [`ENTRIES_READ_MAX`].
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
    let query = sqlx::query(OF_RESOURCE).bind(resource).bind(after.0).bind(after.1).bind(count);
    query.fetch_all(conn).await?.iter().map(recorded).collect()
}

pub(crate) fn recorded(row: &Row) -> Result<Recorded, Error> {
    Ok(Recorded {
        event_id: row.try_get("event_id")?,
        position: row.try_get("position")?,
        time: row.try_get("time")?,
        actor: row.try_get("actor")?,
        command: row.try_get("command")?,
        resource: row.try_get("resource")?,
        resource_type: row.try_get("resource_type")?,
        revision: row.try_get("revision")?,
        change: Change { before: row.try_get("change_before")?, after: row.try_get("change_after")? },
        decision_id: row.try_get("decision_id")?,
        request_id: row.try_get("request_id")?,
    })
}

#[cfg(test)]
mod tests {
    use super::{Change, Entry, START, of_resource, page};
    use crate::{Config, Error, Store};

    fn entry(event_id: &str, time: i64, resource: &str, revision: i64) -> Entry {
        Entry {
            event_id: event_id.to_owned(),
            time,
            actor: "someone".to_owned(),
            command: "Rename",
            resource: resource.to_owned(),
            resource_type: "thing",
            revision,
            change: Change { before: None, after: Some("{}".to_owned()) },
            decision_id: None,
            request_id: Some("r".to_owned()),
        }
    }

    #[tokio::test]
    async fn what_was_appended_is_read_in_order_and_by_resource() {
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
        assert_eq!(rest[0].change.after.as_deref(), Some("{}"));
        assert_eq!((rest[0].position, rest[0].request_id.as_deref()), (None, Some("r")));
        let of_a = of_resource(&mut reader, "a", START, 9).await.unwrap();
        assert_eq!(of_a.iter().map(|entry| entry.revision).collect::<Vec<_>>(), [1, 2]);
        assert!(of_resource(&mut reader, "a", (2, "c"), 9).await.unwrap().is_empty());
    }
}
