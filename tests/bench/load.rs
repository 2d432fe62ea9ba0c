//! Calls a second: an RPC that does no work (an echo), an order, and an increase of seats.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use csp_proto::sandbox::v1::GetClockRequest;
use csp_proto::sandbox::v1::clock_service_client::ClockServiceClient;
use csp_proto::subscription::v1::ChangeQuantityRequest;
use csp_tests::{Party, Running, Seller};

use crate::rate::{Rate, measure};

/// How long each load is measured.
const MEASURED: Duration = Duration::from_secs(5);
/// Customers that the orders are for: as many as the maximum number of calls in flight, so that no two calls
/// wait for the same row.
const CUSTOMERS: usize = 64;
/// Subscriptions whose seats are increased: a multiple of the maximum number of calls in flight, so that no
/// two calls increase the same one, and so many that each is increased a few times only.
const SUBSCRIPTIONS: usize = 1024;

/// Prints echo RPCs, orders and increases of seats a second, and the ratios of orders to echo RPCs and to
/// fsyncs, and of increases to orders.
pub(crate) async fn run(fsyncs: f64) {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let offer = suite.offer("office").await;
    let mut customers = Vec::new();
    for index in 0..CUSTOMERS {
        customers.push(suite.customer_of(&format!("customer-{index}"), "FR", &litware, None).await);
    }
    let subscriptions = subscriptions(&litware, &customers, &offer).await;
    for (load, in_flight) in [1, 64].into_iter().enumerate() {
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
        let increases: Vec<AtomicUsize> = (0..in_flight).map(|_| AtomicUsize::new(0)).collect();
        let increase = measure(in_flight, MEASURED, |caller| {
            let nth = increases[caller].fetch_add(1, Ordering::Relaxed) * in_flight + caller;
            let seats = 2 + load * SEATS_OF_A_LOAD + nth / SUBSCRIPTIONS;
            increase(litware.clone(), subscriptions[nth % SUBSCRIPTIONS].clone(), seats)
        })
        .await;
        let ratio = format!("{:.2} × order", increase.per_second / order.per_second);
        print("increase of seats", in_flight, &increase, ratio);
    }
}

/// More seats than one load gives to a subscription.
const SEATS_OF_A_LOAD: usize = 100;

/// Names of subscriptions of one seat.
async fn subscriptions(seller: &Seller, customers: &[String], offer: &str) -> Vec<String> {
    let mut names = Vec::new();
    for customer in customers.iter().cycle().take(SUBSCRIPTIONS) {
        let accepted = seller.order(customer, None, offer, 1).await.unwrap().into_inner();
        names.extend(accepted.subscriptions.into_iter().map(|subscription| subscription.name));
    }
    names
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

async fn increase(seller: Seller, name: String, seats: usize) {
    let quantity = Some(i32::try_from(seats).unwrap());
    let request = ChangeQuantityRequest { name, quantity, ..Default::default() };
    seller.people.subscription().change_quantity(request).await.unwrap();
}
