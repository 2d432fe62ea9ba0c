//! The add-ons that rest on a subscription (rules SUB-10 and SUB-12).

use csp_policy::Revision;
use csp_service::{Result, wire};
use jiff::Timestamp;

use super::table::AddOnRow;
use super::{COLLECTION, Subscription, table};
use crate::SubscriptionService;
use crate::holding::table::{SeatsHeld, read_release, seats_held};
use crate::holding::{Base, Release};

/// Maximum number of add-ons of one base that are read.
const ADD_ONS_MAX: i64 = 1000;

/// The add-ons of a base that an act takes away.
pub(crate) struct AddOns {
    /// Resource names of the seller's active add-ons that would be left without any active base.
    pub(crate) left: Vec<String>,
    /// The revisions of all add-ons, and of their other bases, that were read.
    pub(crate) revisions: Vec<Revision>,
    /// For the write.
    pub(crate) release: Release,
}

impl AddOns {
    /// Reads the add-ons of `base`. `instead` is the offer that the subscription will have; `None` when it
    /// will not be active.
    ///
    /// The holding is read before the add-ons: an add-on that is sold between the two reads makes the write
    /// lose its race.
    pub(crate) async fn read(
        service: &SubscriptionService,
        base: &Subscription,
        instead: Option<&str>,
        now: Timestamp,
    ) -> Result<AddOns> {
        let row = base.row();
        let mut reader = service.book.store.read().await?;
        let mut release = read_release(&mut reader, &row.customer, &row.offer).await?;
        let add_ons = table::add_ons(&mut reader, row, now, ADD_ONS_MAX).await?;
        let mut bases: Vec<&str> =
            add_ons.iter().flat_map(|add_on| add_on.prerequisites.0.iter().map(String::as_str)).collect();
        bases.sort_unstable();
        bases.dedup();
        let held: Vec<SeatsHeld> = if bases.is_empty() {
            Vec::new()
        } else {
            seats_held(&mut reader, &row.customer, &row.id, now, &bases).await?
        };
        let active = || held.iter().filter(|held| held.active > 0);
        let stays =
            |base: &String| instead == Some(base.as_str()) || active().any(|held| held.offer == *base);
        let name = |add_on: &AddOnRow| wire::customers_name(&row.customer, COLLECTION, &add_on.id);
        let left = add_ons.iter().filter(|add_on| !add_on.prerequisites.0.iter().any(stays));
        let others = active().filter(|held| held.offer != row.offer);
        release.bases =
            others.map(|held| Base { offer: held.offer.clone(), changes: held.changes }).collect();
        let read = add_ons.iter().map(|add_on| Revision::undated(name(add_on), add_on.revision));
        let bases = held.iter().flat_map(|held| held.read.clone());
        Ok(AddOns { left: left.map(name).collect(), revisions: read.chain(bases).collect(), release })
    }
}
