//! Keeps a step of an operation that another service runs and its being taken back apart, whichever comes first.
//!
//! Both write the operation's row before anything else, so that on every database one of them waits for the other:
//! what a step did is there to be taken back, and a step that comes after is refused. A mere look would be write
//! skew. The row of a step goes with the step; what stays is the tombstone of an operation that was taken back,
//! until nothing of it can still be on its way.
//!
//! A service that takes such steps makes the table by migrations of its own: `operation_guard (operation TEXT PRIMARY
//! KEY, state TEXT, update_time BIGINT)`, with an index on `(update_time, operation)`.

use crate::{Connection, Error, Statement};

/// Tombstones that one call prunes, at most.
pub const TOMBSTONES_PRUNED_MAX: u32 = 100;

const ENTER: &str = "INSERT INTO operation_guard (operation, state, update_time) VALUES ($1, 'OPEN', $2) \
     ON CONFLICT (operation) DO UPDATE SET update_time = excluded.update_time WHERE operation_guard.state = 'OPEN'";
const LEAVE: &str = "DELETE FROM operation_guard WHERE operation = $1 AND state = 'OPEN'";
const TAKE_BACK: &str = "INSERT INTO operation_guard (operation, state, update_time) VALUES ($1, 'TAKEN_BACK', $2) \
     ON CONFLICT (operation) DO UPDATE SET state = 'TAKEN_BACK', update_time = excluded.update_time \
     WHERE operation_guard.state = 'OPEN'";
const PRUNE: &str = "DELETE FROM operation_guard WHERE operation IN \
     (SELECT operation FROM operation_guard WHERE update_time < $1 ORDER BY update_time, operation LIMIT $2)";

/// Every statement of the table, for the services that have it.
pub const STATEMENTS: &[&dyn Statement] = &[&ENTER, &LEAVE, &TAKE_BACK, &PRUNE];

/// Begins a step of the operation, and says whether it may go on: not once the operation was taken back.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer; [`Error::LostRace`] when it waited in vain for another write.
pub async fn enter(conn: &mut Connection, operation: &str, now: i64) -> Result<bool, Error> {
    let entered = sqlx::query(ENTER).bind(operation).bind(now).execute(&mut *conn).await?;
    if entered.rows_affected() == 0 {
        return Ok(false);
    }
    // Whoever takes the operation back waits for this write all the same.
    sqlx::query(LEAVE).bind(operation).execute(conn).await?;
    Ok(true)
}

/// Notes that the operation is taken back, and says whether there is anything left to do: not the second time.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer; [`Error::LostRace`] when it waited in vain for another write.
pub async fn take_back(conn: &mut Connection, operation: &str, now: i64) -> Result<bool, Error> {
    let taken = sqlx::query(TAKE_BACK).bind(operation).bind(now).execute(conn).await?;
    Ok(taken.rows_affected() == 1)
}

/// Forgets operations that were taken back before `before` (microseconds UTC), of which nothing can be on its way any
/// more, oldest first, and says how many: at most [`TOMBSTONES_PRUNED_MAX`].
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
    async fn steps_go_on_until_their_operation_is_taken_back_and_leave_no_row() {
        let folder = tempfile::tempdir().unwrap();
        let mut tx = opened(&folder).await.write();
        let conn = tx.conn().await.unwrap();
        assert!(enter(conn, "o", 1).await.unwrap());
        assert!(enter(conn, "o", 2).await.unwrap());
        assert_eq!(rows(conn).await, 0);
        assert!(take_back(conn, "o", 3).await.unwrap());
        assert!(!enter(conn, "o", 4).await.unwrap());
        assert!(enter(conn, "p", 4).await.unwrap(), "another operation goes on");
        assert_eq!(rows(conn).await, 1);
    }

    #[tokio::test]
    async fn an_operation_is_taken_back_once_whether_it_took_a_step_or_not() {
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
    async fn only_old_tombstones_are_forgotten_and_so_many_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut tx = opened(&folder).await.write();
        let conn = tx.conn().await.unwrap();
        let many = i64::from(TOMBSTONES_PRUNED_MAX) + 1;
        for time in 1..=many {
            assert!(take_back(conn, &format!("o{time}"), time).await.unwrap());
        }
        assert_eq!(prune(conn, 1).await.unwrap(), 0);
        assert_eq!(prune(conn, many + 1).await.unwrap(), u64::from(TOMBSTONES_PRUNED_MAX));
        assert!(!enter(conn, &format!("o{many}"), many).await.unwrap(), "the youngest stays");
        assert_eq!(prune(conn, many + 1).await.unwrap(), 1);
        assert!(enter(conn, &format!("o{many}"), many).await.unwrap());
    }
}
