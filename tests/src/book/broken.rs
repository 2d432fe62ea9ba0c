//! The breaches. Each adds rows that break rules, and labels them by the text of the rules.

mod edges;
mod registry;
mod sales;

use super::cast::{Cast, Customer, Partner, READY, RESELLER, Region};
use super::valid::World;

/// Adds rows that break rules.
type Breach = fn(&mut Cast, &Scene<'_>);

/// The partners among whom a breach happens: all of them are valid.
pub(crate) struct Scene<'w> {
    pub(crate) region: &'static Region,
    /// A country of the region.
    pub(crate) country: &'static str,
    pub(crate) provider: &'w Partner,
    /// A reseller that has a partnership with the provider.
    pub(crate) reseller: &'w Partner,
    pub(crate) direct_bill: &'w Partner,
    /// A provider of another region.
    pub(crate) foreign_provider: &'w Partner,
    /// A country of `foreign_provider`'s region.
    pub(crate) foreign_country: &'static str,
}

impl Scene<'_> {
    /// A customer of the provider and the reseller.
    pub(crate) fn customer(&self, cast: &mut Cast) -> Customer {
        cast.customer(self.provider, Some(self.reseller), self.country)
    }

    /// Another reseller of the provider.
    pub(crate) fn another_reseller(&self, cast: &mut Cast) -> Partner {
        let reseller = cast.partner(RESELLER, self.country, READY);
        cast.partnership(self.provider, &reseller);
        reseller
    }

    /// A reseller that may do new business and has no partnership.
    pub(crate) fn stranger(&self, cast: &mut Cast) -> Partner {
        cast.partner(RESELLER, self.country, READY)
    }
}

/// The names of all breaches.
pub fn breaches() -> Vec<&'static str> {
    all().map(|(name, _)| *name).collect()
}

fn all() -> impl Iterator<Item = &'static (&'static str, Breach)> {
    registry::BREACHES.iter().chain(edges::BREACHES).chain(sales::BREACHES)
}

/// Adds every breach `times` times, each time in the next region.
pub(crate) fn add(cast: &mut Cast, world: &World, times: usize) {
    let places = &world.places;
    for (_, breach) in all() {
        for at in 0..times {
            let (place, foreign) = (&places[at % places.len()], &places[(at + 1) % places.len()]);
            let (reseller, provider) = &place.resellers[cast.rng.usize(..place.resellers.len())];
            let scene = Scene {
                region: place.region,
                country: cast.country(place.region),
                provider: &place.providers[*provider],
                reseller,
                direct_bill: &place.direct_bill[0],
                foreign_provider: &foreign.providers[0],
                foreign_country: foreign.region.countries[0],
            };
            breach(cast, &scene);
        }
    }
}
