//! Customers as facts for the other services.

pub(crate) mod get;
pub(crate) mod table;

pub(crate) use self::get::get;
