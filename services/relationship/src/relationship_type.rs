//! The table `relationship_type`: what a tenant is to a provider, and by how many active edges (rule PSH-11).
//!
//! One row for each tenant and provider makes both kinds of edge meet: whoever sets an edge writes the row in
//! the same transaction, so that two edges of different kinds cannot both be set, whatever each had read.

use csp_store::{Save, Statement, Tx, Word, table};

table! {
    /// A row of the table; in a statement, `edges` is how many begin, end or must be there.
    struct RelationshipType in "relationship_type" key [tenant, provider] {
        tenant: String,
        provider: String,
        kind: Kind,
        edges: i64,
    }
}

/// What a tenant is to a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Its reseller, by a partnership.
    Reseller,
    /// Its customer, by a reseller relationship of its own or of one of its resellers.
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

/// Counts edges that begin, all of one write between the two at once. Where edges of the other kind exist the race is
/// lost: read again, the facts make the rule refuse.
pub(crate) fn add(tx: &mut Tx, provider: &str, tenant: &str, kind: Kind, edges: i64) {
    change(tx, &ADD, provider, tenant, kind, edges);
}

/// Takes back the count of edges that end, all of one write between the two at once.
pub(crate) fn take(tx: &mut Tx, provider: &str, tenant: &str, kind: Kind, edges: i64) {
    change(tx, &TAKE, provider, tenant, kind, edges);
}

/// Makes sure that the tenant is still the provider's reseller, and stays it until this write is done.
pub(crate) fn hold_reseller(tx: &mut Tx, provider: &str, tenant: &str) {
    change(tx, &HOLD, provider, tenant, Kind::Reseller, 1);
}

fn change(tx: &mut Tx, save: &Save<RelationshipType>, provider: &str, tenant: &str, kind: Kind, edges: i64) {
    let (provider, tenant) = (provider.to_owned(), tenant.to_owned());
    tx.put(save.of(&RelationshipType { tenant, provider, kind, edges }).must_meet(1));
}
