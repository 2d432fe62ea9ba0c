//! The first page of a small and of a large book.

use std::time::{Duration, Instant};

use csp_proto::customer::v1::{ListCustomersRequest, RecordCustomerRequest};
use csp_tests::{Running, Seller, evidence, profile};
use tokio::task::JoinSet;

/// Customers of the small book.
const SMALL_BOOK: u32 = 1_000;
/// Pages timed; the median counts.
const PAGES: usize = 200;
/// Customers recorded at once.
const AT_ONCE: usize = 64;

/// Prints how long the first page takes in both books, and how fast the large one was recorded.
pub(crate) async fn run(large_book: u32) {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    record(&suite, &litware, 0..SMALL_BOOK).await;
    let small = first_page(&litware).await;
    println!(
        "{:<52} {:>11.2} ms {:>22}",
        format!("first page of {SMALL_BOOK} customers"),
        millis(small),
        "(limit)"
    );

    let start = Instant::now();
    record(&suite, &litware, SMALL_BOOK..large_book).await;
    let rate = f64::from(large_book - SMALL_BOOK) / start.elapsed().as_secs_f64();
    let large = first_page(&litware).await;
    let ratio = format!("{:.2} ×", large.as_secs_f64() / small.as_secs_f64());
    println!(
        "{:<52} {:>11.2} ms {ratio:>22}",
        format!("first page of {large_book} customers"),
        millis(large)
    );
    println!("{:<52} {rate:>12.0}/s", format!("customers recorded, {AT_ONCE} in flight"));
}

async fn record(suite: &Running, seller: &Seller, numbers: std::ops::Range<u32>) {
    let mut recording = JoinSet::new();
    for number in numbers {
        if recording.len() >= AT_ONCE {
            recording.join_next().await.unwrap().unwrap();
        }
        let id = format!("customer-{number:06}");
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

async fn first_page(seller: &Seller) -> Duration {
    let mut took = Vec::new();
    for _ in 0..PAGES {
        let start = Instant::now();
        let page = seller.people.customers().list_customers(ListCustomersRequest::default()).await.unwrap();
        took.push(start.elapsed());
        assert_eq!(page.into_inner().customers.len(), 50);
    }
    took.sort();
    took[took.len() / 2]
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
