//! The tables, one module and one row struct each: SQL as named constants, one function per question, no rules.
//!
//! A function that stores what the rule book guards asks for the [`csp_service::Accepted`] act of its boundary.

use csp_store::Migration;

/// The schema, one statement a step.
pub(crate) const MIGRATIONS: &[Migration] = csp_store::migrations![
    "0001_partnership",
    "0002_partnership_open",
    "0003_partnership_external_id",
    "0004_partnership_of_provider",
    "0005_partnership_of_reseller",
    "0006_partnership_by_time",
    "0007_partnership_of_parties",
    "0008_partnership_of_tenant",
    "0009_relationship_type",
    "0010_invitation",
    "0011_invitation_external_id",
    "0012_invitation_of_provider",
    "0013_invitation_of_reseller",
    "0014_invitation_by_time",
    "0015_reseller_relationship",
    "0016_reseller_relationship_open",
    "0017_reseller_relationship_of_customer",
    "0018_reseller_relationship_of_tenant",
    "0019_reseller_relationship_of_partner",
    "0020_reseller_relationship_of_provider",
    "0021_served_under_provider",
    "0022_served_through_reseller",
    "0023_served_through_resellers",
    "0024_reseller_relationship_closing",
    "0025_admin_grant",
    "0026_admin_grant_of_relationship",
    "0027_admin_grant_of_partner",
    "0028_admin_grant_of_customer",
    "0029_admin_grant_by_time",
    "0030_operation_guard",
    "0031_operation_guard_by_time",
    "0032_reseller_relationship_closing_request",
    "0033_reseller_relationship_latest_closing_time",
];

/// Where a list goes on, newest first: after this entry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Before<'a> {
    /// When the last entry was created, in microseconds.
    pub(crate) create_time: i64,
    /// Its id.
    pub(crate) id: &'a str,
    /// How many rows to read.
    pub(crate) limit: i64,
}

/// Two halves of a list, each in order and read up to the limit, as one.
pub(crate) fn merged<T, K: Ord>(mut one: Vec<T>, other: Vec<T>, limit: i64, key: impl Fn(&T) -> K) -> Vec<T> {
    one.extend(other);
    one.sort_by_key(key);
    one.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    one
}

#[cfg(test)]
mod tests {
    use csp_store::{Config, Store};
    use sqlx::{AssertSqlSafe, Executor as _, SqlSafeStr as _};

    use super::*;
    use crate::{admin_grant, customer_edges, invitation, relationship_type, reseller_relationship};

    #[tokio::test]
    async fn every_statement_fits_the_schema() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::sqlite(folder.path().join("relationship.db"));
        let store = Store::open(config, crate::NAME, MIGRATIONS).await.unwrap();
        let mut reader = store.read().await.unwrap();
        let tables = [
            admin_grant::table::STATEMENTS,
            customer_edges::table::STATEMENTS,
            invitation::table::STATEMENTS,
            relationship_type::STATEMENTS,
            reseller_relationship::table::STATEMENTS,
        ];
        let statements = tables.concat().into_iter().map(str::to_owned);
        for sql in statements.chain(crate::statements()) {
            let prepared = reader.conn().prepare(AssertSqlSafe(sql.clone()).into_sql_str()).await;
            assert!(prepared.is_ok(), "{sql}: {:?}", prepared.err());
        }
    }

    #[test]
    fn two_halves_make_one_list() {
        assert_eq!(merged(vec![1, 4], vec![2, 3, 9], 4, |number| *number), [1, 2, 3, 4]);
    }
}
