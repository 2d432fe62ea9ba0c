//! SQL that both backends understand, and PostgreSQL's distributed relatives after them: every migration and every
//! statement in the services is held against one list.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Words that must not stand in SQL, and why. A word is looked for whole.
const FORBIDDEN: &[(&str, &str)] = &[
    ("serial", "keys are made by clients"),
    ("bigserial", "keys are made by clients"),
    ("autoincrement", "keys are made by clients"),
    ("nextval", "keys are made by clients"),
    ("sequence", "keys are made by clients"),
    ("trigger", "what happens is said by the command"),
    ("savepoint", "distributed databases have none, or poor ones"),
    ("listen", "who waits asks again"),
    ("notify", "who waits asks again"),
    ("pg_advisory_lock", "a row is what both sides write"),
    ("pg_advisory_xact_lock", "a row is what both sides write"),
    ("lock", "a row is what both sides write"),
    ("now", "time is a parameter"),
    ("current_timestamp", "time is a parameter"),
    ("random", "chance is a parameter"),
    ("json_each", "SQLite alone"),
    ("unnest", "PostgreSQL alone"),
    ("any", "PostgreSQL alone: a list of placeholders instead"),
    ("pragma", "SQLite alone"),
    ("autovacuum", "a server's own matter"),
    ("deferrable", "fails at the shared commit, for everybody in it"),
    ("boolean", "a BIGINT of 0 and 1"),
    ("uuid", "a TEXT"),
    ("timestamp", "a BIGINT of microseconds"),
    ("timestamptz", "a BIGINT of microseconds"),
    ("real", "money never floats"),
    ("float", "money never floats"),
    ("double", "money never floats"),
    ("integer", "a BIGINT"),
    ("varchar", "a TEXT"),
    ("bytea", "a BLOB: the store translates"),
];

/// The column by which each table would be distributed: it is part of every row.
const DISTRIBUTION: &[(&str, &str)] = &[
    ("affiliation", "organization"),
    ("admin_grant", "customer_tenant"),
    ("cart", "customer_tenant"),
    ("cart_line", "customer_tenant"),
    ("claim", "value"),
    ("customer", "tenant"),
    ("customer_agreement", "tenant"),
    ("decision", "id"),
    ("edge_guard", "customer"),
    ("feed", "id"),
    ("idempotency", "caller_key"),
    ("invitation", "customer_tenant"),
    ("journal", "resource"),
    ("listing", "partner"),
    ("mpn_id", "number"),
    ("offer", "id"),
    ("offer_version", "id"),
    ("operation", "tenant"),
    ("operation_guard", "operation"),
    ("order_line", "customer_tenant"),
    ("orders", "customer_tenant"),
    ("organization", "id"),
    ("outbox", "id"),
    ("partner", "id"),
    ("partner_agreement", "partner"),
    ("partner_user", "partner"),
    ("partnership", "reseller_tenant"),
    ("relationship_type", "tenant"),
    ("reseller_of_record", "customer_tenant"),
    ("reseller_relationship", "customer_tenant"),
    ("seat_addition", "customer_tenant"),
    ("seat_holding", "customer"),
    ("setup_info", "customer"),
    ("subscription", "customer_tenant"),
];

/// What begins a statement, in a migration or in a constant.
const STATEMENTS: &[&str] = &["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "];

/// What stands in the later pieces of a statement that is put together from several.
const PIECES: &[&str] = &[
    " FROM ",
    " WHERE ",
    "ON CONFLICT",
    "ORDER BY ",
    "GROUP BY ",
    " VALUES",
    "RETURNING ",
    " AND ",
    " LIMIT $",
];

/// Files below `services` and `shared` with that ending.
fn files(ending: &str) -> Vec<PathBuf> {
    crate::architecture::files::files(&["services", "shared"], ending)
}

/// A migration without its comments.
fn statement_of(migration: &Path) -> String {
    let text = std::fs::read_to_string(migration).unwrap();
    text.lines().filter(|line| !line.starts_with("--")).collect::<Vec<_>>().join(" ")
}

