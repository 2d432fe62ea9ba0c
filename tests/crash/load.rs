//! The load: several writers at once. At the end the stored state is compared with the answers that the
//! writers got.

use std::sync::Arc;
use std::time::Duration;

use csp_tests::Running;
use csp_tests::cluster::Cluster;
use csp_tests::databases::Databases;
use jiff::Timestamp;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Interval, MissedTickBehavior, interval, timeout};

use crate::crash::cast::{Cast, LATER, serve_here};
use crate::crash::checks::findings;
use crate::crash::history::{Answers, History};
use crate::crash::stored::{Stored, closing, is_numbered, running};
use crate::crash::writer::Writer;

/// Number of writers that work at the same time.
const WRITERS: usize = 8;
/// Time limit of each wait; long enough for a busy machine.
pub(crate) const WAIT_MAX: Duration = Duration::from_secs(120);
/// After this time the clocks are advanced for calls that have not ended.
const ADVANCE_PERIOD: Duration = Duration::from_secs(20);
/// Maximum number of times that the clocks are advanced.
const ADVANCES_MAX: usize = 6;
/// Pause between two polls.
const POLL_PERIOD: Duration = Duration::from_millis(50);
/// Maximum number of findings that a failed test prints.
const FINDINGS_PRINTED_MAX: usize = 20;

/// The running writers, with their history.
pub(crate) struct Load {
    pub(crate) history: Arc<History>,
    stop: watch::Sender<bool>,
    writers: JoinSet<()>,
}

impl Load {
    /// Starts the writers.
    pub(crate) fn start(cast: &Cast, seed: u64) -> Load {
        let history = Arc::new(History::default());
        let (stop, stopped) = watch::channel(false);
        let mut writers = JoinSet::new();
        for number in 0..WRITERS {
            let writer = Writer::new(number, seed, cast.clone(), Arc::clone(&history));
            writers.spawn(writer.work(stopped.clone()));
        }
        Load { history, stop, writers }
    }

    /// Waits until `count` more writes are acknowledged.
    pub(crate) async fn wait_for_writes(&self, count: usize) {
        let reached = self.history.reaches(self.history.count() + count);
        if timeout(WAIT_MAX, reached).await.is_err() {
            let answers = self.history.read();
            panic!("the writers make no progress: {:?}; {:#?}", answers.refused, answers.last_open);
        }
    }

    /// Waits until a caller hangs up before the answer; its call may still be running.
    pub(crate) async fn wait_for_an_abandoned_call(&self) {
        if timeout(WAIT_MAX, self.history.next_is_abandoned()).await.is_err() {
            let answers = self.history.read();
            panic!("no caller hangs up: {:?}; {:#?}", answers.refused, answers.last_open);
        }
    }

    /// Waits until a call ends without an answer, or with an answer that leaves its outcome open. Without
    /// this wait a short fault may affect no caller, because the services wait the fault out.
    pub(crate) async fn wait_for_a_repeated_call(&self) {
        if timeout(WAIT_MAX, self.history.next_is_repeated()).await.is_err() {
            panic!("the fault affected no call: {:?}", self.history.read().refused);
        }
    }

    /// Stops the writers, each after its current action, and returns the answers that the writers got. A call
    /// may wait until the lease of an interrupted call expires: for such a call the clocks, and `now`, are
    /// advanced.
    pub(crate) async fn end(mut self, cluster: &Cluster, now: &mut Timestamp) -> Answers {
        self.stop.send_replace(true);
        for _ in 0..ADVANCES_MAX {
            let ended = async { while self.writers.join_next().await.transpose().unwrap().is_some() {} };
            if timeout(ADVANCE_PERIOD, ended).await.is_ok() {
                return self.history.read();
            }
            let waiting = self.history.read().last_open;
            eprintln!("{} writers still wait, so the clocks are advanced: {waiting:#?}", self.writers.len());
            *now += LATER;
            cluster.set_clock(*now).await;
        }
        panic!("some calls are still unanswered: {:#?}", self.history.read().last_open);
    }
}

/// The comparison of the stored state with the answers that callers got.
pub(crate) struct Verification {
    /// Number of entries in all journals.
    pub(crate) entries: usize,
    pub(crate) findings: Vec<String>,
}

/// Opens the suite on the databases that the processes left, waits until it has finished the unfinished work,
/// and compares the stored state with the answers that callers got.
pub(crate) async fn verify(answers: &Answers, databases: Databases, now: Timestamp) -> Verification {
    let suite = serve_here(databases, now, 2).await;
    timeout(WAIT_MAX, all_work_has_ended(&suite))
        .await
        .expect("unfinished work is finished, and the feed catches up");
    let stored = Stored::read(&suite).await;
    drop(suite.stop().await);
    let entries = stored.journals.values().map(Vec::len).sum();
    let mut findings = findings(answers, &stored);
    findings.truncate(FINDINGS_PRINTED_MAX);
    Verification { entries, findings }
}

/// Number of unfinished operations and removals of relationships, counted while no process runs.
pub(crate) async fn unfinished(databases: &Databases) -> usize {
    let mut left = 0;
    for (service, sql) in crate::crash::stored::UNFINISHED {
        let store = csp_store::Store::open(databases.of(service), service.name(), service.migrations());
        let store = store.await.unwrap();
        let found: Vec<String> =
            sqlx::query_scalar(sql).fetch_all(store.read().await.unwrap().conn()).await.unwrap();
        left += found.len();
        store.close().await.unwrap();
    }
    left
}

async fn all_work_has_ended(suite: &Running) {
    let mut poll = polls();
    while !(running(suite).await.is_empty() && closing(suite).await.is_empty() && is_numbered(suite).await) {
        poll.tick().await;
    }
}

/// Ticks for polling.
pub(crate) fn polls() -> Interval {
    let mut poll = interval(POLL_PERIOD);
    poll.set_missed_tick_behavior(MissedTickBehavior::Delay);
    poll
}
