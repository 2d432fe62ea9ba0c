//! A caller that is cancelled while its transaction begins leaves no transaction open.

use std::time::Duration;

use csp_tests::proxy::{Fault, Proxy};
use csp_tests::{Postgres, faults};
use tokio::time::timeout;

use crate::statements::notes::{COUNT, Notes};

/// Trials of a read, and as many of a write.
const TRIALS: i64 = 5;

/// Calls `ask` and cancels the call while its BEGIN is held up, then lets the BEGIN pass. Repeats the call
/// until a BEGIN was held up: on an idle connection the first round trip is a ping.
async fn cancel_at_begin<T>(proxy: &Proxy, ask: impl AsyncFn() -> T) {
    let mut is_hit = false;
    while !is_hit {
        proxy.fail_nth(1, Fault::BlackHole);
        tokio::select! {
            biased;
            () = proxy.wait_for_faults(1) => {}
            _ = ask() => panic!("the call ended although its round trip was held up"),
        }
        is_hit = proxy.faults()[0].contains("BEGIN");
        proxy.heal();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_caller_leaves_no_transaction_open() {
    let Some(server) = Postgres::shared() else { return };
    let database = server.create_database(None).await;
    let notes = Notes::open(&database).await;
    let mut beside = database.connect().await;
    for trial in 1..=TRIALS {
        cancel_at_begin(&notes.proxy, async || notes.store.read().await.is_ok()).await;
        cancel_at_begin(&notes.proxy, async || notes.store.write().conn().await.is_ok()).await;
        assert_eq!(notes.read().await, trial, "a read sees every acknowledged write");
        timeout(Duration::from_secs(60), notes.write(trial)).await.unwrap();
        let committed: i64 = sqlx::query_scalar(COUNT).fetch_one(&mut beside).await.unwrap();
        assert_eq!(committed, trial + 1, "an acknowledged write is committed");
    }
    faults::record(
        "a caller is cancelled while the server begins the transaction of the caller (Postgres)",
        "no transaction stays open on the connection: later acknowledged writes are committed, later reads see the latest data",
        2 * usize::try_from(TRIALS).unwrap(),
        "another connection sees every acknowledged write",
        "if the connection is reused with the open transaction, the first acknowledged write is not committed",
        "",
    );
}
