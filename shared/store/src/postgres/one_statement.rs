//! Changes of one write as one statement: each is a `WITH` part, and the statement fails unless every change met the
//! rows that it must meet. What a write costs is round trips, and rows that are held meanwhile.
//!
//! The parts see one snapshot, and the order in which they run is the server's: see [`crate::Tx`] for what that asks of
//! them. Row conditions are judged on the newest version of a row, as always under READ COMMITTED, after whoever holds
//! it has ended. <https://www.postgresql.org/docs/15/queries-with.html#QUERIES-WITH-MODIFYING>

use crate::write::change::VALUES_MAX;
use crate::{Change, Connection, Error};
use sqlx::AssertSqlSafe;
use std::fmt::Write as _;

/// What the failing statement says: text that is no number. Its code is invalid_text_representation.
const RACE_LOST: &str = "a race was lost";
/// See [`RACE_LOST`].
const RACE_LOST_CODE: &str = "22P02";

/// Whether one statement carries all those changes.
pub(crate) fn is_one_statement(changes: &[Change]) -> bool {
    changes.iter().map(Change::len).sum::<usize>() <= VALUES_MAX
}

/// Makes changes, in as few statements as carry them.
pub(crate) async fn make(connection: &mut Connection, changes: Vec<Change>) -> Result<(), Error> {
    let mut changes = changes.into_iter().peekable();
    while let Some(first) = changes.next() {
        let mut values = first.len();
        let mut together = vec![first];
        while let Some(next) = changes.next_if(|next| values + next.len() <= VALUES_MAX) {
            values += next.len();
            together.push(next);
        }
        let query = sqlx::query(AssertSqlSafe(statement(&together)));
        let values = together.into_iter().flat_map(Change::values);
        let query = values.fold(query, |query, value| value.bind_to(query));
        query.execute(&mut *connection).await.map_err(error)?;
    }
    Ok(())
}

/// One statement for all of them.
fn statement(changes: &[Change]) -> String {
    let (mut text, mut met) = (String::from("WITH "), String::new());
    let mut parameters = 1;
    // Writing to a String cannot fail.
    for (number, change) in changes.iter().enumerate() {
        let comma = if number == 0 { "" } else { ", " };
        _ = write!(text, "{comma}change_{number} AS (");
        change.write_from(parameters, &mut text);
        text.push_str(" RETURNING 1)");
        parameters += change.len();
        if let Some(rows) = change.rows() {
            let and = if met.is_empty() { "" } else { " AND " };
            _ = write!(met, "{and}(SELECT COUNT(*) FROM change_{number}) = {rows}");
        }
    }
    if met.is_empty() {
        text.push_str(" SELECT 1");
    } else {
        _ = write!(text, " SELECT CAST(CASE WHEN {met} THEN '1' ELSE '{RACE_LOST}' END AS BIGINT)");
    }
    text
}

fn error(error: sqlx::Error) -> Error {
    let is_race =
        error.as_database_error().and_then(|said| said.code()).is_some_and(|code| code == RACE_LOST_CODE);
    if is_race { Error::LostRace } else { error.into() }
}

#[cfg(test)]
mod tests {
    use super::{VALUES_MAX, is_one_statement, statement};
    use crate::Change;

    #[test]
    fn changes_become_parts_and_their_rows_a_condition() {
        let take = Change::new("UPDATE guard SET revision = $1 WHERE id = $2").bind(2).bind("g").must_meet(1);
        let keep = Change::new("INSERT INTO note (id) VALUES ($1)").bind("n");
        assert_eq!(
            statement(&[take, keep]),
            "WITH change_0 AS (UPDATE guard SET revision = $1 WHERE id = $2 RETURNING 1), \
             change_1 AS (INSERT INTO note (id) VALUES ($3) RETURNING 1) \
             SELECT CAST(CASE WHEN (SELECT COUNT(*) FROM change_0) = 1 THEN '1' ELSE 'a race was lost' END AS BIGINT)"
        );
    }

    #[test]
    fn a_statement_carries_a_bounded_number_of_values() {
        let with = |values: usize| (0..values).fold(Change::new("SELECT 1"), |change, _| change.bind(1));
        assert!(is_one_statement(&[with(VALUES_MAX - 1), with(1)]));
        assert!(!is_one_statement(&[with(VALUES_MAX), with(1)]));
    }
}
