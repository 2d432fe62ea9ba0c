//! The guard row of a reseller relationship: an order and the removal of the relationship never both succeed
//! (rule CUS-09).
//!
//! An order writes the guard rows of the relationships that it depends on, and a reactivation does the same;
//! the removal of a relationship writes the same row. A removal that writes second counts the order's
//! subscriptions and does not close the guard. An order that writes second finds the guard closed and loses
//! its race.

mod close;
mod count;
mod reopen;
pub(crate) mod table;

#[cfg(test)]
pub(crate) mod tests;

pub(crate) use self::close::close;
pub(crate) use self::count::count_active;
pub(crate) use self::reopen::reopen;
pub(crate) use self::table::use_edges;

use csp_proto::internal::subscription::v1::RelationshipKey;
use csp_service::{Fields, Result};

/// A reseller relationship as orders know it. The parties are resource names.
#[derive(Debug, Clone)]
pub(crate) struct EdgeKey {
    /// Id of the relationship, unique among those of the customer.
    pub(crate) edge: String,
    /// The provider of a reseller's relationship through a provider; the partner of any other relationship.
    pub(crate) seller: String,
    /// The reseller of a relationship through a provider; empty for a partner's own relationship.
    pub(crate) reseller: String,
    pub(crate) customer: String,
}

impl EdgeKey {
    /// Parses the key. The partner of an own relationship becomes `seller`, although subscriptions may also
    /// name that partner as reseller of record.
    fn read(key: Option<&RelationshipKey>) -> Result<EdgeKey> {
        let mut fields = Fields::new();
        let Some(key) = fields.required("key", key) else {
            return fields.finish(|| None);
        };
        let edge = fields.resource_id("key.relationship_id", &key.relationship_id);
        let partner = fields.resource_name("key.partner", &key.partner, "partners");
        let provider = fields
            .optional(&key.provider, |fields, name| fields.resource_name("key.provider", name, "partners"));
        let customer = fields.resource_name("key.customer", &key.customer, "customers");
        fields.finish(|| {
            let (seller, reseller) = match provider? {
                Some(provider) => (provider, partner?),
                None => (partner?, String::new()),
            };
            Some(EdgeKey { edge: edge?, seller, reseller, customer: customer? })
        })
    }
}

/// Parses an instant in microseconds since 1970 UTC, which must be positive.
fn read_time(field: &str, micros: i64) -> Result<i64> {
    Fields::only(|fields| fields.number(field, micros, 1..=i64::MAX))
}
