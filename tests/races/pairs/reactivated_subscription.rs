//! The reactivation of a suspended subscription races with the removal of the relationship that it depends on
//! (rules CUS-06 and CUS-09).

use std::sync::Arc;

use csp_proto::subscription::v1::{ReactivateSubscriptionRequest, SuspendSubscriptionRequest};
use csp_tests::peer_proxy::Doors;
use csp_tests::{Running, Seller, profile};

use super::{ender, relationships, sellers, subscriptions};
use crate::races::checker::FinalState;
use crate::races::history::{FactUse, History};
use crate::races::runner::{Pair, Schedule};

/// A seller – a direct-bill partner, or a provider with a reseller – that reactivates a subscription while
/// the relationship of the seller with the customer is removed.
pub(crate) struct ReactivatedSubscription {
    suite: Arc<Running>,
    seller: Seller,
    reseller: Option<Seller>,
    offer: String,
    lane: usize,
}

impl ReactivatedSubscription {
    /// Sells a subscription to the customer and suspends it. Returns its name.
    async fn suspended(&self, customer: &str) -> String {
        let sold = self.seller.order(customer, self.reseller.as_ref(), &self.offer, 1).await.unwrap();
        let name = sold.into_inner().subscriptions.remove(0).name;
        let request = SuspendSubscriptionRequest { name: name.clone(), ..Default::default() };
        self.seller.people.subscription().suspend_subscription(request).await.unwrap();
        name
    }
}

impl Pair for ReactivatedSubscription {
    const NAME: &'static str = "a reactivation and the removal of its relationship";

    async fn scene(suite: Arc<Running>, _: Doors, lane: usize) -> Self {
        let offer = suite.offer(&format!("e{lane}")).await;
        let (seller, reseller) = sellers(&suite, lane).await;
        ReactivatedSubscription { suite, seller, reseller, offer, lane }
    }

    async fn play(&self, schedule: &mut Schedule, history: &History) -> FinalState {
        let id = format!("c{}n{}", self.lane, schedule.number);
        let tenant = format!("{id}.tenant");
        let created = self.seller.create_customer(profile(&id, "FR"), self.reseller.as_ref()).await;
        let created = created.unwrap().into_inner();
        let customer = created.customer.unwrap().name;
        let relationship = &created.relationships[0].name;
        self.seller.confirm_agreement(&customer).await.unwrap();
        let name = self.suspended(&customer).await;
        let fact = format!("{} serves {customer}", self.seller.name);
        let reactivate = || {
            let request = ReactivateSubscriptionRequest { name: name.clone(), ..Default::default() };
            let mut client = self.seller.people.subscription();
            let call = async move { client.reactivate_subscription(request).await };
            history.call("ReactivateSubscription", FactUse::DependsOn(fact.clone()), call)
        };

        let (reactivates, ends) = (schedule.lag(), schedule.lag());
        let (ender, good_faith) = ender(&self.suite, &self.seller, &tenant, schedule);
        let reactivating = async {
            reactivates.pass(&self.seller.people).await;
            reactivate().await;
        };
        let ending = async {
            ends.pass(&self.seller.people).await;
            let end = ender.remove_relationship(relationship, good_faith);
            let ended = history.call("RemoveResellerRelationship", FactUse::Revokes(fact.clone()), end).await;
            if ended.is_some() {
                reactivate().await;
            }
        };
        tokio::join!(reactivating, ending);
        FinalState {
            relationships: relationships(&self.seller, &customer, &tenant).await,
            subscriptions: subscriptions(&self.suite, &customer).await,
            ..FinalState::default()
        }
    }
}
