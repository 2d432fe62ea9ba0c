//! Orders a second beside TPC-B.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::MEASURED;
use super::scene::Scene;
use super::tpcb::Tpcb;
use crate::rate::measure;

/// Prints both, one after the other, at the same number of clients.
pub(super) async fn run(scene: &Scene, in_flight: usize, tpcb: Option<&Tpcb>) {
    let limit = tpcb.map(|tpcb| tpcb.per_second(in_flight));
    let turn = AtomicUsize::new(0);
    let rate = measure(in_flight, MEASURED, |_| {
        let customer = &scene.customers[turn.fetch_add(1, Ordering::Relaxed) % scene.customers.len()];
        let (seller, customer, offer) = (scene.seller.clone(), customer.clone(), scene.offer.clone());
        async move { drop(seller.order(&customer, None, &offer, 1).await.unwrap()) }
    })
    .await;
    let [p50, p99] = [rate.p50, rate.p99].map(|time| time.as_secs_f64() * 1e3);
    let figure = format!("SubmitOrder, {in_flight} in flight, p50 {p50:.1}, p99 {p99:.1} ms");
    let ratio = limit.map(|limit| format!("{:.2} × TPC-B (aim: 1)", rate.per_second / limit));
    println!("{figure:<52} {:>12.0}/s {:>22}", rate.per_second, ratio.unwrap_or_default());
}
