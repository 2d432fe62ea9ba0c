//! The table `seat_holding`, and the count of seats in active and suspended subscriptions.

use csp_policy::Revision;
use csp_service::{Result, wire};
use csp_store::{Change, Connection, Save, Select, Statement, Tx, table};
use jiff::Timestamp;

use super::{Base, COLLECTION, Holdings, Increase, Release, SUBSCRIPTIONS};

/// `read_revision` of an increase of an offer without a limit.
const NO_LIMIT: i64 = -1;

table! {
    /// The guard row of a customer's holding of an offer. `revision` grows when the holding is increased, and
    /// when one of its subscriptions ceases to be active.
    struct HoldingRow in "seat_holding" key [customer, offer] {
        customer: String,
        offer: String,
        revision: i64,
        /// The revision that the last increase was decided on; [`NO_LIMIT`] for an offer without a limit.
        read_revision: i64,
        /// The version of the offer that the last increase was decided by.
        offer_revision: i64,
        /// The number of sales of add-ons that rested on the offer.
        holds: i64,
    }
}

/// Maximum number of subscriptions of a holding that a decision names, each at its revision. An eleventh lets
/// the decision name the holding too.
const NAMED_MAX: i64 = 10;

table! {
    /// A subscription of a holding, with the totals of the holding.
    struct CountedRow in "subscription" key [offer, id] {
        offer: String,
        id: String,
        revision: i64,
        seats: i64,
        active: i64,
        changes: i64,
        /// The place of the subscription in the holding, from 1 on: that which changed last comes first.
        place: i64,
    }
}

/// A customer's seats of one offer in active and suspended subscriptions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeatsHeld {
    pub(crate) offer: String,
    pub(crate) seats: i64,
    /// Number of active subscriptions.
    pub(crate) active: i64,
    /// The revision of the guard row; 0 without a row.
    pub(crate) changes: i64,
    /// The revisions that were read: of the subscriptions that changed last; and, when there are more, of the
    /// holding, which changes when one of them ceases to count. One that changes otherwise changed last.
    pub(crate) read: Vec<Revision>,
}

const INCREASE: Save<HoldingRow> = Save::new(
    "INSERT INTO seat_holding (customer, offer, revision, read_revision, offer_revision, holds)
     VALUES (:customer, :offer, :revision, :read_revision, :offer_revision, :holds)
     ON CONFLICT (customer, offer) DO UPDATE
        SET revision       = seat_holding.revision + 1,
            read_revision  = excluded.read_revision,
            offer_revision = excluded.offer_revision
      WHERE seat_holding.offer_revision <= excluded.offer_revision
        AND (excluded.read_revision = -1 OR seat_holding.revision = excluded.read_revision)",
);

const HOLD: Save<HoldingRow> = Save::new(
    "INSERT INTO seat_holding (customer, offer, revision, read_revision, offer_revision, holds)
     VALUES (:customer, :offer, :revision, :read_revision, :offer_revision, :holds)
     ON CONFLICT (customer, offer) DO UPDATE
        SET holds = seat_holding.holds + 1
      WHERE seat_holding.revision = excluded.revision",
);

const LOOSEN: &str = "
    INSERT INTO seat_holding (customer, offer, revision, read_revision, holds) VALUES ($1, $2, 1, -1, 0)
        ON CONFLICT (customer, offer) DO UPDATE SET revision = seat_holding.revision + 1";

const RELEASE: &str = "
    INSERT INTO seat_holding (customer, offer, revision, read_revision, holds) VALUES ($1, $2, 1, -1, 0)
        ON CONFLICT (customer, offer) DO UPDATE SET revision = seat_holding.revision + 1
     WHERE seat_holding.revision = $3 AND seat_holding.holds = $4";

const OF_OFFER: Select<HoldingRow> =
    Select::new("SELECT * FROM seat_holding WHERE customer = $1 AND offer = $2");

/// One subscription more than a decision names.
const SEATS_HELD: Select<CountedRow> = Select::new(
    "SELECT offer, id, revision, seats, active, changes, place
       FROM (SELECT offer, id, revision,
                    CAST(SUM(quantity) OVER (PARTITION BY offer) AS BIGINT) AS seats,
                    CAST(SUM(CASE WHEN state = 'ACTIVE' THEN 1 ELSE 0 END) OVER (PARTITION BY offer) AS BIGINT)
                      AS active,
                    CAST(COALESCE((SELECT seat_holding.revision FROM seat_holding
                                    WHERE seat_holding.customer = $1
                                      AND seat_holding.offer = subscription.offer), 0) AS BIGINT) AS changes,
                    CAST(ROW_NUMBER() OVER (PARTITION BY offer ORDER BY update_time DESC, id DESC) AS BIGINT)
                      AS place
               FROM subscription
              WHERE customer = $1
                AND id <> $2
                AND state IN ('ACTIVE', 'SUSPENDED')
                AND (auto_renew = 1 OR term_end > $3)
                AND offer IN :list) AS counted
      WHERE place <= $4
      ORDER BY offer, place",
);

