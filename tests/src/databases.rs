//! The four databases of a suite: files of SQLite, or databases of the throwaway PostgreSQL server.

use std::path::Path;
use std::time::Duration;

use csp_store::Config;
use csp_suite::service::Service;
use tokio::sync::OnceCell;

use crate::postgres::{Database, Postgres};

/// A database of each service, migrated once and copied for every suite.
static TEMPLATES: OnceCell<Vec<(Service, Database)>> = OnceCell::const_new();

/// Connections of each kind that a service under test opens, at most: many suites share one server.
const CONNECTIONS_MAX: u32 = 8;

/// Where the services of a suite keep their books; it goes when dropped.
#[derive(Debug)]
pub struct Databases {
    folder: tempfile::TempDir,
    of_server: Vec<(Service, Database)>,
}

impl Databases {
    /// Files in a temporary folder.
    pub fn sqlite() -> Self {
        Databases { folder: tempfile::tempdir().unwrap(), of_server: Vec::new() }
    }

    /// Empty databases of the shared server, up to date.
    pub async fn postgres() -> Self {
        let server = Postgres::shared().expect("this shape of the suite needs PostgreSQL");
        let templates = TEMPLATES.get_or_init(|| templates(server)).await;
        let mut of_server = Vec::new();
        for (service, template) in templates {
            of_server.push((*service, server.create_database(Some(template.name())).await));
        }
        Databases { folder: tempfile::tempdir().unwrap(), of_server }
    }

    /// Empty databases of that server, up to date.
    pub async fn of_server(server: &Postgres) -> Self {
        Databases { folder: tempfile::tempdir().unwrap(), of_server: templates(server).await }
    }

    /// How a service opens its own.
    pub fn of(&self, service: Service) -> Config {
        let on_server = self.of_server.iter().find(|(of, _)| *of == service);
        match on_server {
            Some((_, database)) => through(database.url()),
            None => Config::sqlite(self.folder.path().join(format!("{service}.sqlite"))),
        }
    }

    /// The database of a service on the server.
    pub fn on_server(&self, service: Service) -> Option<&Database> {
        self.of_server.iter().find(|(of, _)| *of == service).map(|(_, database)| database)
    }

    /// The folder of the files.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// The database at `url`, opened as a suite under test does.
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
