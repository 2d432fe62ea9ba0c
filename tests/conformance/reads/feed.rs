//! The change feed of each service.

use csp_proto::feed::v1::Start;
use csp_tests::{Refusal, Running, SERVICES, after};
use tonic::Code;

use crate::scene::Scene;

pub(crate) const SCENES: &[Scene<()>] = &[scene!(the_change_feed_of_each_service_is_watched())];

async fn the_change_feed_of_each_service_is_watched() {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    suite.customer_of("tailspin", "FR", &litware, None).await;
    suite.offer("e3").await;
    let operator = suite.operator();
    for service in SERVICES {
        let first = operator.watch_from(service, Start::Beginning).await.event().await;
        assert_eq!((first.position, first.revision), (1, 1), "{service}");
        let refused = operator.watch(service, after("made-up")).await.unwrap_err();
        let refusal = Refusal::from(refused);
        assert_eq!((refusal.code, refusal.reason.as_str()), (Code::InvalidArgument, "FEED_CURSOR_INVALID"));
    }
}
