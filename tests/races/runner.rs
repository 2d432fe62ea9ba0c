//! Plays schedules of a pair, several at the same time, and checks each.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use csp_proto::subscription::v1::ListSubscriptionsRequest;
use csp_tests::peer_proxy::Doors;
use csp_tests::switches::RACE_SCHEDULES;
use csp_tests::{Party, Running, all_subscriptions};
use tokio::task::JoinSet;

use crate::races::checker::{self, FinalState};
use crate::races::history::{Call, FactUse, History, Outcome};

/// Schedules of each pair on each backend, unless [`RACE_SCHEDULES`] says otherwise.
const SCHEDULES_SHORT: usize = 60;
/// On a busy machine the calls of few schedules may overlap. More schedules are then played, up to this many
/// times the planned number.
const PLANS_MAX: usize = 4;
/// A negative control ends when it has found this many violations.
const CONTROL_VIOLATIONS: usize = 3;
/// Maximum number of schedules of a negative control.
const CONTROL_SCHEDULES_MAX: usize = 400;
/// Number of lanes. A lane plays one schedule after another, on parties of its own.
const LANES: usize = 4;
/// Maximum number of reads in the lag of a call.
const LAG_READS_MAX: u32 = 3;
/// Maximum number of yields to other tasks in the lag of a call.
const LAG_YIELDS_MAX: u32 = 64;
/// Time limit of a schedule; one that takes longer is stuck.
const SCHEDULE_TIME_MAX: Duration = Duration::from_secs(120);
/// Maximum number of violations that a failed test prints.
const VIOLATIONS_PRINTED_MAX: usize = 5;

/// Calls that race with each other.
pub(crate) trait Pair: Send + Sync + Sized + 'static {
    /// The name in the table of faults.
    const NAME: &'static str;

    /// Sets the scene of a lane.
    fn scene(suite: Arc<Running>, doors: Doors, lane: usize) -> impl Future<Output = Self> + Send;

    /// Plays one schedule and returns the final state.
    fn play(&self, schedule: &mut Schedule, history: &History) -> impl Future<Output = FinalState> + Send;
}

/// The random choices of one schedule.
#[derive(Debug)]
pub(crate) struct Schedule {
    pub(crate) number: usize,
    chance: fastrand::Rng,
}

/// A delay before a call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lag {
    reads: u32,
    yields: u32,
}

impl Schedule {
    pub(crate) fn new(number: usize) -> Self {
        Schedule { number, chance: fastrand::Rng::with_seed(number as u64) }
    }

    /// A random number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.chance.usize(..end)
    }

    pub(crate) fn lag(&mut self) -> Lag {
        self.lag_of_reads(LAG_READS_MAX)
    }

    /// A lag of up to `reads_max` reads: a longer lag lets the call overlap with later calls.
    pub(crate) fn lag_of_reads(&mut self, reads_max: u32) -> Lag {
        Lag { reads: self.chance.u32(..=reads_max), yields: self.chance.u32(..=LAG_YIELDS_MAX) }
    }
}

impl Lag {
    /// Waits for the lag: makes the reads, then yields to other tasks.
    pub(crate) async fn pass(self, party: &Party) {
        for _ in 0..self.reads {
            let request = ListSubscriptionsRequest { page_size: 1, ..all_subscriptions() };
            party.subscription().list_subscriptions(request).await.unwrap();
        }
        for _ in 0..self.yields {
            tokio::task::yield_now().await;
        }
    }
}

/// The result of the played schedules.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Minimum number of schedules to play.
    pub(crate) planned: usize,
    /// Number of schedules that were played.
    pub(crate) schedules: usize,
    /// Schedules in which a revocation was acknowledged.
    pub(crate) revoked: usize,
    /// Calls that depend on a fact and succeeded.
    pub(crate) succeeded: usize,
    /// Calls that depend on a fact and were refused.
    pub(crate) refused: usize,
    /// Refused calls that began after the revocation.
    pub(crate) refused_later: usize,
    /// Number of other calls that succeeded, by RPC.
    pub(crate) others: BTreeMap<&'static str, usize>,
    /// Schedules in which two calls that concern each other were in flight at the same time.
    pub(crate) overlapped: usize,
    pub(crate) unknown: usize,
    pub(crate) violations: Vec<String>,
    pub(crate) elapsed: Duration,
}

/// Number of schedules to play.
pub(crate) fn schedules() -> usize {
    RACE_SCHEDULES.value().unwrap_or(SCHEDULES_SHORT)
}

/// Plays at least that many schedules of a pair, and more until the tally is meaningful.
pub(crate) async fn play<P: Pair>(suite: Running, doors: Doors, schedules: usize) -> Tally {
    play_until::<P>(suite, doors, (schedules, schedules * PLANS_MAX), Tally::is_meaningful).await
}

/// Plays schedules of a pair as a negative control, until enough violations are found.
pub(crate) async fn play_control<P: Pair>(suite: Running, doors: Doors) -> Tally {
    let found = |tally: &Tally| tally.violations.len() >= CONTROL_VIOLATIONS;
    play_until::<P>(suite, doors, (0, CONTROL_SCHEDULES_MAX), found).await
}

