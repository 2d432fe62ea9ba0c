//! The saga that creates a customer across services, or undoes itself.
//!
//! `create.rs` judges the request and reserves the customer, which is still invisible, together with an
//! operation. `drive.rs` takes the operation through `steps.rs` to its end, or undoes it through
//! `take_back.rs`. The operation is the saga's log: each step is saved before the next begins, so that any
//! process can resume the operation after a crash (`resume.rs`).
//!
//! Read in this order: `operation.rs` (the state machine), `request.rs` and `plan.rs` (the requested
//! creation), `judge.rs` (whether the rules allow it), `create.rs`, `drive.rs`, `work.rs`, `steps.rs`,
//! `take_back.rs`.

pub(crate) mod cancel;
pub(crate) mod create;
pub(crate) mod created;
pub(crate) mod drive;
pub(crate) mod judge;
pub(crate) mod operation;
pub(crate) mod operation_locks;
pub(crate) mod plan;
pub(crate) mod read;
pub(crate) mod register_invited;
pub(crate) mod render;
pub(crate) mod request;
pub(crate) mod resume;
pub(crate) mod steps;
pub(crate) mod table;
pub(crate) mod take_back;
pub(crate) mod wait;
pub(crate) mod work;

pub(crate) use self::cancel::cancel;
pub(crate) use self::create::create;
pub(crate) use self::read::{get as get_operation, list as list_operations};
pub(crate) use self::register_invited::register_invited;
pub(crate) use self::wait::wait;
