//! Every pair of racing calls on both backends, each with a negative control: the same schedules and checker
//! must find violations when a proxy between the services answers with stale facts or ignores a fence.
//!
//! A "new enemy" is a call that succeeds by a fact although the revocation of the fact was acknowledged
//! before the call began (the word of the Zanzibar paper).

use csp_suite::service::Service;
use csp_tests::databases::Databases;
use csp_tests::peer_proxy::{Doors, Lies};
use csp_tests::switches::RACE_SCHEDULES;
use csp_tests::{Backend, Running, Shape, faults};
use sqlx::Connection;

use crate::races::pairs::{
    AcceptedPartnership, CancelledBase, EndedHire, EnrolledTenant, ExhaustedLimit, NamedReseller,
    ReactivatedSubscription, RemovedPartnership, RemovedRelationship, SuspendedPartner, WithdrawnAccess,
    acts_after_expiry,
};
use crate::races::runner::{Pair, Tally, play, play_control, schedules};

pub(crate) const START: &str = "2026-11-21T12:00:00Z";

/// Disables the fence of PSH-11: a trigger gives the rows of `relationship_type` different keys, so that they
/// never conflict.
const UNFENCE_SQLITE: &str = "CREATE TRIGGER unfenced AFTER INSERT ON relationship_type BEGIN \
     UPDATE relationship_type SET tenant = NEW.tenant || '-' || NEW.kind \
     WHERE tenant = NEW.tenant AND provider = NEW.provider AND kind = NEW.kind; END";
/// See [`UNFENCE_SQLITE`].
const UNFENCE_POSTGRES: &str = "CREATE FUNCTION unfenced() RETURNS trigger LANGUAGE plpgsql AS \
     $$ BEGIN NEW.tenant := NEW.tenant || '-' || NEW.kind; RETURN NEW; END $$; \
     CREATE TRIGGER unfenced BEFORE INSERT ON relationship_type FOR EACH ROW EXECUTE FUNCTION unfenced()";

/// Disables the fence of SUB-08 and SUB-10: a trigger deletes each row of `seat_holding`, so that no write
/// finds the row that it was decided on.
const UNHOLD_SQLITE: &str = "CREATE TRIGGER unheld AFTER INSERT ON seat_holding BEGIN \
     DELETE FROM seat_holding WHERE customer = NEW.customer AND offer = NEW.offer; END";
/// See [`UNHOLD_SQLITE`].
const UNHOLD_POSTGRES: &str = "CREATE FUNCTION unheld() RETURNS trigger LANGUAGE plpgsql AS \
     $$ BEGIN DELETE FROM seat_holding WHERE customer = NEW.customer AND offer = NEW.offer; RETURN NULL; \
     END $$; \
     CREATE TRIGGER unheld AFTER INSERT ON seat_holding FOR EACH ROW EXECUTE FUNCTION unheld()";

async fn databases(backend: Backend) -> Databases {
    match backend {
        Backend::Sqlite => Databases::sqlite(),
        Backend::Postgres => Databases::postgres().await,
    }
}

/// The whole suite in one process, without lies.
pub(crate) async fn honest(backend: Backend) -> Running {
    let shape = match backend {
        Backend::Sqlite => Shape::OnSqlite,
        Backend::Postgres => Shape::OnPostgres,
    };
    Running::start_as(shape, START).await
}

/// The four services apart, with proxies between them: `lies` says which answers the proxies falsify, and
/// `doors` which calls they hold up.
async fn apart(backend: Backend, lies: Lies, doors: &Doors) -> Running {
    Running::apart(databases(backend).await, lies, doors).await
}

/// Plays a pair on each backend: half of the schedules in one process, and half with the services apart and
/// an honest proxy between them. Then plays the negative control, whose proxy falsifies answers by `lies`.
async fn race<P: Pair>(expected: &str, lies: Lies) {
    for backend in Backend::all() {
        let half = schedules() / 2;
        let mut tally = play::<P>(honest(backend).await, Doors::default(), half).await;
        let suite = apart(backend, Lies::NONE, &Doors::default()).await;
        tally.add(play::<P>(suite, Doors::default(), schedules() - half).await);
        tally.must_be_clean();
        let suite = apart(backend, lies, &Doors::default()).await;
        let control = play_control::<P>(suite, Doors::default()).await;
        record_row::<P>(backend, expected, &tally, &control, lies.words());
    }
}

