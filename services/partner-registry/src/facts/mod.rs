//! What other services ask of the registry.

pub(crate) mod get;
pub(crate) mod table;

pub(crate) use self::get::get;
