//! Statements that look up several keys at once: only placeholders are generated.

use sqlx::AssertSqlSafe;

/// `head` and a list of `count` placeholders from `$first` on: for `IN`.
pub(crate) fn list(head: &'static str, first: usize, count: usize) -> AssertSqlSafe<String> {
    let list = (first..first + count).map(|number| format!("${number}")).collect::<Vec<_>>();
    AssertSqlSafe(format!("{head} ({})", list.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::list;

    #[test]
    fn placeholders_count_on() {
        assert_eq!(list("x = $1 AND y IN", 2, 3).0, "x = $1 AND y IN ($2, $3, $4)");
    }
}
