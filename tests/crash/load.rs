//! The writers at work, and the reckoning at the end.

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
use crate::crash::history::{History, Told};
use crate::crash::stored::{Stored, closing, is_numbered, running};
use crate::crash::writer::Writer;

/// Writers at work.
const WRITERS: usize = 8;
/// How long whatever is waited for may take, however busy the machine is.
pub(crate) const WAIT_MAX: Duration = Duration::from_secs(120);
/// How long the last calls may take before the clocks are moved on for them, and how often that is done, at most.
const MOVE_PERIOD: Duration = Duration::from_secs(20);
const MOVES_MAX: usize = 6;
/// How often it is looked whether it has come.
const LOOK_PERIOD: Duration = Duration::from_millis(50);
/// Findings that are told, at most.
const FINDINGS_TOLD_MAX: usize = 20;

/// Writers at work.
pub(crate) struct Load {
    pub(crate) history: Arc<History>,
    stop: watch::Sender<bool>,
    writers: JoinSet<()>,
}

impl Load {
    /// Sets them to work.
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

    /// Waits until that much more was acknowledged.
    pub(crate) async fn goes_on_by(&self, count: usize) {
        let reached = self.history.reaches(self.history.count() + count);
        if timeout(WAIT_MAX, reached).await.is_err() {
            let told = self.history.read();
            panic!("the writers do not go on: {:?}; {:#?}", told.refused, told.last_open);
        }
    }

    /// Waits until a caller goes away: its call may be at work.
    pub(crate) async fn is_abandoned_by_one(&self) {
        if timeout(WAIT_MAX, self.history.next_is_abandoned()).await.is_err() {
            let told = self.history.read();
            panic!("no caller goes away: {:?}; {:#?}", told.refused, told.last_open);
        }
    }

    /// Waits until a caller gets no answer, or one that leaves open what came of its call: a fault that is short
    /// enough is otherwise met by nobody, because the services wait it out.
    pub(crate) async fn meets_it(&self) {
        if timeout(WAIT_MAX, self.history.next_is_repeated()).await.is_err() {
            panic!("every call is answered as if nothing had happened: {:?}", self.history.read().refused);
        }
    }

    /// Lets each writer end its deed; what they were told. Whoever waits for the mark of a call that broke off, waits
    /// until it is old enough: the clocks are moved on for it, `now` too.
    pub(crate) async fn end(mut self, cluster: &Cluster, now: &mut Timestamp) -> Told {
        self.stop.send_replace(true);
        for _ in 0..MOVES_MAX {
            let ended = async { while self.writers.join_next().await.transpose().unwrap().is_some() {} };
            if timeout(MOVE_PERIOD, ended).await.is_ok() {
                return self.history.read();
            }
            let waiting = self.history.read().last_open;
            eprintln!("{} writers wait: the clocks are moved on; {waiting:#?}", self.writers.len());
            *now += LATER;
            cluster.set_clock(*now).await;
        }
        panic!("every call is answered in the end: {:#?}", self.history.read().last_open);
    }
}

/// What came of a run.
pub(crate) struct Reckoning {
    /// Entries of all journals.
    pub(crate) entries: usize,
    pub(crate) findings: Vec<String>,
}

/// Opens the suite on what the processes left, lets it take up what is half-done, and compares.
pub(crate) async fn reckon(told: &Told, databases: Databases, now: Timestamp) -> Reckoning {
    let suite = serve_here(databases, now, 2).await;
    timeout(WAIT_MAX, all_is_ended(&suite))
        .await
        .expect("what was left half-done comes to its end, and the feed catches up");
    let stored = Stored::read(&suite).await;
    drop(suite.stop().await);
    let entries = stored.journals.values().map(Vec::len).sum();
    let mut findings = findings(told, &stored);
    findings.truncate(FINDINGS_TOLD_MAX);
    Reckoning { entries, findings }
}

/// Operations and ends of relationships that are half-done, while nobody is there to take them up.
pub(crate) async fn half_done(databases: &Databases) -> usize {
    let mut left = 0;
    for (service, sql) in crate::crash::stored::HALF_DONE {
        let store = csp_store::Store::open(databases.of(service), service.name(), service.migrations());
        let store = store.await.unwrap();
        let found: Vec<String> =
            sqlx::query_scalar(sql).fetch_all(store.read().await.unwrap().conn()).await.unwrap();
        left += found.len();
        store.close().await.unwrap();
    }
    left
}

async fn all_is_ended(suite: &Running) {
    let mut look = looks();
    while !(running(suite).await.is_empty() && closing(suite).await.is_empty() && is_numbered(suite).await) {
        look.tick().await;
    }
}

/// Turns in which it is looked whether something has come.
pub(crate) fn looks() -> Interval {
    let mut look = interval(LOOK_PERIOD);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    look
}
