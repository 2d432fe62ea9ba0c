//! Reads a second beside their bound: an echo and a bare `SELECT`, one after the other.

use csp_proto::customer::v1::GetCustomerRequest;
use csp_proto::subscription::v1::GetOrderRequest;

use super::MEASURED;
use super::parts::{Names, Parts};
use super::scene::Scene;
use crate::rate::{Rate, measure};

/// Measures and prints the reads.
pub(super) async fn run(scene: &Scene, parts: &Parts) {
    let bound = parts.bound(1.0, 1.0);
    let customers = Names::new(&scene.customers);
    let rate = measure(parts.in_flight, MEASURED, |_| {
        let (mut client, name) = (scene.seller.people.customers(), customers.next());
        async move { drop(client.get_customer(GetCustomerRequest { name }).await.unwrap()) }
    })
    .await;
    parts.print("GetCustomer", &rate, beside(&rate, bound));
    let orders = Names::new(&scene.orders);
    let rate = measure(parts.in_flight, MEASURED, |_| {
        let (mut client, name) = (scene.seller.people.subscription(), orders.next());
        async move { drop(client.get_order(GetOrderRequest { name }).await.unwrap()) }
    })
    .await;
    parts.print("GetOrder", &rate, beside(&rate, bound));
}

fn beside(rate: &Rate, bound: f64) -> String {
    format!("{:.2} × echo + SELECT", rate.per_second / bound)
}
