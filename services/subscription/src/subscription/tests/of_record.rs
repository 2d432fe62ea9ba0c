//! The history of resellers of record with seats and days, and the customers of a reseller of record.

use csp_policy::Caller;
use csp_proto::internal::subscription::v1 as internal;
use csp_proto::subscription::v1 as pb;
use csp_service::order::Reseller;
use csp_service::{Call, Fault, wire};
use csp_store::Change;
use sqlx::{AssertSqlSafe, Row as _};

use crate::fixtures::{World, agent, customer, line, order, world};
use crate::order::tests::{associate, buy, sold_directly};
use crate::subscription;
use crate::subscription::table::{self, SubscriptionRow};

const ALL: &str = "customers/-/subscriptions/-";
const RPC: &str = "ListResellerOfRecordHistory";

/// Reseller, seats, days, and whether the entry has ended.
type Told = (String, i32, i32, bool);

fn of(reseller: &str, start_date: &str, end_date: &str) -> pb::ResellerOfRecordFilter {
    pb::ResellerOfRecordFilter {
        reseller: reseller.to_owned(),
        start_date: start_date.to_owned(),
        end_date: end_date.to_owned(),
    }
}

async fn listed(world: &World, call: &Call, parent: &str, filter: pb::ResellerOfRecordFilter) -> Vec<Told> {
    let mut request = pb::ListResellerOfRecordHistoryRequest {
        parent: parent.to_owned(),
        page_size: 1,
        filter: Some(filter),
        ..Default::default()
    };
    let mut told = Vec::new();
    loop {
        let page = subscription::list_resellers(&world.service, call, request.clone()).await.unwrap();
        let entries = page.entries.into_iter();
        told.extend(entries.map(|it| (it.reseller, it.seats, it.days, it.end_time.is_some())));
        if page.next_page_token.is_empty() {
            return told;
        }
        request.page_token = page.next_page_token;
    }
}

async fn set_seats(world: &World, name: &str, quantity: i32) {
    let request =
        pb::ChangeQuantityRequest { name: name.to_owned(), quantity: Some(quantity), ..Default::default() };
    subscription::change_quantity(&world.service, &agent("contoso", "ChangeQuantity"), request)
        .await
        .unwrap();
}

/// 2 October: sold without a reseller, 10 seats. 4 October: Fabrikam. 7 October: 15 seats. It is 12 October.
async fn told_story() -> (World, String) {
    let mut world = world().await.with_offers().await;
    let name = sold_directly(&mut world).await;
    world.pass(48);
    let request = associate(&name, Reseller::MpnId("5551".to_owned()));
    let call = agent("contoso", "AssociateReseller");
    subscription::associate_reseller(&world.service, &call, request).await.unwrap();
    world.pass(72);
    set_seats(&world, &name, 15).await;
    world.pass(120);
    (world, name)
}

fn fabrikam(seats: i32, days: i32, has_ended: bool) -> Told {
    ("partners/fabrikam".to_owned(), seats, days, has_ended)
}

#[tokio::test]
async fn the_days_of_the_history_of_a_subscription_add_up() {
    let (world, name) = told_story().await;
    let call = agent("contoso", RPC);
    let whole = listed(&world, &call, &name, of("", "", "")).await;
    assert_eq!(whole, [fabrikam(15, 5, false), fabrikam(10, 3, true), (String::new(), 10, 2, true)]);
    let period = listed(&world, &call, &name, of("", "2023-10-06", "2023-10-09")).await;
    assert_eq!(period, [fabrikam(15, 2, false), fabrikam(10, 1, true)]);

    let cancel = pb::CancelSubscriptionRequest { name: bought(&world).await, ..Default::default() };
    let call = agent("contoso", "CancelSubscription");
    world.pass(24);
    subscription::cancel(&world.service, &call, cancel.clone()).await.unwrap();
    world.pass(240);
    let cancelled = listed(&world, &agent("contoso", RPC), &cancel.name, of("", "", "")).await;
    assert_eq!(cancelled, [fabrikam(4, 1, true)], "a cancelled subscription has no present entry");
}

