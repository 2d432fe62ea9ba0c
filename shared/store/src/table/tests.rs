//! Reading and writing the rows of a declared table.

use super::{Save, Select, Statement, numbered};
use crate::{Change, Config, Error, Migration, Store, Word};
use jiff::Timestamp;

const SCHEMA: &[Migration] = &[Migration {
    version: 1,
    name: "note",
    sql: "CREATE TABLE note (owner TEXT NOT NULL, number BIGINT NOT NULL, mood TEXT NOT NULL, due BIGINT, seen BIGINT \
          NOT NULL, PRIMARY KEY (owner, number))",
}];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mood {
    Calm,
    Bright,
}

impl Word for Mood {
    const WORDS: &'static [(Mood, &'static str)] = &[(Mood::Calm, "CALM"), (Mood::Bright, "BRIGHT")];
}

table! {
    /// A note.
    struct NoteRow in "note" key [owner, number] {
        owner: String,
        number: i64,
        mood: Mood,
        due: Option<Timestamp>,
        seen: bool,
    }
}

const BY_OWNER: Select<NoteRow> = Select::new("SELECT * FROM note WHERE owner = $1 ORDER BY number");
const BY_NUMBERS: Select<NoteRow> = Select::new("SELECT * FROM note WHERE number IN :list ORDER BY number");
const UPDATE: Save<NoteRow> =
    Save::new("UPDATE note SET mood = :mood, seen = :seen WHERE owner = :owner AND number = :number");

const KEEP_LATEST: Save<NoteRow> = Save::new(
    "INSERT INTO note (owner, number, mood, seen) VALUES (:owner, :number, :mood, :seen)
     ON CONFLICT (owner, number) DO UPDATE SET mood = excluded.mood WHERE note.seen = 0",
);

fn note(number: i64) -> NoteRow {
    let due = Some(Timestamp::from_second(number).unwrap());
    NoteRow { owner: "ana".to_owned(), number, mood: Mood::Calm, due, seen: false }
}

async fn store(folder: &tempfile::TempDir) -> Store {
    let store = Store::open(Config::sqlite(folder.path().join("note.db")), "test", SCHEMA).await.unwrap();
    let mut tx = store.write();
    tx.put(Change::insert_all(&[note(1), note(2)]));
    tx.flush().await.unwrap();
    tx.put(UPDATE.of(&NoteRow { mood: Mood::Bright, seen: true, ..note(2) }).must_meet(1));
    tx.commit().await.unwrap();
    store
}

async fn ruin(store: &Store, change: &'static str) -> Error {
    let mut tx = store.write();
    tx.put(Change::new(change));
    tx.commit().await.unwrap();
    let mut reader = store.read_once().await.unwrap();
    BY_OWNER.query().bind("ana").fetch_all(&mut *reader).await.map_err(Error::from).unwrap_err()
}

#[tokio::test]
async fn a_row_is_read_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let mut reader = store.read_once().await.unwrap();
    let rows = BY_OWNER.query().bind("ana").fetch_all(&mut *reader).await.unwrap();
    assert_eq!(rows, [note(1), NoteRow { mood: Mood::Bright, seen: true, ..note(2) }]);
    let rows = BY_NUMBERS.query_list(1, 2).bind(7_i64).bind(1_i64).fetch_all(&mut *reader).await.unwrap();
    assert_eq!(rows, [note(1)]);
    assert!(BY_NUMBERS.query_list(1, 0).fetch_all(&mut *reader).await.unwrap().is_empty());
}

#[tokio::test]
async fn rows_are_saved_in_one_statement_that_must_affect_every_row() {
    let folder = tempfile::tempdir().unwrap();
    let store = &store(&folder).await;
    let bright = |number| NoteRow { mood: Mood::Bright, due: None, ..note(number) };
    let save = |rows: Vec<NoteRow>| async move {
        let mut tx = store.write();
        tx.put(KEEP_LATEST.of_all(&rows).must_meet(rows.len()));
        tx.commit().await
    };
    save(vec![bright(1), bright(3)]).await.unwrap();
    assert!(
        matches!(save(vec![bright(2), bright(4)]).await, Err(Error::LostRace)),
        "note 2 was seen and must not change"
    );
    let mut reader = store.read_once().await.unwrap();
    let rows = BY_OWNER.query().bind("ana").fetch_all(&mut *reader).await.unwrap();
    let moods: Vec<_> = rows.iter().map(|row| (row.number, row.mood)).collect();
    assert_eq!(moods, [(1, Mood::Bright), (2, Mood::Bright), (3, Mood::Bright)]);
}

#[tokio::test]
async fn an_invalid_stored_value_is_reported_with_its_table_row_and_column() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    for (change, told) in [
        ("UPDATE note SET mood = 'WILD' WHERE number = 2", "note `ana/2` holds `WILD` in mood"),
        ("UPDATE note SET mood = 'CALM', seen = 7", "note `ana/1` holds `7` in seen"),
        (
            "UPDATE note SET seen = 0, due = 9000000000000000000",
            "note `ana/1` holds `9000000000000000000` in due",
        ),
    ] {
        let broken = ruin(&store, change).await;
        assert!(matches!(broken, Error::Broken { table: "note", .. }), "{broken:?}");
        assert_eq!(broken.to_string(), format!("the database is damaged: {told}"));
    }
}

#[tokio::test]
async fn a_preview_stores_nothing_and_has_no_connection() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let mut preview = store.write_dry();
    preview.put(Change::insert(&note(3)));
    preview.flush().await.unwrap();
    assert!(matches!(preview.conn().await.unwrap_err(), Error::Corrupt(_)));
    preview.commit().await.unwrap();
    let mut reader = store.read_once().await.unwrap();
    assert_eq!(BY_OWNER.query().bind("ana").fetch_all(&mut *reader).await.unwrap().len(), 2);
}

#[test]
fn each_column_name_gets_one_parameter_number() {
    let (text, named) = numbered("SET b = :b, c = :c WHERE a = :a AND b = :b - 1", &["a", "b", "c"]);
    assert_eq!(text, "SET b = $1, c = $2 WHERE a = $3 AND b = $1 - 1");
    assert_eq!(named, [1, 2, 0]);
}

#[test]
fn a_name_that_is_not_a_column_stays_unchanged() {
    assert_eq!(numbered("a = :z", &["a"]).0, "a = :z");
}

#[test]
fn only_a_star_at_the_beginning_is_replaced_by_the_columns() {
    assert!(BY_OWNER.sql().starts_with("SELECT owner, number, mood, due, seen FROM note"));
    let counted: Select<NoteRow> = Select::new("SELECT COUNT(*) FROM note");
    assert_eq!(counted.sql(), "SELECT COUNT(*) FROM note");
    assert!(BY_NUMBERS.sql().ends_with("WHERE number IN (NULL) ORDER BY number"));
}
