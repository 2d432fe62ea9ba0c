//! The four databases of a suite: SQLite files, or databases on a throwaway PostgreSQL server.

use std::path::Path;
use std::time::Duration;

use csp_store::Config;
use csp_suite::service::Service;
use tokio::sync::OnceCell;

use crate::postgres::{Database, Postgres};

/// One database for each service, migrated once and copied for every suite.
static TEMPLATES: OnceCell<Vec<(Service, Database)>> = OnceCell::const_new();

/// Maximum number of readers, and of writers, that a service under test opens on PostgreSQL: many suites
/// share one server.
const CONNECTIONS_MAX: u32 = 8;

/// The databases of a suite; deleted when dropped.
#[derive(Debug)]
pub struct Databases {
    folder: tempfile::TempDir,
    of_server: Vec<(Service, Database)>,
}

impl Databases {
    /// SQLite files in a temporary folder.
    pub fn sqlite() -> Self {
        Databases { folder: tempfile::tempdir().unwrap(), of_server: Vec::new() }
    }

    /// Empty, migrated databases on the shared server.
    pub async fn postgres() -> Self {
        let server = Postgres::shared().expect("this shape of the suite needs PostgreSQL");
        let templates = TEMPLATES.get_or_init(|| templates(server)).await;
        let mut of_server = Vec::new();
        for (service, template) in templates {
            of_server.push((*service, server.create_database(Some(template.name())).await));
        }
        Databases { folder: tempfile::tempdir().unwrap(), of_server }
    }

    /// Empty, migrated databases on this server.
    pub async fn on(server: &Postgres) -> Self {
        Databases { folder: tempfile::tempdir().unwrap(), of_server: templates(server).await }
    }

    /// Databases on this server that are not migrated.
    pub async fn empty(server: &Postgres) -> Self {
        let mut of_server = Vec::new();
        for service in Service::ALL {
            of_server.push((service, server.create_database(None).await));
        }
        Databases { folder: tempfile::tempdir().unwrap(), of_server }
    }

    /// The configuration with which a service opens its database.
    pub fn of(&self, service: Service) -> Config {
        let on_server = self.of_server.iter().find(|(of, _)| *of == service);
        match on_server {
            Some((_, database)) => through(database.url()),
            None => Config::sqlite(self.folder.path().join(format!("{service}.sqlite"))),
        }
    }

    /// The service's database on the server; `None` on SQLite.
    pub fn on_server(&self, service: Service) -> Option<&Database> {
        self.of_server.iter().find(|(of, _)| *of == service).map(|(_, database)| database)
    }

    /// The temporary folder for the SQLite files and for the data of processes.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// The configuration with which a suite under test opens the PostgreSQL database at `url`.
pub fn through(url: String) -> Config {
    let database = csp_store::Database::Postgres(url);
    Config { readers_max: CONNECTIONS_MAX, writers_max: CONNECTIONS_MAX, ..Config::new(database) }
}

async fn templates(server: &Postgres) -> Vec<(Service, Database)> {
    let mut templates = Vec::new();
    for service in Service::ALL {
        let database = server.create_database(None).await;
        service.migrate(through(database.url())).await.unwrap();
        templates.push((service, database));
    }
    templates
}

/// Longer than any start takes, however busy the machine is.
pub(crate) const START_WAIT_MAX: Duration = Duration::from_secs(60);
