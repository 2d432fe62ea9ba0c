//! The guard of a relationship in the subscription service, played: ends close it, and whoever gives an end up opens it
//! again.

use std::future::Future;
use std::sync::Arc;

use tokio::sync::watch;

/// The guard of the one relationship that the played orders rest on. Clones are the same.
#[derive(Debug, Clone)]
pub struct EdgeGuard(Arc<watch::Sender<Guard>>);

#[derive(Debug, Default)]
struct Guard {
    /// By which marks it was to be closed, in order.
    closes: Vec<i64>,
    close_time: i64,
    reopen_time: i64,
    is_closed: bool,
    /// An order comes before each end, and is cancelled after it.
    is_held: bool,
    /// An end that began later was always given up meanwhile.
    later_ends_come_first: bool,
    /// The closes that are not answered, counted from 1.
    unanswered: Vec<usize>,
}

impl Default for EdgeGuard {
    fn default() -> Self {
        EdgeGuard(Arc::new(watch::Sender::new(Guard::default())))
    }
}

impl EdgeGuard {
    /// By which marks it was to be closed, in order.
    pub fn closes(&self) -> Vec<i64> {
        self.0.borrow().closes.clone()
    }

    /// Whether no order can name it.
    pub fn is_closed(&self) -> bool {
        self.0.borrow().is_closed
    }

    /// Whether an order comes before each end, and is cancelled after it.
    pub fn hold(&self, is_held: bool) {
        self.0.send_modify(|guard| guard.is_held = is_held);
    }

    /// Whether an end that began later was always given up meanwhile.
    pub fn let_later_ends_come_first(&self, they_do: bool) {
        self.0.send_modify(|guard| guard.later_ends_come_first = they_do);
    }

    /// Leaves the close of that number without an answer; what is given back waits until it was made.
    pub fn leave_unanswered(&self, number: usize) -> impl Future<Output = ()> + use<> {
        self.0.send_modify(|guard| guard.unanswered.push(number));
        let mut guard = self.0.subscribe();
        async move {
            // An error means that nobody plays any more.
            drop(guard.wait_for(|guard| guard.closes.len() >= number).await);
        }
    }

    /// Answers the close of that number.
    pub fn answer(&self, number: usize) {
        self.0.send_modify(|guard| guard.unanswered.retain(|unanswered| *unanswered != number));
    }

    /// Answers all.
    pub fn answer_all(&self) {
        self.0.send_modify(|guard| guard.unanswered.clear());
    }

    /// Closes it for an end that began at `begun`, unless one of `orders` rests on it; whether it did, and how many do.
    pub(super) async fn close(&self, begun: i64, orders: usize) -> (bool, i64) {
        let (mut closed, mut count, mut number) = (false, 0, 0);
        self.0.send_modify(|guard| {
            guard.closes.push(begun);
            number = guard.closes.len();
            count = i64::try_from(orders).unwrap_or(i64::MAX) + i64::from(guard.is_held);
            closed = count == 0 && guard.reopen_time < begun && !guard.later_ends_come_first;
            if closed {
                guard.is_closed = true;
                guard.close_time = guard.close_time.max(begun);
            }
        });
        let mut guard = self.0.subscribe();
        drop(guard.wait_for(|guard| !guard.unanswered.contains(&number)).await);
        (closed, count)
    }

    /// Opens it again for orders, if it was closed by an end that began at `until` or before.
    pub(super) fn reopen(&self, until: i64) {
        self.0.send_modify(|guard| {
            if guard.close_time <= until && guard.reopen_time < until {
                guard.is_closed = false;
                guard.reopen_time = until;
            }
        });
    }
}
