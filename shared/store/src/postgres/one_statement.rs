//! Executes the changes of a write as one statement, which saves round trips and shortens the time that rows
//! are locked. Each change is a part of a `WITH` clause. The statement fails unless every change affected the
//! number of rows that it must affect.
//!
//! All parts see one snapshot, and the server chooses the order in which they run: [`crate::Tx`] states what
//! this requires of the changes. As always under READ COMMITTED, a condition on a row that another
//! transaction has locked is evaluated on the row's newest version, after that transaction has ended.
//! <https://www.postgresql.org/docs/15/queries-with.html#QUERIES-WITH-MODIFYING>

use crate::write::change::VALUES_MAX;
use crate::{Change, Connection, Error};
use sqlx::AssertSqlSafe;
use std::fmt::Write as _;

/// The statement fails by casting this text to a number. The error code is that of
/// invalid_text_representation.
const RACE_LOST: &str = "a race was lost";
/// See [`RACE_LOST`].
const RACE_LOST_CODE: &str = "22P02";

/// Whether one statement can carry all these changes.
pub(crate) fn is_one_statement(changes: &[Change]) -> bool {
    changes.iter().map(Change::len).sum::<usize>() <= VALUES_MAX
}

/// Executes the changes in as few statements as can carry them.
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

/// The statement that executes all changes.
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
    fn changes_become_parts_of_one_statement_that_checks_their_row_counts() {
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
    fn a_statement_binds_a_bounded_number_of_values() {
        let with = |values: usize| (0..values).fold(Change::new("SELECT 1"), |change, _| change.bind(1));
        assert!(is_one_statement(&[with(VALUES_MAX - 1), with(1)]));
        assert!(!is_one_statement(&[with(VALUES_MAX), with(1)]));
    }
}
