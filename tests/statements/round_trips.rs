//! What is one statement is one round trip: a connection that returns in order is not asked whether it lives.

use csp_store::{Change, Config, Database, Migration, Schema, Store};
use csp_tests::Postgres;
use csp_tests::proxy::Proxy;

const MIGRATIONS: &[Migration] =
    &[Migration { version: 1, name: "note", sql: "CREATE TABLE note (id TEXT NOT NULL PRIMARY KEY)" }];
const WRITE: &str = "INSERT INTO note (id) VALUES ($1)";
const COUNT: &str = "SELECT COUNT(*) FROM note";

/// Trials of each.
const TRIALS: usize = 10;
/// How often the machine may stand still between two of them, for so long that the connection is asked whether it lives.
const STALLS_MAX: usize = 3;

struct Scene {
    store: Store,
    proxy: Proxy,
}

impl Scene {
    async fn write(&self, id: usize) {
        let mut tx = self.store.write();
        tx.put(Change::new(WRITE).bind(&format!("note-{id}")));
        tx.commit().await.unwrap();
    }

    async fn read(&self) -> i64 {
        let mut reader = self.store.read_once().await.unwrap();
        sqlx::query_scalar(COUNT).fetch_one(&mut *reader).await.unwrap()
    }

    /// Round trips since the last time.
    fn round_trips(&self) -> usize {
        let trips = self.proxy.count().round_trips;
        self.proxy.reset();
        trips
    }
}

#[tokio::test]
async fn a_write_or_read_of_one_statement_is_one_round_trip() {
    let Some(server) = Postgres::shared() else { return };
    let database = server.create_database(None).await;
    let proxy = Proxy::start(database.address()).await;
    let config = Config {
        database: Database::Postgres(database.url_through(proxy.address())),
        schema: Schema::Migrate,
        readers_max: 1,
        writers_max: 1,
    };
    let scene = Scene { store: Store::open(config, "test", MIGRATIONS).await.unwrap(), proxy };
    // The first use connects and prepares.
    scene.write(0).await;
    scene.read().await;

    scene.round_trips();
    for id in 1..=TRIALS {
        scene.write(id).await;
    }
    let trips = scene.round_trips();
    assert!((TRIALS..=TRIALS + STALLS_MAX).contains(&trips), "{trips} for {TRIALS} writes");
    for _ in 0..TRIALS {
        scene.read().await;
    }
    let trips = scene.round_trips();
    assert!((TRIALS..=TRIALS + STALLS_MAX).contains(&trips), "{trips} for {TRIALS} reads");
}
