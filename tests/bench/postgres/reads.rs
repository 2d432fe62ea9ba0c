//! Reads a second beside their composite bound: an echo and a bare `SELECT`, one after the other.

use std::sync::atomic::{AtomicUsize, Ordering};

use csp_proto::customer::v1::GetCustomerRequest;
use csp_proto::subscription::v1::GetOrderRequest;
use csp_store::READERS_DEFAULT;
use csp_suite::service::Service;
use sqlx::postgres::{PgPool, PgPoolOptions};

use super::MEASURED;
use super::scene::Scene;
use crate::load::echo;
use crate::rate::{Rate, measure};

/// Callers of each load.
const IN_FLIGHT: usize = 32;
/// What no read can do without.
const SELECT: &str = "SELECT id FROM orders WHERE id = $1";

/// Prints the bound's two parts, and the reads.
pub(super) async fn run(scene: &Scene) {
    let echo = measure(IN_FLIGHT, MEASURED, |_| echo(scene.suite.operator())).await;
    print("echo RPC", &echo, "(limit)".to_owned());
    let select = select(scene).await;
    print("SELECT by key", &select, "(limit)".to_owned());
    let bound = 1.0 / (1.0 / echo.per_second + 1.0 / select.per_second);

    let customers = Names::new(&scene.customers);
    let rate = measure(IN_FLIGHT, MEASURED, |_| {
        let (mut client, name) = (scene.seller.people.customers(), customers.next());
        async move { drop(client.get_customer(GetCustomerRequest { name }).await.unwrap()) }
    })
    .await;
    print("GetCustomer", &rate, beside(&rate, bound));
    let orders = Names::new(&scene.orders);
    let rate = measure(IN_FLIGHT, MEASURED, |_| {
        let (mut client, name) = (scene.seller.people.subscription(), orders.next());
        async move { drop(client.get_order(GetOrderRequest { name }).await.unwrap()) }
    })
    .await;
    print("GetOrder", &rate, beside(&rate, bound));
}

/// A pool as a service's readers have it, without the service.
async fn select(scene: &Scene) -> Rate {
    let database = scene.suite.databases().on_server(Service::Subscription).unwrap();
    let options = PgPoolOptions::new().max_connections(READERS_DEFAULT).test_before_acquire(false);
    let pool: PgPool = options.connect(&database.url()).await.unwrap();
    let orders = Names::new(&scene.orders);
    let rate = measure(IN_FLIGHT, MEASURED, |_| {
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

fn print(what: &str, rate: &Rate, ratio: String) {
    let [p50, p99] = [rate.p50, rate.p99].map(|time| time.as_secs_f64() * 1e3);
    let figure = format!("{what}, {IN_FLIGHT} in flight, p50 {p50:.1}, p99 {p99:.1} ms");
    println!("{figure:<52} {:>12.0}/s {ratio:>22}", rate.per_second);
}

fn beside(rate: &Rate, bound: f64) -> String {
    format!("{:.2} × echo + SELECT", rate.per_second / bound)
}

/// Names in turns, without end.
struct Names<'a> {
    names: &'a [String],
    turn: AtomicUsize,
}

impl<'a> Names<'a> {
    fn new(names: &'a [String]) -> Self {
        Names { names, turn: AtomicUsize::new(0) }
    }

    fn next(&self) -> String {
        self.names[self.turn.fetch_add(1, Ordering::Relaxed) % self.names.len()].clone()
    }
}
