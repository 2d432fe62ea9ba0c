//! Reading a request: its caller, fields, page and etag, and the conversions between the contract, the rule
//! book and table columns.

pub(crate) mod call;
pub mod company;
pub(crate) mod descriptors;
pub mod etag;
pub(crate) mod external_id;
pub(crate) mod fields;
pub(crate) mod identity;
pub mod order;
pub(crate) mod order_by;
pub(crate) mod page;
pub(crate) mod stored;
pub mod wire;
