//! Plays schedules of a pair, a few lanes at a time, and lets the checker look at each.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use csp_proto::subscription::v1::ListSubscriptionsRequest;
use csp_tests::between::Doors;
use csp_tests::{Party, Running};

use crate::checker::{self, Book};
use crate::history::{Call, Deed, History, Outcome};

/// Schedules of each pair on each backend, unless [`SCHEDULES`] says otherwise.
const SCHEDULES_SHORT: usize = 200;
/// Names how many to play.
const SCHEDULES: &str = "CSP_RACE_SCHEDULES";
/// Schedules at the same time, each on parties of its own.
const LANES: usize = 4;
/// Longest lag of a call behind the beginning of its schedule.
const LAG_READS_MAX: u32 = 3;
const LAG_YIELDS_MAX: u32 = 64;
/// A schedule that takes longer is stuck.
const SCHEDULE_TIME_MAX: Duration = Duration::from_secs(120);
/// Violations that are told in words.
const VIOLATIONS_TOLD_MAX: usize = 5;

/// Who races with whom.
pub(crate) trait Pair: Send + Sync + Sized + 'static {
    /// In words.
    const NAME: &'static str;

    /// Sets the scene of a lane.
    fn scene(suite: Arc<Running>, doors: Doors, lane: usize) -> impl Future<Output = Self> + Send;

    /// Plays one schedule; gives what the book says then.
    fn play(&self, schedule: &mut Schedule, history: &History) -> impl Future<Output = Book> + Send;
}

/// Where the chances of one schedule come from.
#[derive(Debug)]
pub(crate) struct Schedule {
    pub(crate) number: usize,
    chance: fastrand::Rng,
}

/// How far a call stays behind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lag {
    reads: u32,
    yields: u32,
}

impl Schedule {
    pub(crate) fn new(number: usize) -> Self {
        Schedule { number, chance: fastrand::Rng::with_seed(number as u64) }
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.chance.usize(..end)
    }

    pub(crate) fn lag(&mut self) -> Lag {
        Lag { reads: self.chance.u32(..=LAG_READS_MAX), yields: self.chance.u32(..=LAG_YIELDS_MAX) }
    }
}

impl Lag {
    /// Lets that pass: calls that change nothing, and turns of others.
    pub(crate) async fn pass(self, party: &Party) {
        for _ in 0..self.reads {
            let request = ListSubscriptionsRequest { page_size: 1, ..Default::default() };
            party.subscription().list_subscriptions(request).await.unwrap();
        }
        for _ in 0..self.yields {
            tokio::task::yield_now().await;
        }
    }
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) schedules: usize,
    /// Schedules in which a revocation was acknowledged.
    pub(crate) revoked: usize,
    /// Calls that rest on a fact: that succeeded, that were refused, and of these that began after the
    /// revocation.
    pub(crate) succeeded: usize,
    pub(crate) refused: usize,
    pub(crate) refused_later: usize,
    /// Schedules in which a call and a revocation were under way at the same time.
    pub(crate) overlapped: usize,
    pub(crate) unknown: usize,
    pub(crate) violations: Vec<String>,
    pub(crate) elapsed: Duration,
}

/// Schedules to play.
pub(crate) fn schedules() -> usize {
    std::env::var(SCHEDULES).map_or(SCHEDULES_SHORT, |count| count.parse().expect("a number of schedules"))
}

/// Plays that many schedules of a pair.
pub(crate) async fn play<P: Pair>(suite: Running, doors: Doors, schedules: usize) -> Tally {
    let suite = Arc::new(suite);
    let begun = Instant::now();
    let lanes: Vec<_> = (0..LANES)
        .map(|lane| tokio::spawn(play_lane::<P>(Arc::clone(&suite), doors.clone(), lane, schedules)))
        .collect();
    let mut tally = Tally::default();
    for lane in lanes {
        for (number, calls, book) in lane.await.unwrap() {
            tally.count(number, &calls, &book);
        }
    }
    tally.elapsed = begun.elapsed();
    tally
}

async fn play_lane<P: Pair>(
    suite: Arc<Running>,
    doors: Doors,
    lane: usize,
    schedules: usize,
) -> Vec<(usize, Vec<Call>, Book)> {
    let pair = P::scene(suite, doors, lane).await;
    let mut played = Vec::new();
    for number in (lane..schedules).step_by(LANES) {
        let (mut schedule, history) = (Schedule::new(number), History::default());
        let playing = tokio::time::timeout(SCHEDULE_TIME_MAX, pair.play(&mut schedule, &history));
        let book = playing.await.unwrap_or_else(|_| panic!("{}: schedule {number} is stuck", P::NAME));
        played.push((number, history.calls(), book));
    }
    played
}

impl Tally {
    fn count(&mut self, number: usize, calls: &[Call], book: &Book) {
        self.schedules += 1;
        let revocation =
            calls.iter().find(|call| matches!(call.deed, Deed::Revokes(_)) && call.outcome == Outcome::Done);
        self.revoked += usize::from(revocation.is_some());
        let resting = || calls.iter().filter(|call| matches!(call.deed, Deed::RestsOn(_)));
        self.succeeded += resting().filter(|call| call.outcome == Outcome::Done).count();
        self.refused += resting().filter(|call| call.outcome == Outcome::Refused).count();
        self.unknown += calls.iter().filter(|call| call.outcome == Outcome::Unknown).count();
        if let Some(revocation) = revocation {
            let later = |call: &&Call| call.invoked > revocation.returned;
            self.refused_later +=
                resting().filter(later).filter(|call| call.outcome == Outcome::Refused).count();
        }
        self.overlapped += usize::from(overlap(calls));
        let found = checker::violations(calls, book).into_iter();
        self.violations.extend(found.map(|violation| format!("schedule {number}: {violation}; {calls:?}")));
    }

    /// Asserts that nothing was found, and that there was something to be found.
    #[track_caller]
    pub(crate) fn must_be_clean(&self) {
        let told = &self.violations[..self.violations.len().min(VIOLATIONS_TOLD_MAX)];
        assert!(told.is_empty(), "{} violations, such as {told:#?}", self.violations.len());
        assert!(self.overlapped * 4 > self.schedules, "the calls hardly met: {self:?}");
    }

    /// One line.
    pub(crate) fn told(&self) -> String {
        format!(
            "{} schedules, {} with calls under way at once, {} revocations; {} calls succeeded, {} were refused \
             ({} begun after the revocation), {} unknown; {} violations; {:.1} s",
            self.schedules,
            self.overlapped,
            self.revoked,
            self.succeeded,
            self.refused,
            self.refused_later,
            self.unknown,
            self.violations.len(),
            self.elapsed.as_secs_f64(),
        )
    }
}

/// Whether two calls that concern each other were under way at the same time.
fn overlap(calls: &[Call]) -> bool {
    let concern = |one: &Call, other: &Call| match (&one.deed, &other.deed) {
        (Deed::Revokes(one), Deed::RestsOn(other)) => one == other,
        (Deed::Other, Deed::Other) => one.invoked != other.invoked,
        _ => false,
    };
    let at_once = |one: &Call, other: &Call| one.invoked < other.returned && other.invoked < one.returned;
    calls.iter().any(|one| calls.iter().any(|other| concern(one, other) && at_once(one, other)))
}
