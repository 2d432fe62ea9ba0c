//! The subscription service as a peer.

use csp_proto::subscription::v1 as pb;
use csp_proto::subscription::v1::subscription_facts_service_client::SubscriptionFactsServiceClient;
use csp_proto::subscription::v1::subscription_service_client::SubscriptionServiceClient;
use tonic::Code;

use super::broken;
use crate::fault::{Fault, Result};
use crate::peers::peer::Peer;
use crate::request::call::Call;

/// Asks the subscription service.
#[derive(Debug, Clone)]
pub struct Subscriptions(Peer);

/// A reseller relationship, as orders know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelationshipKey {
    /// Resource name of the relationship.
    pub relationship: String,
    /// Its partner.
    pub partner: String,
    /// For a reseller, its provider.
    pub provider: Option<String>,
    /// Its customer.
    pub customer: String,
}

/// What came of closing a relationship for new orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// No order names it any more.
    Closed,
    /// That many active subscriptions still rest on it; none when its end was given up.
    Held(i64),
}

/// What came of giving up an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voiding {
    /// It was not placed, and will not be.
    Void,
    /// It was placed before.
    Placed,
}

impl Subscriptions {
    /// The subscription service behind `peer`.
    pub fn new(peer: Peer) -> Self {
        Subscriptions(peer)
    }

    /// Active and suspended subscriptions that rest on the relationship.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the service cannot be asked.
    pub async fn count_active(&self, call: &Call, key: RelationshipKey) -> Result<u64> {
        let request = pb::CountActiveRequest { key: Some(key.into()) };
        let answer = self
            .0
            .ask(call, request, |channel, request| async move {
                SubscriptionFactsServiceClient::new(channel).count_active(request).await
            })
            .await?;
        u64::try_from(answer.count).map_err(|_| broken("count of subscriptions"))
    }

    /// Closes the relationship for new orders, if nothing rests on it; repeating it is harmless. An end that was begun at
    /// `begun` – microseconds – and given up by [`Subscriptions::reopen_edge`] since closes nothing any more.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the service cannot be asked.
    pub async fn close_edge(&self, call: &Call, key: RelationshipKey, begun: i64) -> Result<Closing> {
        let request = pb::CloseEdgeRequest { key: Some(key.into()), begin_micros: begun };
        let answer = self
            .0
            .ask(call, request, |channel, request| async move {
                SubscriptionFactsServiceClient::new(channel).close_edge(request).await
            })
            .await?;
        Ok(if answer.closed { Closing::Closed } else { Closing::Held(answer.count) })
    }

    /// Gives up the order of `operation` on behalf of the caller of `call`, and says whether it was placed before;
    /// otherwise it will not be. Repeating it is harmless.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the service cannot be asked.
    pub async fn void_order(&self, call: &Call, operation: &str) -> Result<Voiding> {
        let request = pb::VoidOrderRequest { operation: operation.to_owned() };
        let answer = self
            .0
            .ask(call, request, |channel, request| async move {
                SubscriptionFactsServiceClient::new(channel).void_order(request).await
            })
            .await?;
        Ok(if answer.placed { Voiding::Placed } else { Voiding::Void })
    }

    /// Opens a relationship again that an end closed which was begun at `until` or before; repeating it is harmless.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the service cannot be asked.
    pub async fn reopen_edge(&self, call: &Call, key: RelationshipKey, until: i64) -> Result<()> {
        let request = pb::ReopenEdgeRequest { key: Some(key.into()), until_micros: until };
        self.0
            .ask(call, request, |channel, request| async move {
                SubscriptionFactsServiceClient::new(channel).reopen_edge(request).await
            })
            .await?;
        Ok(())
    }

    /// Places an order on behalf of the caller of `call`, under the subscription service's own permit.
    ///
    /// # Errors
    /// [`crate::Fault::PeerAnswered`] with the refusal; [`crate::Fault::Peer`] when the service cannot be asked.
    pub async fn submit_order(
        &self,
        call: &Call,
        request: pb::SubmitOrderRequest,
    ) -> Result<pb::SubmitOrderResponse> {
        let answer = self
            .0
            .ask(call, request, |channel, request| async move {
                SubscriptionServiceClient::new(channel).submit_order(request).await
            })
            .await?;
        Ok(answer)
    }

    /// The order of that name; `None` when there is none that the caller of `call` sees.
    ///
    /// # Errors
    /// [`crate::Fault::PeerAnswered`] with a refusal; [`crate::Fault::Peer`] when the service cannot be asked.
    pub async fn order(&self, call: &Call, name: &str) -> Result<Option<pb::Order>> {
        let request = pb::GetOrderRequest { name: name.to_owned() };
        let answer = self
            .0
            .ask(call, request, |channel, request| async move {
                SubscriptionServiceClient::new(channel).get_order(request).await
            })
            .await;
        match answer {
            Ok(answer) => Ok(answer.order),
            Err(Fault::PeerAnswered(status)) if status.code() == Code::NotFound => Ok(None),
            Err(fault) => Err(fault),
        }
    }
}

impl From<RelationshipKey> for pb::RelationshipKey {
    fn from(key: RelationshipKey) -> Self {
        pb::RelationshipKey {
            relationship: key.relationship,
            partner: key.partner,
            provider: key.provider.unwrap_or_default(),
            customer: key.customer,
        }
    }
}
