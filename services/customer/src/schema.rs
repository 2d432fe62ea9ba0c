//! The service's name and its migrations.

use csp_store::Migration;

/// The service's name. It is the service's namespace in the database and the prefix of its decision ids.
pub const NAME: &str = "customer";

/// The migrations that make the schema, in the order in which they are applied.
pub const MIGRATIONS: &[Migration] = csp_store::migrations![
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
