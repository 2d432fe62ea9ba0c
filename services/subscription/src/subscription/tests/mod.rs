//! Tests of subscriptions with scripted peers, for faults that only this service can have.

mod broken;
mod fences;
mod holdings;
mod of_record;
pub(crate) mod records;
mod rights;
mod sales;
mod seats;
mod windows;
