//! What is one statement is one round trip: a connection that returns in order is not asked whether it lives.

use csp_tests::Postgres;

use crate::statements::notes::Notes;

/// Trials of each.
const TRIALS: i64 = 10;
/// How often the machine may stand still between two of them, for so long that the connection is asked whether it lives.
const STALLS_MAX: i64 = 3;

/// Round trips since the last time.
fn round_trips(notes: &Notes) -> i64 {
    let trips = notes.proxy.count().round_trips;
    notes.proxy.reset();
    i64::try_from(trips).unwrap()
}

#[tokio::test]
async fn a_write_or_read_of_one_statement_is_one_round_trip() {
    let Some(server) = Postgres::shared() else { return };
    let database = server.create_database(None).await;
    let notes = Notes::open(&database).await;

    round_trips(&notes);
    for id in 1..=TRIALS {
        notes.write(id).await;
    }
    let trips = round_trips(&notes);
    assert!((TRIALS..=TRIALS + STALLS_MAX).contains(&trips), "{trips} for {TRIALS} writes");
    for _ in 0..TRIALS {
        notes.read().await;
    }
    let trips = round_trips(&notes);
    assert!((TRIALS..=TRIALS + STALLS_MAX).contains(&trips), "{trips} for {TRIALS} reads");
}