/// Asserts that the control found violations, and records the row.
fn record_row<P: Pair>(backend: Backend, expected: &str, tally: &Tally, control: &Tally, lies: &str) {
    let found = format!("{lies}: {} violations in {} schedules", control.violations.len(), control.schedules);
    assert!(!control.violations.is_empty(), "the control finds violations: {lies}, {}", control.summary());
    let count = tally.schedules;
    let switches = format!("{}={}", RACE_SCHEDULES.name, schedules());
    let fault = format!("{} ({backend:?})", P::NAME);
    faults::record(&fault, expected, count, &tally.summary(), &found, &switches);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_active_subscription_outlives_its_relationship() {
    let expected =
        "no active subscription lacks a relationship; no order that began after the removal succeeds";
    race::<RemovedRelationship>(expected, Lies::IGNORED_FENCES).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_reactivated_subscription_outlives_its_relationship() {
    let expected =
        "no active subscription lacks a relationship; no reactivation that began after the removal succeeds";
    race::<ReactivatedSubscription>(expected, Lies::IGNORED_FENCES).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guard_row_refuses_orders_that_stale_facts_allow() {
    for backend in Backend::all() {
        // The guard row in the database refuses an order even when the facts are stale.
        let suite = apart(backend, Lies::STALE_FACTS, &Doors::default()).await;
        let tally = play::<RemovedRelationship>(suite, Doors::default(), schedules() / 4).await;
        tally.must_be_clean();
        let suite = apart(backend, Lies::BOTH, &Doors::default()).await;
        let control = play_control::<RemovedRelationship>(suite, Doors::default()).await;
        let expected = "the guard row refuses orders that stale facts would allow";
        record_row::<RemovedRelationship>(
            backend,
            expected,
            &tally,
            &control,
            "stale facts and ignored fences",
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sells_through_a_removed_reseller() {
    let expected = "no order and no new customer that began after the removal names the reseller";
    race::<RemovedPartnership>(expected, Lies::STALE_FACTS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_reseller_is_not_named_on_a_subscription() {
    let expected =
        "no AssociateReseller and no SetSupportContact that began after the removal names the reseller";
    race::<NamedReseller>(expected, Lies::STALE_FACTS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_partner_does_no_new_business() {
    let expected = "no order, new customer or invitation that began after the suspension succeeds";
    race::<SuspendedPartner>(expected, Lies::STALE_FACTS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_without_admin_access_changes_no_users() {
    let expected = "no change of the reseller's users that began after the withdrawal succeeds";
    race::<WithdrawnAccess>(expected, Lies::STALE_FACTS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_whose_hire_ended_does_nothing_on_the_customers_behalf() {
    let expected = "no read and no act of the partner that began after the revocation of its grant, the end of its relationship or its suspension succeeds";
    race::<EndedHire>(expected, Lies::STALE_FACTS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_whose_grant_expired_does_nothing_on_the_customers_behalf() {
    for backend in Backend::all() {
        assert!(!acts_after_expiry(honest(backend).await).await, "{backend:?}");
        let suite = apart(backend, Lies::STALE_FACTS, &Doors::default()).await;
        assert!(acts_after_expiry(suite).await, "the control finds stale facts: {backend:?}");
        let fault =
            format!("a hired partner acts at the end of its grant, which the clock brings ({backend:?})");
        let control = "with stale facts from the relationship service the act is accepted";
        let expected = "the partner's first act from that instant on is refused";
        faults::record(&fault, expected, 1, "the act was refused", control, "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enrolled_tenant_does_not_become_a_customer() {
    let expected = "no creation of a customer with the tenant, and no order for the tenant, that began after the enrolment succeeds";
    race::<EnrolledTenant>(expected, Lies::BOTH).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_tenant_becomes_reseller_and_customer_of_one_provider() {
    for backend in Backend::all() {
        let doors = Doors::default();
        let suite = apart(backend, Lies::NONE, &doors).await;
        let tally = play::<AcceptedPartnership>(suite, doors, schedules()).await;
        tally.must_be_clean();

        let doors = Doors::default();
        let suite = apart(backend, Lies::NONE, &doors).await;
        unfence(suite.databases(), Service::Relationship, [UNFENCE_SQLITE, UNFENCE_POSTGRES]).await;
        let control = play_control::<AcceptedPartnership>(suite, doors).await;
        let expected = "the tenant never has both the partnership and the relationship";
        record_row::<AcceptedPartnership>(
            backend,
            expected,
            &tally,
            &control,
            "a trigger disables the fence",
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_add_on_is_left_without_a_base() {
    held::<CancelledBase>("every active add-on has an active base of its customer").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn upgrades_and_orders_keep_the_limit_of_a_customer() {
    held::<ExhaustedLimit>("no customer holds more seats of the offer than it allows").await;
}

/// Plays a pair that the guard rows of holdings order, and the control without these rows.
async fn held<P: Pair>(expected: &str) {
    for backend in Backend::all() {
        let tally = play::<P>(honest(backend).await, Doors::default(), schedules()).await;
        tally.must_be_clean();
        let suite = apart(backend, Lies::NONE, &Doors::default()).await;
        unfence(suite.databases(), Service::Subscription, [UNHOLD_SQLITE, UNHOLD_POSTGRES]).await;
        let control = play_control::<P>(suite, Doors::default()).await;
        record_row::<P>(backend, expected, &tally, &control, "a trigger disables the guard rows");
    }
}

/// Runs the SQL that disables a fence in the service's database: on SQLite, on PostgreSQL.
async fn unfence(databases: &Databases, service: Service, [sqlite, postgres]: [&'static str; 2]) {
    if let Some(database) = databases.on_server(service) {
        sqlx::raw_sql(postgres).execute(&mut database.connect().await).await.unwrap();
    } else {
        let file = databases.folder().join(format!("{}.sqlite", service.name()));
        let mut connection = sqlx::SqliteConnection::connect(file.to_str().unwrap()).await.unwrap();
        sqlx::raw_sql(sqlite).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }
}
