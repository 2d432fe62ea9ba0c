//! Brings a schema to the version that this release knows.

use crate::{Connection, Error, Schema};
use sha2::{Digest, Sha256};
use sqlx::AssertSqlSafe;
use sqlx::error::DatabaseError;
use std::time::Duration;

/// One step of a schema: a single DDL statement, never edited once released. A column of bytes is declared as
/// `BLOB`, which PostgreSQL gets as `BYTEA`.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// The place in the list of migrations. Versions ascend from 1 or a higher number.
    pub version: i64,
    /// A description for people, for example `0001_create_journal`.
    pub name: &'static str,
    /// The DDL statement. Lines of comments may stand before it.
    pub sql: &'static str,
}

/// How long opening waits for a connection, and for each answer about the state of the schema. Applying a
/// migration has no limit, nor has waiting for another process that migrates: nobody knows how long either
/// takes.
pub const OPEN_WAIT_MAX: Duration = Duration::from_secs(10);

/// Namespace of the migrations of the store's own tables.
const OWN_NAMESPACE: &str = "store";

/// The type of a column that holds bytes, as migrations write it.
const BYTES: &str = "BLOB";

/// Migrations of the store's own tables, applied before those of the service.
const OWN: &[Migration] = crate::migrations![
    "0001_create_journal",
    "0002_index_journal_position",
    "0003_index_journal_time",
    "0004_index_journal_resource",
    "0005_create_decision",
    "0006_index_decision_refused",
    "0007_create_idempotency",
    "0008_index_idempotency_created",
    "0009_create_outbox",
    "0010_index_outbox_created",
    "0011_create_feed",
    "0012_index_journal_unsequenced",
    "0013_drop_index_journal_position",
    "0014_index_journal_position_once",
    "0015_drop_index_journal_time",
    "0016_index_decision_time",
    "0017_index_decision_tenant",
    "0018_index_decision_refused_by_time",
];

/// The migrations of the calling crate. Each name is that of a file in the crate's folder `migrations`,
/// without `.sql`: `migrations!["0001_create_journal", "0002_index_journal_position"]`.
#[macro_export]
macro_rules! migrations {
    ($($name:literal),* $(,)?) => {
        &[$($crate::Migration::new(
            $name,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/", $name, ".sql")),
        )),*]
    };
}

/// The SQL of a migration that differs between the backends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dialect {
    /// Begins the transaction in which all migrations run.
    begin: &'static str,
    /// The type of a column that holds bytes.
    bytes: &'static str,
}

pub(crate) const SQLITE: Dialect = Dialect { begin: "BEGIN IMMEDIATE", bytes: "BLOB" };
pub(crate) const POSTGRES: Dialect =
    Dialect { begin: "BEGIN ISOLATION LEVEL READ COMMITTED", bytes: "BYTEA" };

const COMMIT: &str = "COMMIT";
const ROLLBACK: &str = "ROLLBACK";
const CREATE_LEDGER: &str = "CREATE TABLE IF NOT EXISTS schema_migration (namespace TEXT NOT NULL, \
     version BIGINT NOT NULL, name TEXT NOT NULL, checksum TEXT NOT NULL, PRIMARY KEY (namespace, version))";
/// Two processes that migrate one database run one after the other: both write this row.
const TAKE_TURN: &str = "INSERT INTO schema_migration (namespace, version, name, checksum) \
     VALUES ('turn', 0, '', '') ON CONFLICT (namespace, version) DO UPDATE SET name = excluded.name";
const APPLIED: &str = "SELECT version, checksum FROM schema_migration WHERE namespace = $1 ORDER BY version";
const RECORD: &str =
    "INSERT INTO schema_migration (namespace, version, name, checksum) VALUES ($1, $2, $3, $4)";

struct Plan {
    dialect: Dialect,
    schema: Schema,
}

/// Applies the store's own migrations, then `migrations`, in one transaction: when one fails, none is
/// applied.
pub(crate) async fn run(
    conn: &mut Connection,
    dialect: Dialect,
    schema: Schema,
    namespace: &'static str,
    migrations: &'static [Migration],
) -> Result<(), Error> {
    must_not_be_own(namespace)?;
    must_ascend(namespace, migrations)?;
    if schema == Schema::Migrate {
        in_time(create_ledger(conn)).await?;
    }
    let plan = Plan { dialect, schema };
    in_time(tell(conn, dialect.begin)).await?;
    let outcome = plan.apply_both(conn, namespace, migrations).await;
    let end = if outcome.is_ok() { COMMIT } else { ROLLBACK };
    let ended = in_time(tell(conn, end)).await;
    outcome.and(ended)
}

