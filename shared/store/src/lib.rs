//! The database of one service: open it, migrate it, write to it.
//!
//! This crate is the only place that knows the backend; services declare their tables with
//! [`table!`] and ask by [`Select`] and [`Save`], or in plain sqlx against the aliases below.
//! It knows no noun of the domain: journal entries, decisions and mails are opaque to it.
//!
//! In reading order:
//! 1. [`Config`], [`migrations!`] and [`Store::open`]: one database a service, a file of SQLite or PostgreSQL, migrated
//!    before anything else;
//! 2. `read/`: [`Store::read`], a snapshot; [`paging`], sizes and opaque tokens of lists;
//! 3. `table/`: [`table!`], [`Select`] and [`Save`], a table that is declared once;
//! 4. `write/`: [`Store::write`], a write ([`Tx`]) with its [`Change`]s, and what it leaves behind in the same
//!    transaction as the state: [`decision`], [`idempotency`] record, [`outbox`] mail; [`guard`] keeps a late step out;
//! 5. `journal/` and `feed/`: the [`journal`] entry of each change, and all entries in one order ([`feed`]), numbered
//!    after the commit;
//! 6. `connection/`: a connection that knows whether it is clean, and their pool;
//! 7. `sqlite/` and `postgres/`: what is particular about each backend; `backend.rs` tells them apart;
//! 8. [`Error`]: what can go wrong, in words that may be shown to a client.
//!
//! Every statement has to be portable: columns are `TEXT`, `BIGINT` and `BLOB` (a truth value is a `BIGINT` 0 or
//! 1), parameters `$1…$n`, no serial keys, no triggers, no savepoints, no deferrable constraints: the last would fail at
//! SQLite's shared commit and take the whole batch with them. Writes run concurrently on
//! PostgreSQL: whatever must hold is held by a row that all concerned write, never by a read alone.
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

/// The database as sqlx knows it: chosen at run time, so that one SQL text serves every backend.
pub type Db = sqlx::Any;

/// A row of a result.
pub type Row = sqlx::any::AnyRow;

/// What a statement that returns no rows did.
pub type QueryResult = sqlx::any::AnyQueryResult;
