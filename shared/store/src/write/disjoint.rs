//! The law of changes that are made together: of none may the outcome depend on another, since PostgreSQL makes them as
//! parts of one statement on one snapshot, and SQLite one after the other. Two backends that disagree would be found in
//! production; a write that breaks the law fails on both.
//!
//! Checked is what the statements say: rows that are named by their key ([`crate::Change::insert`], [`crate::Save`]), and
//! tables that a part of a statement reads. What a statement meets by a condition of its own is known to the database only.

use super::change::{Change, Key};
use crate::Error;

/// No two changes may write one row, and none may read a table that an earlier one writes. Rows that are only inserted
/// are the database's matter: a key that is taken is [`Error::Conflict`] either way.
pub(crate) fn must_be_disjoint(changes: &[Change]) -> Result<(), Error> {
    for (number, later) in changes.iter().enumerate() {
        for earlier in changes.iter().take(number) {
            if let Some(table) = met_twice(earlier, later) {
                tracing::error!(
                    table,
                    ?earlier,
                    ?later,
                    "two changes meet one row: flush the write between them"
                );
                return Err(Error::Corrupt("two changes that are made together meet one row"));
            }
            if let Some(table) = target(earlier.text()).filter(|table| reads(later.text(), table)) {
                tracing::error!(
                    table,
                    ?earlier,
                    ?later,
                    "a change reads what another writes: flush between them"
                );
                return Err(Error::Corrupt("a change reads what another one writes that is made with it"));
            }
        }
    }
    Ok(())
}

/// The table of a row that both write.
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

/// The table that a statement writes.
pub(crate) fn target(text: &str) -> Option<&str> {
    let rest = WRITES.iter().find_map(|begin| text.trim_start().strip_prefix(begin))?;
    rest.split([' ', '(', '\n']).find(|word| !word.is_empty())
}

/// Whether a part of the statement selects from the table.
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
    fn no_row_is_written_twice() {
        let insert = Change::insert_all(&[note(1), note(2)]);
        for again in [UPDATE.of(&note(2)), UPSERT.of(&note(2)), DELETE.of(&note(2))] {
            assert!(!is_lawful(&[insert.clone(), again.clone()]), "{again:?}");
            assert!(!is_lawful(&[again.clone(), insert.clone()]), "{again:?}");
            assert!(!is_lawful(&[again.clone(), again.clone()]), "{again:?}");
        }
    }

    #[test]
    fn other_rows_are_written_with_it() {
        let changes =
            [Change::insert(&note(1)), UPDATE.of(&note(2)), UPSERT.of(&note(3)), DELETE.of(&note(4))];
        assert!(is_lawful(&changes));
        assert!(is_lawful(&[UPDATE.of(&note(1)), DELETE_ALL.of(&note(1))]), "whose rows nobody knows");
        assert!(is_lawful(&[Change::insert(&note(1)), Change::insert(&note(1))]), "the database refuses it");
    }

    #[test]
    fn nothing_is_read_that_was_written_before() {
        let (insert, count) = (Change::insert(&note(1)), Change::new(COUNT).bind("ana"));
        assert!(!is_lawful(&[insert.clone(), count.clone()]));
        assert!(is_lawful(&[count, insert]), "it sees the state before on both databases");
    }

    #[test]
    fn a_statement_says_what_it_writes_and_reads() {
        assert_eq!(target("\n    UPDATE note\n   SET text = $1"), Some("note"));
        assert_eq!(target("DELETE FROM note WHERE owner = $1"), Some("note"));
        assert_eq!(target("INSERT INTO note(owner) VALUES ($1)"), Some("note"));
        assert_eq!(target("SELECT 1"), None);
        assert!(reads(COUNT, "note") && !reads(COUNT, "owner"));
        assert!(!reads("DELETE FROM note WHERE owner = $1", "note"));
    }

    #[tokio::test]
    async fn an_unlawful_write_fails_whether_it_is_dry_or_not_and_a_flush_makes_it_lawful() {
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
