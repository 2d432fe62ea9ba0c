//! What calls are made of, without a suite's work: an echo and a bare `SELECT`.

use std::sync::atomic::{AtomicUsize, Ordering};

use csp_store::READERS_DEFAULT;
use csp_suite::service::Service;
use sqlx::postgres::{PgPool, PgPoolOptions};

use super::MEASURED;
use super::scene::Scene;
use crate::load::echo;
use crate::rate::{Rate, measure};

/// What no read can do without.
const SELECT: &str = "SELECT id FROM orders WHERE id = $1";

/// How many of each the machine makes, with so many in flight.
pub(super) struct Parts {
    pub(super) in_flight: usize,
    echo: Rate,
    select: Rate,
}

impl Parts {
    /// Measures and prints them.
    pub(super) async fn measure(scene: &Scene, in_flight: usize) -> Parts {
        let echo = measure(in_flight, MEASURED, |_| echo(scene.suite.operator())).await;
        let parts = Parts { in_flight, echo, select: select(scene, in_flight).await };
        parts.print("echo RPC", &parts.echo, "(limit)".to_owned());
        parts.print("SELECT by key", &parts.select, "(limit)".to_owned());
        parts
    }

    /// How many calls a second of that many of each, one after the other.
    pub(super) fn bound(&self, echoes: f64, selects: f64) -> f64 {
        1.0 / (echoes / self.echo.per_second + selects / self.select.per_second)
    }

    /// One line of the table.
    pub(super) fn print(&self, what: &str, rate: &Rate, ratio: String) {
        let [p50, p99] = [rate.p50, rate.p99].map(|time| time.as_secs_f64() * 1e3);
        let figure = format!("{what}, {} in flight, p50 {p50:.1}, p99 {p99:.1} ms", self.in_flight);
        println!("{figure:<52} {:>12.0}/s {ratio:>22}", rate.per_second);
    }
}

/// A pool as a service's readers have it, without the service.
async fn select(scene: &Scene, in_flight: usize) -> Rate {
    let database = scene.suite.databases().on_server(Service::Subscription).unwrap();
    let options = PgPoolOptions::new().max_connections(READERS_DEFAULT).test_before_acquire(false);
    let pool: PgPool = options.connect(&database.url()).await.unwrap();
    let orders = Names::new(&scene.orders);
    let rate = measure(in_flight, MEASURED, |_| {
        let (pool, name) = (pool.clone(), orders.next());
        async move {
            let id = name.strip_prefix("orders/").unwrap();
            let found: String = sqlx::query_scalar(SELECT).bind(id).fetch_one(&pool).await.unwrap();
            assert_eq!(found, id);
        }
    })
    .await;
    pool.close().await;
    rate
}

/// Names in turns, without end.
pub(super) struct Names<'a> {
    names: &'a [String],
    turn: AtomicUsize,
}

impl<'a> Names<'a> {
    pub(super) fn new(names: &'a [String]) -> Self {
        Names { names, turn: AtomicUsize::new(0) }
    }

    pub(super) fn next(&self) -> String {
        self.names[self.turn.fetch_add(1, Ordering::Relaxed) % self.names.len()].clone()
    }
}
