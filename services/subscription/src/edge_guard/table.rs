//! The table `edge_guard`, and the count of subscriptions under an edge. Instants are microseconds since 1970
//! UTC, as in the requests; 0 means never.

use csp_service::Result;
use csp_service::wire::id_of;
use csp_store::{Connection, Save, Statement, Tx, Word, table};

use super::EdgeKey;

table! {
    /// The guard row of a reseller relationship.
    struct EdgeGuardRow in "edge_guard" key [customer, edge] {
        customer: String,
        /// Id of the relationship.
        edge: String,
        state: State,
        revision: i64,
        /// The begin time of the removal that closed the guard; the latest of several.
        close_time: i64,
        /// Removals that began at this instant or earlier were abandoned: they must not close the guard.
        reopen_time: i64,
    }
}

/// Whether new orders may depend on the relationship.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Closed,
}

impl Word for State {
    const WORDS: &'static [(State, &'static str)] = &[(State::Open, "OPEN"), (State::Closed, "CLOSED")];
}

const USE: Save<EdgeGuardRow> = Save::new(
    "INSERT INTO edge_guard (customer, edge, state, revision)
     VALUES (:customer, :edge, :state, :revision)
     ON CONFLICT (customer, edge) DO UPDATE SET revision = edge_guard.revision + 1
      WHERE edge_guard.state = 'OPEN'",
);

/// Does nothing for an abandoned removal, whose call arrived late.
const CLOSE: &str = "
    INSERT INTO edge_guard (customer, edge, state, revision, close_time) VALUES ($1, $2, 'CLOSED', 1, $3)
        ON CONFLICT (customer, edge) DO UPDATE
       SET state      = 'CLOSED',
           revision   = edge_guard.revision + 1,
           close_time = CASE WHEN edge_guard.close_time > excluded.close_time
                             THEN edge_guard.close_time ELSE excluded.close_time END
     WHERE edge_guard.reopen_time < excluded.close_time";

/// Does nothing when a removal that began later closed the guard. Inserts the row even when no close has
/// arrived yet, so that a close that arrives late is recognised as abandoned.
const REOPEN: Save<EdgeGuardRow> = Save::new(
    "INSERT INTO edge_guard (customer, edge, state, revision, reopen_time)
     VALUES (:customer, :edge, :state, :revision, :reopen_time)
     ON CONFLICT (customer, edge) DO UPDATE
        SET state       = 'OPEN',
            revision    = edge_guard.revision + 1,
            reopen_time = excluded.reopen_time
      WHERE edge_guard.close_time <= excluded.reopen_time AND edge_guard.reopen_time < excluded.reopen_time",
);

/// The first active subscriptions, each with the number of all, without those that have expired at `$4`. When
/// the reseller `$3` is empty, a subscription counts that names the partner `$2` as seller or as reseller.
const ACTIVE_UNDER: &str = "
    SELECT id, revision, CAST(COUNT(*) OVER () AS BIGINT) FROM subscription
     WHERE customer = $1
       AND (($3 = '' AND (seller = $2 OR reseller = $2)) OR (seller = $2 AND reseller = $3))
       AND state = 'ACTIVE'
       AND (auto_renew = 1 OR term_end > $4)
     ORDER BY id
     LIMIT $5";

/// Maximum number of subscriptions that a refusal to end a relationship names.
const NAMED_MAX: i64 = 10;

/// The active subscriptions that depend on a relationship.
pub(crate) struct Active {
    pub(crate) count: i64,
    /// Id and revision of the first of them, by id.
    pub(crate) first: Vec<(String, i64)>,
}

/// Every statement of the table.
pub(crate) const STATEMENTS: &[&dyn Statement] = &[&USE, &CLOSE, &REOPEN, &ACTIVE_UNDER];

/// Uses the guards of the relationships with these names for a sale to `customer`: the write loses its race
/// when one of them is closed.
pub(crate) fn use_edges(tx: &mut Tx, edges: &[String], customer: &str) {
    if edges.is_empty() {
        return;
    }
    let mut rows: Vec<EdgeGuardRow> = edges.iter().map(|edge| open(edge, customer)).collect();
    // All writers lock the rows in the same order, so no two of them deadlock.
    rows.sort_unstable_by(|one, other| one.edge.cmp(&other.edge));
    tx.put(USE.of_all(&rows).must_meet(rows.len()));
}

/// Closes the guard for new orders, unless the removal that began at `start` was abandoned. Returns whether
/// the guard is closed. A count in the same transaction, after this call, misses no subscription.
pub(crate) async fn close(tx: &mut Tx, key: &EdgeKey, start: i64) -> Result<bool> {
    let query = sqlx::query(CLOSE).bind(key.customer.as_str()).bind(key.edge.as_str()).bind(start);
    Ok(query.execute(tx.conn().await?).await?.rows_affected() == 1)
}

/// Reopens a guard that was closed by a removal that began at `until` or earlier, and prevents those removals
/// from closing the guard later.
pub(crate) fn reopen(tx: &mut Tx, key: &EdgeKey, until: i64) {
    tx.put(REOPEN.of(&EdgeGuardRow { reopen_time: until, ..open(&key.edge, &key.customer) }));
}

/// The active subscriptions that depend on the relationship at `now`.
pub(crate) async fn active_under(conn: &mut Connection, key: &EdgeKey, now: i64) -> Result<Active> {
    let query = sqlx::query_as(ACTIVE_UNDER).bind(key.customer.as_str()).bind(key.seller.as_str());
    let query = query.bind(key.reseller.as_str()).bind(now).bind(NAMED_MAX);
    let rows: Vec<(String, i64, i64)> = query.fetch_all(conn).await?;
    let count = rows.first().map_or(0, |(_, _, count)| *count);
    Ok(Active { count, first: rows.into_iter().map(|(id, revision, _)| (id, revision)).collect() })
}

fn open(edge: &str, customer: &str) -> EdgeGuardRow {
    EdgeGuardRow {
        customer: customer.to_owned(),
        edge: id_of(edge).to_owned(),
        state: State::Open,
        revision: 1,
        close_time: 0,
        reopen_time: 0,
    }
}
