//! Statements and round trips of a command on each database, counted by proxies. One suite in this process,
//! with open connections.

use std::collections::BTreeMap;

use csp_proto::subscription::v1::GetOrderRequest;
use csp_suite::service::Service;
use csp_tests::databases::{Databases, through};
use csp_tests::proxy::{Count, Proxy};
use csp_tests::{Postgres, Running, profile};

/// How many calls of a command are counted.
const TRIES: usize = 30;
/// The index, in ascending order, of the count that is printed. It is a low one: work in the background, such
/// as the sequencer's, adds to most counts. It is not the lowest: statements after the answer, such as a
/// read's ROLLBACK, are missing from a few counts.
const COUNTED: usize = 3;
/// The instant at which the suite's clock stands.
const NOW: &str = "2026-11-21T12:00:00Z";

/// Prints statements, including the begin and end of transactions, and round trips.
pub(super) async fn run(server: &Postgres) {
    let databases = Databases::on(server).await;
    let (mut proxies, mut configs) = (BTreeMap::new(), BTreeMap::new());
    for service in Service::ALL {
        let database = databases.on_server(service).unwrap();
        let proxy = Proxy::start(database.address()).await;
        configs.insert(service, through(database.url_through(proxy.address())));
        proxies.insert(service, proxy);
    }
    let suite = Running::on(databases, configs, NOW.parse().unwrap(), 1).await;
    let seller = suite.direct_bill("litware", "DE").await;
    let offer = suite.offer("office").await;
    let customer = suite.customer_of("tailspin", "FR", &seller, None).await;
    let ordered = seller.order(&customer, None, &offer, 1).await.unwrap().into_inner();
    let order = ordered.order.unwrap().name;

    count("SubmitOrder", &proxies, async |_| {
        drop(seller.order(&customer, None, &offer, 1).await.unwrap());
    })
    .await;
    count("CreateCustomer", &proxies, async |number| {
        drop(seller.create_customer(profile(&format!("customer-{number}"), "FR"), None).await.unwrap());
    })
    .await;
    count("GetOrder", &proxies, async |_| {
        let request = GetOrderRequest { name: order.clone() };
        drop(seller.people.subscription().get_order(request).await.unwrap());
    })
    .await;
    drop(suite.stop().await);
}

/// Calls the command and prints the statements and round trips of one call on each database.
async fn count(command: &str, proxies: &BTreeMap<Service, Proxy>, call: impl AsyncFn(usize)) {
    let mut seen: BTreeMap<Service, Vec<Count>> = BTreeMap::new();
    for number in 0..TRIES {
        proxies.values().for_each(Proxy::reset);
        call(number).await;
        for (service, proxy) in proxies {
            seen.entry(*service).or_default().push(proxy.count());
        }
    }
    for (service, counts) in seen {
        let statements = low(counts.iter().map(|count| count.statements));
        let trips = low(counts.iter().map(|count| count.round_trips));
        if trips > 0 {
            let figure = format!("{command}, of {service}");
            println!("{figure:<52} {statements:>3} statements {:>22}", format!("{trips} round trips"));
        }
    }
}

fn low(counts: impl Iterator<Item = usize>) -> usize {
    let mut counts: Vec<usize> = counts.collect();
    counts.sort_unstable();
    counts[COUNTED]
}
