//! One-time setup information of a customer's tenant: name and temporary password of its first administrator.
//! The information is shown once. The customer's row says whether it was shown; of the password only a hash
//! is stored.

pub(crate) mod reveal;
pub(crate) mod rotate;
pub(crate) mod table;

pub(crate) use self::reveal::reveal;
pub(crate) use self::rotate::rotate;
