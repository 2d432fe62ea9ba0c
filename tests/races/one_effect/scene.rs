//! Three mutations that are sent repeatedly, and the count of their effects.

use csp_proto::customer::v1::{CreateCustomerRequest, ListCustomersRequest};
use csp_proto::relationship::v1::{ListPartnershipsRequest, RequestPartnershipRequest};
use csp_proto::subscription::v1::{ListSubscriptionsRequest, SubmitOrderRequest};
use csp_tests::{Answer, Party, Running, Seller, all_subscriptions, draft, lines, profile, submission};
use prost::Message;
use tonic::{Response, Status};

/// A mutation that the tests send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mutation {
    SubmitOrder,
    CreateCustomer,
    RequestPartnership,
}

impl Mutation {
    pub(crate) const ALL: [Mutation; 3] =
        [Mutation::SubmitOrder, Mutation::CreateCustomer, Mutation::RequestPartnership];
}

/// A direct-bill partner with a customer, and a provider that requests partnerships with resellers.
pub(crate) struct Scene {
    seller: Seller,
    customer: String,
    offer: String,
    provider: Seller,
    resellers: Vec<Seller>,
}

impl Scene {
    /// Sets the scene, with one reseller for each trial.
    pub(crate) async fn set(suite: &Running, trials: usize) -> Scene {
        let seller = suite.direct_bill("litware", "DE").await;
        let customer = suite.customer_of("tailspin", "FR", &seller, None).await;
        let offer = suite.offer("e3").await;
        let provider = suite.provider("contoso", "DE").await;
        let mut resellers = Vec::new();
        for trial in 0..trials {
            resellers.push(suite.reseller(&format!("fabrikam{trial}"), "FR").await);
        }
        Scene { seller, customer, offer, provider, resellers }
    }

    /// The party that sends the mutation.
    pub(crate) fn caller(&self, mutation: Mutation) -> &Party {
        match mutation {
            Mutation::SubmitOrder | Mutation::CreateCustomer => &self.seller.people,
            Mutation::RequestPartnership => &self.provider.people,
        }
    }

    /// Sends the mutation as `party` with that request id. Returns the encoded answer.
    pub(crate) async fn send(
        &self,
        party: Party,
        mutation: Mutation,
        trial: usize,
        request_id: &str,
    ) -> Result<Vec<u8>, Status> {
        let request_id = request_id.to_owned();
        match mutation {
            Mutation::SubmitOrder => {
                let order = draft(lines(&[(&self.offer, 1)]), None);
                let wanted = SubmitOrderRequest { request_id, ..submission(&self.customer, order) };
                encoded(party.subscription().submit_order(wanted).await)
            }
            Mutation::CreateCustomer => {
                let profile = Some(profile(&format!("c{trial}"), "FR"));
                let wanted = CreateCustomerRequest { request_id, profile, ..Default::default() };
                encoded(party.customers().create_customer(wanted).await)
            }
            Mutation::RequestPartnership => {
                let wanted = RequestPartnershipRequest {
                    request_id,
                    reseller: self.resellers[trial].name.clone(),
                    reseller_email: "owner@reseller.example".to_owned(),
                    ..Default::default()
                };
                encoded(party.relationship().request_partnership(wanted).await)
            }
        }
    }

    /// Number of resources that the mutation has made in all trials, without the resources of the scene.
    pub(crate) async fn effects(&self, mutation: Mutation) -> usize {
        let page_size = 500;
        let party = self.caller(mutation);
        match mutation {
            Mutation::SubmitOrder => {
                let request = ListSubscriptionsRequest { page_size, ..all_subscriptions() };
                let listed = party.subscription().list_subscriptions(request).await.unwrap();
                listed.into_inner().subscriptions.len()
            }
            Mutation::CreateCustomer => {
                let request = ListCustomersRequest { page_size, ..Default::default() };
                let listed = party.customers().list_customers(request).await.unwrap();
                listed.into_inner().customers.len() - 1
            }
            Mutation::RequestPartnership => {
                let request = ListPartnershipsRequest { page_size, ..Default::default() };
                let listed = party.relationship().list_partnerships(request).await.unwrap();
                listed.into_inner().partnerships.len()
            }
        }
    }
}

fn encoded<T: Message>(answer: Answer<T>) -> Result<Vec<u8>, Status> {
    answer.map(Response::into_inner).map(|message| message.encode_to_vec())
}
