//! The time of the first page of customers, in a small and in a large book.

use std::time::{Duration, Instant};

use csp_proto::customer::v1::{ListCustomersRequest, RecordCustomerRequest};
use csp_tests::{Running, Seller, evidence, profile};
use tokio::task::JoinSet;

use crate::multiply::{self, PREFIX};

/// Customers of the small book.
const SMALL_BOOK: u32 = 1_000;
/// Pages that are timed in each book. The median counts.
const PAGES: usize = 200;
/// Calls in flight while customers are recorded.
const AT_ONCE: usize = 64;

/// Prints how many customers a second were recorded, and how long the first page takes in both books. The
/// large book begins with the same customers as the small one; then their rows are copied. The pages of both
/// books are read alternately, so that other load on the machine slows both.
pub(crate) async fn run(large_book: u32) {
    let (small, large) = (Running::start().await, Running::start().await);
    let sellers = [small.direct_bill("litware", "DE").await, large.direct_bill("litware", "DE").await];
    let start = Instant::now();
    record(&small, &sellers[0], 0..SMALL_BOOK).await;
    let rate = f64::from(SMALL_BOOK) / start.elapsed().as_secs_f64();
    println!("{:<52} {rate:>12.0}/s", format!("customers recorded, {AT_ONCE} in flight"));
    record(&large, &sellers[1], 0..SMALL_BOOK).await;
    let times = large_book.div_ceil(SMALL_BOOK);
    multiply::customers(&large, times).await;

    let [small, large] = first_pages(&sellers).await;
    let figure = format!("first page of {SMALL_BOOK} customers");
    println!("{figure:<52} {:>11.2} ms {:>22}", millis(small), "(limit)");
    let figure = format!("first page of {} customers, copied rows", times * SMALL_BOOK);
    let ratio = format!("{:.2} × (aim: 1.3)", large.as_secs_f64() / small.as_secs_f64());
    println!("{figure:<52} {:>11.2} ms {ratio:>22}", millis(large));
}

async fn record(suite: &Running, seller: &Seller, numbers: std::ops::Range<u32>) {
    let mut recording = JoinSet::new();
    for number in numbers {
        if recording.len() >= AT_ONCE {
            recording.join_next().await.unwrap().unwrap();
        }
        let id = format!("{PREFIX}{number:06}");
        let request = RecordCustomerRequest {
            profile: Some(profile(&id, "FR")),
            customer_id: id,
            seller: seller.name.clone(),
            evidence: Some(evidence("2021-05-04")),
            ..Default::default()
        };
        let operator = suite.operator();
        recording.spawn(async move { drop(operator.customers().record_customer(request).await.unwrap()) });
    }
    while let Some(recorded) = recording.join_next().await {
        recorded.unwrap();
    }
}

/// The median time of the first page, for each seller.
async fn first_pages(sellers: &[Seller; 2]) -> [Duration; 2] {
    let mut took = [Vec::new(), Vec::new()];
    for _ in 0..PAGES {
        for (seller, took) in sellers.iter().zip(&mut took) {
            let request = ListCustomersRequest::default();
            let start = Instant::now();
            let page = seller.people.customers().list_customers(request).await.unwrap();
            took.push(start.elapsed());
            assert_eq!(page.into_inner().customers.len(), 50);
        }
    }
    took.map(|mut took| {
        took.sort();
        took[took.len() / 2]
    })
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
