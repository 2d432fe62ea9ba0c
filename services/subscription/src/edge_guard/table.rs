//! The table `edge_guard`, and the subscriptions that are counted under one.

use csp_store::{Change, Tx};

use super::EdgeKey;
use crate::schema::{Answer, Conn};

const USE_EDGES: &str = "INSERT INTO edge_guard (edge, customer, state, revision) VALUES";
const USE_EDGES_IF_OPEN: &str =
    "ON CONFLICT (edge) DO UPDATE SET revision = edge_guard.revision + 1 WHERE edge_guard.state = 'OPEN'";
/// Not for an end that was given up: its call came late.
const CLOSE_EDGE: &str = "INSERT INTO edge_guard (edge, customer, state, revision, close_time) \
     VALUES ($1, $2, 'CLOSED', 1, $3) ON CONFLICT (edge) DO UPDATE SET state = 'CLOSED', \
     revision = edge_guard.revision + 1, close_time = CASE WHEN edge_guard.close_time > excluded.close_time \
     THEN edge_guard.close_time ELSE excluded.close_time END WHERE edge_guard.reopen_time < excluded.close_time";
/// Not over an end that was begun later. The row comes to be even before the call that is to be kept out.
const REOPEN_EDGE: &str = "INSERT INTO edge_guard (edge, customer, state, revision, reopen_time) \
     VALUES ($1, $2, 'OPEN', 1, $3) ON CONFLICT (edge) DO UPDATE SET state = 'OPEN', \
     revision = edge_guard.revision + 1, reopen_time = excluded.reopen_time \
     WHERE edge_guard.close_time <= excluded.reopen_time AND edge_guard.reopen_time < excluded.reopen_time";
/// Subscriptions in use, suspended ones among them; what has expired at `$4` is not. Without a reseller `$3` the
/// partner `$2` counts in whichever capacity it stands in the subscription.
const ACTIVE_UNDER: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM subscription WHERE customer = $1 \
     AND (($3 = '' AND (seller = $2 OR reseller = $2)) OR (seller = $2 AND reseller = $3)) \
     AND state IN ('ACTIVE', 'SUSPENDED') \
     AND (auto_renew = 1 OR term_end > $4)";

/// Uses open relationships for a sale to `customer`: the write loses its race when one of them was closed.
pub(crate) fn use_edges(tx: &mut Tx, edges: &[String], customer: &str) {
    if edges.is_empty() {
        return;
    }
    // Everybody uses them in the same order, so that nobody waits in a circle.
    let mut edges: Vec<&str> = edges.iter().map(String::as_str).collect();
    edges.sort_unstable();
    // The state and the first revision are parameters too, so that every row looks the same.
    let mut change = Change::of_rows(USE_EDGES, 4, edges.len(), USE_EDGES_IF_OPEN);
    for edge in &edges {
        change = change.bind(*edge).bind(customer).bind("OPEN").bind(1);
    }
    tx.put(change.must_meet(edges.len()));
}

/// Closes a relationship for new orders, unless the end that was begun at `begun` was given up; says whether it is
/// closed. Whoever counts after it, in the same transaction, misses none.
pub(crate) async fn close(tx: &mut Tx, key: &EdgeKey, begun: i64) -> Answer<bool> {
    let query = sqlx::query(CLOSE_EDGE).bind(key.edge.as_str()).bind(key.customer.as_str()).bind(begun);
    Ok(query.execute(tx.conn().await?).await?.rows_affected() == 1)
}

/// Opens a relationship again that was closed by ends begun at `until` or before, and keeps those from closing it later.
pub(crate) fn reopen(tx: &mut Tx, key: &EdgeKey, until: i64) {
    tx.put(Change::new(REOPEN_EDGE).bind(key.edge.as_str()).bind(key.customer.as_str()).bind(until));
}

/// How many subscriptions rest on the relationship at `now`.
pub(crate) async fn active_under(conn: Conn<'_>, key: &EdgeKey, now: i64) -> Answer<i64> {
    let query = sqlx::query_scalar(ACTIVE_UNDER).bind(key.customer.as_str()).bind(key.seller.as_str());
    Ok(query.bind(key.reseller.as_str()).bind(now).fetch_one(conn).await?)
}
