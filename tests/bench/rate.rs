//! Measures calls a second.

use std::future::Future;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

/// The result of a load: calls a second, median and 99th percentile of the time of a call.
pub(crate) struct Rate {
    pub(crate) per_second: f64,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

/// Keeps `in_flight` callers busy for the time `lasting`, each with one call at a time. `call` gets the index
/// of the caller.
pub(crate) async fn measure<F: Future<Output = ()> + Send + 'static>(
    in_flight: usize,
    lasting: Duration,
    call: impl Fn(usize) -> F,
) -> Rate {
    let start = Instant::now();
    let (mut calls, mut took) = (JoinSet::new(), Vec::new());
    let timed = |index: usize| {
        let call = call(index);
        async move {
            let start = Instant::now();
            call.await;
            (index, start.elapsed())
        }
    };
    for index in 0..in_flight {
        calls.spawn(timed(index));
    }
    while let Some(done) = calls.join_next().await {
        let (index, time) = done.unwrap();
        took.push(time);
        if start.elapsed() < lasting {
            calls.spawn(timed(index));
        }
    }
    let per_second = took.len() as f64 / start.elapsed().as_secs_f64();
    took.sort();
    Rate { per_second, p50: took[took.len() / 2], p99: took[took.len() * 99 / 100] }
}
