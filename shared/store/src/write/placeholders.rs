//! Statements with a variable number of values: only their placeholders are generated.

use crate::{Error, QueryResult};
use sqlx::AssertSqlSafe;

/// The statement `head`, a list of `count` placeholders from `$first` on, then `tail`: for `IN`. An empty
/// list is written as `(NULL)`, which equals nothing: some databases refuse `IN ()`.
pub fn list(head: &'static str, first: usize, count: usize, tail: &'static str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!("{head} {} {tail}", listed(first, count)))
}

/// Repeats the last of `values` until there are `count` values; an empty list stays empty. When the caller
/// rounds `count` up, for example to the next power of two, statements come in few lengths, and a connection
/// can use a statement that it has prepared before.
pub fn padded<T: Copy>(values: &[T], count: usize) -> Vec<T> {
    let more = values.last().into_iter().cycle().take(count.saturating_sub(values.len()));
    values.iter().chain(more).copied().collect()
}

/// A list of `count` placeholders from `$first` on; an empty list is `(NULL)`.
pub(crate) fn listed(first: usize, count: usize) -> String {
    let numbers: Vec<String> = (first..first + count).map(|number| format!("${number}")).collect();
    if numbers.is_empty() { "(NULL)".to_owned() } else { format!("({})", numbers.join(", ")) }
}

/// Checks that a compare-and-swap changed exactly `rows` rows.
///
/// # Errors
/// [`Error::LostRace`] when the number of changed rows differs.
pub(crate) fn must_change_rows(result: &QueryResult, rows: usize) -> Result<(), Error> {
    if usize::try_from(result.rows_affected()) == Ok(rows) { Ok(()) } else { Err(Error::LostRace) }
}

#[cfg(test)]
mod tests {
    use super::{list, padded};

    #[test]
    fn a_list_is_padded_with_its_last_value() {
        assert!(padded::<&str>(&[], 4).is_empty());
        assert_eq!(padded(&["a", "b", "c"], 4), ["a", "b", "c", "c"]);
        assert_eq!(padded(&["a", "b"], 1), ["a", "b"]);
    }

    #[test]
    fn placeholders_are_numbered_from_the_given_number_on() {
        assert_eq!(list("x IN", 3, 2, "END").0, "x IN ($3, $4) END");
        assert_eq!(list("x IN", 1, 0, "").0, "x IN (NULL) ");
    }
}