/// String literals that are statements, in a source file that is no backend's own.
fn statements_in(source: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(source).unwrap();
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    let is_statement = |literal: &&str| {
        STATEMENTS.iter().any(|begin| literal.starts_with(begin))
            || PIECES.iter().any(|piece| literal.contains(piece))
    };
    code.split('"').skip(1).step_by(2).filter(is_statement).map(str::to_owned).collect()
}

/// What in the SQL is forbidden.
fn faults(sql: &str) -> Vec<&'static str> {
    let quoted_away: String = sql.split('\'').step_by(2).collect();
    let lower = quoted_away.to_lowercase();
    let words: BTreeSet<&str> = lower.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let forbidden = FORBIDDEN.iter().filter(|(word, _)| words.contains(word)).map(|(word, _)| *word);
    let for_update = lower.contains("for update").then_some("for update");
    let bare = lower.contains('?').then_some("?");
    forbidden.chain(for_update).chain(bare).collect()
}

#[test]
fn every_migration_is_one_portable_statement() {
    for migration in files("sql") {
        let sql = statement_of(&migration);
        assert_eq!(faults(&sql), [""; 0], "{}", migration.display());
        assert!(
            !sql.trim_end().trim_end_matches(';').contains(';'),
            "{}: one statement",
            migration.display()
        );
        let begins =
            ["CREATE TABLE ", "CREATE INDEX ", "CREATE UNIQUE INDEX ", "ALTER TABLE ", "DROP INDEX "];
        assert!(begins.iter().any(|begin| sql.starts_with(begin)), "{}: {sql}", migration.display());
    }
}

#[test]
fn every_table_has_a_key_and_a_distribution_column() {
    let mut unseen: BTreeSet<&str> = DISTRIBUTION.iter().map(|(table, _)| *table).collect();
    for migration in files("sql") {
        let sql = statement_of(&migration);
        let Some(rest) = sql.strip_prefix("CREATE TABLE ") else { continue };
        let table = rest.split([' ', '(']).next().unwrap();
        let column = DISTRIBUTION.iter().find(|(of, _)| *of == table).map(|(_, column)| *column);
        let column = column.unwrap_or_else(|| panic!("`{table}` has no distribution column in the list"));
        let is_there = sql.split([',', '(']).any(|part| part.trim().starts_with(&format!("{column} ")));
        assert!(is_there, "`{table}` has no column `{column}`: {}", migration.display());
        assert!(sql.contains("PRIMARY KEY"), "`{table}` has no key: {}", migration.display());
        unseen.remove(table);
    }
    assert_eq!(unseen, BTreeSet::new(), "tables in the list that no migration makes");
}

#[test]
fn every_statement_is_portable() {
    let mut seen = 0;
    for source in files("rs") {
        // What a backend's own executor says is that backend's matter.
        if source.components().any(|part| ["sqlite", "postgres"].iter().any(|own| part.as_os_str() == *own)) {
            continue;
        }
        for sql in statements_in(&source) {
            assert_eq!(faults(&sql), [""; 0], "{}: {sql}", source.display());
            seen += 1;
        }
    }
    assert!(seen > 150, "only {seen} statements were found");
}

#[test]
fn what_is_not_portable_is_found() {
    for (sql, fault) in [
        ("CREATE TABLE t (id BIGSERIAL PRIMARY KEY)", "bigserial"),
        ("SELECT id FROM t FOR UPDATE", "for update"),
        ("SELECT id FROM t WHERE id = ANY($1)", "any"),
        ("SELECT id FROM t WHERE id = ?", "?"),
        ("UPDATE t SET time = now()", "now"),
        ("SELECT pg_advisory_lock($1)", "pg_advisory_lock"),
    ] {
        assert_eq!(faults(sql), [fault], "{sql}");
    }
    assert_eq!(faults("SELECT 'any now?' FROM t WHERE listen_to = $1"), [""; 0]);
}
