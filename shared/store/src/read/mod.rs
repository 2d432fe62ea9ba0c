//! What is read: lists in pages.

pub mod paging;