async fn bought(world: &World) -> String {
    buy(world, order(vec![line("mail", 4)])).await.unwrap().subscriptions[0].name.clone()
}

#[tokio::test]
async fn the_history_of_a_reseller_is_told_to_itself_the_seller_and_operators() {
    let (world, _) = told_story().await;
    let operator = Call::made_by(Caller::operator(), "op", RPC);
    let october = of("partners/fabrikam", "2023-10-01", "2023-11-01");
    for (call, seen) in [
        (agent("fabrikam", RPC), true),
        (agent("contoso", RPC), true),
        (operator, true),
        (agent("northwind", RPC), false),
        (customer("tailspin", RPC), false),
    ] {
        let told = listed(&world, &call, ALL, october.clone()).await;
        let expected = if seen { vec![fabrikam(10, 3, true), fabrikam(15, 5, false)] } else { vec![] };
        assert_eq!(told, expected, "{call:?}");
    }
    let call = agent("fabrikam", RPC);
    let earlier = of("partners/fabrikam", "2023-10-01", "2023-10-05");
    assert_eq!(listed(&world, &call, ALL, earlier).await, [fabrikam(10, 1, true)]);
    let later = of("partners/fabrikam", "2023-10-10", "");
    assert_eq!(listed(&world, &call, ALL, later).await, [fabrikam(15, 2, false)]);
}

#[tokio::test]
async fn the_history_of_all_subscriptions_needs_a_reseller_and_a_period_that_does_not_end_before_it_begins() {
    let world = world().await;
    for (parent, filter, field) in [
        (ALL, of("", "", ""), "filter.reseller"),
        (ALL, of("partners/fabrikam", "2023-10-02", "2023-10-02"), "filter.end_date"),
        (ALL, of("partners/fabrikam", "October", ""), "filter.start_date"),
        ("customers/-/subscriptions/s-1", of("", "", ""), "parent"),
    ] {
        let request = pb::ListResellerOfRecordHistoryRequest {
            parent: parent.to_owned(),
            filter: Some(filter),
            ..Default::default()
        };
        let call = agent("fabrikam", RPC);
        let Err(Fault::Invalid(violations)) =
            subscription::list_resellers(&world.service, &call, request).await
        else {
            panic!("accepted")
        };
        assert_eq!(violations[0].field, field);
    }
}

async fn of_record(world: &World, tenant: &str, counterpart: &str, after: &str) -> Vec<String> {
    let request = internal::ListCustomersOfRecordRequest {
        tenant_id: tenant.to_owned(),
        counterpart: counterpart.to_owned(),
        after: after.to_owned(),
        limit: 500,
        customers: Vec::new(),
    };
    subscription::customers_of_record(&world.service, request).await.unwrap().customers
}

