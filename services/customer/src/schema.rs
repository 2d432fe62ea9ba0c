//! The service's name and its migrations.

use csp_store::Migration;

/// The service's name. It is the service's namespace in the database and the prefix of its decision ids.
pub const NAME: &str = "customer";

/// The migrations that make the schema, in the order in which they are applied.
pub const MIGRATIONS: &[Migration] = csp_store::migrations![
    "0001_customer",
    "0002_customer_tenant",
    "0003_customer_reserved",
    "0004_customer_key",
    "0005_customer_key_external_id",
    "0006_customer_agreement",
    "0007_operation",
    "0008_operation_request",
    "0009_operation_lease",
    "0010_setup_info",
    "0011_operation_running",
    "0012_operation_caller",
    "0013_operation_by_time",
];
