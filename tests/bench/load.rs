//! Calls a second: an RPC that does no work (an echo), and an order.

use std::time::Duration;

use csp_proto::sandbox::v1::GetClockRequest;
use csp_proto::sandbox::v1::clock_service_client::ClockServiceClient;
use csp_tests::{Party, Running, Seller};

use crate::rate::{Rate, measure};

/// How long each load is measured.
const MEASURED: Duration = Duration::from_secs(5);
/// Customers that the orders are for: as many as the maximum number of calls in flight, so that no two calls
/// wait for the same row.
const CUSTOMERS: usize = 64;

/// Prints echo RPCs and orders a second, and the ratios of orders to echo RPCs and to fsyncs.
pub(crate) async fn run(fsyncs: f64) {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let offer = suite.offer("office").await;
    let mut customers = Vec::new();
    for index in 0..CUSTOMERS {
        customers.push(suite.customer_of(&format!("customer-{index}"), "FR", &litware, None).await);
    }
    for in_flight in [1, 64] {
        let echo = measure(in_flight, MEASURED, |_| echo(suite.operator())).await;
        let order = measure(in_flight, MEASURED, |index| {
            order(litware.clone(), customers[index % CUSTOMERS].clone(), offer.clone())
        })
        .await;
        print("echo RPC", in_flight, &echo, "(limit)".to_owned());
        let ratios = format!(
            "{:.2} × echo, {:.2} × fsync",
            order.per_second / echo.per_second,
            order.per_second / fsyncs
        );
        print("order", in_flight, &order, ratios);
    }
}

fn print(what: &str, in_flight: usize, rate: &Rate, ratio: String) {
    let what = format!("{what}, {in_flight} in flight, p99 {:.1} ms", rate.p99.as_secs_f64() * 1e3);
    println!("{what:<52} {:>12.0}/s {ratio:>22}", rate.per_second);
}

/// Calls an RPC that does no work.
pub(crate) async fn echo(operator: Party) {
    ClockServiceClient::new(operator.connection()).get_clock(GetClockRequest {}).await.unwrap();
}

async fn order(seller: Seller, customer: String, offer: String) {
    seller.order(&customer, None, &offer, 1).await.unwrap();
}
