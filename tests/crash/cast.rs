//! Who trades under load, and the scene that is set before.

use std::collections::BTreeMap;

use csp_policy::Role;
use csp_suite::service::Service;
use csp_tests::databases::Databases;
use csp_tests::{OfferTerms, Party, Route, Running, Seller};
use jiff::{SignedDuration, Timestamp};

/// The instant at which the first processes start.
pub(crate) const START: &str = "2026-11-21T12:00:00Z";
/// How much later it is when all processes were killed: longer than any lease or mark of those who died.
pub(crate) const LATER: SignedDuration = SignedDuration::from_mins(6);
/// Offers on the shelf.
pub(crate) const OFFERS: [&str; 3] = ["office", "mail", "phone"];

const ROLES: [Role; 4] = [Role::GlobalAdmin, Role::UserAdmin, Role::AdminAgent, Role::SalesAgent];

/// The sellers, as the processes know them.
#[derive(Debug, Clone)]
pub(crate) struct Cast {
    way: Route,
    /// A direct-bill partner.
    pub(crate) litware: Seller,
    /// A provider …
    pub(crate) contoso: Seller,
    /// … and its reseller.
    pub(crate) fabrikam: Seller,
}

impl Cast {
    /// Sets the scene on databases that nobody serves, before any process starts.
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

    /// The same people, who now call that way.
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

/// The whole suite in this process, on what others wrote.
pub(crate) async fn serve_here(databases: Databases, now: Timestamp, seed: u64) -> Running {
    let configs: BTreeMap<_, _> = Service::ALL.map(|service| (service, databases.of(service))).into();
    Running::on(databases, configs, now, seed).await
}
