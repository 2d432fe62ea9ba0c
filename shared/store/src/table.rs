//! A table, declared once: [`table!`](crate::table!) names its columns, and with them what a row holds, how it is read
//! and how it is bound. The SQL around it stays literal: `SELECT * FROM partnership WHERE id = $1` can be pasted into a
//! shell, and so can `UPDATE partnership SET state = :state WHERE id = :id`.

use crate::{Change, Db, Row, Value};
use jiff::Timestamp;
use sqlx::query::QueryAs;
use sqlx::{AssertSqlSafe, Database, FromRow, Row as _};

/// A row of a table: [`table!`](crate::table!) implements it.
pub trait Table: Sized {
    /// Name of the table.
    const NAME: &'static str;
    /// Its columns, in the order in which they are declared; the first is the key.
    const COLUMNS: &'static [&'static str];
    /// The values of the columns, in their order.
    fn values(&self) -> Vec<Value>;
}

/// What a column holds.
pub trait Column: Sized {
    /// Reads it from a row. What no value of this type is stored as is an error that names row and column.
    fn read(row: &Row, column: &str) -> Result<Self, sqlx::Error>;
    /// As it is bound.
    fn value(&self) -> Value;
}

/// One of a few words, as a column holds it: `PENDING`.
pub trait Word: Copy + PartialEq + 'static {
    /// Every value with its word.
    const WORDS: &'static [(Self, &'static str)];

    /// Its word.
    fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(value, _)| *value == self).map_or("", |(_, word)| word)
    }
}

/// Declares a table: a row struct that reads and binds itself.
#[macro_export]
macro_rules! table {
    ($(#[$doc:meta])* $vis:vis struct $row:ident in $table:literal {
        $($(#[$told:meta])* $column:ident: $kind:ty,)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        $vis struct $row { $($(#[$told])* $vis $column: $kind,)* }

        impl $crate::Table for $row {
            const NAME: &'static str = $table;
            const COLUMNS: &'static [&'static str] = &[$(stringify!($column)),*];

            fn values(&self) -> Vec<$crate::Value> {
                vec![$($crate::Column::value(&self.$column)),*]
            }
        }

        impl<'r> sqlx::FromRow<'r, $crate::Row> for $row {
            fn from_row(row: &'r $crate::Row) -> Result<Self, sqlx::Error> {
                Ok($row { $($column: $crate::Column::read(row, stringify!($column))?,)* })
            }
        }
    };
}

/// A query for whole rows: `text` begins with `SELECT * FROM`, and asks for the declared columns, so that a column that
/// a later release adds disturbs no statement that a connection has prepared.
pub fn rows<T>(text: &'static str) -> QueryAs<'static, Db, T, <Db as Database>::Arguments>
where
    T: Table + for<'r> FromRow<'r, Row>,
{
    sqlx::query_as(AssertSqlSafe(selected::<T>(text)))
}

/// `SELECT *` with the declared columns in place of the star.
pub fn selected<T: Table>(text: &'static str) -> String {
    text.replacen('*', &T::COLUMNS.join(", "), 1)
}

impl Change {
    /// Inserts a row.
    pub fn insert<T: Table>(row: &T) -> Self {
        let numbers: Vec<String> = (1..=T::COLUMNS.len()).map(|number| format!("${number}")).collect();
        let (table, columns) = (T::NAME, T::COLUMNS.join(", "));
        let text = format!("INSERT INTO {table} ({columns}) VALUES ({})", numbers.join(", "));
        Change::owned(text, row.values())
    }

    /// The statement `text` with the row's values for `:column`.
    pub fn of_row<T: Table>(text: &'static str, row: &T) -> Self {
        let (text, named) = numbered(text, T::COLUMNS);
        let values = row.values();
        Change::owned(text, named.into_iter().filter_map(|at| values.get(at).cloned()).collect())
    }
}

/// The statement with `$1…$n` in place of `:column`, and which columns those are. A name that is no column's stays as it
/// is: no database takes it.
pub fn numbered(text: &str, columns: &[&str]) -> (String, Vec<usize>) {
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

/// A value that no column of this type may hold, with the row that holds it.
fn broken(row: &Row, column: &str, value: impl std::fmt::Display) -> sqlx::Error {
    let key: String = row.try_get(0).unwrap_or_default();
    let source = format!("row `{key}` holds `{value}`").into();
    sqlx::Error::ColumnDecode { index: column.to_owned(), source }
}

impl<W: Word> Column for W {
    fn read(row: &Row, column: &str) -> Result<Self, sqlx::Error> {
        let text: String = row.try_get(column)?;
        let known = W::WORDS.iter().find(|(_, word)| *word == text);
        known.map(|(value, _)| *value).ok_or_else(|| broken(row, column, text))
    }

    fn value(&self) -> Value {
        self.word().into()
    }
}

impl Column for Timestamp {
    fn read(row: &Row, column: &str) -> Result<Self, sqlx::Error> {
        let micros: i64 = row.try_get(column)?;
        Timestamp::from_microsecond(micros).map_err(|_| broken(row, column, micros))
    }

    fn value(&self) -> Value {
        self.as_microsecond().into()
    }
}

impl Column for Option<Timestamp> {
    fn read(row: &Row, column: &str) -> Result<Self, sqlx::Error> {
        let micros: Option<i64> = row.try_get(column)?;
        micros
            .map(|micros| Timestamp::from_microsecond(micros).map_err(|_| broken(row, column, micros)))
            .transpose()
    }

    fn value(&self) -> Value {
        self.map(Timestamp::as_microsecond).into()
    }
}

impl Column for bool {
    fn read(row: &Row, column: &str) -> Result<Self, sqlx::Error> {
        match row.try_get(column)? {
            0_i64 => Ok(false),
            1 => Ok(true),
            other => Err(broken(row, column, other)),
        }
    }

    fn value(&self) -> Value {
        i64::from(*self).into()
    }
}

macro_rules! as_stored {
    ($($kind:ty),*) => {
        $(impl Column for $kind {
            fn read(row: &Row, column: &str) -> Result<Self, sqlx::Error> {
                row.try_get(column)
            }

            fn value(&self) -> Value {
                self.clone().into()
            }
        })*
    };
}

as_stored!(String, Option<String>, i64, Option<i64>);

#[cfg(test)]
mod tests {
    use super::numbered;

    #[test]
    fn names_are_numbered_once_each() {
        let (text, named) = numbered("SET b = :b, c = :c WHERE a = :a AND b = :b - 1", &["a", "b", "c"]);
        assert_eq!(text, "SET b = $1, c = $2 WHERE a = $3 AND b = $1 - 1");
        assert_eq!(named, [1, 2, 0]);
    }

    #[test]
    fn a_name_that_is_no_column_stays() {
        assert_eq!(numbered("a = :z", &["a"]).0, "a = :z");
    }
}