async fn tell(conn: &mut Connection, words: &'static str) -> Result<(), Error> {
    Ok(sqlx::raw_sql(words).execute(conn).await.map(drop)?)
}

/// Runs in a transaction of its own and tries twice: on PostgreSQL, two processes that create one table at
/// the same time may get a conflict.
async fn create_ledger(conn: &mut Connection) -> Result<(), Error> {
    let created = sqlx::query(CREATE_LEDGER).execute(&mut *conn).await.map_err(Error::from);
    match created {
        Err(Error::Conflict(_)) => {
            sqlx::query(CREATE_LEDGER).execute(conn).await.map(drop).map_err(Error::from)
        }
        created => created.map(drop),
    }
}

impl Plan {
    async fn apply_both(
        &self,
        conn: &mut Connection,
        namespace: &'static str,
        migrations: &'static [Migration],
    ) -> Result<(), Error> {
        match self.schema {
            Schema::Migrate => {
                sqlx::query(TAKE_TURN).execute(&mut *conn).await?;
            }
            Schema::Require => in_time(must_be_migrated(conn, namespace)).await?,
        }
        self.apply(conn, OWN_NAMESPACE, OWN).await?;
        self.apply(conn, namespace, migrations).await
    }

    async fn apply(
        &self,
        conn: &mut Connection,
        namespace: &'static str,
        migrations: &'static [Migration],
    ) -> Result<(), Error> {
        let applied = in_time(applied(conn, namespace)).await?;
        let known = migrations.last().map_or(0, |newest| newest.version);
        let found = applied.last().map_or(0, |(version, _)| *version);
        if found > known {
            return Err(Error::SchemaTooNew { namespace, found, known });
        }
        must_be_known(namespace, &applied, migrations)?;
        for migration in migrations {
            let version = migration.version;
            let checksum = checksum(migration.sql);
            match applied.iter().find(|(applied, _)| *applied == version) {
                Some((_, as_applied)) if *as_applied == checksum => continue,
                Some(_) => return Err(Error::Migration { namespace, version, problem: "was edited" }),
                None if version < found => {
                    return Err(Error::Migration { namespace, version, problem: "was inserted too late" });
                }
                None if self.schema == Schema::Migrate => {
                    self.apply_one(conn, namespace, migration, &checksum).await?;
                }
                None if migration.is_dispensable(migrations) => {
                    tracing::warn!(
                        namespace,
                        version,
                        "a migration of an index is not applied yet: run the migration job"
                    );
                }
                None => return Err(Error::SchemaTooOld { namespace, missing: version }),
            }
        }
        Ok(())
    }

    async fn apply_one(
        &self,
        conn: &mut Connection,
        namespace: &'static str,
        migration: &Migration,
        checksum: &str,
    ) -> Result<(), Error> {
        let sql = AssertSqlSafe(migration.sql.replace(BYTES, self.dialect.bytes));
        sqlx::raw_sql(sql).execute(&mut *conn).await?;
        let recorded = sqlx::query(RECORD).bind(namespace).bind(migration.version).bind(migration.name);
        recorded.bind(checksum).execute(conn).await?;
        tracing::debug!(namespace, version = migration.version, name = migration.name, "migration applied");
        Ok(())
    }
}

impl Migration {
    /// The migration with this name and statement. The number at the beginning of the name is the version. A
    /// name without a number gets version 0, which opening refuses.
    pub const fn new(name: &'static str, sql: &'static str) -> Self {
        let (mut version, mut rest) = (0, name.as_bytes());
        while let [digit @ b'0'..=b'9', after @ ..] = rest {
            version = version * 10 + (*digit - b'0') as i64;
            rest = after;
        }
        Migration { version, name, sql }
    }

