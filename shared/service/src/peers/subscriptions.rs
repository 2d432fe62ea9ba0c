//! Client of the subscription service.

use csp_policy::{Remaining, Revision};
use csp_proto::internal::subscription::v1 as internal;
use csp_proto::internal::subscription::v1::subscription_facts_service_client::SubscriptionFactsServiceClient;
use csp_proto::policy::v1::Decision;
use csp_proto::subscription::v1 as pb;
use csp_proto::subscription::v1::subscription_service_client::SubscriptionServiceClient;
use jiff::Timestamp;
use tonic::Code;

use super::broken;
use crate::fault::{Fault, Result};
use crate::peers::peer::Peer;
use crate::request::call::Call;
use crate::request::wire;

/// Client of the subscription service.
#[derive(Debug, Clone)]
pub struct Subscriptions(Peer);

/// A reseller relationship and its parties, as the subscription service identifies the relationship.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelationshipKey {
    /// Resource name of the relationship.
    pub relationship: String,
    /// Resource name of the partner.
    pub partner: String,
    /// Resource name of the provider, for a relationship of a reseller through a provider.
    pub provider: Option<String>,
    /// Resource name of the customer.
    pub customer: String,
}

/// A partner in one role on the active and suspended subscriptions of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionPartner {
    /// Resource name.
    pub partner: String,
    /// CSP tenant.
    pub tenant: String,
    /// The role.
    pub role: internal::SubscriptionRole,
    /// The earliest instant since which it has this role; of a support contact, the creation of the oldest
    /// subscription.
    pub since: Timestamp,
    /// The instant at which the last of the subscriptions ends; `None` while one renews.
    pub until: Option<Timestamp>,
}

/// Result of closing a relationship for new orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// The relationship is closed: no new order can use it.
    Closed,
    /// The relationship stays open. The number of active subscriptions that depend on the relationship; 0
    /// when the removal was abandoned.
    Held(i64),
}

/// An order that is priced and judged, but not placed.
#[derive(Debug, Clone, PartialEq)]
pub struct PreviewedOrder {
    /// The prices of the order.
    pub quote: pb::Quote,
    /// The decision, accepted or refused.
    pub decision: Decision,
}

/// Result of voiding an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voiding {
    /// The order was not placed and cannot be placed later.
    Void,
    /// The order was placed before.
    Placed,
}

impl Subscriptions {
    /// The client that calls `peer`.
    pub fn new(peer: Peer) -> Self {
        Subscriptions(peer)
    }

    /// The partners that the customer's active and suspended subscriptions name: sellers, resellers of record
    /// and support contacts.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the service does not answer.
    pub async fn partners_of(&self, call: &Call, customer: &str) -> Result<Vec<SubscriptionPartner>> {
        let request = internal::ListSubscriptionPartnersRequest { customer: customer.to_owned() };
        let answer = self
            .0
            .ask(call, request, |channel, request| async move {
                SubscriptionFactsServiceClient::new(channel).list_subscription_partners(request).await
            })
            .await?;
        let instant = |micros| Timestamp::from_microsecond(micros).map_err(|_| broken("instant"));
        let partner = |told: internal::SubscriptionPartner| {
            let until = Some(told.until_micros).filter(|micros| *micros != 0);
            Ok(SubscriptionPartner {
                role: told.role(),
                partner: told.partner,
                tenant: told.tenant_id,
                since: instant(told.since_micros)?,
                until: until.map(instant).transpose()?,
            })
        };
        answer.partners.into_iter().map(partner).collect()
    }

    /// The active subscriptions that depend on the relationship: how many, and the first of them.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the service does not answer.
    pub async fn count_active(&self, call: &Call, key: RelationshipKey) -> Result<Remaining> {
        let request = internal::CountActiveRequest { key: Some(key.into()) };
        let answer = self
            .0
            .ask(call, request, |channel, request| async move {
                SubscriptionFactsServiceClient::new(channel).count_active(request).await
            })
            .await?;
        let count = u64::try_from(answer.count).map_err(|_| broken("count of subscriptions"))?;
        let first = answer.first.into_iter();
        let first = first.map(|it| Revision::undated(it.subscription, it.revision)).collect();
        Ok(Remaining { count, first })
    }

    /// Counts the active and suspended subscriptions that `seller` sold and that name the partner with the
    /// CSP tenant `reseller_tenant` as reseller of record. The count ends at 10000.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the service does not answer.
    pub async fn count_of_record(&self, call: &Call, seller: &str, reseller_tenant: &str) -> Result<i32> {
        let request = internal::CountOfRecordRequest {
            seller: seller.to_owned(),
            reseller_tenant_id: reseller_tenant.to_owned(),
        };
        let answer = self
            .0
            .ask(call, request, |channel, request| async move {
                SubscriptionFactsServiceClient::new(channel).count_of_record(request).await
            })
            .await?;
        Ok(answer.count)
    }

