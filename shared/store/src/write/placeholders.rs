//! Statements whose length depends on a number of rows or values: only placeholders are generated.

use crate::{Error, QueryResult};
use sqlx::AssertSqlSafe;

/// `head` and `rows` rows of `columns` placeholders each, then `tail`: for inserting many rows at once.
pub fn rows(head: &'static str, columns: usize, rows: usize, tail: &'static str) -> AssertSqlSafe<String> {
    let rows = (0..rows).map(|row| placeholders(row * columns + 1, columns)).collect::<Vec<_>>();
    AssertSqlSafe(format!("{head} {} {tail}", rows.join(", ")))
}

/// `head`, a list of `count` placeholders from `$first` on, then `tail`: for `IN`. An empty list holds nothing,
/// which is written as a list of NULL: some databases refuse `IN ()`.
pub fn list(head: &'static str, first: usize, count: usize, tail: &'static str) -> AssertSqlSafe<String> {
    let list = if count == 0 { "(NULL)".to_owned() } else { placeholders(first, count) };
    AssertSqlSafe(format!("{head} {list} {tail}"))
}

/// The same values, the last of them again and again until there are `count`; none stay none. Lists that are as long as
/// what was asked for so come in a few lengths, such as the next power of two, and a connection knows the statement
/// from before.
pub fn padded<T: Copy>(values: &[T], count: usize) -> Vec<T> {
    let more = values.last().into_iter().cycle().take(count.saturating_sub(values.len()));
    values.iter().chain(more).copied().collect()
}

/// A compare-and-swap of several rows must have met each of them.
///
/// # Errors
/// [`Error::LostRace`] when it met fewer.
pub fn must_change_rows(result: &QueryResult, rows: usize) -> Result<(), Error> {
    if usize::try_from(result.rows_affected()) == Ok(rows) { Ok(()) } else { Err(Error::LostRace) }
}

fn placeholders(first: usize, count: usize) -> String {
    let list = (first..first + count).map(|number| format!("${number}")).collect::<Vec<_>>();
    format!("({})", list.join(", "))
}

#[cfg(test)]
mod tests {
    use super::{list, padded, rows};

    #[test]
    fn lists_come_in_a_few_lengths() {
        assert!(padded::<&str>(&[], 4).is_empty());
        assert_eq!(padded(&["a", "b", "c"], 4), ["a", "b", "c", "c"]);
        assert_eq!(padded(&["a", "b"], 1), ["a", "b"]);
    }

    #[test]
    fn placeholders_count_on_through_all_rows() {
        assert_eq!(rows("VALUES", 2, 2, "END").0, "VALUES ($1, $2), ($3, $4) END");
        assert_eq!(list("x IN", 3, 2, "END").0, "x IN ($3, $4) END");
        assert_eq!(list("x IN", 1, 0, "").0, "x IN (NULL) ");
    }
}
