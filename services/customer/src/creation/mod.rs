//! The saga that creates a customer across services, or undoes itself.

pub(crate) mod cancel;
pub(crate) mod create;
pub(crate) mod drive;
pub(crate) mod judge;
pub(crate) mod operation;
pub(crate) mod operation_locks;
pub(crate) mod plan;
pub(crate) mod read;
pub(crate) mod register_invited;
pub(crate) mod request;
pub(crate) mod steps;
pub(crate) mod table;
