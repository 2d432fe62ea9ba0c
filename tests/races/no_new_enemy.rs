//! Every pair on both backends, and for each the negative control: the same schedules and the same checker, with
//! stale facts or an ignored fence between the services, must find something.

use csp_suite::service::Service;
use csp_tests::databases::Databases;
use csp_tests::peer_proxy::{Doors, Lies};
use csp_tests::switches::RACE_SCHEDULES;
use csp_tests::{Backend, Running, Shape, faults};
use sqlx::Connection;

use crate::races::pairs::{
    AcceptedPartnership, EndedRelationship, EnrolledTenant, NamedReseller, RemovedPartnership,
    SuspendedPartner, WithdrawnAccess,
};
use crate::races::runner::{Pair, Tally, play, play_control, schedules};

pub(crate) const START: &str = "2026-11-21T12:00:00Z";

/// Lets the rows of `relationship_type` miss each other, so that the fence of PSH-11 fences nothing.
const UNFENCE_SQLITE: &str = "CREATE TRIGGER unfenced AFTER INSERT ON relationship_type BEGIN \
     UPDATE relationship_type SET tenant = NEW.tenant || '-' || NEW.kind \
     WHERE tenant = NEW.tenant AND provider = NEW.provider AND kind = NEW.kind; END";
const UNFENCE_POSTGRES: &str = "CREATE FUNCTION unfenced() RETURNS trigger LANGUAGE plpgsql AS \
     $$ BEGIN NEW.tenant := NEW.tenant || '-' || NEW.kind; RETURN NEW; END $$; \
     CREATE TRIGGER unfenced BEFORE INSERT ON relationship_type FOR EACH ROW EXECUTE FUNCTION unfenced()";

async fn databases(backend: Backend) -> Databases {
    match backend {
        Backend::Sqlite => Databases::sqlite(),
        Backend::Postgres => Databases::postgres().await,
    }
}

/// The suite as it is.
pub(crate) async fn honest(backend: Backend) -> Running {
    let shape = match backend {
        Backend::Sqlite => Shape::OnSqlite,
        Backend::Postgres => Shape::OnPostgres,
    };
    Running::start_as(shape, START).await
}

/// The services apart, with that between them.
async fn apart(backend: Backend, lies: Lies, doors: &Doors) -> Running {
    Running::apart(databases(backend).await, lies, doors).await
}

/// Plays a pair on each backend, half of it in one process and half with the services apart and an honest messenger
/// between them; and as control with those lies between them.
async fn race<P: Pair>(expected: &str, lies: Lies) {
    for backend in Backend::all() {
        let half = schedules() / 2;
        let mut tally = play::<P>(honest(backend).await, Doors::default(), half).await;
        let suite = apart(backend, Lies::NONE, &Doors::default()).await;
        tally.add(play::<P>(suite, Doors::default(), schedules() - half).await);
        tally.must_be_clean();
        let suite = apart(backend, lies, &Doors::default()).await;
        let control = play_control::<P>(suite, Doors::default()).await;
        tell::<P>(backend, expected, &tally, &control, &format!("{lies:?}"));
    }
}

/// Writes the row, and asserts that the control found something.
fn tell<P: Pair>(backend: Backend, expected: &str, tally: &Tally, control: &Tally, lies: &str) {
    let found = format!("{lies}: {} violations in {} schedules", control.violations.len(), control.schedules);
    assert!(!control.violations.is_empty(), "the control found nothing: {lies}, {}", control.told());
    let (count, planned) = (tally.schedules, tally.planned);
    let switches = format!("{}={planned}", RACE_SCHEDULES.name);
    let fault = format!("{} ({backend:?})", P::NAME);
    faults::record(&fault, expected, count, &tally.told(), &found, &switches);
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_never_outlive_their_relationship() {
    let expected = "no active subscription without a relationship; no order begun after its end succeeds";
    race::<EndedRelationship>(expected, Lies::IGNORED_FENCES).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_order_follows_the_end_of_a_relationship_by_a_stale_fact() {
    for backend in Backend::all() {
        // The guard in the database holds even then: stale facts alone sell nothing.
        let suite = apart(backend, Lies::STALE_FACTS, &Doors::default()).await;
        let tally = play::<EndedRelationship>(suite, Doors::default(), schedules() / 4).await;
        tally.must_be_clean();
        let suite = apart(backend, Lies::BOTH, &Doors::default()).await;
        let control = play_control::<EndedRelationship>(suite, Doors::default()).await;
        let expected = "the guard refuses what stale facts allow";
        tell::<EndedRelationship>(backend, expected, &tally, &control, "both lies");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sells_through_a_removed_reseller() {
    let expected = "no order and no customer begun after the removal names the reseller";
    race::<RemovedPartnership>(expected, Lies::STALE_FACTS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_names_a_removed_reseller() {
    let expected = "no association and no support contact begun after the removal names the reseller";
    race::<NamedReseller>(expected, Lies::STALE_FACTS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_partner_begins_no_business() {
    let expected = "no order, customer or invitation begun after the suspension succeeds";
    race::<SuspendedPartner>(expected, Lies::STALE_FACTS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawn_admin_access_manages_nobody() {
    let expected = "no change of the reseller's people begun after the withdrawal succeeds";
    race::<WithdrawnAccess>(expected, Lies::STALE_FACTS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enrolled_tenant_becomes_no_customer() {
    let expected = "no customer on the tenant, and no order for it, begun after the enrolment succeeds";
    race::<EnrolledTenant>(expected, Lies::BOTH).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_becomes_reseller_and_customer_of_one_provider() {
    for backend in Backend::all() {
        let doors = Doors::default();
        let suite = apart(backend, Lies::NONE, &doors).await;
        let tally = play::<AcceptedPartnership>(suite, doors, schedules()).await;
        tally.must_be_clean();

        let doors = Doors::default();
        let suite = apart(backend, Lies::NONE, &doors).await;
        unfence(suite.databases()).await;
        let control = play_control::<AcceptedPartnership>(suite, doors).await;
        let expected = "never both the partnership and the relationship";
        tell::<AcceptedPartnership>(backend, expected, &tally, &control, "the fence's rows kept apart");
    }
}

async fn unfence(databases: &Databases) {
    if let Some(database) = databases.on_server(Service::Relationship) {
        sqlx::raw_sql(UNFENCE_POSTGRES).execute(&mut database.connect().await).await.unwrap();
    } else {
        let file = databases.folder().join("relationship.sqlite");
        let mut connection = sqlx::SqliteConnection::connect(file.to_str().unwrap()).await.unwrap();
        sqlx::raw_sql(UNFENCE_SQLITE).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }
}
