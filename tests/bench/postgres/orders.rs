//! Orders a second beside TPC-B, and beside the parts of an order: RPCs, reads and one write.

use super::MEASURED;
use super::parts::{Names, Parts};
use super::scene::Scene;
use super::tpcb::Tpcb;
use crate::rate::measure;

/// RPCs of an order: the order's own, and one each to customer, registry and relationship.
const RPCS: f64 = 4.0;
/// Statements that read for an order: one in each of the three peers, and one that reads the offer.
const READS: f64 = 4.0;

/// Measures and prints TPC-B and orders, one after the other, with the same number of clients.
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
