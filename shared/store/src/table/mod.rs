//! A table, declared once: [`table!`](crate::table!) names its columns, and with them what a row holds, how it is read
//! and how it is bound.
//!
//! The SQL around it stays literal and can be pasted into a shell: a [`Select`] is `SELECT * FROM partnership WHERE id =
//! $1`, a [`Save`] is `UPDATE partnership SET state = :state WHERE id = :id`.

pub(crate) mod column;

use crate::write::change::Key;
use crate::write::disjoint::target;
use crate::write::placeholders::listed;
use crate::{Broken, Change, Db, Error, Row, Value};
use column::Cell;
use sqlx::query::QueryAs;
use sqlx::{AssertSqlSafe, Database, FromRow};
use std::marker::PhantomData;

/// A query for rows of type `T`: sqlx's own, ready to be bound.
pub type Query<T> = QueryAs<'static, Db, T, <Db as Database>::Arguments>;

/// A row of a table, or of a query over several: [`table!`](crate::table!) implements it.
pub trait Table: Sized + for<'r> FromRow<'r, Row> {
    /// Name of the table.
    const NAME: &'static str;
    /// Its columns, in the order in which they are declared.
    const COLUMNS: &'static [&'static str];
    /// The columns that tell one row from another; in an error, their values name the row.
    const KEY: &'static [&'static str];
    /// The values of the columns, in their order.
    fn values(&self) -> Vec<Value>;
}

