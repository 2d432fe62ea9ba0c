//! The service's name and its schema, step by step.

use csp_store::Migration;

/// The service's name: its namespace in the database, and the beginning of its decision ids.
pub const NAME: &str = "customer";

/// The schema, step by step.
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
