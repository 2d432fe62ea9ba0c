//! The tables: SQL as named constants, one row struct a table, one function a question. No rules.
//!
//! Each noun has its table in its room.

use csp_store::{Connection, Migration};

pub(crate) use csp_store::sql;

/// What the database answers, or why it does not.
pub(crate) type Answer<T> = Result<T, csp_store::Error>;

/// Where statements run.
pub(crate) type Conn<'c> = &'c mut Connection;

macro_rules! migrations {
    ($($version:literal $name:literal,)*) => {
        &[$(Migration {
            version: $version,
            name: $name,
            sql: include_str!(concat!("../migrations/", $name, ".sql")),
        }),*]
    };
}

/// The schema, step by step.
pub(crate) const MIGRATIONS: &[Migration] = migrations! {
    1 "0001_offer",
    2 "0002_offer_version",
    3 "0003_cart",
    4 "0004_cart_external_id",
    5 "0005_cart_line",
    6 "0006_orders",
    7 "0007_orders_external_id",
    8 "0008_orders_time",
    9 "0009_orders_of_seller",
    10 "0010_orders_of_reseller",
    11 "0011_orders_of_customer_tenant",
    12 "0012_orders_of_customer",
    13 "0013_order_line",
    14 "0014_subscription",
    15 "0015_subscription_time",
    16 "0016_subscription_of_seller",
    17 "0017_subscription_of_reseller",
    18 "0018_subscription_of_customer_tenant",
    19 "0019_subscription_of_customer",
    20 "0020_reseller_of_record",
    21 "0021_seat_addition",
    22 "0022_seat_holding",
    23 "0023_edge_guard",
    24 "0024_subscription_support_contact_tenant",
    25 "0025_subscription_evidence_date",
    26 "0026_subscription_evidence_source",
    27 "0027_subscription_record_key",
    28 "0028_edge_guard_close_time",
    29 "0029_edge_guard_reopen_time",
    30 "0030_seat_holding_offer_revision",
};
