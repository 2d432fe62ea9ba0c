//! Health of the services of a listener. A service is healthy when its own database answers. The state of its
//! peers does not count: otherwise one database that is down would remove all services from every load
//! balancer at once.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

use crate::command::book::Book;

/// How often the databases are checked.
pub const HEALTH_PERIOD: Duration = Duration::from_secs(1);
/// Maximum wait for a database before its service counts as unhealthy.
pub const HEALTH_WAIT_MAX: Duration = Duration::from_secs(2);

/// The service name that stands for the whole server in the health protocol.
const WHOLE: &str = "";

/// Checks the databases of the services of a listener.
#[derive(Debug, Clone, Default)]
pub struct Health {
    books: Vec<Book>,
}

impl Health {
    /// The health of the services with these books.
    pub fn of(books: Vec<Book>) -> Self {
        Health { books }
    }

    /// Reports the state of the services `names` every [`HEALTH_PERIOD`], until the future is dropped.
    pub(crate) async fn tell_on_and_on(&self, reporter: &HealthReporter, names: &[&'static str]) {
        let mut timer = interval_at(Instant::now() + HEALTH_PERIOD, HEALTH_PERIOD);
        timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            timer.tick().await;
            self.tell(reporter, names).await;
        }
    }

    /// Checks the databases once and reports the state of the services `names`.
    pub(crate) async fn tell(&self, reporter: &HealthReporter, names: &[&'static str]) {
        let unwell = self.unwell().await;
        for name in names {
            let is_well = !unwell.iter().any(|service| belongs_to(name, service));
            reporter.set_service_status(name, status(is_well)).await;
        }
        reporter.set_service_status(WHOLE, status(unwell.is_empty())).await;
    }

    /// The services whose database does not answer.
    async fn unwell(&self) -> Vec<&'static str> {
        let mut asked = JoinSet::new();
        for book in self.books.clone() {
            asked.spawn(async move {
                let answered = timeout(HEALTH_WAIT_MAX, book.store.ping()).await;
                (!matches!(answered, Ok(Ok(())))).then_some(book.service)
            });
        }
        asked.join_all().await.into_iter().flatten().collect()
    }
}

/// Reports that no service accepts calls any more.
pub(crate) async fn report_stop(reporter: &HealthReporter, names: &[&'static str]) {
    for name in names.iter().copied().chain([WHOLE]) {
        reporter.set_service_status(name, ServingStatus::NotServing).await;
    }
}

fn status(is_well: bool) -> ServingStatus {
    if is_well { ServingStatus::Serving } else { ServingStatus::NotServing }
}

/// Whether a gRPC service belongs to a service of the suite: `csp.partner_registry.v1.PartnerRegistryService`
/// belongs to `partner-registry`.
fn belongs_to(name: &str, service: &str) -> bool {
    name.split('.').nth(1).is_some_and(|package| package == service.replace('-', "_"))
}

#[cfg(test)]
mod tests {
    use super::belongs_to;

    #[test]
    fn a_grpc_service_belongs_to_the_service_of_its_package() {
        assert!(belongs_to("csp.partner_registry.v1.PartnerRegistryService", "partner-registry"));
        assert!(!belongs_to("csp.partner_registry.v1.PartnerRegistryService", "relationship"));
        assert!(!belongs_to("csp.policy.v1.PolicyService", "customer"));
    }
}