#[tokio::test]
async fn a_customer_is_one_of_record_while_a_subscription_is_active_or_suspended() {
    let world = world().await.with_offers().await;
    let name = bought(&world).await;
    bought(&world).await;
    let tailspin = ["customers/tailspin"];
    for (tenant, counterpart, found) in [
        ("fabrikam-csp", "", true),
        ("fabrikam-csp", "partners/contoso", true),
        ("contoso-csp", "partners/fabrikam", true),
        ("", "partners/fabrikam", true),
        ("contoso-csp", "", false),
        ("fabrikam-csp", "partners/northwind", false),
        ("", "partners/contoso", false),
    ] {
        let names = of_record(&world, tenant, counterpart, "").await;
        assert_eq!(names, tailspin[..usize::from(found)], "{tenant} {counterpart}");
    }
    assert_eq!(of_record(&world, "fabrikam-csp", "", "customers/tailspin").await, [""; 0]);
    for (among, found) in
        [(vec!["customers/tailspin", "customers/none"], true), (vec!["customers/none"], false)]
    {
        let request = internal::ListCustomersOfRecordRequest {
            tenant_id: "fabrikam-csp".to_owned(),
            customers: among.iter().map(|name| (*name).to_owned()).collect(),
            limit: 500,
            ..Default::default()
        };
        let told = subscription::customers_of_record(&world.service, request).await.unwrap().customers;
        assert_eq!(told, tailspin[..usize::from(found)], "{among:?}");
    }
    let cancel = pb::CancelSubscriptionRequest { name, ..Default::default() };
    let call = agent("contoso", "CancelSubscription");
    subscription::cancel(&world.service, &call, cancel).await.unwrap();
    assert_eq!(of_record(&world, "fabrikam-csp", "", "").await, tailspin, "the other one is active");
    let list = pb::ListSubscriptionsRequest { parent: "customers/-".to_owned(), ..Default::default() };
    let call = agent("contoso", "ListSubscriptions");
    let listed = subscription::list(&world.service, &call, list).await.unwrap();
    let left = listed.subscriptions[0].name.clone();
    let suspend = pb::SuspendSubscriptionRequest { name: left, ..Default::default() };
    let call = agent("contoso", "SuspendSubscription");
    subscription::suspend(&world.service, &call, suspend).await.unwrap();
    assert_eq!(of_record(&world, "fabrikam-csp", "", "").await, tailspin);
    world.pass(24 * 366);
    assert_eq!(of_record(&world, "fabrikam-csp", "", "").await, [""; 0], "the suspended one has expired");
}

/// Customers that the test makes, by copying rows.
const CUSTOMERS: usize = 10_000;
/// Rows of one statement: a statement of SQLite has less than 32768 parameters.
const ROWS_AT_ONCE: usize = 500;

#[tokio::test]
async fn ten_thousand_customers_of_record_are_paged_by_name() {
    let world = world().await.with_offers().await;
    let name = bought(&world).await;
    let mut reader = world.service.store().read_once().await.unwrap();
    let sold = table::by_id(&mut reader, "customers/tailspin", wire::id_of(&name)).await.unwrap().unwrap();
    drop(reader);
    let numbers: Vec<usize> = (0..CUSTOMERS).collect();
    for numbers in numbers.chunks(ROWS_AT_ONCE) {
        let copy = |number| SubscriptionRow { customer: format!("customers/c{number:05}"), ..sold.clone() };
        let rows: Vec<_> = numbers.iter().map(copy).collect();
        let mut tx = world.service.store().write();
        tx.put(Change::insert_all(&rows));
        tx.commit().await.unwrap();
    }
    let (mut names, mut after) = (Vec::new(), String::new());
    loop {
        let page = of_record(&world, "fabrikam-csp", "partners/contoso", &after).await;
        let Some(last) = page.last() else { break };
        after.clone_from(last);
        names.extend(page);
    }
    assert_eq!(names.len(), CUSTOMERS + 1);
    assert!(names.is_sorted() && names.windows(2).all(|two| two[0] != two[1]));
}

/// Steps in which the statement reads the whole table `subscription`.
async fn scans(world: &World, sql: &str) -> Vec<String> {
    let mut reader = world.service.store().read_once().await.unwrap();
    let query = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")));
    let query = (0..sql.matches('$').count()).fold(query, |query, _| query.bind("any"));
    let steps = query.fetch_all(&mut *reader).await.unwrap();
    let steps = steps.iter().map(|row| row.get::<String, _>("detail"));
    steps.filter(|step| step.starts_with("SCAN subscription")).collect()
}

#[tokio::test]
async fn customers_of_record_are_found_by_an_index() {
    let world = world().await;
    let all = table::STATEMENTS.iter().map(|statement| statement.sql());
    let of_record: Vec<_> = all.filter(|sql| sql.contains("DISTINCT customer")).collect();
    assert_eq!(of_record.len(), 4);
    for sql in of_record {
        assert_eq!(scans(&world, &sql).await, [""; 0], "{sql}");
    }
    let by_no_index = "SELECT id FROM subscription WHERE offer = $1";
    assert_eq!(scans(&world, by_no_index).await, ["SCAN subscription"]);
}
