//! The database of one service: open it, migrate it, read from it and write to it.
//!
//! Only this crate knows whether the database is SQLite or PostgreSQL. Services declare their tables with
//! [`table!`] and query them with [`Select`] and [`Save`], or with plain sqlx and the type aliases below. The
//! crate knows no noun of the domain: journal entries, decisions and mails are opaque to it.
//!
//! In reading order:
//! 1. [`Config`], [`migrations!`] and [`Store::open`]: each service has one database, a SQLite file or a
//!    PostgreSQL database. Opening it applies or checks the migrations;
//! 2. `read/`: [`Store::read`] gives a snapshot; [`paging`] has page sizes and the opaque page tokens of
//!    lists;
//! 3. `table/`: [`table!`] declares a table once; [`Select`] and [`Save`] read and write its rows;
//! 4. `write/`: [`Store::write`] begins a write transaction ([`Tx`]) made of [`Change`]s. The same
//!    transaction stores the [`decision`], the [`idempotency`] record and the [`outbox`] mail; [`guard`]
//!    refuses a saga's step that arrives after the saga was compensated;
//! 5. `journal/` and `feed/`: the [`journal`] has one entry for each change; the [`feed`] puts all entries in
//!    one order and numbers them after the commit;
//! 6. `connection/`: a connection that knows whether it can be reused, and the connection pool;
//! 7. `sqlite/` and `postgres/`: the code of one backend each; `backend.rs` chooses between them;
//! 8. [`Error`]: everything that can fail, in words that may be shown to a client.
//!
//! Every statement has to be portable. Columns are `TEXT`, `BIGINT` and `BLOB`; a truth value is a `BIGINT`
//! of 0 or 1. Parameters are `$1…$n`. There are no serial keys, triggers, savepoints or deferrable
//! constraints. A deferred constraint would fail at SQLite's shared commit, and every transaction in the
//! batch with it. Writes run concurrently on PostgreSQL: each invariant is held by a row that all its writers
//! write, never by a read alone.
//!
//! Time and identifiers are parameters everywhere. A column holds an instant as microseconds since 1970, UTC.

mod backend;
mod config;
mod connection;
mod copy;
mod detached;
mod error;
mod migrate;
mod read;
mod statements;
mod store;
mod table;
mod write;

mod postgres;
mod sqlite;

pub mod feed;
pub mod journal;

pub use backend::CLOSE_WAIT_MAX;
pub use config::{Config, Database, READERS_DEFAULT, Schema, UnknownDatabase, WRITERS_DEFAULT};
pub use connection::pool::{CONNECTION_AGE_MAX, CONNECTION_IDLE_MAX, CONNECTION_WAIT_MAX, PooledConnection};
pub use connection::{Connection, STATEMENT_WAIT_MAX};
pub use copy::copy;
pub use error::{Broken, Error};
pub use migrate::{Migration, OPEN_WAIT_MAX};
pub use postgres::{ANSWER_WAIT_MAX, IDLE_IN_WRITE_MAX, LOCK_WAIT_MAX};
pub use read::paging;
pub use read::snapshot::Reader;
pub use sqlite::writer::{BATCH_MEMBERS_MAX, WRITE_WAIT_MAX, WRITERS_WAITING_MAX};
pub use statements::statements;
pub use store::Store;
pub use table::column::{Cell, Column, Raw, Word};
pub use table::{Query, Save, Select, Statement, Table, broken, cell};
pub use write::change::{Change, Value};
pub use write::refusals::{REFUSALS_BATCH_MAX, REFUSALS_QUEUED_MAX};
pub use write::tx::Tx;
pub use write::{decision, guard, idempotency, outbox, placeholders as sql};

/// The sqlx driver: chosen at run time, so that one SQL text serves both backends.
pub type Db = sqlx::Any;

/// A row of a query result.
pub type Row = sqlx::any::AnyRow;

/// The result of a statement that returns no rows: how many rows it affected.
pub type QueryResult = sqlx::any::AnyQueryResult;