/// Declares a table: a row struct that reads and binds itself.
///
/// ```
/// csp_store::table! {
///     /// A note.
///     pub(crate) struct NoteRow in "note" key [owner, number] {
///         owner: String,
///         number: i64,
///         text: Option<String>,
///     }
/// }
/// ```
/// Without `key`, the first column is the key.
#[macro_export]
macro_rules! table {
    (
        $(#[$doc:meta])* $vis:vis struct $row:ident in $table:literal $(key [$($key:ident),+])? {
            $(#[$first_told:meta])* $first:ident: $first_kind:ty,
            $($(#[$told:meta])* $column:ident: $kind:ty,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        $vis struct $row {
            $(#[$first_told])* $vis $first: $first_kind,
            $($(#[$told])* $vis $column: $kind,)*
        }

        impl $crate::Table for $row {
            const NAME: &'static str = $table;
            const COLUMNS: &'static [&'static str] = &[stringify!($first) $(, stringify!($column))*];
            const KEY: &'static [&'static str] = $crate::table!(@key $first $($($key)+)?);

            fn values(&self) -> Vec<$crate::Value> {
                vec![$crate::Cell::value(&self.$first) $(, $crate::Cell::value(&self.$column))*]
            }
        }

        impl<'r> sqlx::FromRow<'r, $crate::Row> for $row {
            fn from_row(row: &'r $crate::Row) -> Result<Self, sqlx::Error> {
                Ok($row {
                    $first: $crate::cell::<$row, _>(row, stringify!($first))?,
                    $($column: $crate::cell::<$row, _>(row, stringify!($column))?,)*
                })
            }
        }
    };
    (@key $first:ident) => { &[stringify!($first)] };
    (@key $first:ident $($key:ident)+) => { &[$(stringify!($key)),+] };
}

/// A statement of a service, as the database gets it: what a test prepares to see that it fits the schema.
pub trait Statement: Sync {
    /// Its text, with parameters `$1…$n`.
    fn sql(&self) -> String;
}

impl Statement for &'static str {
    fn sql(&self) -> String {
        (*self).to_owned()
    }
}

/// A question for rows of type `T`.
///
/// A text that begins with `SELECT *` asks for the declared columns, so that a column that a later release adds disturbs
/// no statement that a connection has prepared. A join writes its columns out.
#[derive(Debug)]
pub struct Select<T> {
    text: &'static str,
    of: PhantomData<fn() -> T>,
}

impl<T: Table> Select<T> {
    /// The question `text`.
    pub const fn new(text: &'static str) -> Self {
        Select { text, of: PhantomData }
    }

    /// The question, to be bound and asked.
    pub fn query(&self) -> Query<T> {
        sqlx::query_as(AssertSqlSafe(self.text()))
    }

    /// The question with a list of `count` placeholders from `$first` on in place of `:list`, for `IN :list`. An empty
    /// list is one NULL, which equals nothing: some databases refuse `IN ()`.
    pub fn query_list(&self, first: usize, count: usize) -> Query<T> {
        sqlx::query_as(AssertSqlSafe(self.text().replace(LIST, &listed(first, count))))
    }

    fn text(&self) -> String {
        match self.text.trim_start().strip_prefix(SELECT_ALL) {
            Some(rest) => format!("SELECT {}{rest}", T::COLUMNS.join(", ")),
            None => self.text.to_owned(),
        }
    }
}

const LIST: &str = ":list";
const SELECT_ALL: &str = "SELECT *";
const VALUES: &str = "VALUES";

/// A list is empty here: how long it is, only the question knows.
impl<T: Table> Statement for Select<T> {
    fn sql(&self) -> String {
        self.text().replace(LIST, &listed(1, 0))
    }
}

/// A change of one row of type `T`, with `:column` for the row's values.
#[derive(Debug)]
pub struct Save<T> {
    text: &'static str,
    of: PhantomData<fn() -> T>,
}

impl<T: Table> Save<T> {
    /// The change `text`.
    pub const fn new(text: &'static str) -> Self {
        Save { text, of: PhantomData }
    }

    /// The change that saves `row`.
    pub fn of(&self, row: &T) -> Change {
        let (text, named) = numbered(self.text, T::COLUMNS);
        let values = row.values();
        let values = named.into_iter().filter_map(|at| values.get(at).cloned()).collect();
        self.keyed(Change::owned(text, values), std::slice::from_ref(row))
    }

    /// The change that saves all `rows` in one statement: the list after `VALUES`, of `:column`s and nothing else, stands
    /// there once for each row. No `:column` may stand after it; of no rows, no change may be made.
    pub fn of_all(&self, rows: &[T]) -> Change {
        let (text, named) = numbered(self.text, T::COLUMNS);
        let (head, from_list) = text.split_once(VALUES).unwrap_or((&text, ""));
        let (_, tail) = from_list.split_once(')').unwrap_or_default();
        let lists: Vec<String> =
            (0..rows.len()).map(|row| listed(row * named.len() + 1, named.len())).collect();
        let values = rows.iter().flat_map(|row| {
            let values = row.values();
            named.iter().filter_map(move |at| values.get(*at).cloned()).collect::<Vec<_>>()
        });
        let text = format!("{head}{VALUES} {}{tail}", lists.join(", "));
        self.keyed(Change::owned(text, values.collect()), rows)
    }
}

impl<T: Table> Save<T> {
    fn keyed(&self, change: Change, rows: &[T]) -> Change {
        if self.names_key() { change.of_key(key(rows)) } else { change }
    }

    /// Whether the change writes the row's own table, and in it the row with its key and no other.
    fn names_key(&self) -> bool {
        let text = self.text.trim_start();
        let is_named = |column: &&str| {
            text.match_indices(':').any(|(at, _)| {
                let (before, name) = text.split_at(at);
                let is_condition =
                    || last_word(before.trim_end().trim_end_matches('=').trim_end()) == *column;
                word(name.trim_start_matches(':')) == *column
                    && (text.starts_with("INSERT") || is_condition())
            })
        };
        target(text) == Some(T::NAME) && T::KEY.iter().all(is_named)
    }
}

/// The key of those rows.
fn key<T: Table>(rows: &[T]) -> Key {
    let at: Vec<usize> =
        T::KEY.iter().filter_map(|key| T::COLUMNS.iter().position(|column| column == key)).collect();
    let key = |row: &T| {
        let values = row.values();
        at.iter().filter_map(|at| values.get(*at).cloned()).collect()
    };
    Key { table: T::NAME, columns: T::KEY, rows: rows.iter().map(key).collect() }
}

/// The name that a text ends with.
fn last_word(text: &str) -> &str {
    let length = text.bytes().rev().take_while(|byte| byte.is_ascii_lowercase() || *byte == b'_').count();
    text.split_at(text.len() - length).1
}

/// The name that a text begins with.
fn word(text: &str) -> &str {
    let length = text.bytes().take_while(|byte| byte.is_ascii_lowercase() || *byte == b'_').count();
    text.split_at(length).0
}

impl<T: Table> Statement for Save<T> {
    fn sql(&self) -> String {
        numbered(self.text, T::COLUMNS).0
    }
}

impl Change {
    /// Inserts a row.
    pub fn insert<T: Table>(row: &T) -> Self {
        Self::insert_all(std::slice::from_ref(row))
    }

    /// Inserts rows in one statement; of none, no change may be made.
    pub fn insert_all<T: Table>(rows: &[T]) -> Self {
        let columns = T::COLUMNS.len();
        let placeholders: Vec<String> =
            (0..rows.len()).map(|row| listed(row * columns + 1, columns)).collect();
        let (table, names) = (T::NAME, T::COLUMNS.join(", "));
        let text = format!("INSERT INTO {table} ({names}) VALUES {}", placeholders.join(", "));
        Change::owned(text, rows.iter().flat_map(Table::values).collect()).of_key(key(rows))
    }
}

/// Reads a column of a row: what [`table!`](crate::table!) calls.
///
/// # Errors
/// A [`Broken`] value, as sqlx carries it; [`crate::Error::Broken`] once it left sqlx.
pub fn cell<T: Table, C: Cell>(row: &Row, column: &'static str) -> Result<C, sqlx::Error> {
    C::read(row, column).map_err(|value| {
        let key: Vec<String> = T::KEY.iter().map(|column| column::shown(row, column)).collect();
        let broken = Broken { table: T::NAME, key: key.join("/"), column, value };
        sqlx::Error::Decode(Box::new(broken))
    })
}

/// The fault of a row whose `column` holds what does not decode: for whoever knows what its bytes mean.
pub fn broken<T: Table>(row: &T, column: &'static str) -> Error {
    let values = row.values();
    let told = |name: &str| {
        let at = T::COLUMNS.iter().position(|column| *column == name);
        at.and_then(|at| values.get(at)).map(Value::told).unwrap_or_default()
    };
    let key: Vec<String> = T::KEY.iter().map(|column| told(column)).collect();
    Error::Broken { table: T::NAME, key: key.join("/"), column, value: told(column) }
}

/// The statement with `$1…$n` in place of `:column`, and which columns those are. A name that is no column's stays as it
/// is: no database takes it.
fn numbered(text: &str, columns: &[&str]) -> (String, Vec<usize>) {
    let (mut numbered, mut named) = (String::with_capacity(text.len()), Vec::new());
    let mut rest = text;
    while let Some((before, from)) = rest.split_once(':') {
        let length = from.bytes().take_while(|byte| byte.is_ascii_lowercase() || *byte == b'_').count();
        let (name, after) = from.split_at(length);
        numbered.push_str(before);
        match columns.iter().position(|column| *column == name) {
            Some(column) => {
                let known = named.iter().position(|at| *at == column);
                let at = known.unwrap_or_else(|| {
                    named.push(column);
                    named.len() - 1
                });
                numbered.push_str(&format!("${}", at + 1));
            }
            None => numbered.push_str(&format!(":{name}")),
        }
        rest = after;
    }
    numbered.push_str(rest);
    (numbered, named)
}

#[cfg(test)]
mod tests;
