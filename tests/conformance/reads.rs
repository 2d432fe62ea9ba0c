//! RPCs that no rule guards: each called once with success and once in vain.

use std::future::Future;
use std::pin::Pin;

/// One scene.
pub(crate) type Play = fn() -> Pin<Box<dyn Future<Output = ()> + Send>>;

mod registry;
mod relationship;
mod customer;
mod subscription;
mod feed;
mod suite;

/// Every scene, by service.
pub(crate) fn plays() -> Vec<Play> {
    [registry::PLAYS, relationship::PLAYS, customer::PLAYS, subscription::PLAYS, feed::PLAYS, suite::PLAYS]
        .concat()
}
