//! Subscriptions, against peers that answer from a script: what only this service can get wrong.

mod broken;
mod fences;
pub(crate) mod records;
mod seats;
