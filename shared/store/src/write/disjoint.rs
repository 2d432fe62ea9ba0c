//! Changes that are executed together must not depend on each other. PostgreSQL executes them as parts of one
//! statement on one snapshot, SQLite executes them one after the other, so dependent changes could give
//! different results on the two databases. A write with dependent changes fails on both.
//!
//! The check sees only the text of the statements and their declared keys: the rows that are named by key
//! ([`crate::Change::insert`], [`crate::Save`]), and the tables that a subquery reads. Only the database
//! knows which rows any other condition selects.

use super::change::{Change, Key};
use crate::Error;

/// No two changes may write one row, and no change may read a table that an earlier one writes. Two plain
/// inserts of one row are left to the database: both backends answer with [`Error::Conflict`].
pub(crate) fn must_be_disjoint(changes: &[Change]) -> Result<(), Error> {
    for (number, later) in changes.iter().enumerate() {
        for earlier in changes.iter().take(number) {
            if let Some(table) = met_twice(earlier, later) {
                tracing::error!(
                    table,
                    ?earlier,
                    ?later,
                    "two changes of one write have the same row: call Tx::flush between them"
                );
                return Err(Error::Corrupt("two changes that are executed together write the same row"));
            }
            if let Some(table) = target(earlier.text()).filter(|table| reads(later.text(), table)) {
                tracing::error!(
                    table,
                    ?earlier,
                    ?later,
                    "a change reads a table that an earlier one writes: call Tx::flush between them"
                );
                return Err(Error::Corrupt(
                    "a change reads a table that another change, executed with it, writes",
                ));
            }
        }
    }
    Ok(())
}

/// The table in which both changes write the same row, if there is one.
fn met_twice<'a>(earlier: &'a Change, later: &Change) -> Option<&'a str> {
    let is_insert =
        |change: &Change| change.text().trim_start().starts_with(INSERT) && !change.text().contains(UPSERT);
    let (Some(one), Some(other)) = (earlier.key(), later.key()) else { return None };
    if one.table != other.table || one.columns != other.columns || is_insert(earlier) && is_insert(later) {
        return None;
    }
    let Key { table, rows, .. } = one;
    rows.iter().any(|row| other.rows.contains(row)).then_some(table)
}

const INSERT: &str = "INSERT INTO ";
const UPSERT: &str = "ON CONFLICT";
const WRITES: [&str; 3] = [INSERT, "UPDATE ", "DELETE FROM "];
const READS: [&str; 2] = ["FROM", "JOIN"];

/// The table that the statement writes.
pub(crate) fn target(text: &str) -> Option<&str> {
    let rest = WRITES.iter().find_map(|begin| text.trim_start().strip_prefix(begin))?;
    rest.split([' ', '(', '\n']).find(|word| !word.is_empty())
}

/// Whether a subquery of the statement reads the table.
fn reads(text: &str, table: &str) -> bool {
    let Some((_, part)) = text.split_once("SELECT") else { return false };
    let words: Vec<&str> = part.split([' ', '(', ')', ',', '\n']).filter(|word| !word.is_empty()).collect();
    words.windows(2).any(|pair| matches!(pair, [from, name] if READS.contains(from) && *name == table))
}

#[cfg(test)]
mod tests {
    use super::{must_be_disjoint, reads, target};
    use crate::{Change, Config, Error, Migration, Save, Store};

    crate::table! {
        struct NoteRow in "note" key [owner, number] {
            owner: String,
            number: i64,
            text: String,
        }
    }

    const SCHEMA: &[Migration] = &[Migration::new(
        "0001_note",
        "CREATE TABLE note (owner TEXT NOT NULL, number BIGINT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (owner, number))",
    )];
    const UPDATE: Save<NoteRow> =
        Save::new("UPDATE note SET text = :text WHERE owner   = :owner AND number = :number");
    const UPSERT: Save<NoteRow> = Save::new(
        "INSERT INTO note (owner, number, text) VALUES (:owner, :number, :text) \
         ON CONFLICT (owner, number) DO UPDATE SET text = excluded.text",
    );
    const DELETE: Save<NoteRow> = Save::new("DELETE FROM note WHERE owner = :owner AND number = :number");
    const DELETE_ALL: Save<NoteRow> = Save::new("DELETE FROM note WHERE owner = :owner");
    const COUNT: &str = "UPDATE owner SET notes = (SELECT COUNT(*) FROM note WHERE owner = $1) WHERE id = $1";

    fn note(number: i64) -> NoteRow {
        NoteRow { owner: "ana".to_owned(), number, text: "hello".to_owned() }
    }

    fn is_lawful(changes: &[Change]) -> bool {
        must_be_disjoint(changes).is_ok()
    }

    #[test]
    fn changes_executed_together_must_not_write_the_same_row() {
        let insert = Change::insert_all(&[note(1), note(2)]);
        for again in [UPDATE.of(&note(2)), UPSERT.of(&note(2)), DELETE.of(&note(2))] {
            assert!(!is_lawful(&[insert.clone(), again.clone()]), "{again:?}");
            assert!(!is_lawful(&[again.clone(), insert.clone()]), "{again:?}");
            assert!(!is_lawful(&[again.clone(), again.clone()]), "{again:?}");
        }
    }

    #[test]
    fn changes_of_different_rows_may_be_executed_together() {
        let changes =
            [Change::insert(&note(1)), UPDATE.of(&note(2)), UPSERT.of(&note(3)), DELETE.of(&note(4))];
        assert!(is_lawful(&changes));
        assert!(
            is_lawful(&[UPDATE.of(&note(1)), DELETE_ALL.of(&note(1))]),
            "the second change does not name its rows by key"
        );
        assert!(
            is_lawful(&[Change::insert(&note(1)), Change::insert(&note(1))]),
            "the database itself refuses a second insert"
        );
    }

    #[test]
    fn a_change_must_not_read_a_table_that_an_earlier_change_writes() {
        let (insert, count) = (Change::insert(&note(1)), Change::new(COUNT).bind("ana"));
        assert!(!is_lawful(&[insert.clone(), count.clone()]));
        assert!(
            is_lawful(&[count, insert]),
            "the earlier read sees the state before the insert on both databases"
        );
    }

    #[test]
    fn the_text_of_a_statement_shows_the_tables_it_writes_and_reads() {
        assert_eq!(target("\n    UPDATE note\n   SET text = $1"), Some("note"));
        assert_eq!(target("DELETE FROM note WHERE owner = $1"), Some("note"));
        assert_eq!(target("INSERT INTO note(owner) VALUES ($1)"), Some("note"));
        assert_eq!(target("SELECT 1"), None);
        assert!(reads(COUNT, "note") && !reads(COUNT, "owner"));
        assert!(!reads("DELETE FROM note WHERE owner = $1", "note"));
    }

    #[tokio::test]
    async fn dependent_changes_fail_in_any_write_unless_a_flush_separates_them() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::sqlite(folder.path().join("store.db"));
        let store = Store::open(config, "test", SCHEMA).await.unwrap();
        for mut unlawful in [store.write(), store.write_dry()] {
            unlawful.put(Change::insert(&note(1)));
            unlawful.put(UPDATE.of(&note(1)));
            assert!(matches!(unlawful.commit().await, Err(Error::Corrupt(_))));
        }
        for mut lawful in [store.write_dry(), store.write()] {
            lawful.put(Change::insert(&note(1)));
            lawful.flush().await.unwrap();
            lawful.put(UPDATE.of(&note(1)).must_meet(1));
            lawful.commit().await.unwrap();
        }
    }
}
