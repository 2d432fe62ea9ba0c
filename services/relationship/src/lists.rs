//! Shared parts of the list RPCs.

use csp_service::{Page, Result};
use jiff::Timestamp;

/// The position at which a list, newest first, continues: after the last entry of the page before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Before<'a> {
    /// Creation time of that entry, in microseconds UTC.
    pub(crate) create_time: i64,
    /// Id of that entry.
    pub(crate) id: &'a str,
    /// Maximum number of rows to read.
    pub(crate) limit: i64,
}

impl<'a> Before<'a> {
    pub(crate) fn of(page: &'a Page) -> Result<Self> {
        Ok(Before { create_time: page.after_number(0, i64::MAX)?, id: page.after(1), limit: page.limit() })
    }
}

/// The entry's key in a page token: creation time in microseconds UTC, then id.
pub(crate) fn key(create_time: Timestamp, id: &str) -> Vec<String> {
    vec![create_time.as_microsecond().to_string(), id.to_owned()]
}

/// Merges two sorted halves of a list, each read up to `limit` rows, and keeps the first `limit` rows.
pub(crate) fn merged<T, K: Ord>(mut one: Vec<T>, other: Vec<T>, limit: i64, key: impl Fn(&T) -> K) -> Vec<T> {
    one.extend(other);
    one.sort_by_key(key);
    one.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    one
}

#[cfg(test)]
mod tests {
    use super::merged;

    #[test]
    fn two_sorted_halves_merge_into_one_list() {
        assert_eq!(merged(vec![1, 4], vec![2, 3, 9], 4, |number| *number), [1, 2, 3, 4]);
    }
}
