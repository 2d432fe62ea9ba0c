//! Orders race with the removal of the relationship that they depend on (rule CUS-09).

use std::sync::Arc;

use csp_tests::peer_proxy::Doors;
use csp_tests::{Running, Seller, profile};

use super::{ender, relationships, sellers, subscriptions};
use crate::races::checker::FinalState;
use crate::races::history::{FactUse, History};
use crate::races::runner::{Pair, Schedule};

/// A seller – a direct-bill partner, or a provider with a reseller – that orders for a customer while the
/// relationship of the seller with the customer is removed.
pub(crate) struct RemovedRelationship {
    suite: Arc<Running>,
    seller: Seller,
    reseller: Option<Seller>,
    offer: String,
    lane: usize,
}

impl Pair for RemovedRelationship {
    const NAME: &'static str = "an order and the removal of its relationship";

    async fn scene(suite: Arc<Running>, _: Doors, lane: usize) -> Self {
        let offer = suite.offer(&format!("e{lane}")).await;
        let (seller, reseller) = sellers(&suite, lane).await;
        RemovedRelationship { suite, seller, reseller, offer, lane }
    }

    async fn play(&self, schedule: &mut Schedule, history: &History) -> FinalState {
        let id = format!("c{}n{}", self.lane, schedule.number);
        let wanted = profile(&id, "FR");
        let tenant = format!("{id}.tenant");
        let reseller = self.reseller.as_ref();
        let created = self.seller.create_customer(wanted, reseller).await.unwrap().into_inner();
        let customer = created.customer.unwrap().name;
        let relationship = &created.relationships[0].name;
        self.seller.confirm_agreement(&customer).await.unwrap();
        let fact = format!("{} serves {customer}", self.seller.name);
        let order = || {
            let order = self.seller.order(&customer, reseller, &self.offer, 1);
            history.call("SubmitOrder", FactUse::DependsOn(fact.clone()), order)
        };

        let (buys, ends) = (schedule.lag(), schedule.lag());
        let orders = 1 + schedule.below(3);
        let (ender, good_faith) = ender(&self.suite, &self.seller, &tenant, schedule);
        let buying = async {
            buys.pass(&self.seller.people).await;
            for _ in 0..orders {
                order().await;
            }
        };
        let ending = async {
            ends.pass(&self.seller.people).await;
            let end = ender.remove_relationship(relationship, good_faith);
            let ended = history.call("RemoveResellerRelationship", FactUse::Revokes(fact.clone()), end).await;
            if ended.is_some() {
                order().await;
            }
        };
        tokio::join!(buying, ending);
        FinalState {
            relationships: relationships(&self.seller, &customer, &tenant).await,
            subscriptions: subscriptions(&self.suite, &customer).await,
            ..FinalState::default()
        }
    }
}
