//! A database with a proxy in front of it, and a client behind the proxy.

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
    /// Behind the proxy.
    pub(crate) client: PgConnection,
    pub(crate) database: Database,
}

impl Scene {
    /// An empty table of notes, and nothing counted; nothing where PostgreSQL is missing with consent.
    pub(crate) async fn set() -> Option<Scene> {
        let database = Postgres::shared()?.create_database(None).await;
        sqlx::query(CREATE).execute(&mut database.connect().await).await.unwrap();
        let proxy = Proxy::start(database.address()).await;
        let client = PgConnection::connect(&database.url_through(proxy.address())).await.unwrap();
        proxy.reset();
        Some(Scene { proxy, client, database })
    }

    /// Another client behind the proxy.
    pub(crate) async fn connect(&self) -> sqlx::Result<PgConnection> {
        PgConnection::connect(&self.database.url_through(self.proxy.address())).await
    }

    /// How many notes there are, asked past the proxy.
    pub(crate) async fn notes(&self) -> i64 {
        sqlx::query_scalar(COUNT).fetch_one(&mut self.database.connect().await).await.unwrap()
    }
}

/// How many locks on the notes others hold.
pub(crate) async fn locks(observer: &mut PgConnection) -> i64 {
    sqlx::query_scalar(LOCKS).fetch_one(observer).await.unwrap()
}

/// Writes a note.
pub(crate) async fn insert(client: &mut PgConnection, id: i64) -> sqlx::Result<()> {
    sqlx::query(INSERT).bind(id).execute(client).await.map(drop)
}

/// The SQLSTATE with which the server refused.
pub(crate) fn sqlstate(refused: sqlx::Result<()>) -> String {
    let error = refused.expect_err("it is refused");
    error.as_database_error().expect("by the server").code().unwrap().into_owned()
}

/// Whether the connection broke.
pub(crate) fn is_cut(result: &sqlx::Result<()>) -> bool {
    matches!(result, Err(sqlx::Error::Io(_)))
}
