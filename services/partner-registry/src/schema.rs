//! The migrations of the registry's schema.

use csp_store::Migration;

/// The migrations in the order in which they run. Their text is checksummed: an applied migration never
/// changes.
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
    "0021_partner_agreement_of_account",
    "0022_create_company_identifier",
    "0023_create_partner_status",
];