/// Every statement of the table.
pub(crate) const STATEMENTS: &[&dyn Statement] =
    &[&INCREASE, &HOLD, &LOOSEN, &RELEASE, &OF_OFFER, &SEATS_HELD];

/// Counts the customer's seats of the offers at `now`, without the subscription whose id is `except`. Expired
/// subscriptions do not count.
pub(crate) async fn seats_held(
    conn: &mut Connection,
    customer: &str,
    except: &str,
    now: Timestamp,
    offers: &[&str],
) -> Result<Vec<SeatsHeld>> {
    let query = SEATS_HELD.query_list(5, offers.len());
    let query = query.bind(customer).bind(except).bind(now.as_microsecond()).bind(NAMED_MAX + 1);
    let rows = offers.iter().fold(query, |query, offer| query.bind(*offer)).fetch_all(conn).await?;
    Ok(rows.chunk_by(|one, next| one.offer == next.offer).filter_map(|rows| held(customer, rows)).collect())
}

/// The holding with these rows, in the order of their places.
fn held(customer: &str, rows: &[CountedRow]) -> Option<SeatsHeld> {
    let CountedRow { offer, seats, active, changes, .. } = rows.first()?.clone();
    let name = |row: &CountedRow| wire::customers_name(customer, SUBSCRIPTIONS, &row.id);
    let named = rows.iter().filter(|row| row.place <= NAMED_MAX);
    let named = named.map(|row| Revision::undated(name(row), row.revision));
    let others = rows.iter().any(|row| row.place > NAMED_MAX);
    let holding =
        || Revision::undated(wire::customers_name(customer, COLLECTION, wire::id_of(&offer)), changes);
    let read = named.chain(others.then(holding)).collect();
    Some(SeatsHeld { seats, active, changes, read, offer })
}

/// Records increases, and checks that the holdings of bases are unchanged. The write loses its race in three
/// cases:
/// - the offer has a limit, and its holding changed since it was read;
/// - the last increase was decided by a later version of the offer;
/// - the holding of a base changed since it was read.
///
/// The version matters because an offer without a limit may get one in its next version. Of two increases
/// that are decided by the two versions at the same time, the one that writes second loses its race: by the
/// revision when its version has a limit, by the version when its version has none. Increases by one version
/// without a limit never conflict.
pub(crate) fn take(tx: &mut Tx, customer: &str, holdings: &Holdings) {
    let increased = holdings.increases.iter().map(|Increase { offer, offer_revision, read }| HoldingRow {
        customer: customer.to_owned(),
        offer: offer.clone(),
        revision: 1,
        read_revision: read.unwrap_or(NO_LIMIT),
        offer_revision: *offer_revision,
        holds: 0,
    });
    let held = holdings.bases.iter().map(|Base { offer, changes }| HoldingRow {
        customer: customer.to_owned(),
        offer: offer.clone(),
        revision: *changes,
        read_revision: NO_LIMIT,
        offer_revision: 0,
        holds: 1,
    });
    swap(tx, &INCREASE, increased.collect());
    swap(tx, &HOLD, held.collect());
}

/// Reads the holding of a base that an act takes away; nothing else of the release is filled in.
pub(crate) async fn read_release(conn: &mut Connection, customer: &str, offer: &str) -> Result<Release> {
    let row = OF_OFFER.query().bind(customer).bind(offer).fetch_optional(conn).await?;
    let (changes, holds) = row.map_or((0, 0), |row| (row.revision, row.holds));
    Ok(Release { offer: offer.to_owned(), changes, holds, bases: Vec::new() })
}

/// Records that a base is taken away by an act whose rules judged its add-ons. The write loses its race when
/// an add-on that rests on the base was sold since the holding was read, or when another base that the
/// add-ons keep ceased to be active. The concurrent sale of an add-on that rests on the base loses its race.
pub(crate) fn release(tx: &mut Tx, customer: &str, release: &Release) {
    let Release { offer, changes, holds, bases } = release;
    let of_base = Change::new(RELEASE).bind(customer).bind(offer.as_str());
    tx.put(of_base.bind(*changes).bind(*holds).must_meet(1));
    take(tx, customer, &Holdings { increases: Vec::new(), bases: bases.clone() });
}

/// Records that a subscription of the offer ceases to be active: the concurrent sale of an add-on that
/// depends on the subscription loses its race.
pub(crate) fn loosen(tx: &mut Tx, customer: &str, offer: &str) {
    tx.put(Change::new(LOOSEN).bind(customer).bind(offer));
}

fn swap(tx: &mut Tx, save: &Save<HoldingRow>, mut rows: Vec<HoldingRow>) {
    if rows.is_empty() {
        return;
    }
    // All writers lock the rows in the same order, so no two of them deadlock.
    rows.sort_unstable_by(|one, other| one.offer.cmp(&other.offer));
    tx.put(save.of_all(&rows).must_meet(rows.len()));
}