    /// Whether this release works on a schema that lacks the migration, so that the release can be rolled out
    /// before the migration job has run. A migration that creates or drops a plain index may be missing: a
    /// missing index only makes statements slow, and a superfluous index only costs time. A migration of a
    /// unique index may not: a missing unique index lets duplicates in, and a superfluous unique index
    /// refuses rows that this release may write. `all` is the list that the migration belongs to.
    fn is_dispensable(&self, all: &[Migration]) -> bool {
        let creates = |migration: &Migration, name: &str| {
            let rest = migration.statement().strip_prefix("CREATE INDEX ");
            rest.is_some_and(|rest| rest.split(' ').next() == Some(name))
        };
        match self.statement().strip_prefix("DROP INDEX ") {
            Some(name) => all.iter().any(|migration| creates(migration, name.trim_end())),
            None => self.statement().starts_with("CREATE INDEX "),
        }
    }

    /// The first line of the statement, without the comments before it.
    fn statement(&self) -> &'static str {
        self.sql.lines().find(|line| !line.starts_with("--")).unwrap_or_default()
    }
}

/// Limits the wait for a server that may not answer to [`OPEN_WAIT_MAX`].
pub(crate) async fn in_time<T>(asked: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let answer = tokio::time::timeout(OPEN_WAIT_MAX, asked).await;
    answer.unwrap_or_else(|_| Err(Error::unavailable("no answer came in time")))
}

/// PostgreSQL has a code for a missing table, SQLite only a message:
/// <https://www.postgresql.org/docs/15/errcodes-appendix.html>.
fn is_about_a_missing_table(said: &dyn DatabaseError) -> bool {
    said.code().is_some_and(|code| code == "42P01") || said.message().starts_with("no such table")
}

/// Refuses a database without the table `schema_migration`: nobody has migrated it. The failing query ends
/// the transaction, so nothing may follow it.
async fn must_be_migrated(conn: &mut Connection, namespace: &'static str) -> Result<(), Error> {
    let asked = sqlx::query(APPLIED).bind(namespace).fetch_optional(conn).await;
    match asked {
        Err(sqlx::Error::Database(said)) if is_about_a_missing_table(said.as_ref()) => {
            Err(Error::SchemaTooOld { namespace, missing: 1 })
        }
        asked => Ok(asked.map(drop)?),
    }
}

/// Versions and checksums of the applied migrations, in ascending order.
async fn applied(conn: &mut Connection, namespace: &str) -> Result<Vec<(i64, String)>, Error> {
    Ok(sqlx::query_as(APPLIED).bind(namespace).fetch_all(conn).await?)
}

fn must_not_be_own(namespace: &'static str) -> Result<(), Error> {
    match namespace {
        OWN_NAMESPACE => {
            Err(Error::Migration { namespace, version: 0, problem: "uses the store's own namespace" })
        }
        _ => Ok(()),
    }
}

fn must_ascend(namespace: &'static str, migrations: &[Migration]) -> Result<(), Error> {
    let mut before = 0;
    for migration in migrations {
        if migration.version <= before {
            let problem = "does not ascend";
            return Err(Error::Migration { namespace, version: migration.version, problem });
        }
        before = migration.version;
    }
    Ok(())
}

fn must_be_known(
    namespace: &'static str,
    applied: &[(i64, String)],
    migrations: &[Migration],
) -> Result<(), Error> {
    let unknown =
        applied.iter().find(|(version, _)| !migrations.iter().any(|known| known.version == *version));
    match unknown {
        Some((version, _)) => {
            Err(Error::Migration { namespace, version: *version, problem: "is applied but unknown" })
        }
        None => Ok(()),
    }
}

