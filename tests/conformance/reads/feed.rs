//! The change feed, of all services or of each.

use csp_proto::feed::v1::{EventFilter, Start, WatchEventsRequest};
use csp_suite::service::Service;
use csp_tests::{Refusal, Running, after, from};
use tonic::Code;

use crate::scene::Scene;

pub(crate) const SCENES: &[Scene<()>] = &[scene!(the_changes_of_each_service_are_watched())];

async fn the_changes_of_each_service_are_watched() {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    suite.customer_of("tailspin", "FR", &litware, None).await;
    suite.offer("e3").await;
    let operator = suite.operator();
    for (service, kind) in [
        (Service::PartnerRegistry, "csp.partner_registry.v1.Organization"),
        (Service::Relationship, "csp.relationship.v1.ResellerRelationship"),
        (Service::Customer, "csp.customer.v1.Customer"),
        (Service::Subscription, "csp.subscription.v1.Offer"),
    ] {
        let filter = EventFilter { resource_types: vec![kind.to_owned()], ..EventFilter::default() };
        let asked = WatchEventsRequest { filter: Some(filter), ..from(Start::Beginning) };
        let first = operator.watch_at(service, asked).await.unwrap().event().await;
        assert_eq!((first.source.as_str(), first.revision), (format!("//csp-suite/{service}").as_str(), 1));
        let refusal = Refusal::from(operator.watch_at(service, after("made-up")).await.unwrap_err());
        assert_eq!((refusal.code, refusal.reason.as_str()), (Code::InvalidArgument, "FEED_CURSOR_INVALID"));
    }
}
