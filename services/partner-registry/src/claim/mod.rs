//! Tenants and domains, and who claims them.
//!
//! A tenant is a customer's or a partner's, whoever comes first – but that a customer's tenant may enrol as
//! partner later on: the claims then stand side by side.
//!
//! What a customer claims is a step of an operation of the customer service. What an operation gave up is released for
//! good: a claim of the same operation that comes later, however late, is refused.

pub(crate) mod claim_customer;
pub(crate) mod release_customer;
pub(crate) mod table;

pub(crate) use self::claim_customer::claim_customer;
pub(crate) use self::release_customer::release_customer;

/// Collection of the holders.
const CUSTOMERS: &str = "customers";
/// Collection of the operations that claim.
const OPERATIONS: &str = "operations";
