//! RPCs that no rule guards: each is called with success and with a refusal.

mod registry;
mod relationship;
mod customer;
mod creation;
mod subscription;
mod hire;
mod access;
mod visibility;
mod upgrade;
mod past;
mod feed;
mod suite;

use crate::scene::Scene;

/// All scenes, grouped by service.
pub(crate) fn scenes() -> impl Iterator<Item = &'static Scene<()>> {
    let services = [
        registry::SCENES,
        relationship::SCENES,
        customer::SCENES,
        creation::SCENES,
        subscription::SCENES,
        hire::SCENES,
        access::SCENES,
        visibility::SCENES,
        upgrade::SCENES,
        past::SCENES,
        feed::SCENES,
        suite::SCENES,
    ];
    services.into_iter().flatten()
}
