//! Who can act on a customer's tenant, and by which path (rule CUS-11).

mod explain;
mod facts;
mod paths;
mod steps;

pub(crate) use self::explain::explain;