/// Plays `planned` schedules, and then more until `is_enough` holds, up to `maximum` schedules in all.
async fn play_until<P: Pair>(
    suite: Running,
    doors: Doors,
    (planned, maximum): (usize, usize),
    is_enough: fn(&Tally) -> bool,
) -> Tally {
    let (suite, begun) = (Arc::new(suite), Instant::now());
    let tally = Arc::new(Mutex::new(Tally { planned, ..Tally::default() }));
    let mut lanes = JoinSet::new();
    for lane in 0..LANES {
        let (suite, doors, tally) = (Arc::clone(&suite), doors.clone(), Arc::clone(&tally));
        lanes.spawn(async move {
            let pair = P::scene(suite, doors, lane).await;
            for number in (lane..maximum).step_by(LANES) {
                if number >= planned && is_enough(&tally.lock().unwrap()) {
                    return;
                }
                let (calls, book) = play_one(&pair, number).await;
                tally.lock().unwrap().count(number, &calls, &book);
            }
        });
    }
    while let Some(lane) = lanes.join_next().await {
        lane.unwrap();
    }
    let mut tally = std::mem::take(&mut *tally.lock().unwrap());
    tally.elapsed = begun.elapsed();
    tally
}

async fn play_one<P: Pair>(pair: &P, number: usize) -> (Vec<Call>, FinalState) {
    let (mut schedule, history) = (Schedule::new(number), History::default());
    let playing = tokio::time::timeout(SCHEDULE_TIME_MAX, pair.play(&mut schedule, &history));
    let book = playing.await.unwrap_or_else(|_| panic!("{}: schedule {number} is stuck", P::NAME));
    (history.calls(), book)
}

impl Tally {
    fn count(&mut self, number: usize, calls: &[Call], book: &FinalState) {
        self.schedules += 1;
        let revocation = calls
            .iter()
            .find(|call| matches!(call.fact_use, FactUse::Revokes(_)) && call.outcome == Outcome::Done);
        self.revoked += usize::from(revocation.is_some());
        let dependent = || calls.iter().filter(|call| matches!(call.fact_use, FactUse::DependsOn(_)));
        self.succeeded += dependent().filter(|call| call.outcome == Outcome::Done).count();
        self.refused += dependent().filter(|call| call.outcome == Outcome::Refused).count();
        self.unknown += calls.iter().filter(|call| call.outcome == Outcome::Unknown).count();
        if let Some(revocation) = revocation {
            let later = |call: &&Call| call.invoked > revocation.returned;
            self.refused_later +=
                dependent().filter(later).filter(|call| call.outcome == Outcome::Refused).count();
        }
        for call in
            calls.iter().filter(|call| call.fact_use == FactUse::Other && call.outcome == Outcome::Done)
        {
            *self.others.entry(call.rpc).or_default() += 1;
        }
        self.overlapped += usize::from(overlap(calls));
        let found = checker::violations(calls, book).into_iter();
        self.violations.extend(found.map(|violation| format!("schedule {number}: {violation}; {calls:?}")));
    }

    /// Adds the tally of other schedules, played after these.
    pub(crate) fn add(&mut self, other: Tally) {
        self.planned += other.planned;
        self.schedules += other.schedules;
        self.revoked += other.revoked;
        self.succeeded += other.succeeded;
        self.refused += other.refused;
        self.refused_later += other.refused_later;
        for (words, count) in other.others {
            *self.others.entry(words).or_default() += count;
        }
        self.overlapped += other.overlapped;
        self.unknown += other.unknown;
        self.violations.extend(other.violations);
        self.elapsed += other.elapsed;
    }

    /// Asserts that there are no violations, and that the tally is meaningful.
    #[track_caller]
    pub(crate) fn must_be_clean(&self) {
        let printed = &self.violations[..self.violations.len().min(VIOLATIONS_PRINTED_MAX)];
        assert!(printed.is_empty(), "{} violations, the first of them: {printed:#?}", self.violations.len());
        assert!(self.calls_met(), "enough calls overlap: {self:?}");
        assert_eq!(self.unknown, 0, "every call has a definite answer: {self:?}");
        assert!(self.both_sides_won(), "each side wins at least once: {self:?}");
    }

    /// Whether a violation could have been found: enough calls overlapped, and each side won at least once.
    fn is_meaningful(&self) -> bool {
        self.calls_met() && self.both_sides_won()
    }

    /// Whether the schedules with overlapping calls are more than a quarter of the planned number.
    fn calls_met(&self) -> bool {
        self.overlapped * 4 > self.planned
    }

    fn both_sides_won(&self) -> bool {
        let counts = [self.revoked, self.succeeded, self.refused_later];
        if self.others.is_empty() {
            counts.iter().all(|count| *count > 0)
        } else {
            self.others.len() > 1 && self.others.values().all(|count| *count > 0)
        }
    }

    /// The result in one line, for the table of faults.
    pub(crate) fn summary(&self) -> String {
        let what = if self.others.is_empty() {
            let (revoked, succeeded) = (self.revoked, self.succeeded);
            let (refused, later) = (self.refused, self.refused_later);
            format!(
                "{revoked} revocations, {succeeded} calls succeeded, {refused} were refused ({later} of them began after the revocation)"
            )
        } else {
            format!("succeeded: {:?}", self.others)
        };
        format!(
            "{} schedules, {} with overlapping calls; {what}; {} unknown outcomes; {} violations; {:.1} s",
            self.schedules,
            self.overlapped,
            self.unknown,
            self.violations.len(),
            self.elapsed.as_secs_f64(),
        )
    }
}

/// Whether two calls that concern each other were in flight at the same time.
fn overlap(calls: &[Call]) -> bool {
    let concern = |one: &Call, other: &Call| match (&one.fact_use, &other.fact_use) {
        (FactUse::Revokes(one), FactUse::DependsOn(other)) => one == other,
        (FactUse::Other, FactUse::Other) => one.invoked != other.invoked,
        _ => false,
    };
    let at_once = |one: &Call, other: &Call| one.invoked < other.returned && other.invoked < one.returned;
    calls.iter().any(|one| calls.iter().any(|other| concern(one, other) && at_once(one, other)))
}
