//! The schema of the service's database.

use csp_store::Migration;

/// The migrations in order, one statement each.
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
    "0017_reseller_relationship_of_tenant",
    "0018_reseller_relationship_of_partner",
    "0019_reseller_relationship_of_provider",
    "0020_served_under_provider",
    "0021_served_through_reseller",
    "0022_served_through_resellers",
    "0023_reseller_relationship_closing",
    "0024_admin_grant",
    "0025_admin_grant_of_relationship",
    "0026_admin_grant_of_partner",
    "0027_admin_grant_of_customer",
    "0028_admin_grant_of_tenant",
    "0029_admin_grant_by_time",
    "0030_operation_guard",
    "0031_operation_guard_by_time",
    "0032_admin_grant_azure_owner",
];
