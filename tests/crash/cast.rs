//! The sellers that trade under load, and the scene that is set before the load starts.

use std::collections::BTreeMap;

use csp_policy::Role;
use csp_suite::service::Service;
use csp_tests::databases::Databases;
use csp_tests::{OfferTerms, Party, Route, Running, Seller};
use jiff::{SignedDuration, Timestamp};

/// The time on the clocks when the first processes start.
pub(crate) const START: &str = "2026-11-21T12:00:00Z";
/// How far the clocks are advanced after all processes were killed: longer than any lease that a killed
/// process left on an operation or on the removal of a relationship.
pub(crate) const LATER: SignedDuration = SignedDuration::from_mins(6);
/// Ids of the offers on sale.
pub(crate) const OFFERS: [&str; 3] = ["office", "mail", "phone"];

const ROLES: [Role; 4] = [Role::GlobalAdmin, Role::UserAdmin, Role::AdminAgent, Role::SalesAgent];

/// The sellers. Their people call the suite by one route.
#[derive(Debug, Clone)]
pub(crate) struct Cast {
    way: Route,
    /// A direct-bill partner.
    pub(crate) litware: Seller,
    /// A provider in a partnership with `fabrikam`.
    pub(crate) contoso: Seller,
    /// A reseller of `contoso`.
    pub(crate) fabrikam: Seller,
}

impl Cast {
    /// Sets the scene with a suite in this process, and stops that suite: no other process runs yet.
    pub(crate) async fn set(databases: Databases) -> (Cast, Databases) {
        let suite = serve_here(databases, START.parse().unwrap(), 1).await;
        let litware = suite.direct_bill("litware", "DE").await;
        let contoso = suite.provider("contoso", "DE").await;
        let fabrikam = suite.reseller("fabrikam", "FR").await;
        suite.partnership(&contoso, &fabrikam).await;
        for offer in OFFERS {
            suite.offer_on(offer, OfferTerms::default()).await;
        }
        let way = Route::from(suite.channel());
        (Cast { way, litware, contoso, fabrikam }, suite.stop().await)
    }

    /// The same sellers, whose people call by `way`.
    pub(crate) fn by(self, way: &Route) -> Cast {
        let moved = |seller: Seller| {
            let people = Party::partner(way.clone(), &seller.people.tenant, &ROLES);
            Seller { people, ..seller }
        };
        Cast {
            way: way.clone(),
            litware: moved(self.litware),
            contoso: moved(self.contoso),
            fabrikam: moved(self.fabrikam),
        }
    }

    pub(crate) fn operator(&self) -> Party {
        Party::operator(self.way.clone())
    }

    /// The global admin of a partner's tenant.
    pub(crate) fn partner(&self, tenant: &str) -> Party {
        Party::partner(self.way.clone(), tenant, &ROLES)
    }
}

/// Runs the whole suite in this process on `databases`, with the clock at `now`.
pub(crate) async fn serve_here(databases: Databases, now: Timestamp, seed: u64) -> Running {
    let configs: BTreeMap<_, _> = Service::ALL.map(|service| (service, databases.of(service))).into();
    Running::on(databases, configs, now, seed).await
}
