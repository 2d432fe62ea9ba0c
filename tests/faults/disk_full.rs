//! The disk is full under the files of SQLite, or under the tables of PostgreSQL.

use std::collections::BTreeSet;
use std::path::Path;

use csp_proto::partner_registry::v1::{CreateOrganizationRequest, ListOrganizationsRequest};
use csp_suite::service::Service;
use csp_tests::databases::Databases;
use csp_tests::faults::record;
use csp_tests::{Backend, Party, Postgres, Refusal, Running};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tonic::Code;

use crate::faults::small_disk::SmallDisk;

/// Number of writes refused one after another, after which the disk counts as full.
const REFUSED: usize = 20;
/// Maximum number of writes on a full disk. Some writes still fit into space that was allocated before.
const ROOM_MAX: usize = 20_000;
/// Length of a legal name, in characters; long, so that few writes fill a page.
const NAME_CHARS: usize = 180;
const DATA_FOLDER: &str = "SELECT current_setting('data_directory')";

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_under_sqlite_refuses_writes_and_loses_none() {
    let Some(disk) = SmallDisk::mount() else { return };
    let open = async |databases| on_files_of(&disk, databases).await;
    refuses_writes_and_loses_none(&disk, Backend::Sqlite, Databases::sqlite(), open).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_under_postgres_refuses_writes_and_loses_none() {
    let (Some(disk), Some(server)) = (SmallDisk::mount(), Postgres::start(true)) else { return };
    let databases = Databases::on(&server).await;
    place_registry_on(&disk, &server, &databases).await;
    let open = async |databases| Running::start_on(databases, 1).await;
    refuses_writes_and_loses_none(&disk, Backend::Postgres, databases, open).await;
}

async fn refuses_writes_and_loses_none(
    disk: &SmallDisk,
    backend: Backend,
    databases: Databases,
    open: impl AsyncFn(Databases) -> Running,
) {
    let suite = open(databases).await;
    let operator = suite.operator();
    let mut acknowledged = BTreeSet::new();
    for number in 0..REFUSED {
        acknowledged.insert(
            write(&operator, &format!("before-{number}"))
                .await
                .expect("a write succeeds while there is room"),
        );
    }

    disk.fill();
    let refused = write_until_refused(&operator, &mut acknowledged).await;
    let stored = stored(&operator).await;
    assert_eq!(stored, acknowledged, "reads succeed, and show exactly the acknowledged writes");

    disk.free();
    for id in &refused {
        acknowledged.insert(
            write(&operator, id).await.expect("a write succeeds when there is room again, without a restart"),
        );
    }
    let suite = open(suite.stop().await).await;
    assert_eq!(self::stored(&suite.operator()).await, acknowledged, "a restart loses no acknowledged write");
    drop(suite.stop().await);
    record(
        &format!("the disk is full: {backend:?}"),
        "writes are refused with UNAVAILABLE (STORE_UNAVAILABLE), reads succeed, no acknowledged write is lost; writes \
         succeed again when there is room",
        refused.len(),
        &format!("{} acknowledged, {} refused, all there after a restart", acknowledged.len(), refused.len()),
        "before the disk is full, writes are accepted; once it is full, one more byte is refused with ENOSPC",
        "",
    );
}

/// A suite on SQLite whose files are on the small disk.
async fn on_files_of(disk: &SmallDisk, databases: Databases) -> Running {
    let on_disk = |service: Service| csp_store::Config::sqlite(disk.path().join(format!("{service}.sqlite")));
    let configs = Service::ALL.map(|service| (service, on_disk(service))).into();
    Running::on(databases, configs, "2026-11-21T12:00:00Z".parse().unwrap(), 1).await
}

/// Moves the registry's tables to the small disk. The write-ahead log stays where it is: the server stops
/// when its log finds no room.
async fn place_registry_on(disk: &SmallDisk, server: &Postgres, databases: &Databases) {
    let mut administrator = PgConnection::connect(server.url()).await.unwrap();
    let data: String = sqlx::query_scalar(DATA_FOLDER).fetch_one(&mut administrator).await.unwrap();
    let folder = disk.folder_like("tables", Path::new(&data));
    let registry = databases.on_server(Service::PartnerRegistry).unwrap().name();
    let create = format!("CREATE TABLESPACE small LOCATION '{}'", folder.display());
    let place = format!("ALTER DATABASE {registry} SET TABLESPACE small");
    // A folder and a name of a database cannot be parameters. Both are made by the tests, so the SQL is safe.
    for statement in [create, place] {
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut administrator).await.unwrap();
    }
    administrator.close().await.unwrap();
}

/// Writes until [`REFUSED`] writes in a row were refused; returns the ids of these.
async fn write_until_refused(operator: &Party, acknowledged: &mut BTreeSet<String>) -> Vec<String> {
    let mut refused = Vec::new();
    for number in 0..ROOM_MAX {
        let id = format!("full-{number}");
        match write(operator, &id).await {
            Ok(name) => {
                acknowledged.insert(name);
                refused.clear();
            }
            Err(refusal) => {
                assert_eq!((refusal.code, refusal.reason.as_str()), (Code::Unavailable, "STORE_UNAVAILABLE"));
                refused.push(id);
            }
        }
        if refused.len() == REFUSED {
            return refused;
        }
    }
    panic!("a full disk accepted {ROOM_MAX} writes");
}

async fn write(operator: &Party, id: &str) -> Result<String, Refusal> {
    let request = CreateOrganizationRequest {
        request_id: id.to_owned(),
        organization_id: id.to_owned(),
        legal_name: "n".repeat(NAME_CHARS),
        country: "DE".to_owned(),
        ..Default::default()
    };
    let created = operator.registry().create_organization(request).await.map_err(Refusal::from)?;
    Ok(created.into_inner().organization.unwrap().name)
}

async fn stored(operator: &Party) -> BTreeSet<String> {
    let (mut names, mut page_token) = (BTreeSet::new(), String::new());
    loop {
        let request = ListOrganizationsRequest { page_size: 500, page_token, ..Default::default() };
        let page = operator.registry().list_organizations(request).await.unwrap().into_inner();
        names.extend(page.organizations.into_iter().map(|organization| organization.name));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return names;
        }
    }
}
