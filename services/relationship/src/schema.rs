//! The tables, one module and one row struct each: SQL as named constants, one function per question, no rules.
//!
//! A function that stores what the rule book guards asks for the [`csp_service::Accepted`] act of its boundary.

use csp_store::Migration;

macro_rules! migration {
    ($version:literal, $name:literal) => {
        Migration {
            version: $version,
            name: $name,
            sql: include_str!(concat!("../migrations/", $name, ".sql")),
        }
    };
}

/// The schema, one statement a step.
pub(crate) const MIGRATIONS: &[Migration] = &[
    migration!(1, "0001_partnership"),
    migration!(2, "0002_partnership_open"),
    migration!(3, "0003_partnership_external_id"),
    migration!(4, "0004_partnership_of_provider"),
    migration!(5, "0005_partnership_of_reseller"),
    migration!(6, "0006_partnership_by_time"),
    migration!(7, "0007_partnership_of_parties"),
    migration!(8, "0008_partnership_of_tenant"),
    migration!(9, "0009_relationship_type"),
    migration!(10, "0010_invitation"),
    migration!(11, "0011_invitation_external_id"),
    migration!(12, "0012_invitation_of_provider"),
    migration!(13, "0013_invitation_of_reseller"),
    migration!(14, "0014_invitation_by_time"),
    migration!(15, "0015_reseller_relationship"),
    migration!(16, "0016_reseller_relationship_open"),
    migration!(17, "0017_reseller_relationship_of_customer"),
    migration!(18, "0018_reseller_relationship_of_tenant"),
    migration!(19, "0019_reseller_relationship_of_partner"),
    migration!(20, "0020_reseller_relationship_of_provider"),
    migration!(21, "0021_served_under_provider"),
    migration!(22, "0022_served_through_reseller"),
    migration!(23, "0023_served_through_resellers"),
    migration!(24, "0024_reseller_relationship_closing"),
    migration!(25, "0025_admin_grant"),
    migration!(26, "0026_admin_grant_of_relationship"),
    migration!(27, "0027_admin_grant_of_partner"),
    migration!(28, "0028_admin_grant_of_customer"),
    migration!(29, "0029_admin_grant_by_time"),
    migration!(30, "0030_operation_guard"),
    migration!(31, "0031_operation_guard_by_time"),
    migration!(32, "0032_reseller_relationship_closing_request"),
    migration!(33, "0033_reseller_relationship_latest_closing_time"),
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
