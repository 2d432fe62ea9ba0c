//! A list of many customers: those that the caller serves and those of record, each once, with a bounded
//! number of questions to the peers for each page.

use csp_service::Fields;
use csp_service::played::relationship;
use jiff::Timestamp;

use super::*;
use crate::customer::list::LOTS_MAX;
use crate::customer::profile::Profile;

/// Customers that the caller serves, and as many of record.
const OF_EACH: usize = 10_000;
/// One in so many customers that the caller serves is of record too.
const BOTH: usize = 100;
/// Customers that one transaction stores.
const STORED_AT_ONCE: usize = 200;

fn name(number: usize) -> String {
    format!("customers/c{number:05}")
}

async fn store(scene: &Scene) {
    let numbers: Vec<usize> = (0..2 * OF_EACH).collect();
    let profile = Fields::only(|fields| Profile::read(fields, Some(&profile()))).unwrap();
    for numbers in numbers.chunks(STORED_AT_ONCE) {
        let mut tx = scene.service.book.store.write();
        for number in numbers {
            let (id, now) = (format!("c{number:05}"), Timestamp::UNIX_EPOCH);
            let mut profile = profile.clone();
            profile.tenant.id = format!("t{number:05}");
            let mut customer = customer::Customer::register(id, "o", &profile, None, now);
            customer.activate(now).unwrap();
            customer::table::register(&mut tx, customer.row());
        }
        tx.commit().await.unwrap();
    }
    let mut state = scene.peers.state();
    let served = (0..2 * OF_EACH).step_by(2).map(|number| {
        let edge = format!("{}/resellerRelationships/r", name(number));
        relationship(&edge, "partners/contoso", "", &name(number))
    });
    state.relationships = served.collect();
    let of_record = (0..2 * OF_EACH).filter(|number| number % 2 == 1 || number % (2 * BOTH) == 0);
    state.customers_of_record = of_record.map(name).collect();
}

/// The number of questions so far.
fn asked(scene: &Scene) -> usize {
    let state = scene.peers.state();
    ["ListServedCustomers", "ListCustomersOfRecord"].iter().filter_map(|rpc| state.asked.get(rpc)).sum()
}

/// The listed names, and the most questions for one page.
async fn listed(scene: &Scene, page_size: i32, text: &str) -> (Vec<String>, usize) {
    let (mut names, mut most, mut page_token) = (Vec::new(), 0, String::new());
    loop {
        let before = asked(scene);
        let filter = Some(pb::CustomerFilter { text: text.to_owned(), ..Default::default() });
        let request = pb::ListCustomersRequest { page_size, page_token, filter };
        let page = customer::list(&scene.service, &provider("ListCustomers"), request).await.unwrap();
        most = most.max(asked(scene) - before);
        names.extend(page.customers.into_iter().map(|customer| customer.name));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return (names, most);
        }
    }
}

#[tokio::test]
async fn customers_served_and_of_record_are_listed_once_with_few_questions_a_page() {
    let scene = Scene::set().await;
    store(&scene).await;
    let all: Vec<String> = (0..2 * OF_EACH).map(name).collect();
    for (page_size, text, questions_max) in [(200, "", 2), (500, "", 4), (500, "toys", 2 * LOTS_MAX)] {
        let (names, most) = listed(&scene, page_size, text).await;
        assert!(names == all, "{} names by pages of {page_size}", names.len());
        assert!(most <= questions_max, "{most} questions for a page of {page_size}");
    }
    let (none, most) = listed(&scene, 500, "nobody").await;
    assert_eq!((none.len(), most), (0, 2 * LOTS_MAX));
}
