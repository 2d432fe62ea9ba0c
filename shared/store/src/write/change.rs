//! Statements that change rows and whose results are not needed before the write ends. Collected, they cost
//! one round trip on PostgreSQL.

use crate::Db;
use sqlx::Database;
use sqlx::query::Query;
use std::borrow::Cow;
use std::fmt;

/// Maximum number of values that one statement binds: databases limit the parameters of a statement.
pub(crate) const VALUES_MAX: usize = 8_000;

/// A statement that changes rows: see [`crate::Tx::put`]. Its debug output hides the values.
#[derive(Clone)]
pub struct Change {
    text: Cow<'static, str>,
    values: Vec<Value>,
    rows: Option<usize>,
    key: Option<Key>,
}

/// The rows that a change writes, if the change identifies them by key.
#[derive(Clone)]
pub(crate) struct Key {
    pub table: &'static str,
    /// The key columns of the table.
    pub columns: &'static [&'static str],
    /// The values of the key columns, one list for each row.
    pub rows: Vec<Vec<Value>>,
}

/// A value that a statement binds.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// Text, or NULL.
    Text(Option<String>),
    /// A number, or NULL.
    Number(Option<i64>),
    /// Bytes, or NULL.
    Bytes(Option<Vec<u8>>),
}

impl Change {
    /// The statement `text` with parameters `$1…$n`. Each parameter must be bound, in order.
    pub fn new(text: &'static str) -> Self {
        Change { text: Cow::Borrowed(text), values: Vec::new(), rows: None, key: None }
    }

    pub(crate) fn owned(text: String, values: Vec<Value>) -> Self {
        Change { text: Cow::Owned(text), values, rows: None, key: None }
    }

    /// Appends `tail` to the statement.
    #[must_use]
    pub(crate) fn followed_by(self, tail: &'static str) -> Self {
        Change { text: Cow::Owned(format!("{} {tail}", self.text)), ..self }
    }

    /// Binds the next value.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Requires the statement to affect exactly `rows` rows: otherwise the whole write fails with
    /// [`crate::Error::LostRace`].
    #[must_use]
    pub fn must_meet(mut self, rows: usize) -> Self {
        self.rows = Some(rows);
        self
    }

    /// Declares that the statement writes the rows with this key and no others.
    pub(crate) fn of_key(self, key: Key) -> Self {
        Change { key: Some(key), ..self }
    }

    pub(crate) fn key(&self) -> Option<&Key> {
        self.key.as_ref()
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The number of rows that the statement must affect, if that is required.
    pub(crate) fn rows(&self) -> Option<usize> {
        self.rows
    }

    /// The number of bound values.
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    pub(crate) fn values(self) -> Vec<Value> {
        self.values
    }

    /// Appends the statement to `text`, with its parameters renumbered: `$1` becomes `$first`, and so on.
    pub(crate) fn write_from(&self, first: usize, text: &mut String) {
        let mut is_quoted = false;
        let mut rest = self.text.as_ref();
        while let Some(at) = rest.find(['$', '\'']) {
            let (before, from) = rest.split_at(at);
            text.push_str(before);
            let digits = from.bytes().skip(1).take_while(u8::is_ascii_digit).count();
            let (token, after) = from.split_at(1 + digits * usize::from(from.starts_with('$')));
            is_quoted ^= token == "'";
            match token.get(1..).and_then(|number| number.parse::<usize>().ok()) {
                Some(number) if !is_quoted => {
                    text.push('$');
                    text.push_str(&(first + number).saturating_sub(1).to_string());
                }
                _ => text.push_str(token),
            }
            rest = after;
        }
        text.push_str(rest);
    }
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Change").field("text", &self.text).field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl Value {
    /// The value as text for an error message.
    pub(crate) fn told(&self) -> String {
        match self {
            Value::Text(Some(text)) => text.clone(),
            Value::Number(Some(number)) => number.to_string(),
            Value::Bytes(Some(bytes)) => format!("{} bytes", bytes.len()),
            Value::Text(None) | Value::Number(None) | Value::Bytes(None) => "NULL".to_owned(),
        }
    }

    /// Binds the value to a query of sqlx.
    pub(crate) fn bind_to<'q>(
        self,
        query: Query<'q, Db, <Db as Database>::Arguments>,
    ) -> Query<'q, Db, <Db as Database>::Arguments> {
        match self {
            Value::Text(text) => query.bind(text),
            Value::Number(number) => query.bind(number),
            Value::Bytes(bytes) => query.bind(bytes),
        }
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        Value::Text(text.map(str::to_owned))
    }
}

impl From<&Option<String>> for Value {
    fn from(text: &Option<String>) -> Self {
        Value::Text(text.clone())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(Some(text))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Value::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Some(text).into()
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        Value::Number(number)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Some(number).into()
    }
}

impl From<Option<&[u8]>> for Value {
    fn from(bytes: Option<&[u8]>) -> Self {
        Value::Bytes(bytes.map(<[u8]>::to_vec))
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Value::Bytes(Some(bytes))
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Some(bytes).into()
    }
}

#[cfg(test)]
mod tests {
    use super::Change;

    fn counted_on(text: &'static str, first: usize) -> String {
        let mut written = String::new();
        Change::new(text).write_from(first, &mut written);
        written
    }

    #[test]
    fn parameters_are_renumbered_but_not_in_quoted_text() {
        assert_eq!(counted_on("a = $1 AND b = $12", 1), "a = $1 AND b = $12");
        assert_eq!(counted_on("a = $1 AND b = $12 OR $2", 10), "a = $10 AND b = $21 OR $11");
        assert_eq!(counted_on("a = '$1' AND b = $1", 3), "a = '$1' AND b = $3");
        assert_eq!(counted_on("a = 'it''s $1' AND $2", 3), "a = 'it''s $1' AND $4");
        assert_eq!(counted_on("a = '' || $2 || '$'", 3), "a = '' || $4 || '$'");
    }

    #[test]
    fn debug_output_hides_the_values() {
        let change = Change::new("UPDATE a SET b = $1").bind("secret").must_meet(1);
        assert_eq!(format!("{change:?}"), "Change { text: \"UPDATE a SET b = $1\", rows: Some(1), .. }");
    }
}
