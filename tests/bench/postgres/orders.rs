//! Orders a second beside TPC-B, and beside what an order is made of.

use super::MEASURED;
use super::parts::{Names, Parts};
use super::scene::Scene;
use super::tpcb::Tpcb;
use crate::rate::measure;

/// RPCs of an order: its own, and those that ask customer, registry and relationship.
const RPCS: f64 = 4.0;
/// Statements that read for an order: those of the three, and what is offered.
const READS: f64 = 4.0;

/// Prints them, one after the other, at the same number of clients.
pub(super) async fn run(scene: &Scene, tpcb: Option<&Tpcb>, parts: &Parts) {
    let tpcb = tpcb.map(|tpcb| tpcb.per_second(parts.in_flight));
    let customers = Names::new(&scene.customers);
    let rate = measure(parts.in_flight, MEASURED, |_| {
        let (seller, customer, offer) = (scene.seller.clone(), customers.next(), scene.offer.clone());
        async move { drop(seller.order(&customer, None, &offer, 1).await.unwrap()) }
    })
    .await;
    let ratio = tpcb.map(|tpcb| format!("{:.2} × TPC-B (aim: 1)", rate.per_second / tpcb));
    parts.print("SubmitOrder", &rate, ratio.unwrap_or_default());
    if let Some(tpcb) = tpcb {
        let bound = 1.0 / (1.0 / parts.bound(RPCS, READS) + 1.0 / tpcb);
        let ratio = format!("orders: {:.2} × this", rate.per_second / bound);
        println!("{:<52} {bound:>12.0}/s {ratio:>22}", "4 echo + 4 SELECT + 1 TPC-B, one after the other");
    }
}
