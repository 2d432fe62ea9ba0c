//! Statements whose length depends on a number of values: only placeholders are generated.

use crate::{Error, QueryResult};
use sqlx::AssertSqlSafe;

/// `head`, a list of `count` placeholders from `$first` on, then `tail`: for `IN`. An empty list holds nothing,
/// which is written as a list of NULL: some databases refuse `IN ()`.
pub fn list(head: &'static str, first: usize, count: usize, tail: &'static str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!("{head} {} {tail}", listed(first, count)))
}

/// The same values, the last of them again and again until there are `count`; none stay none. Lists that are as long as
/// what was asked for so come in a few lengths, such as the next power of two, and a connection knows the statement
/// from before.
pub fn padded<T: Copy>(values: &[T], count: usize) -> Vec<T> {
    let more = values.last().into_iter().cycle().take(count.saturating_sub(values.len()));
    values.iter().chain(more).copied().collect()
}

/// A list of `count` placeholders from `$first` on; an empty one is a list of NULL.
pub(crate) fn listed(first: usize, count: usize) -> String {
    let numbers: Vec<String> = (first..first + count).map(|number| format!("${number}")).collect();
    if numbers.is_empty() { "(NULL)".to_owned() } else { format!("({})", numbers.join(", ")) }
}

/// A compare-and-swap must have met that many rows.
///
/// # Errors
/// [`Error::LostRace`] when it did not.
pub(crate) fn must_change_rows(result: &QueryResult, rows: usize) -> Result<(), Error> {
    if usize::try_from(result.rows_affected()) == Ok(rows) { Ok(()) } else { Err(Error::LostRace) }
}

#[cfg(test)]
mod tests {
    use super::{list, padded};

    #[test]
    fn lists_come_in_a_few_lengths() {
        assert!(padded::<&str>(&[], 4).is_empty());
        assert_eq!(padded(&["a", "b", "c"], 4), ["a", "b", "c", "c"]);
        assert_eq!(padded(&["a", "b"], 1), ["a", "b"]);
    }

    #[test]
    fn a_list_counts_on_from_its_first_number() {
        assert_eq!(list("x IN", 3, 2, "END").0, "x IN ($3, $4) END");
        assert_eq!(list("x IN", 1, 0, "").0, "x IN (NULL) ");
    }
}
