//! A suite on PostgreSQL that reaches each of its databases through a proxy.

use std::collections::BTreeMap;

use csp_suite::service::Service;
use csp_tests::databases::{Databases, through};
use csp_tests::proxy::{Fault, Proxy, Statement};
use csp_tests::{Postgres, Running, Seller};

use crate::statements::command::Call;

/// The instant at which the suite's clock stands.
const NOW: &str = "2026-11-21T12:00:00Z";

/// A suite, the proxies in front of its databases, and a provider, reseller, customer and offer that trade.
pub(crate) struct Scene {
    pub(crate) suite: Running,
    proxies: BTreeMap<Service, Proxy>,
    pub(crate) provider: Seller,
    pub(crate) reseller: Seller,
    pub(crate) customer: String,
    pub(crate) offer: String,
}

impl Scene {
    /// `None` when PostgreSQL is missing and `CSP_WITHOUT_POSTGRES=1` allows that.
    pub(crate) async fn set() -> Option<Scene> {
        Postgres::shared()?;
        let databases = Databases::postgres().await;
        let (mut proxies, mut configs) = (BTreeMap::new(), BTreeMap::new());
        for service in Service::ALL {
            let database = databases.on_server(service).unwrap();
            let proxy = Proxy::start(database.address()).await;
            configs.insert(service, through(database.url_through(proxy.address())));
            proxies.insert(service, proxy);
        }
        let suite = Running::on(databases, configs, NOW.parse().unwrap(), 1).await;
        let provider = suite.provider("contoso", "DE").await;
        let reseller = suite.reseller("fabrikam", "DE").await;
        suite.partnership(&provider, &reseller).await;
        let customer = suite.customer_of("tailspin", "DE", &provider, Some(&reseller)).await;
        let offer = suite.offer("office").await;
        Some(Scene { suite, proxies, provider, reseller, customer, offer })
    }

    /// The number of stored orders.
    pub(crate) async fn orders(&self) -> i64 {
        let book = self.suite.suite().book(Service::Subscription).unwrap();
        let mut reader = book.store.read_once().await.unwrap();
        sqlx::query_scalar("SELECT COUNT(*) FROM orders").fetch_one(&mut *reader).await.unwrap()
    }

    /// The statements that a command makes to each database.
    pub(crate) async fn statements(&self, call: Call<'_>) -> Vec<(Service, Vec<Statement>)> {
        self.proxies.values().for_each(Proxy::reset);
        call.await.unwrap();
        self.proxies.iter().map(|(service, proxy)| (*service, proxy.statements())).collect()
    }

    /// The round trips that a command makes to the service's database when nothing fails.
    pub(crate) async fn round_trips(&self, service: Service, call: Call<'_>) -> usize {
        self.proxies[&service].reset();
        call.await.unwrap();
        self.proxies[&service].count().round_trips
    }

    /// Makes the `n`th round trip from here to the service's database fail.
    pub(crate) fn will_fail(&self, service: Service, n: usize, fault: Fault) {
        self.proxies[&service].reset();
        self.proxies[&service].fail_nth(n, fault);
    }

    /// The round trips that failed as planned. From here on nothing fails.
    pub(crate) fn healed(&self, service: Service) -> Vec<String> {
        let hit = self.proxies[&service].faults();
        self.proxies[&service].heal();
        hit
    }
}
