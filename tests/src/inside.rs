//! The internal RPCs of the services, over a socket, as a service in another process reaches them.

use csp_policy::{Caller, Party as PolicyParty, Role};
use csp_proto::internal::relationship::v1::EstablishCustomerRequest;
use csp_proto::internal::relationship::v1::EstablishCustomerResponse;
use csp_proto::internal::relationship::v1::relationship_facts_service_client::RelationshipFactsServiceClient;
use csp_service::{Call, Credentials, Fault, Gate, Health, Ids, Peer, serve};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::transport::{Channel, Endpoint};

use crate::{Answer, Running, Seller};

/// A listener for the internal RPCs, and a connection to it.
pub struct Inside {
    channel: Channel,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

impl Running {
    /// Serves the internal RPCs to a caller that stands for one of the services.
    pub async fn inside(&self) -> Inside {
        let services = self.suite().internal();
        let gate = Gate::try_new(Credentials::Internal, self.clock.clone(), Ids::seeded(3)).unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let served = tokio::spawn(async move {
            let health = Health::default();
            serve(listener, services, gate, health, async { drop(stopped.await) }).await.unwrap();
        });
        let channel = Endpoint::from_shared(format!("http://{address}")).unwrap().connect_lazy();
        Inside { channel, stop, served }
    }
}

impl Inside {
    /// Asks the relationship service for the edges of a customer that the seller creates.
    pub async fn establish(
        &self,
        seller: &Seller,
        request: EstablishCustomerRequest,
    ) -> Answer<EstablishCustomerResponse> {
        let party = PolicyParty::Partner { tenant: seller.people.tenant.clone() };
        let caller = Caller { party, roles: vec![Role::AdminAgent] };
        let call = Call::made_by(caller, "ana", "CreateCustomer");
        let relationship = self.peer("relationship");
        let asked = relationship.ask(&call, request, |channel, request| async {
            RelationshipFactsServiceClient::new(channel).establish_customer(request).await
        });
        match asked.await {
            Ok(answer) => Ok(tonic::Response::new(answer)),
            Err(Fault::PeerAnswered(status)) => Err(*status),
            Err(fault) => panic!("the relationship service could not be asked: {fault:?}"),
        }
    }

    /// The service with this name, as its peers call it.
    pub fn peer(&self, name: &'static str) -> Peer {
        Peer::new(name, self.channel.clone())
    }

    /// The connection to the listener.
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// Drains and closes the listener.
    pub async fn close(self) {
        drop((self.channel, self.stop));
        self.served.await.unwrap();
    }
}
