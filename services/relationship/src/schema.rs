//! The schema of the service's database.

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

#[cfg(test)]
mod tests {
    use csp_store::{Config, Store};
    use sqlx::{AssertSqlSafe, Executor as _, SqlSafeStr as _};

    #[tokio::test]
    async fn every_statement_fits_the_schema() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::sqlite(folder.path().join("relationship.db"));
        let store = Store::open(config, crate::NAME, crate::SCHEMA).await.unwrap();
        let mut reader = store.read().await.unwrap();
        for sql in crate::statements() {
            let prepared = reader.conn().prepare(AssertSqlSafe(sql.clone()).into_sql_str()).await;
            assert!(prepared.is_ok(), "{sql}: {:?}", prepared.err());
        }
    }
}
