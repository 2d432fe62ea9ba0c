//! Starts the fake services.

use std::sync::{Arc, Mutex};

use csp_proto::internal::customer::v1::customer_facts_service_server::CustomerFactsServiceServer;
use csp_proto::internal::partner_registry::v1::partner_facts_service_server::PartnerFactsServiceServer;
use csp_proto::internal::relationship::v1::relationship_facts_service_server::RelationshipFactsServiceServer;
use csp_proto::internal::subscription::v1::subscription_facts_service_server::SubscriptionFactsServiceServer;
use tonic::transport::Server;

use super::edge_guard::EdgeGuard;
use super::subscription::Orders;
use super::{Peers, State};
use crate::runtime::channel::in_process;

impl Peers {
    /// Starts the fake services in the test's runtime.
    pub fn start(state: State) -> Self {
        let (channel, incoming) = in_process();
        let peers = Peers { state: Arc::new(Mutex::new(state)), guard: EdgeGuard::default(), channel };
        let server = Server::builder()
            .add_service(PartnerFactsServiceServer::new(peers.clone()))
            .add_service(CustomerFactsServiceServer::new(peers.clone()))
            .add_service(RelationshipFactsServiceServer::new(peers.clone()))
            .add_service(SubscriptionFactsServiceServer::new(peers.clone()))
            .add_service(Orders(peers.clone()));
        tokio::spawn(server.serve_with_incoming(incoming));
        peers
    }
}
