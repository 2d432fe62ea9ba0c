//! A store of notes behind a proxy, with one connection for reading and one for writing. A later call uses
//! the same connection, so it meets a transaction that an earlier call left open.

use csp_store::{Change, Config, Migration, Schema, Store};
use csp_tests::Database;
use csp_tests::proxy::Proxy;

const MIGRATIONS: &[Migration] =
    &[Migration { version: 1, name: "note", sql: "CREATE TABLE note (id TEXT NOT NULL PRIMARY KEY)" }];
const WRITE: &str = "INSERT INTO note (id) VALUES ($1)";
pub(crate) const COUNT: &str = "SELECT COUNT(*) FROM note";

pub(crate) struct Notes {
    pub(crate) store: Store,
    pub(crate) proxy: Proxy,
}

impl Notes {
    /// Opens the store, writes one note and reads it: both connections are open, and both statements are
    /// prepared.
    pub(crate) async fn open(database: &Database) -> Notes {
        let proxy = Proxy::start(database.address()).await;
        let config = Config {
            database: csp_store::Database::Postgres(database.url_through(proxy.address())),
            schema: Schema::Migrate,
            readers_max: 1,
            writers_max: 1,
        };
        let notes = Notes { store: Store::open(config, "test", MIGRATIONS).await.unwrap(), proxy };
        notes.write(0).await;
        assert_eq!(notes.read().await, 1);
        notes
    }

    pub(crate) async fn write(&self, id: i64) {
        let mut tx = self.store.write();
        tx.put(Change::new(WRITE).bind(id.to_string()));
        tx.commit().await.unwrap();
    }

    pub(crate) async fn read(&self) -> i64 {
        let mut reader = self.store.read_once().await.unwrap();
        sqlx::query_scalar(COUNT).fetch_one(&mut *reader).await.unwrap()
    }
}
