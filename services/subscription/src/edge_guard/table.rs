//! What keeps concurrent writers apart: the guard of each relationship that orders rest on, and the count of
//! increases of what a customer holds of an offer.

use csp_store::{Change, Tx};

use crate::schema::{Answer, Conn, sql};

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

const TAKE_HOLDINGS: &str =
    "INSERT INTO seat_holding (customer, offer, revision, read_revision, offer_revision) VALUES";
const TAKE_HOLDINGS_UNCHANGED: &str = "ON CONFLICT (customer, offer) DO UPDATE SET revision = seat_holding.revision + 1, \
     read_revision = excluded.read_revision, offer_revision = excluded.offer_revision \
     WHERE seat_holding.offer_revision <= excluded.offer_revision \
     AND (excluded.read_revision = -1 OR seat_holding.revision = excluded.read_revision)";
const HOLD_BASES: &str =
    "INSERT INTO seat_holding (customer, offer, revision, read_revision, offer_revision) VALUES";
const HOLD_BASES_UNCHANGED: &str = "ON CONFLICT (customer, offer) DO UPDATE SET revision = seat_holding.revision \
     WHERE seat_holding.revision = excluded.revision";
const LOOSEN: &str = "INSERT INTO seat_holding (customer, offer, revision, read_revision) VALUES ($1, $2, 1, -1) \
     ON CONFLICT (customer, offer) DO UPDATE SET revision = seat_holding.revision + 1";
const SEATS_HELD: &str = "SELECT offer, CAST(SUM(quantity) AS BIGINT) AS seats, \
     CAST(SUM(CASE WHEN state = 'ACTIVE' THEN 1 ELSE 0 END) AS BIGINT) AS active, \
     CAST(COALESCE((SELECT seat_holding.revision FROM seat_holding \
       WHERE seat_holding.customer = $1 AND seat_holding.offer = subscription.offer), 0) AS BIGINT) AS changes \
     FROM subscription \
     WHERE customer = $1 AND id <> $2 AND state IN ('ACTIVE', 'SUSPENDED') AND (auto_renew = 1 OR term_end > $3) \
     AND offer IN";

/// `read_revision` of an increase that no limit concerned.
const NO_LIMIT: i64 = -1;

/// A reseller relationship, by what orders know of it.
#[derive(Debug, Clone)]
pub(crate) struct EdgeKey {
    pub(crate) edge: String,
    /// The partner of its own relationship, or the provider of a reseller's.
    pub(crate) seller: String,
    /// The reseller of a relationship through a provider; empty for a partner's own.
    pub(crate) reseller: String,
    pub(crate) customer: String,
}

/// What a customer holds of one offer in subscriptions that are in use.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct SeatsHeld {
    pub(crate) offer: String,
    pub(crate) seats: i64,
    pub(crate) active: i64,
    /// How often it was increased, or ceased to be active in part.
    pub(crate) changes: i64,
}

/// What a sale counts up of a customer's holdings, and what it rests on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Holdings {
    /// What is counted up, each offer once.
    pub(crate) increases: Vec<Holding>,
    /// The active bases of add-ons, each offer once and none that is counted up, with the changes that were read (rule
    /// SUB-08).
    pub(crate) bases: Vec<(String, i64)>,
}

/// An increase of what a customer holds of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Holding {
    /// The offer.
    pub(crate) offer: String,
    /// Its version by which the increase was decided.
    pub(crate) offer_revision: i64,
    /// The count that was read; `None` when the offer sets the customer no limit.
    pub(crate) read: Option<i64>,
}

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
pub(crate) async fn close_edge(tx: &mut Tx, key: &EdgeKey, begun: i64) -> Answer<bool> {
    let query = sqlx::query(CLOSE_EDGE).bind(key.edge.as_str()).bind(key.customer.as_str()).bind(begun);
    Ok(query.execute(tx.conn().await?).await?.rows_affected() == 1)
}

/// Opens a relationship again that was closed by ends begun at `until` or before, and keeps those from closing it later.
pub(crate) fn reopen_edge(tx: &mut Tx, key: &EdgeKey, until: i64) {
    tx.put(Change::new(REOPEN_EDGE).bind(key.edge.as_str()).bind(key.customer.as_str()).bind(until));
}

/// How many subscriptions rest on the relationship at `now`.
pub(crate) async fn active_under(conn: Conn<'_>, key: &EdgeKey, now: i64) -> Answer<i64> {
    let query = sqlx::query_scalar(ACTIVE_UNDER).bind(key.customer.as_str()).bind(key.seller.as_str());
    Ok(query.bind(key.reseller.as_str()).bind(now).fetch_one(conn).await?)
}

/// What the customer holds at `now` of those offers, the subscription `except` aside.
pub(crate) async fn seats_held(
    conn: Conn<'_>,
    customer: &str,
    except: &str,
    now: i64,
    offers: &[String],
) -> Answer<Vec<SeatsHeld>> {
    let mut query = sqlx::query_as(sql::list(SEATS_HELD, 4, offers.len(), "GROUP BY offer"));
    query = query.bind(customer).bind(except).bind(now);
    for offer in offers {
        query = query.bind(offer.as_str());
    }
    Ok(query.fetch_all(conn).await?)
}

/// Counts increases and holds bases: the write loses its race when another increase came first, or one that was
/// decided by a later version of the offer, or when what was held of a base changed.
///
/// An offer that sets no limit now may set one in its next version. Increases that are decided by both versions at once
/// write one row: the later one loses its race, by the count when it has a limit, by the version when it has none. So
/// orders that no limit concerns do not wait for each other to be decided.
pub(crate) fn take_holdings(tx: &mut Tx, customer: &str, holdings: &Holdings) {
    increase(tx, customer, &holdings.increases);
    hold(tx, customer, &holdings.bases);
}

/// Counts that something of what a customer holds of the offer ceases to be active: an add-on that was to rest on it
/// loses its race.
pub(crate) fn loosen(tx: &mut Tx, customer: &str, offer: &str) {
    tx.put(Change::new(LOOSEN).bind(customer).bind(offer));
}

fn increase(tx: &mut Tx, customer: &str, increases: &[Holding]) {
    if increases.is_empty() {
        return;
    }
    // Everybody takes counts in the same order, so that nobody waits in a circle.
    let mut holdings: Vec<&Holding> = increases.iter().collect();
    holdings.sort_unstable_by(|one, other| one.offer.cmp(&other.offer));
    let mut change = Change::of_rows(TAKE_HOLDINGS, 5, holdings.len(), TAKE_HOLDINGS_UNCHANGED);
    for holding in &holdings {
        let read = holding.read.unwrap_or(NO_LIMIT);
        let change_of = change.bind(customer).bind(holding.offer.as_str()).bind(1);
        change = change_of.bind(read).bind(holding.offer_revision);
    }
    tx.put(change.must_meet(holdings.len()));
}

fn hold(tx: &mut Tx, customer: &str, bases: &[(String, i64)]) {
    if bases.is_empty() {
        return;
    }
    let mut bases: Vec<_> = bases.iter().collect();
    bases.sort_unstable();
    let mut change = Change::of_rows(HOLD_BASES, 5, bases.len(), HOLD_BASES_UNCHANGED);
    for (offer, changes) in &bases {
        change = change.bind(customer).bind(offer).bind(*changes).bind(NO_LIMIT).bind(0);
    }
    tx.put(change.must_meet(bases.len()));
}
