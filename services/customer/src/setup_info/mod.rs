//! One-time setup information of a customer's tenant.

pub(crate) mod reveal;
pub(crate) mod rotate;
pub(crate) mod table;
