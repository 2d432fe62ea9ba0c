//! The registry's tables: SQL as constants, one row struct a table, one function a question. No rules.
//!
//! What a rule guards is only written with an [`Accepted`](csp_service::Accepted) act of its boundary.

pub(crate) use crate::agreement::table as agreement;
pub(crate) use crate::claim::table as claim;
pub(crate) use crate::facts::table as facts;
pub(crate) use crate::listing::table as listing;
pub(crate) use crate::mpn_id::table as mpn_id;
pub(crate) use crate::organization::table as organization;
pub(crate) use crate::partner::table as partner;
pub(crate) use crate::user::table as user;

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

/// The schema, step by step.
pub(crate) const MIGRATIONS: &[Migration] = &[
    migration!(1, "0001_create_organization"),
    migration!(2, "0002_organization_external_id"),
    migration!(3, "0003_create_affiliation"),
    migration!(4, "0004_affiliation_of_group"),
    migration!(5, "0005_create_partner"),
    migration!(6, "0006_partner_tenant"),
    migration!(7, "0007_partner_external_id"),
    migration!(8, "0008_partner_of_organization"),
    migration!(9, "0009_create_mpn_id"),
    migration!(10, "0010_mpn_id_of_organization"),
    migration!(11, "0011_create_partner_agreement"),
    migration!(12, "0012_create_partner_user"),
    migration!(13, "0013_partner_user_subject"),
    migration!(14, "0014_partner_user_external_id"),
    migration!(15, "0015_create_listing"),
    migration!(16, "0016_create_claim"),
    migration!(17, "0017_claim_of_holder"),
    migration!(18, "0018_partner_page_of_organization"),
    migration!(19, "0019_operation_guard"),
    migration!(20, "0020_operation_guard_by_time"),
    migration!(21, "0021_partner_tenant_country"),
];
