//! A request as it is read: who calls, its fields, its page, its etag, in the contract's words.

pub(crate) mod call;
pub(crate) mod descriptors;
pub mod etag;
pub(crate) mod fields;
pub(crate) mod identity;
pub mod order;
pub(crate) mod page;
pub(crate) mod stored;
pub mod wire;
