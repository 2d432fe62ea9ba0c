//! The table `seat_holding`, and what a customer holds in subscriptions that are in use.

use csp_service::Result;
use csp_store::{Change, Connection, Save, Select, Statement, Tx, table};
use jiff::Timestamp;

use super::{Base, Holdings, Increase};

/// `read_revision` of an increase that no limit concerned.
const NO_LIMIT: i64 = -1;

table! {
    /// How often what a customer holds of an offer was increased, or ceased to be active in part.
    struct HoldingRow in "seat_holding" key [customer, offer] {
        customer: String,
        offer: String,
        revision: i64,
        read_revision: i64,
        offer_revision: i64,
    }
}

table! {
    /// What a customer holds of one offer in subscriptions that are in use.
    pub(crate) struct SeatsHeld in "subscription" {
        offer: String,
        seats: i64,
        active: i64,
        /// How often it was increased, or ceased to be active in part.
        changes: i64,
    }
}

const INCREASE: Save<HoldingRow> = Save::new(
    "INSERT INTO seat_holding (customer, offer, revision, read_revision, offer_revision)
     VALUES (:customer, :offer, :revision, :read_revision, :offer_revision)
     ON CONFLICT (customer, offer) DO UPDATE
        SET revision       = seat_holding.revision + 1,
            read_revision  = excluded.read_revision,
            offer_revision = excluded.offer_revision
      WHERE seat_holding.offer_revision <= excluded.offer_revision
        AND (excluded.read_revision = -1 OR seat_holding.revision = excluded.read_revision)",
);

const HOLD: Save<HoldingRow> = Save::new(
    "INSERT INTO seat_holding (customer, offer, revision, read_revision, offer_revision)
     VALUES (:customer, :offer, :revision, :read_revision, :offer_revision)
     ON CONFLICT (customer, offer) DO UPDATE
        SET revision = seat_holding.revision
      WHERE seat_holding.revision = excluded.revision",
);

const LOOSEN: &str = "
    INSERT INTO seat_holding (customer, offer, revision, read_revision) VALUES ($1, $2, 1, -1)
        ON CONFLICT (customer, offer) DO UPDATE SET revision = seat_holding.revision + 1";

const SEATS_HELD: Select<SeatsHeld> = Select::new(
    "SELECT offer,
            CAST(SUM(quantity) AS BIGINT) AS seats,
            CAST(SUM(CASE WHEN state = 'ACTIVE' THEN 1 ELSE 0 END) AS BIGINT) AS active,
            CAST(COALESCE((SELECT seat_holding.revision FROM seat_holding
                            WHERE seat_holding.customer = $1
                              AND seat_holding.offer = subscription.offer), 0) AS BIGINT) AS changes
       FROM subscription
      WHERE customer = $1
        AND id <> $2
        AND state IN ('ACTIVE', 'SUSPENDED')
        AND (auto_renew = 1 OR term_end > $3)
        AND offer IN :list
      GROUP BY offer",
);

/// Every statement of the table.
pub(crate) const STATEMENTS: &[&dyn Statement] = &[&INCREASE, &HOLD, &LOOSEN, &SEATS_HELD];

/// What the customer holds at `now` of those offers, the subscription `except` aside.
pub(crate) async fn seats_held(
    conn: &mut Connection,
    customer: &str,
    except: &str,
    now: Timestamp,
    offers: &[&str],
) -> Result<Vec<SeatsHeld>> {
    let query = SEATS_HELD.query_list(4, offers.len());
    let query = query.bind(customer).bind(except).bind(now.as_microsecond());
    Ok(offers.iter().fold(query, |query, offer| query.bind(*offer)).fetch_all(conn).await?)
}

/// Counts increases and holds bases: the write loses its race when another increase came first, or one that was
/// decided by a later version of the offer, or when what was held of a base changed.
///
/// An offer that sets no limit now may set one in its next version. Increases that are decided by both versions at once
/// write one row: the later one loses its race, by the count when it has a limit, by the version when it has none. So
/// orders that no limit concerns do not wait for each other to be decided.
pub(crate) fn take(tx: &mut Tx, customer: &str, holdings: &Holdings) {
    let increased = holdings.increases.iter().map(|Increase { offer, offer_revision, read }| HoldingRow {
        customer: customer.to_owned(),
        offer: offer.clone(),
        revision: 1,
        read_revision: read.unwrap_or(NO_LIMIT),
        offer_revision: *offer_revision,
    });
    let held = holdings.bases.iter().map(|Base { offer, changes }| HoldingRow {
        customer: customer.to_owned(),
        offer: offer.clone(),
        revision: *changes,
        read_revision: NO_LIMIT,
        offer_revision: 0,
    });
    swap(tx, &INCREASE, increased.collect());
    swap(tx, &HOLD, held.collect());
}

/// Counts that something of what a customer holds of the offer ceases to be active: an add-on that was to rest on it
/// loses its race.
pub(crate) fn loosen(tx: &mut Tx, customer: &str, offer: &str) {
    tx.put(Change::new(LOOSEN).bind(customer).bind(offer));
}

fn swap(tx: &mut Tx, save: &Save<HoldingRow>, mut rows: Vec<HoldingRow>) {
    if rows.is_empty() {
        return;
    }
    // Everybody takes counts in the same order, so that nobody waits in a circle.
    rows.sort_unstable_by(|one, other| one.offer.cmp(&other.offer));
    tx.put(save.of_all(&rows).must_meet(rows.len()));
}
