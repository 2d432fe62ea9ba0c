//! The partner, customers and orders of the measurements.

use csp_proto::sandbox::v1::SetClockRequest;
use csp_proto::sandbox::v1::clock_service_client::ClockServiceClient;
use csp_suite::service::Service;
use csp_tests::{Running, Seller};
use prost_types::Timestamp;

/// Customers that the orders are for: more than calls in flight, so that no two calls wait for the same row.
const CUSTOMERS: usize = 200;
/// 2026-11-21T12:00:00Z, in seconds of the Unix epoch: by then every agreement of a scene is signed.
const START_SECONDS: i64 = 1_795_262_400;

/// A direct-bill partner, its customers, and one order for each.
pub(super) struct Scene {
    pub(super) suite: Running,
    pub(super) seller: Seller,
    pub(super) offer: String,
    pub(super) customers: Vec<String>,
    pub(super) orders: Vec<String>,
}

impl Scene {
    /// Sets up the scene through the public API.
    pub(super) async fn set(suite: Running) -> Scene {
        for service in Service::ALL {
            set_clock_forward(&suite, service).await;
        }
        let seller = suite.direct_bill("litware", "DE").await;
        let offer = suite.offer("office").await;
        let (mut customers, mut orders) = (Vec::new(), Vec::new());
        for index in 0..CUSTOMERS {
            let customer = suite.customer_of(&format!("customer-{index}"), "FR", &seller, None).await;
            let ordered = seller.order(&customer, None, &offer, 1).await.unwrap().into_inner();
            orders.push(ordered.order.unwrap().name);
            customers.push(customer);
        }
        Scene { suite, seller, offer, customers, orders }
    }

    /// Updates the server's statistics of all tables.
    pub(super) async fn analyze(&self) {
        for service in Service::ALL {
            let database = self.suite.databases().on_server(service).unwrap();
            sqlx::raw_sql("ANALYZE").execute(&mut database.connect().await).await.unwrap();
        }
    }
}

/// Sets the clock forward to the scene's time. A clock that is past that time stays as it is.
async fn set_clock_forward(suite: &Running, service: Service) {
    let mut clock = ClockServiceClient::new(suite.operator().connection_to(service));
    let time = Timestamp { seconds: START_SECONDS, nanos: 0 };
    if let Err(refused) = clock.set_clock(SetClockRequest { time: Some(time) }).await {
        assert_eq!(
            refused.code(),
            tonic::Code::InvalidArgument,
            "a clock refuses only a time in its past: {refused}"
        );
    }
}
