//! The table `seat_holding`, and what a customer holds.

use csp_store::{Change, Tx};

use super::{Holding, Holdings, SeatsHeld};
use crate::schema::{Answer, Conn, sql};

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
pub(crate) fn take(tx: &mut Tx, customer: &str, holdings: &Holdings) {
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
