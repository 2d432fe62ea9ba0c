//! The migrations of the schema, in order. The `table.rs` files describe the tables.

use csp_store::Migration;

/// The migrations in `migrations/`. A migration that was released never changes: its checksum is stored.
pub(crate) const MIGRATIONS: &[Migration] = csp_store::migrations![
    "0001_offer",
    "0002_offer_version",
    "0003_cart",
    "0004_cart_external_id",
    "0005_cart_line",
    "0006_orders",
    "0007_orders_external_id",
    "0008_orders_time",
    "0009_orders_of_seller",
    "0010_orders_of_reseller",
    "0011_orders_of_customer_tenant",
    "0012_orders_of_customer",
    "0013_order_line",
    "0014_subscription",
    "0015_subscription_time",
    "0016_subscription_of_seller",
    "0017_subscription_of_reseller",
    "0018_subscription_of_customer_tenant",
    "0019_subscription_of_customer",
    "0020_reseller_of_record",
    "0021_seat_addition",
    "0022_seat_holding",
    "0023_edge_guard",
    "0024_subscription_support_contact_tenant",
    "0025_subscription_evidence_date",
    "0026_subscription_evidence_source",
    "0027_subscription_record_key",
    "0028_edge_guard_close_time",
    "0029_edge_guard_reopen_time",
    "0030_seat_holding_offer_revision",
];
