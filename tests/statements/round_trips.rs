//! A write or read of one statement takes one round trip: a connection that was in use lately is not pinged
//! first.

use csp_tests::Postgres;

use crate::statements::notes::Notes;

/// Trials of a write, and as many of a read.
const TRIALS: i64 = 10;
/// How often the machine may stall between two trials for so long that the connection counts as idle and is
/// pinged.
const STALLS_MAX: i64 = 3;

/// The round trips since the last call of this function.
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
