//! A page of customers stays below the size that every client takes.

use csp_policy::Caller;
use csp_proto::r#type::v1::PostalAddress;
use csp_service::{Call, Fields};
use jiff::Timestamp;

use super::*;
use crate::customer::profile::Profile;

/// The size over which clients refuse a response unless they are set otherwise.
const CLIENTS_TAKE_BYTES: usize = 4 * 1024 * 1024;
/// More customers of maximal length than a response of that size could hold.
const CUSTOMERS: usize = 400;

/// As many characters as fit into a field, each of the maximum of four bytes.
fn full(chars: usize) -> String {
    "🪟".repeat(chars)
}

fn domain(number: usize) -> String {
    let labels = ["a", "b", "c"].map(|letter| letter.repeat(63)).join(".");
    format!("d{number:04}.{labels}.{}", "e".repeat(50))
}

/// The longest profile that a request can give.
fn longest(number: usize) -> CustomerProfile {
    CustomerProfile {
        tenant: Some(Tenant {
            tenant_id: format!("t{number:04}.{}", "x".repeat(58)),
            domains: (0..20).map(|nth| domain(number * 20 + nth)).collect(),
            country: "DE".to_owned(),
            ..Default::default()
        }),
        company_name: full(200),
        billing_address: Some(PostalAddress {
            lines: vec![full(200); 4],
            city: full(100),
            state: full(100),
            postal_code: full(20),
            country: "DE".to_owned(),
        }),
        billing_contact: Some(Contact {
            first_name: full(100),
            last_name: full(100),
            email: format!("{}@{}", "m".repeat(60), domain(number)).chars().take(250).collect(),
            phone: full(40),
        }),
        registration_id: full(64),
        ..Default::default()
    }
}

async fn store(scene: &Scene) {
    let mut tx = scene.service.book.store.write();
    for number in 0..CUSTOMERS {
        let sent = longest(number);
        let profile = Fields::only(|fields| Profile::read(fields, Some(&sent))).unwrap();
        let (id, now) = (format!("c{number:04}"), Timestamp::UNIX_EPOCH);
        let mut customer = customer::Customer::register(id, "o", &profile, None, now);
        customer.activate(now).unwrap();
        customer::table::register(&mut tx, customer.row());
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_full_page_of_the_longest_customers_is_short_enough_for_every_client_and_none_is_lost() {
    let scene = Scene::set().await;
    store(&scene).await;
    let operator = Call::made_by(Caller::operator(), "olga", "ListCustomers");
    let (mut names, mut pages, mut page_token) = (Vec::new(), 0, String::new());
    loop {
        let request = pb::ListCustomersRequest { page_size: 500, page_token, ..Default::default() };
        let page = customer::list(&scene.service, &operator, request).await.unwrap();
        assert!(page.encoded_len() < CLIENTS_TAKE_BYTES, "{} bytes", page.encoded_len());
        names.extend(page.customers.into_iter().map(|customer| customer.name));
        (pages, page_token) = (pages + 1, page.next_page_token);
        if page_token.is_empty() {
            break;
        }
    }
    assert!(pages > 1, "the customers are too short for the test");
    assert_eq!(names, (0..CUSTOMERS).map(|number| format!("customers/c{number:04}")).collect::<Vec<_>>());
}
