//! The table `relationship_type`: whether a tenant is a provider's reseller or customer, and by how many
//! active edges (rule PSH-11).
//!
//! The table has one row for each tenant and provider. A transaction that begins or ends an edge also writes
//! this row. Two concurrent transactions can therefore never begin edges of different kinds, even when both
//! have read that no edge exists.

use csp_store::{Save, Statement, Tx, Word, table};

table! {
    /// A row of the table. As the argument of a statement, `edges` is the number of edges that begin, end or
    /// must exist.
    struct RelationshipType in "relationship_type" key [tenant, provider] {
        tenant: String,
        provider: String,
        kind: Kind,
        edges: i64,
    }
}

/// The role of a tenant towards a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The provider's reseller, by an active partnership.
    Reseller,
    /// The provider's customer, by an active reseller relationship with the provider, or with a reseller
    /// through the provider.
    Customer,
}

impl Word for Kind {
    const WORDS: &'static [(Kind, &'static str)] =
        &[(Kind::Reseller, "RESELLER"), (Kind::Customer, "CUSTOMER")];
}

const ADD: Save<RelationshipType> = Save::new(
    "
    INSERT INTO relationship_type (tenant, provider, kind, edges)
    VALUES (:tenant, :provider, :kind, :edges)
        ON CONFLICT (tenant, provider) DO UPDATE
       SET kind = excluded.kind, edges = relationship_type.edges + excluded.edges
     WHERE relationship_type.kind = excluded.kind OR relationship_type.edges = 0",
);

const TAKE: Save<RelationshipType> = Save::new(
    "
    UPDATE relationship_type SET edges = edges - :edges
     WHERE tenant = :tenant AND provider = :provider AND kind = :kind AND edges >= :edges",
);

const HOLD: Save<RelationshipType> = Save::new(
    "
    UPDATE relationship_type SET edges = edges
     WHERE tenant = :tenant AND provider = :provider AND kind = :kind AND edges >= :edges",
);

/// Every statement of the table.
pub(crate) const STATEMENTS: &[&dyn Statement] = &[&ADD, &TAKE, &HOLD];

/// Adds edges that begin to the count of their row; one write adds all its edges of a row in one call. While
/// edges of the other kind exist, the race is lost: the command reads its facts again, and rule PSH-11
/// refuses.
pub(crate) fn add(tx: &mut Tx, provider: &str, tenant: &str, kind: Kind, edges: i64) {
    change(tx, &ADD, provider, tenant, kind, edges);
}

/// Subtracts edges that end from the count of their row; one write subtracts all its edges of a row in one
/// call.
pub(crate) fn take(tx: &mut Tx, provider: &str, tenant: &str, kind: Kind, edges: i64) {
    change(tx, &TAKE, provider, tenant, kind, edges);
}

/// Makes sure that the tenant stays the provider's reseller until this write commits; otherwise the race is
/// lost.
pub(crate) fn hold_reseller(tx: &mut Tx, provider: &str, tenant: &str) {
    change(tx, &HOLD, provider, tenant, Kind::Reseller, 1);
}

fn change(tx: &mut Tx, save: &Save<RelationshipType>, provider: &str, tenant: &str, kind: Kind, edges: i64) {
    let (provider, tenant) = (provider.to_owned(), tenant.to_owned());
    tx.put(save.of(&RelationshipType { tenant, provider, kind, edges }).must_meet(1));
}
