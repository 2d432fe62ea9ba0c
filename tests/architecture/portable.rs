//! Portable SQL: every migration and every statement must run on SQLite, on PostgreSQL, and later on
//! PostgreSQL's distributed relatives. One list of forbidden words checks them all.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Words that SQL must not contain, each with its reason. Only whole words match.
const FORBIDDEN: &[(&str, &str)] = &[
    ("serial", "keys are made by clients"),
    ("bigserial", "keys are made by clients"),
    ("autoincrement", "keys are made by clients"),
    ("nextval", "keys are made by clients"),
    ("sequence", "keys are made by clients"),
    ("trigger", "the command alone says what is written"),
    ("savepoint", "distributed databases do not support savepoints, or support them poorly"),
    ("listen", "a waiting process polls"),
    ("notify", "a waiting process polls"),
    ("pg_advisory_lock", "both sides write a guard row"),
    ("pg_advisory_xact_lock", "both sides write a guard row"),
    ("lock", "both sides write a guard row"),
    ("now", "time is a parameter"),
    ("current_timestamp", "time is a parameter"),
    ("random", "a random value is a parameter"),
    ("json_each", "only SQLite has this function"),
    ("unnest", "only PostgreSQL has this function"),
    ("any", "only PostgreSQL compares with an array: use a list of placeholders"),
    ("pragma", "only SQLite has pragmas"),
    ("autovacuum", "a setting of the server"),
    ("deferrable", "a deferred check fails at the commit, which on SQLite many writes share"),
    ("boolean", "use a BIGINT of 0 or 1"),
    ("uuid", "use a TEXT"),
    ("timestamp", "use a BIGINT of microseconds"),
    ("timestamptz", "use a BIGINT of microseconds"),
    ("real", "money never floats"),
    ("float", "money never floats"),
    ("double", "money never floats"),
    ("integer", "use a BIGINT"),
    ("varchar", "use a TEXT"),
    ("bytea", "use a BLOB: the store translates it for PostgreSQL"),
];

/// The column by which a distributed database would place the rows of each table.
const DISTRIBUTION: &[(&str, &str)] = &[
    ("affiliation", "organization"),
    ("admin_grant", "customer"),
    ("cart", "customer_tenant"),
    ("cart_line", "customer_tenant"),
    ("claim", "value"),
    ("company_identifier", "value"),
    ("customer", "tenant"),
    ("customer_agreement", "tenant"),
    ("customer_key", "customer_tenant"),
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
    ("partner_status", "partner"),
    ("partner_user", "partner"),
    ("partnership", "reseller_tenant"),
    ("relationship_type", "tenant"),
    ("reseller_of_record", "customer_tenant"),
    ("reseller_relationship", "customer"),
    ("seat_holding", "customer"),
    ("setup_info", "customer"),
    ("subscription", "customer_tenant"),
    ("subscription_change", "customer_tenant"),
];

/// How a statement begins.
const STATEMENTS: &[&str] = &["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "];

/// Text by which a later piece of an assembled statement is recognised as SQL.
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

/// The files below `services` and `shared` with this extension.
fn files(ending: &str) -> Vec<PathBuf> {
    crate::architecture::files::files(&["services", "shared"], ending)
}

/// A migration's text without its comments.
fn statement_of(migration: &Path) -> String {
    let text = std::fs::read_to_string(migration).unwrap();
    text.lines().filter(|line| !line.starts_with("--")).collect::<Vec<_>>().join(" ")
}

/// The string literals of a source file that are SQL. Literals of the file's test module are left out.
fn statements_in(source: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(source).unwrap();
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    let is_statement = |literal: &&str| {
        STATEMENTS.iter().any(|begin| literal.starts_with(begin))
            || PIECES.iter().any(|piece| literal.contains(piece))
    };
    code.split('"').skip(1).step_by(2).filter(is_statement).map(str::to_owned).collect()
}

/// The forbidden words in the SQL. Text literals are not searched.
fn forbidden_words(sql: &str) -> Vec<&'static str> {
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
        assert_eq!(forbidden_words(&sql), [""; 0], "{}", migration.display());
        assert!(
            !sql.trim_end().trim_end_matches(';').contains(';'),
            "{}: a migration is one statement",
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
    assert_eq!(unseen, BTreeSet::new(), "tables in the list that no migration creates");
}

#[test]
fn every_statement_is_portable() {
    let mut seen = 0;
    for source in files("rs") {
        // A backend's own code may use that backend's SQL.
        if source.components().any(|part| ["sqlite", "postgres"].iter().any(|own| part.as_os_str() == *own)) {
            continue;
        }
        for sql in statements_in(&source) {
            assert_eq!(forbidden_words(&sql), [""; 0], "{}: {sql}", source.display());
            seen += 1;
        }
    }
    assert!(seen > 150, "only {seen} statements were found");
}

#[test]
fn sql_that_is_not_portable_is_found() {
    for (sql, fault) in [
        ("CREATE TABLE t (id BIGSERIAL PRIMARY KEY)", "bigserial"),
        ("SELECT id FROM t FOR UPDATE", "for update"),
        ("SELECT id FROM t WHERE id = ANY($1)", "any"),
        ("SELECT id FROM t WHERE id = ?", "?"),
        ("UPDATE t SET time = now()", "now"),
        ("SELECT pg_advisory_lock($1)", "pg_advisory_lock"),
    ] {
        assert_eq!(forbidden_words(sql), [fault], "{sql}");
    }
    assert_eq!(forbidden_words("SELECT 'any now?' FROM t WHERE listen_to = $1"), [""; 0]);
}
