//! The value of a column: [`Column`] for a value, [`Cell`] for a value or NULL.

use crate::{Db, Row, Value};
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::{Decode, Row as _, Type};

/// A type that the database itself stores.
pub trait Raw: Into<Value> + for<'r> Decode<'r, Db> + Type<Db> {
    /// NULL in a column of this type.
    const ABSENT: Value;
}

/// A type whose values are stored as one of the types of the database.
pub trait Column: Sized {
    /// The type in the database.
    type Raw: Raw;
    /// Reads the stored form; `None` when the stored form is invalid.
    fn from_raw(raw: Self::Raw) -> Option<Self>;
    /// The stored form.
    fn to_raw(&self) -> Self::Raw;
}

/// An enumeration that is stored as text, such as `PENDING`. Add a new word to the code one release before
/// any code stores it: an older release refuses a word that it does not know.
pub trait Word: Copy + PartialEq + 'static {
    /// Every value, with the word that is stored for it.
    const WORDS: &'static [(Self, &'static str)];

    /// The stored word.
    fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(value, _)| *value == self).map_or("", |(_, word)| word)
    }
}

/// The value of a row in one column: a [`Column`], or an `Option` of one for a column that may be NULL.
pub trait Cell: Sized {
    /// Reads the value from the row. The error is the invalid stored value, as text for people.
    fn read(row: &Row, column: &str) -> Result<Self, String>;
    /// The value to bind.
    fn value(&self) -> Value;
}

impl<C: Column> Cell for C {
    fn read(row: &Row, column: &str) -> Result<Self, String> {
        let raw: C::Raw = row.try_get(column).map_err(|_| shown(row, column))?;
        C::from_raw(raw).ok_or_else(|| shown(row, column))
    }

    fn value(&self) -> Value {
        self.to_raw().into()
    }
}

impl<C: Column> Cell for Option<C> {
    fn read(row: &Row, column: &str) -> Result<Self, String> {
        let raw: Option<C::Raw> = row.try_get(column).map_err(|_| shown(row, column))?;
        raw.map(|raw| C::from_raw(raw).ok_or_else(|| shown(row, column))).transpose()
    }

    fn value(&self) -> Value {
        self.as_ref().map_or(C::Raw::ABSENT, |value| value.to_raw().into())
    }
}

/// The stored value of a column as text for people, whatever its type.
pub(crate) fn shown(row: &Row, column: &str) -> String {
    let text = row.try_get::<Option<String>, _>(column).map(Value::Text);
    let value = text.or_else(|_| row.try_get::<Option<i64>, _>(column).map(Value::Number));
    let value = value.or_else(|_| row.try_get::<Option<Vec<u8>>, _>(column).map(Value::Bytes));
    value.map_or_else(|_| "a value of another type".to_owned(), |value| value.told())
}

impl Raw for String {
    const ABSENT: Value = Value::Text(None);
}

impl Raw for i64 {
    const ABSENT: Value = Value::Number(None);
}

impl Raw for Vec<u8> {
    const ABSENT: Value = Value::Bytes(None);
}

impl Column for String {
    type Raw = String;

    fn from_raw(raw: String) -> Option<Self> {
        Some(raw)
    }

    fn to_raw(&self) -> String {
        self.clone()
    }
}

impl Column for i64 {
    type Raw = i64;

    fn from_raw(raw: i64) -> Option<Self> {
        Some(raw)
    }

    fn to_raw(&self) -> i64 {
        *self
    }
}

impl<W: Word> Column for W {
    type Raw = String;

    fn from_raw(raw: String) -> Option<Self> {
        W::WORDS.iter().find(|(_, word)| *word == raw).map(|(value, _)| *value)
    }

    fn to_raw(&self) -> String {
        self.word().to_owned()
    }
}

/// A truth value is stored as 0 or 1.
impl Column for bool {
    type Raw = i64;

    fn from_raw(raw: i64) -> Option<Self> {
        match raw {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    fn to_raw(&self) -> i64 {
        i64::from(*self)
    }
}

/// An instant is stored as microseconds since 1970, UTC.
impl Column for Timestamp {
    type Raw = i64;

    fn from_raw(raw: i64) -> Option<Self> {
        Timestamp::from_microsecond(raw).ok()
    }

    fn to_raw(&self) -> i64 {
        self.as_microsecond()
    }
}

/// A day is stored as an RFC 3339 full-date: `2026-11-21`.
impl Column for Date {
    type Raw = String;

    fn from_raw(raw: String) -> Option<Self> {
        // The parser also accepts other notations of a date, which would sort differently as text.
        raw.parse().ok().filter(|date: &Date| date.to_string() == raw)
    }

    fn to_raw(&self) -> String {
        self.to_string()
    }
}

impl Column for Vec<u8> {
    type Raw = Vec<u8>;

    fn from_raw(raw: Vec<u8>) -> Option<Self> {
        Some(raw)
    }

    fn to_raw(&self) -> Vec<u8> {
        self.clone()
    }
}
