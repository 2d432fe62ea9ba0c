//! Claims of tenants and domains.
//!
//! The first claim of a tenant wins, whether by a customer or by a partner. There is one exception: a
//! customer's tenant may enrol as a partner later, and then both claims stand side by side.
//!
//! Claims for a customer are a step of a saga of the customer service. Once the saga has released its claims,
//! every later claim by the same operation is refused.

pub(crate) mod claim_customer;
pub(crate) mod release_customer;
pub(crate) mod table;

pub(crate) use self::claim_customer::claim_customer;
pub(crate) use self::release_customer::release_customer;

/// The collection of the customers that hold claims.
const CUSTOMERS: &str = "customers";
/// The collection of the operations (sagas) that claim.
const OPERATIONS: &str = "operations";
