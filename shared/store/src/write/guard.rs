//! Guard rows: they serialise a step of another service's operation (a saga) and its compensation, in
//! whichever order the two arrive.
//!
//! Both the step ([`enter`]) and the compensation ([`take_back`]) write the operation's guard row before
//! anything else, so on every database one of them waits for the other. The compensation then finds what an
//! earlier step wrote, and a later step is refused. Only reading the row would permit write skew. A step
//! erases its guard row again. The compensation leaves the row as a tombstone, until no call of the operation
//! can be in flight.
//!
//! A service that runs steps of other services' operations creates the table by its own migrations, with an
//! index on `(update_time, operation)`: `operation_guard (operation TEXT PRIMARY KEY, state TEXT, update_time
//! BIGINT)`.

use crate::{Connection, Error, Statement};

/// Maximum number of tombstones that one call of [`prune`] erases.
pub const TOMBSTONES_PRUNED_MAX: u32 = 100;

const ENTER: &str = "INSERT INTO operation_guard (operation, state, update_time) VALUES ($1, 'OPEN', $2) \
     ON CONFLICT (operation) DO UPDATE SET update_time = excluded.update_time WHERE operation_guard.state = 'OPEN'";
const LEAVE: &str = "DELETE FROM operation_guard WHERE operation = $1 AND state = 'OPEN'";
const TAKE_BACK: &str = "INSERT INTO operation_guard (operation, state, update_time) VALUES ($1, 'TAKEN_BACK', $2) \
     ON CONFLICT (operation) DO UPDATE SET state = 'TAKEN_BACK', update_time = excluded.update_time \
     WHERE operation_guard.state = 'OPEN'";
const PRUNE: &str = "DELETE FROM operation_guard WHERE operation IN \
     (SELECT operation FROM operation_guard WHERE update_time < $1 ORDER BY update_time, operation LIMIT $2)";

/// Every statement on the guard table, for the tests of the services that have the table.
pub const STATEMENTS: &[&dyn Statement] = &[&ENTER, &LEAVE, &TAKE_BACK, &PRUNE];

/// Begins a step of the operation. Returns `false` when the operation was compensated: then the step must not
/// run.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer; [`Error::LostRace`] when a concurrent write made
/// this one fail.
pub async fn enter(conn: &mut Connection, operation: &str, now: i64) -> Result<bool, Error> {
    let entered = sqlx::query(ENTER).bind(operation).bind(now).execute(&mut *conn).await?;
    if entered.rows_affected() == 0 {
        return Ok(false);
    }
    // The row was written, so a compensation waits for this transaction although the row is erased again.
    sqlx::query(LEAVE).bind(operation).execute(conn).await?;
    Ok(true)
}

/// Records that the operation is compensated. Returns `false` when the operation was compensated before: then
/// there is nothing left to undo.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer; [`Error::LostRace`] when a concurrent write made
/// this one fail.
pub async fn take_back(conn: &mut Connection, operation: &str, now: i64) -> Result<bool, Error> {
    let taken = sqlx::query(TAKE_BACK).bind(operation).bind(now).execute(conn).await?;
    Ok(taken.rows_affected() == 1)
}

/// Erases tombstones older than `before` (microseconds since 1970, UTC), oldest first. Choose `before` so
/// that no call of these operations can be in flight. Returns how many were erased: at most
/// [`TOMBSTONES_PRUNED_MAX`].
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn prune(conn: &mut Connection, before: i64) -> Result<u64, Error> {
    let query = sqlx::query(PRUNE).bind(before).bind(i64::from(TOMBSTONES_PRUNED_MAX));
    Ok(query.execute(conn).await?.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::{TOMBSTONES_PRUNED_MAX, enter, prune, take_back};
    use crate::{Config, Connection, Migration, Store};

    const MIGRATIONS: &[Migration] = &[Migration {
        version: 1,
        name: "operation_guard",
        sql: "CREATE TABLE operation_guard (operation TEXT NOT NULL PRIMARY KEY, \
             state TEXT NOT NULL CHECK (state IN ('OPEN', 'TAKEN_BACK')), update_time BIGINT NOT NULL)",
    }];

    async fn opened(folder: &tempfile::TempDir) -> Store {
        Store::open(Config::sqlite(folder.path().join("store.db")), "test", MIGRATIONS).await.unwrap()
    }

    async fn rows(conn: &mut Connection) -> i64 {
        sqlx::query_scalar("SELECT COUNT(*) FROM operation_guard").fetch_one(conn).await.unwrap()
    }

    #[tokio::test]
    async fn steps_run_until_their_operation_is_compensated_and_leave_no_row() {
        let folder = tempfile::tempdir().unwrap();
        let mut tx = opened(&folder).await.write();
        let conn = tx.conn().await.unwrap();
        assert!(enter(conn, "o", 1).await.unwrap());
        assert!(enter(conn, "o", 2).await.unwrap());
        assert_eq!(rows(conn).await, 0);
        assert!(take_back(conn, "o", 3).await.unwrap());
        assert!(!enter(conn, "o", 4).await.unwrap());
        assert!(enter(conn, "p", 4).await.unwrap(), "another operation is not affected");
        assert_eq!(rows(conn).await, 1);
    }

    #[tokio::test]
    async fn an_operation_is_compensated_once_with_or_without_a_step() {
        let folder = tempfile::tempdir().unwrap();
        let mut tx = opened(&folder).await.write();
        let conn = tx.conn().await.unwrap();
        assert!(enter(conn, "o", 1).await.unwrap());
        for operation in ["o", "p"] {
            assert!(take_back(conn, operation, 2).await.unwrap(), "{operation}");
            assert!(!take_back(conn, operation, 3).await.unwrap(), "{operation}");
        }
    }

    #[tokio::test]
    async fn only_old_tombstones_are_erased_and_a_bounded_number_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut tx = opened(&folder).await.write();
        let conn = tx.conn().await.unwrap();
        let many = i64::from(TOMBSTONES_PRUNED_MAX) + 1;
        for time in 1..=many {
            assert!(take_back(conn, &format!("o{time}"), time).await.unwrap());
        }
        assert_eq!(prune(conn, 1).await.unwrap(), 0);
        assert_eq!(prune(conn, many + 1).await.unwrap(), u64::from(TOMBSTONES_PRUNED_MAX));
        assert!(!enter(conn, &format!("o{many}"), many).await.unwrap(), "the youngest tombstone stays");
        assert_eq!(prune(conn, many + 1).await.unwrap(), 1);
        assert!(enter(conn, &format!("o{many}"), many).await.unwrap());
    }
}
