//! Reading: a snapshot, and lists in pages.

pub mod paging;
pub(crate) mod snapshot;
