//! Who holds a tenant or a domain.

pub(crate) mod customer;
pub(crate) mod table;
