//! A table that is declared once: [`table!`](crate::table!) lists its columns, and so defines the row struct,
//! how a row is read and how its values are bound.
//!
//! The SQL stays literal text that can be pasted into a shell: a [`Select`] is
//! `SELECT * FROM partnership WHERE id = $1`, a [`Save`] is
//! `UPDATE partnership SET state = :state WHERE id = :id`.

pub(crate) mod column;

use crate::write::change::Key;
use crate::write::disjoint::target;
use crate::write::placeholders::listed;
use crate::{Broken, Change, Db, Error, Row, Value};
use column::Cell;
use sqlx::query::QueryAs;
use sqlx::{AssertSqlSafe, Database, FromRow};
use std::marker::PhantomData;

/// A query of sqlx for rows of type `T`, ready for its parameters.
pub type Query<T> = QueryAs<'static, Db, T, <Db as Database>::Arguments>;

/// A row of a table, or of a query over several tables. Use [`table!`](crate::table!) to implement it.
pub trait Table: Sized + for<'r> FromRow<'r, Row> {
    /// Name of the table.
    const NAME: &'static str;
    /// The columns, in the order of their declaration.
    const COLUMNS: &'static [&'static str];
    /// The key columns. In an error, their values name the row.
    const KEY: &'static [&'static str];
    /// The values of the columns, in the same order.
    fn values(&self) -> Vec<Value>;
}

/// Declares a table: the row struct, and how it is read and bound.
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

/// A statement of a service. A test prepares each one to check it against the schema.
pub trait Statement: Sync {
    /// The text for the database, with parameters `$1…$n`.
    fn sql(&self) -> String;
}

impl Statement for &'static str {
    fn sql(&self) -> String {
        (*self).to_owned()
    }
}

/// A query for rows of type `T`.
///
/// A text that begins with `SELECT *` selects the declared columns only: prepared statements stay valid when
/// a later release adds a column. A join must list its columns.
#[derive(Debug)]
pub struct Select<T> {
    text: &'static str,
    of: PhantomData<fn() -> T>,
}

impl<T: Table> Select<T> {
    /// The query with this text.
    pub const fn new(text: &'static str) -> Self {
        Select { text, of: PhantomData }
    }

    /// The query of sqlx, for binding parameters and running it.
    pub fn query(&self) -> Query<T> {
        sqlx::query_as(AssertSqlSafe(self.text()))
    }

    /// Like [`Select::query`], with `:list` replaced by a list of `count` placeholders from `$first` on, for
    /// `IN :list`. An empty list becomes one NULL, which equals nothing: some databases refuse `IN ()`.
    pub fn query_list(&self, first: usize, count: usize) -> Query<T> {
        sqlx::query_as(AssertSqlSafe(self.text().replace(LIST, &listed(first, count))))
    }

    /// Like [`Select::query`], with `:pairs` replaced by `count` rows of two placeholders each, from `$first`
    /// on, for `(one, other) IN (:pairs)`.
    pub fn query_pairs(&self, first: usize, count: usize) -> Query<T> {
        sqlx::query_as(AssertSqlSafe(self.text().replace(PAIRS, &pairs(first, count))))
    }

    fn text(&self) -> String {
        match self.text.trim_start().strip_prefix(SELECT_ALL) {
            Some(rest) => format!("SELECT {}{rest}", T::COLUMNS.join(", ")),
            None => self.text.to_owned(),
        }
    }
}

const LIST: &str = ":list";
const PAIRS: &str = ":pairs";
const SELECT_ALL: &str = "SELECT *";
const VALUES: &str = "VALUES";

/// A list is empty here, and pairs are one: their number is known only when the query runs.
impl<T: Table> Statement for Select<T> {
    fn sql(&self) -> String {
        self.text().replace(LIST, &listed(1, 0)).replace(PAIRS, &pairs(1, 1))
    }
}

/// `VALUES` with `count` rows of two placeholders.
fn pairs(first: usize, count: usize) -> String {
    let rows: Vec<String> = (0..count).map(|row| listed(first + row * 2, 2)).collect();
    format!("{VALUES} {}", rows.join(", "))
}

/// A statement that writes rows of type `T`. In its text, `:column` stands for the value of that column.
#[derive(Debug)]
pub struct Save<T> {
    text: &'static str,
    of: PhantomData<fn() -> T>,
}

impl<T: Table> Save<T> {
    /// The statement with this text.
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

    /// The change that saves all `rows` in one statement: the list after `VALUES` is repeated for each row.
    /// The list may contain only `:column`s, and no `:column` may follow it. Without rows, the statement is
    /// invalid and must not be executed.
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

    /// Whether the statement writes the table of `T`, and there only the row with the key of the given row.
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

/// The key of these rows.
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

    /// Inserts rows in one statement. Without rows, the statement is invalid and must not be executed.
    pub fn insert_all<T: Table>(rows: &[T]) -> Self {
        let columns = T::COLUMNS.len();
        let placeholders: Vec<String> =
            (0..rows.len()).map(|row| listed(row * columns + 1, columns)).collect();
        let (table, names) = (T::NAME, T::COLUMNS.join(", "));
        let text = format!("INSERT INTO {table} ({names}) VALUES {}", placeholders.join(", "));
        Change::owned(text, rows.iter().flat_map(Table::values).collect()).of_key(key(rows))
    }
}

/// Reads a column of a row. The code that [`table!`](crate::table!) generates calls it.
///
/// # Errors
/// A [`Broken`] value inside an error of sqlx, which converts to [`crate::Error::Broken`].
pub fn cell<T: Table, C: Cell>(row: &Row, column: &'static str) -> Result<C, sqlx::Error> {
    C::read(row, column).map_err(|value| {
        let key: Vec<String> = T::KEY.iter().map(|column| column::shown(row, column)).collect();
        let broken = Broken { table: T::NAME, key: key.join("/"), column, value };
        sqlx::Error::Decode(Box::new(broken))
    })
}

/// The error for a row whose `column` holds an invalid value, for code that decodes the stored bytes itself.
pub fn broken<T: Table>(row: &T, column: &'static str) -> Error {
    let values = row.values();
    let told = |name: &str| {
        let at = T::COLUMNS.iter().position(|column| *column == name);
        at.and_then(|at| values.get(at)).map(Value::told).unwrap_or_default()
    };
    let key: Vec<String> = T::KEY.iter().map(|column| told(column)).collect();
    Error::Broken { table: T::NAME, key: key.join("/"), column, value: told(column) }
}

/// The statement with `$1…$n` in place of each `:column`, and the indexes of those columns. A name that is
/// not a column stays unchanged, and the database refuses the statement.
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
