//! The service's tables: SQL as constants, one row struct a table, one function a question. No rules.

use csp_store::Migration;

/// The schema, step by step.
pub(crate) const MIGRATIONS: &[Migration] = csp_store::migrations![
    "0001_customer",
    "0002_customer_tenant",
    "0003_customer_reserved",
    "0004_customer_external_id",
    "0005_customer_of_external_id",
    "0006_customer_agreement",
    "0007_customer_agreement_customer",
    "0008_operation",
    "0009_operation_request",
    "0010_operation_lease",
    "0011_setup_info",
    "0012_operation_running",
];

/// How many keys one statement looks up.
pub(crate) const KEYS_MAX: usize = 50;

/// The parameters of a statement that looks up [`KEYS_MAX`] keys.
macro_rules! keys {
    () => {
        "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, \
         $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, \
         $41, $42, $43, $44, $45, $46, $47, $48, $49, $50)"
    };
}
pub(crate) use keys;

/// Exactly [`KEYS_MAX`] keys: lists are no parameters in portable SQL, so the rest is filled up with a key that
/// nothing has.
pub(crate) fn filled(keys: &[String]) -> impl Iterator<Item = String> + '_ {
    keys.iter().cloned().chain(std::iter::repeat(String::new())).take(KEYS_MAX)
}

#[cfg(test)]
mod tests {
    use csp_store::{Config, Store};
    use sqlx::{Executor, SqlSafeStr};

    use super::*;

    #[tokio::test]
    async fn every_statement_fits_the_schema() {
        let folder = tempfile::tempdir().unwrap();
        let store =
            Store::open(Config::sqlite(folder.path().join("c.db")), crate::NAME, MIGRATIONS).await.unwrap();
        let mut reader = store.read_once().await.unwrap();
        let statements = [
            crate::customer::table::STATEMENTS,
            crate::agreement::table::STATEMENTS,
            crate::creation::table::STATEMENTS,
            crate::setup_info::table::STATEMENTS,
        ];
        for sql in statements.concat() {
            (&mut *reader).prepare(sql.into_sql_str()).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        }
    }
}
