//! One-time setup information of a customer's tenant: shown once, then void or forgotten. Whether it was shown is the
//! customer's own state; what is kept of it is a hash.

pub(crate) mod reveal;
pub(crate) mod rotate;
pub(crate) mod table;

pub(crate) use self::reveal::reveal;
pub(crate) use self::rotate::rotate;
