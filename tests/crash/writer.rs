//! A writer: does one action after another, and repeats each call until its outcome is known.

use std::sync::Arc;
use std::time::Duration;

use csp_tests::{Answer, Seller};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};
use tonic::{Code, Request};

use crate::crash::cast::Cast;
use crate::crash::history::History;

/// How long a caller waits for one answer.
const ANSWER_WAIT_MAX: Duration = Duration::from_secs(5);
/// Upper bound, not reached, of the time after which a caller hangs up, in milliseconds.
const HANG_UP_WAIT_MAX_MILLIS: u64 = 30;
/// Minimum time between two repeats of a call.
const REPEAT_PERIOD: Duration = Duration::from_millis(25);
/// In one of this many creations of a customer, on average, the caller hangs up.
const ABANDONED_ONE_OF: usize = 6;

/// How a customer buys: from a direct-bill partner, or from a provider through its reseller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Desk {
    Direct,
    Indirect,
}

/// A customer that can be sold to.
#[derive(Debug, Clone)]
pub(crate) struct Buyer {
    pub(crate) name: String,
    pub(crate) desk: Desk,
    /// The seller's relationship with the customer; `None` once something was sold.
    pub(crate) relationship: Option<String>,
}

/// A sold subscription.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) name: String,
    pub(crate) desk: Desk,
    pub(crate) quantity: i32,
    pub(crate) suspended: bool,
}

/// One source of load. No other writer changes the resources that a writer made.
pub(crate) struct Writer {
    number: usize,
    actions: usize,
    pub(crate) rng: fastrand::Rng,
    pub(crate) cast: Cast,
    pub(crate) history: Arc<History>,
    pub(crate) buyers: Vec<Buyer>,
    pub(crate) held: Vec<Held>,
}

impl Writer {
    pub(crate) fn new(number: usize, seed: u64, cast: Cast, history: Arc<History>) -> Self {
        let rng = fastrand::Rng::with_seed(seed.wrapping_add(number as u64));
        Writer { number, actions: 0, rng, cast, history, buyers: Vec::new(), held: Vec::new() }
    }

    /// Does actions until `stop` is set, and finishes the last one.
    pub(crate) async fn work(mut self, stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            self.actions += 1;
            // A refusal is in the history.
            let _ = self.do_any().await;
        }
    }

    /// A word that no other action uses: for ids and keys.
    pub(crate) fn word(&self) -> String {
        format!("w{}-{}", self.number, self.actions)
    }

    /// The request id of this action's call of `rpc`: every repeat has the same id.
    pub(crate) fn request_id(&self, rpc: &str) -> String {
        format!("{rpc}-{}", self.word())
    }

    /// A number that no other action uses.
    pub(crate) fn unique_number(&self) -> usize {
        20_000_000 + self.number * 100_000 + self.actions
    }

    pub(crate) fn seller(&self, desk: Desk) -> &Seller {
        match desk {
            Desk::Direct => &self.cast.litware,
            Desk::Indirect => &self.cast.contoso,
        }
    }

    pub(crate) fn reseller(&self, desk: Desk) -> Option<&Seller> {
        (desk == Desk::Indirect).then_some(&self.cast.fabrikam)
    }

    pub(crate) fn hangs_up(&mut self) -> bool {
        self.rng.usize(0..ABANDONED_ONE_OF) == 0
    }

    /// How long a caller waits before it hangs up.
    pub(crate) fn hang_up_wait(&mut self) -> Duration {
        Duration::from_millis(self.rng.u64(1..HANG_UP_WAIT_MAX_MILLIS))
    }

    /// Repeats the call until the call is accepted or finally refused. A refusal is recorded in the history.
    pub(crate) async fn definitely<M: Clone, T, F: Future<Output = Answer<T>>>(
        &self,
        what: &str,
        message: &M,
        call: impl Fn(Request<M>) -> F,
    ) -> Option<T> {
        self.until(what, message, call, |_| true).await
    }

    /// Like [`Writer::definitely`], but also repeats an accepted call until `is_final` holds for the answer.
    pub(crate) async fn until<M: Clone, T, F: Future<Output = Answer<T>>>(
        &self,
        what: &str,
        message: &M,
        call: impl Fn(Request<M>) -> F,
        is_final: impl Fn(&T) -> bool,
    ) -> Option<T> {
        let mut ticks = interval(REPEAT_PERIOD);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            match call(within(message.clone(), ANSWER_WAIT_MAX)).await {
                Ok(answer) if is_final(answer.get_ref()) => return Some(answer.into_inner()),
                Ok(_) => self.history.repeated(self.number, format!("{what} {}: not final", self.word())),
                Err(status) if is_open(status.code()) => {
                    let word = self.word();
                    self.history.repeated(self.number, format!("{what} {word}: {status}"));
                }
                Err(status) => {
                    let word = self.word();
                    self.history.was_refused(format!(
                        "{what} {word}: {:?} {}",
                        status.code(),
                        status.message()
                    ));
                    return None;
                }
            }
        }
    }
}

/// A request whose caller waits at most that long.
pub(crate) fn within<M>(message: M, wait: Duration) -> Request<M> {
    let mut request = Request::new(message);
    request.set_timeout(wait);
    request
}

/// Whether the code leaves the outcome of the call open, or says that the call may be repeated.
fn is_open(code: Code) -> bool {
    matches!(
        code,
        Code::Unavailable | Code::Unknown | Code::Cancelled | Code::DeadlineExceeded | Code::Aborted
    )
}
