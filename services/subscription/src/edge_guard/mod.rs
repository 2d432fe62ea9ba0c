//! The guard of a relationship that orders rest on: an order and the end of the relationship never pass each other (rule
//! CUS-09), since both write its row.

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

use csp_proto::subscription::v1::RelationshipKey;
use csp_service::{Fields, Result};

/// A reseller relationship, by what orders know of it.
#[derive(Debug, Clone)]
pub(crate) struct EdgeKey {
    pub(crate) edge: String,
    /// The partner of its own relationship, or the provider of a reseller's.
    pub(crate) seller: String,
    /// The reseller of a relationship through a provider; empty for a partner's own.
    pub(crate) reseller: String,
    pub(crate) customer: String,
}

impl EdgeKey {
    /// Reads a relationship. Under one through a provider the provider is the seller; under a partner's own it is the
    /// partner, which may stand in a subscription as reseller of record too.
    fn read(key: Option<&RelationshipKey>) -> Result<EdgeKey> {
        let mut fields = Fields::new();
        let Some(key) = fields.required("key", key) else {
            return fields.finish(|| None);
        };
        let edge = fields.resource_name("key.relationship", &key.relationship, "resellerRelationships");
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

/// Reads when the end of a relationship was begun.
fn read_time(field: &str, micros: i64) -> Result<i64> {
    Fields::only(|fields| fields.number(field, micros, 1..=i64::MAX))
}
