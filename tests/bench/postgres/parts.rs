//! The parts of a call without the suite's work: an echo and a bare `SELECT`.

use std::sync::atomic::{AtomicUsize, Ordering};

use csp_store::READERS_DEFAULT;
use csp_suite::service::Service;
use sqlx::postgres::{PgPool, PgPoolOptions};

use super::MEASURED;
use super::scene::Scene;
use crate::load::echo;
use crate::rate::{Rate, measure};

/// The minimum work of a read: one row by its key.
const SELECT: &str = "SELECT id FROM orders WHERE customer = $1 AND id = $2";

/// The rates of both parts, with `in_flight` calls in flight.
pub(super) struct Parts {
    pub(super) in_flight: usize,
    echo: Rate,
    select: Rate,
}

impl Parts {
    /// Measures and prints both parts.
    pub(super) async fn measure(scene: &Scene, in_flight: usize) -> Parts {
        let echo = measure(in_flight, MEASURED, |_| echo(scene.suite.operator())).await;
        let parts = Parts { in_flight, echo, select: select(scene, in_flight).await };
        parts.print("echo RPC", &parts.echo, "(limit)".to_owned());
        parts.print("SELECT by key", &parts.select, "(limit)".to_owned());
        parts
    }

    /// Maximum number of calls a second if a call consists of that many echoes and selects, one after the
    /// other.
    pub(super) fn bound(&self, echoes: f64, selects: f64) -> f64 {
        1.0 / (echoes / self.echo.per_second + selects / self.select.per_second)
    }

    /// Prints one line of the table.
    pub(super) fn print(&self, what: &str, rate: &Rate, ratio: String) {
        let [p50, p99] = [rate.p50, rate.p99].map(|time| time.as_secs_f64() * 1e3);
        let figure = format!("{what}, {} in flight, p50 {p50:.1}, p99 {p99:.1} ms", self.in_flight);
        println!("{figure:<52} {:>12.0}/s {ratio:>22}", rate.per_second);
    }
}

/// Measures `SELECT` on a pool with as many connections as a service has readers.
async fn select(scene: &Scene, in_flight: usize) -> Rate {
    let database = scene.suite.databases().on_server(Service::Subscription).unwrap();
    let options = PgPoolOptions::new().max_connections(READERS_DEFAULT).test_before_acquire(false);
    let pool: PgPool = options.connect(&database.url()).await.unwrap();
    let orders = Names::new(&scene.orders);
    let rate = measure(in_flight, MEASURED, |_| {
        let (pool, name) = (pool.clone(), orders.next());
        async move {
            let (customer, id) = name.split_once("/orders/").unwrap();
            let found: String =
                sqlx::query_scalar(SELECT).bind(customer).bind(id).fetch_one(&pool).await.unwrap();
            assert_eq!(found, id);
        }
    })
    .await;
    pool.close().await;
    rate
}

/// The names one after the other; after the last name comes the first again.
pub(super) struct Names<'a> {
    names: &'a [String],
    next: AtomicUsize,
}

impl<'a> Names<'a> {
    pub(super) fn new(names: &'a [String]) -> Self {
        Names { names, next: AtomicUsize::new(0) }
    }

    pub(super) fn next(&self) -> String {
        self.names[self.next.fetch_add(1, Ordering::Relaxed) % self.names.len()].clone()
    }
}