    /// Resource names of customers with an active or suspended subscription whose reseller of record has this
    /// tenant, sorted: at most `limit` names, all after `after`. A `counterpart` (`partners/{id}`) restricts
    /// the list to subscriptions between the two partners, whichever sold them. With an empty `tenant`, the
    /// counterpart is the reseller of record.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the service does not answer.
    pub async fn customers_of_record(
        &self,
        call: &Call,
        tenant: &str,
        counterpart: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<String>> {
        let request = internal::ListCustomersOfRecordRequest {
            tenant_id: tenant.to_owned(),
            counterpart: counterpart.to_owned(),
            after: after.to_owned(),
            limit: i32::try_from(limit).unwrap_or(i32::MAX),
            customers: Vec::new(),
        };
        self.list_of_record(call, request).await
    }

    /// Those of the customers, at most 500, with an active or suspended subscription whose reseller of record
    /// has this tenant.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the service does not answer.
    pub async fn of_record_among(
        &self,
        call: &Call,
        tenant: &str,
        customers: Vec<String>,
    ) -> Result<Vec<String>> {
        let request = internal::ListCustomersOfRecordRequest {
            tenant_id: tenant.to_owned(),
            limit: i32::try_from(customers.len()).unwrap_or(i32::MAX),
            customers,
            ..Default::default()
        };
        self.list_of_record(call, request).await
    }

    async fn list_of_record(
        &self,
        call: &Call,
        request: internal::ListCustomersOfRecordRequest,
    ) -> Result<Vec<String>> {
        let answer = self
            .0
            .ask(call, request, |channel, request| async move {
                SubscriptionFactsServiceClient::new(channel).list_customers_of_record(request).await
            })
            .await?;
        Ok(answer.customers)
    }

    /// Closes the relationship for new orders, if no subscription depends on it. Repeating the call is
    /// harmless. `begun` is the instant at which the removal of the relationship started, in microseconds
    /// UTC. The call of a removal that [`Subscriptions::reopen_edge`] has abandoned does not close the
    /// relationship.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the service does not answer.
    pub async fn close_edge(&self, call: &Call, key: RelationshipKey, begun: i64) -> Result<Closing> {
        let request = internal::CloseEdgeRequest { key: Some(key.into()), begin_micros: begun };
        let answer = self
            .0
            .ask(call, request, |channel, request| async move {
                SubscriptionFactsServiceClient::new(channel).close_edge(request).await
            })
            .await?;
        Ok(if answer.closed { Closing::Closed } else { Closing::Held(answer.count) })
    }

    /// Prevents the order of `operation` for `customer` from being placed later, unless the order was placed
    /// before, and reports which of the two holds. Acts on behalf of the caller of `call`. Repeating the call
    /// is harmless.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the service does not answer.
    pub async fn void_order(&self, call: &Call, operation: &str, customer: &str) -> Result<Voiding> {
        let request =
            internal::VoidOrderRequest { operation: operation.to_owned(), customer: customer.to_owned() };
        let answer = self
            .0
            .ask(call, request, |channel, request| async move {
                SubscriptionFactsServiceClient::new(channel).void_order(request).await
            })
            .await?;
        Ok(if answer.placed { Voiding::Placed } else { Voiding::Void })
    }

    /// Abandons every removal of the relationship that started at `until` (microseconds UTC) or earlier. If
    /// one of them closed the relationship, the relationship is open for orders again. Repeating the call is
    /// harmless.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the service does not answer.
    pub async fn reopen_edge(&self, call: &Call, key: RelationshipKey, until: i64) -> Result<()> {
        let request = internal::ReopenEdgeRequest { key: Some(key.into()), until_micros: until };
        self.0
            .ask(call, request, |channel, request| async move {
                SubscriptionFactsServiceClient::new(channel).reopen_edge(request).await
            })
            .await?;
        Ok(())
    }

    /// The prices of the first order of a customer that does not exist yet, and the decision that the
    /// subscription service would make about the order.
    ///
    /// # Errors
    /// [`crate::Fault::PeerAnswered`] for an unknown offer or a line without a plan; [`crate::Fault::Peer`]
    /// when the service does not answer.
    pub async fn preview_order(
        &self,
        call: &Call,
        request: internal::PreviewOrderRequest,
    ) -> Result<PreviewedOrder> {
        let answer = self
            .0
            .ask(call, request, |channel, request| async move {
                SubscriptionFactsServiceClient::new(channel).preview_order(request).await
            })
            .await?;
        let (quote, decision) = (answer.quote, answer.decision);
        let previewed = quote.zip(decision).map(|(quote, decision)| PreviewedOrder { quote, decision });
        previewed.ok_or_else(|| broken("preview of an order"))
    }

    /// Places an order on behalf of the caller of `call`. The subscription service decides under its own
    /// permit.
    ///
    /// # Errors
    /// [`crate::Fault::PeerAnswered`] with the refusal; [`crate::Fault::Peer`] when the service does not
    /// answer.
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

    /// The order with this resource name; `None` when no order with this name is visible to the caller of
    /// `call`.
    ///
    /// # Errors
    /// [`crate::Fault::PeerAnswered`] with a refusal; [`crate::Fault::Peer`] when the service does not
    /// answer.
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

impl From<RelationshipKey> for internal::RelationshipKey {
    fn from(key: RelationshipKey) -> Self {
        internal::RelationshipKey {
            relationship_id: wire::id_of(&key.relationship).to_owned(),
            partner: key.partner,
            provider: key.provider.unwrap_or_default(),
            customer: key.customer,
        }
    }
}
