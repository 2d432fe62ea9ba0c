//! Fake of the guard row of a relationship in the subscription service: the removal of a relationship closes
//! the guard, and an abandoned removal reopens the guard.

use std::future::Future;
use std::sync::Arc;

use tokio::sync::watch;

/// The guard of the single relationship of the fake orders. Clones share the guard.
#[derive(Debug, Clone)]
pub struct EdgeGuard(Arc<watch::Sender<Guard>>);

#[derive(Debug, Default)]
struct Guard {
    /// The start time of the removal in each close request, in order of arrival, in microseconds UTC.
    closes: Vec<i64>,
    close_time: i64,
    reopen_time: i64,
    is_closed: bool,
    /// Whether one order arrives before each close request and is cancelled after it.
    is_held: bool,
    /// Whether a later removal starts and is abandoned before each close request.
    later_removals_come_first: bool,
    /// Numbers of the close requests that stay without an answer, counted from 1.
    unanswered: Vec<usize>,
}

impl Default for EdgeGuard {
    fn default() -> Self {
        EdgeGuard(Arc::new(watch::Sender::new(Guard::default())))
    }
}

impl EdgeGuard {
    /// The start time of the removal in each close request, in order of arrival, in microseconds UTC.
    pub fn closes(&self) -> Vec<i64> {
        self.0.borrow().closes.clone()
    }

    /// Whether the relationship is closed for orders.
    pub fn is_closed(&self) -> bool {
        self.0.borrow().is_closed
    }

    /// Sets whether one order arrives before each close request and is cancelled after it.
    pub fn hold(&self, is_held: bool) {
        self.0.send_modify(|guard| guard.is_held = is_held);
    }

    /// Sets whether a later removal starts and is abandoned before each close request.
    pub fn let_later_removals_come_first(&self, they_do: bool) {
        self.0.send_modify(|guard| guard.later_removals_come_first = they_do);
    }

    /// Leaves the close request with this number without an answer. The returned future waits until the
    /// request was received.
    pub fn leave_unanswered(&self, number: usize) -> impl Future<Output = ()> + use<> {
        self.0.send_modify(|guard| guard.unanswered.push(number));
        let mut guard = self.0.subscribe();
        async move {
            // An error means that the fake services have ended.
            drop(guard.wait_for(|guard| guard.closes.len() >= number).await);
        }
    }

    /// Answers the close request with this number.
    pub fn answer(&self, number: usize) {
        self.0.send_modify(|guard| guard.unanswered.retain(|unanswered| *unanswered != number));
    }

    /// Answers all close requests.
    pub fn answer_all(&self) {
        self.0.send_modify(|guard| guard.unanswered.clear());
    }

    /// Closes the guard for a removal that started at `begun` (microseconds UTC), unless one of `orders`
    /// depends on the relationship. Returns whether the guard closed, and the number of orders.
    pub(super) async fn close(&self, begun: i64, orders: usize) -> (bool, i64) {
        let (mut closed, mut count, mut number) = (false, 0, 0);
        self.0.send_modify(|guard| {
            guard.closes.push(begun);
            number = guard.closes.len();
            count = i64::try_from(orders).unwrap_or(i64::MAX) + i64::from(guard.is_held);
            closed = count == 0 && guard.reopen_time < begun && !guard.later_removals_come_first;
            if closed {
                guard.is_closed = true;
                guard.close_time = guard.close_time.max(begun);
            }
        });
        let mut guard = self.0.subscribe();
        drop(guard.wait_for(|guard| !guard.unanswered.contains(&number)).await);
        (closed, count)
    }

    /// Reopens the guard for orders, if the removal that closed the guard started at `until` or earlier.
    pub(super) fn reopen(&self, until: i64) {
        self.0.send_modify(|guard| {
            if guard.close_time <= until && guard.reopen_time < until {
                guard.is_closed = false;
                guard.reopen_time = until;
            }
        });
    }
}
