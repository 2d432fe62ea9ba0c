//! A database, a proxy in front of it, and a client that reaches the database through the proxy.

use csp_tests::proxy::Proxy;
use csp_tests::{Database, Postgres};
use sqlx::{Connection, PgConnection};

pub(crate) const CREATE: &str = "CREATE TABLE note (id BIGINT PRIMARY KEY)";
pub(crate) const INSERT: &str = "INSERT INTO note (id) VALUES ($1)";
pub(crate) const COUNT: &str = "SELECT COUNT(*) FROM note";
pub(crate) const COUNT_FROM: &str = "SELECT COUNT(*) FROM note WHERE id >= $1";
const LOCKS: &str =
    "SELECT COUNT(*) FROM pg_locks WHERE relation = 'note'::regclass AND pid <> pg_backend_pid()";

pub(crate) struct Scene {
    pub(crate) proxy: Proxy,
    /// Connected through the proxy.
    pub(crate) client: PgConnection,
    pub(crate) database: Database,
}

impl Scene {
    /// Creates an empty table of notes; the proxy has counted nothing yet. `None` where PostgreSQL is missing
    /// and `CSP_WITHOUT_POSTGRES=1` allows it.
    pub(crate) async fn set() -> Option<Scene> {
        let database = Postgres::shared()?.create_database(None).await;
        sqlx::query(CREATE).execute(&mut database.connect().await).await.unwrap();
        let proxy = Proxy::start(database.address()).await;
        let client = PgConnection::connect(&database.url_through(proxy.address())).await.unwrap();
        proxy.reset();
        Some(Scene { proxy, client, database })
    }

    /// Connects another client through the proxy.
    pub(crate) async fn connect(&self) -> sqlx::Result<PgConnection> {
        PgConnection::connect(&self.database.url_through(self.proxy.address())).await
    }

    /// Number of notes, read without the proxy.
    pub(crate) async fn notes(&self) -> i64 {
        sqlx::query_scalar(COUNT).fetch_one(&mut self.database.connect().await).await.unwrap()
    }
}

/// Number of locks on the table of notes that other connections hold.
pub(crate) async fn locks(observer: &mut PgConnection) -> i64 {
    sqlx::query_scalar(LOCKS).fetch_one(observer).await.unwrap()
}

/// Writes a note.
pub(crate) async fn insert(client: &mut PgConnection, id: i64) -> sqlx::Result<()> {
    sqlx::query(INSERT).bind(id).execute(client).await.map(drop)
}

/// The SQLSTATE of a refusal.
pub(crate) fn sqlstate(refused: sqlx::Result<()>) -> String {
    let error = refused.expect_err("the statement is refused");
    error.as_database_error().expect("the server refuses").code().unwrap().into_owned()
}

/// Whether the connection broke.
pub(crate) fn is_cut(result: &sqlx::Result<()>) -> bool {
    matches!(result, Err(sqlx::Error::Io(_)))
}
