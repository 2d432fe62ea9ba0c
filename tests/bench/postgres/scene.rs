//! Who trades while it is measured.

use csp_proto::clock::v1::SetClockRequest;
use csp_proto::clock::v1::clock_service_client::ClockServiceClient;
use csp_suite::service::Service;
use csp_tests::{Running, Seller};
use prost_types::Timestamp;

/// Customers that the orders are for, so that no two calls in flight wait for one row.
const CUSTOMERS: usize = 200;
/// 2026-11-21T12:00:00Z, in seconds of the Unix epoch: by then every paper of a scene is signed.
const START_SECONDS: i64 = 1_795_262_400;

/// A direct-bill partner, its customers, and an order of each.
pub(super) struct Scene {
    pub(super) suite: Running,
    pub(super) seller: Seller,
    pub(super) offer: String,
    pub(super) customers: Vec<String>,
    pub(super) orders: Vec<String>,
}

impl Scene {
    /// Sets it through the public API.
    pub(super) async fn set(suite: Running) -> Scene {
        for service in Service::ALL {
            put_forward(&suite, service).await;
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

    /// Lets the server look at what the tables hold.
    pub(super) async fn analyze(&self) {
        for service in Service::ALL {
            let database = self.suite.databases().on_server(service).unwrap();
            sqlx::raw_sql("ANALYZE").execute(&mut database.connect().await).await.unwrap();
        }
    }
}

/// A clock that runs late is put forward to the scene's time; one that is past it goes on as it is.
async fn put_forward(suite: &Running, service: Service) {
    let mut clock = ClockServiceClient::new(suite.operator().connection_to(service));
    let time = Timestamp { seconds: START_SECONDS, nanos: 0 };
    if let Err(refused) = clock.set_clock(SetClockRequest { time: Some(time) }).await {
        assert_eq!(
            refused.code(),
            tonic::Code::InvalidArgument,
            "only time that passed is refused: {refused}"
        );
    }
}
