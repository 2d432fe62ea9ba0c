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

/// The schema, step by step.
pub(crate) const MIGRATIONS: &[Migration] = csp_store::migrations![
    "0001_create_organization",
    "0002_organization_external_id",
    "0003_create_affiliation",
    "0004_affiliation_of_group",
    "0005_create_partner",
    "0006_partner_tenant",
    "0007_partner_external_id",
    "0008_partner_of_organization",
    "0009_create_mpn_id",
    "0010_mpn_id_of_organization",
    "0011_create_partner_agreement",
    "0012_create_partner_user",
    "0013_partner_user_subject",
    "0014_partner_user_external_id",
    "0015_create_listing",
    "0016_create_claim",
    "0017_claim_of_holder",
    "0018_partner_page_of_organization",
    "0019_operation_guard",
    "0020_operation_guard_by_time",
    "0021_partner_tenant_country",
];
