//! Subscriptions, against peers that answer from a script: what only this service can get wrong.

mod fences;
pub(crate) mod records;
mod seats;