fn checksum(sql: &str) -> String {
    Sha256::digest(sql.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::Migration;
    use crate::{Config, Error, Schema, Store};

    const ONE: Migration =
        Migration { version: 1, name: "one", sql: "CREATE TABLE one (id TEXT NOT NULL PRIMARY KEY)" };
    const ONE_EDITED: Migration = Migration { version: 1, name: "one", sql: "CREATE TABLE one (id TEXT)" };
    const TWO: Migration =
        Migration { version: 2, name: "two", sql: "CREATE TABLE two (id TEXT NOT NULL PRIMARY KEY)" };
    const INDEX: Migration = Migration { version: 3, name: "index", sql: "CREATE INDEX by_id ON two (id)" };
    const UNIQUE: Migration =
        Migration { version: 3, name: "unique", sql: "CREATE UNIQUE INDEX by_id ON two (id)" };
    const DROP: Migration = Migration { version: 4, name: "drop", sql: "DROP INDEX by_id\n" };
    const BROKEN: Migration = Migration { version: 2, name: "two", sql: "CREATE TABLE two (" };

    async fn reopen(
        first: &'static [Migration],
        second: &'static [Migration],
        schema: Schema,
    ) -> Result<(), Error> {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::sqlite(folder.path().join("new/folder/100%.db"));
        Store::open(config.clone(), "test", first).await?.close().await?;
        Store::open(Config { schema, ..config }, "test", second).await?.close().await
    }

    #[test]
    fn the_version_is_the_number_at_the_beginning_of_the_name() {
        assert_eq!(Migration::new("0012_index_journal", "").version, 12);
        assert_eq!(Migration::new("index_journal", "").version, 0);
    }

    #[tokio::test]
    async fn only_missing_migrations_are_applied() {
        reopen(&[ONE], &[ONE, TWO], Schema::Migrate).await.unwrap();
        reopen(&[ONE, TWO], &[ONE, TWO], Schema::Require).await.unwrap();
    }

    #[tokio::test]
    async fn a_schema_of_a_newer_release_is_refused() {
        let refused = reopen(&[ONE, TWO], &[ONE], Schema::Migrate).await.unwrap_err();
        let told = refused.to_string();
        assert!(
            told.starts_with("the schema `test` is at version 2, newer than the known 1; remedy: "),
            "{told}"
        );
    }

    #[tokio::test]
    async fn a_missing_migration_is_refused_if_opening_must_not_migrate() {
        let refused = reopen(&[ONE], &[ONE, TWO], Schema::Require).await.unwrap_err();
        assert!(matches!(refused, Error::SchemaTooOld { namespace: "test", missing: 2 }), "{refused:?}");
    }

    #[tokio::test]
    async fn a_release_opens_a_schema_that_lacks_only_a_plain_index_migration() {
        reopen(&[ONE, TWO], &[ONE, TWO, INDEX], Schema::Require).await.unwrap();
        reopen(&[ONE, TWO, INDEX], &[ONE, TWO, INDEX, DROP], Schema::Require).await.unwrap();
        let refused = reopen(&[ONE, TWO], &[ONE, TWO, UNIQUE], Schema::Require).await.unwrap_err();
        assert!(matches!(refused, Error::SchemaTooOld { missing: 3, .. }), "{refused:?}");
        let refused = reopen(&[ONE, TWO, UNIQUE], &[ONE, TWO, UNIQUE, DROP], Schema::Require).await;
        let refused =
            refused.expect_err("the superfluous unique index refuses rows that the release may write");
        assert!(matches!(refused, Error::SchemaTooOld { missing: 4, .. }), "{refused:?}");
    }

    #[tokio::test]
    async fn an_unmigrated_database_is_refused_if_opening_must_not_migrate() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config { schema: Schema::Require, ..Config::sqlite(folder.path().join("empty.db")) };
        let refused = Store::open(config, "test", &[ONE]).await.unwrap_err();
        assert!(matches!(refused, Error::SchemaTooOld { missing: 1, .. }), "{refused:?}");
    }

    #[tokio::test]
    async fn an_edited_inserted_unknown_or_descending_migration_is_refused() {
        for (first, second, problem) in [
            (&[ONE] as &[_], &[ONE_EDITED] as &[_], "was edited"),
            (&[TWO], &[ONE, TWO], "was inserted too late"),
            (&[ONE, TWO], &[TWO], "is applied but unknown"),
            (&[], &[TWO, ONE], "does not ascend"),
        ] {
            let refused = reopen(first, second, Schema::Migrate).await.unwrap_err().to_string();
            assert!(refused.ends_with(problem), "{refused}");
        }
    }

    #[tokio::test]
    async fn a_failing_migration_undoes_those_applied_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::sqlite(folder.path().join("store.db"));
        Store::open(config.clone(), "test", &[ONE, BROKEN]).await.unwrap_err();
        let store = Store::open(config, "test", &[ONE, TWO]).await.unwrap();
        store.ping().await.unwrap();
    }
}
