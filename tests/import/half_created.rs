//! Importing the row of a customer whose creation is still running.

use csp_proto::customer::v1::RecordCustomerRequest;
use csp_suite::import::{self, Verdict};
use csp_suite::service::Service;
use csp_tests::databases::Databases;
use csp_tests::peer_proxy::{Between, Door, Doors, Lies};
use csp_tests::{Running, evidence, profile};

const NAME: &str = "customers/tailspin";
const BOOK: &str = "customer_id,seller,tenant,domain,country,company_name,organization,billing_email,date,source\n\
                    tailspin,litware,tailspin.tenant,tailspin.example,DE,Tailspin,none,b@tailspin.example,\
                    2024-06-08,an export\n";

fn book() -> import::ImportedBook {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("customers.csv"), BOOK).unwrap();
    import::read(folder.path()).unwrap_or_else(|flaws| panic!("{flaws}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_that_is_still_being_created_does_not_count_as_stored() {
    let doors = Doors::default();
    let suite = Running::apart(Databases::sqlite(), Lies::NONE, &doors).await;
    let litware = suite.direct_bill("litware", "DE").await;
    doors.close(Door::Edges, "tailspin.tenant");
    let request = RecordCustomerRequest {
        request_id: "once".to_owned(),
        customer_id: "tailspin".to_owned(),
        profile: Some(profile("tailspin", "DE")),
        seller: litware.name.clone(),
        evidence: Some(evidence("2024-06-08")),
        ..Default::default()
    };
    let (operator, first) = (suite.operator(), request.clone());
    let mut creating = tokio::spawn(async move { operator.customers().record_customer(first).await });
    tokio::select! {
        () = doors.wait_for("tailspin.tenant") => {}
        ended = &mut creating => panic!("{ended:?}"),
    }

    // The answer to the import's `GetCustomer`, NOT_FOUND, is held up until the customer is visible. So the
    // import decides on an outdated answer.
    doors.close(Door::Customer, NAME);
    let road = Between::before(suite.channel_to(Service::Customer), Lies::NONE, doors.clone()).await;
    let mut importing = tokio::spawn(import::send_book(book(), road.channel(), |_| {}));
    tokio::select! {
        () = doors.wait_for(NAME) => {}
        ended = &mut importing => panic!("{ended:?}"),
    }
    doors.open("tailspin.tenant");
    // The first call may have ended at its deadline. Its repeat completes the creation in any case.
    drop(creating.await.unwrap());
    suite.operator().customers().record_customer(request).await.unwrap();
    let asked = road.passed();
    doors.open(NAME);

    let report = importing.await.unwrap().unwrap();
    assert_eq!(report.rows.iter().map(|row| &row.verdict).collect::<Vec<_>>(), [&Verdict::AlreadyThere]);
    assert!(road.passed() > asked, "the import must ask again after the outdated answer");
}
