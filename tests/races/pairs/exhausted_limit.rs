//! Partial upgrades and orders of one offer race for the last seats that a customer may hold (rule SUB-08).

use std::sync::Arc;

use csp_proto::subscription::v1::UpgradeSubscriptionRequest;
use csp_tests::peer_proxy::Doors;
use csp_tests::{OfferTerms, Running, Seller};

use super::{relationships, subscriptions};
use crate::races::checker::{FinalState, Offer};
use crate::races::history::{FactUse, History};
use crate::races::runner::{Pair, Schedule};

/// The offer that is upgraded, and the one with the limit.
const SMALL: &str = "small";
const LIMITED: &str = "limited";
/// Maximum number of seats of the limited offer that one customer may hold.
const LIMIT: i32 = 5;

/// A direct-bill partner that upgrades some seats of two subscriptions while it orders the same target.
pub(crate) struct ExhaustedLimit {
    suite: Arc<Running>,
    seller: Seller,
    lane: usize,
}

impl Pair for ExhaustedLimit {
    const NAME: &'static str = "partial upgrades and the limit of a customer";

    async fn scene(suite: Arc<Running>, _: Doors, lane: usize) -> Self {
        let terms = OfferTerms { upgrade_targets: vec![LIMITED], ..OfferTerms::default() };
        suite.offer_on(SMALL, terms).await;
        let terms = OfferTerms { customer_seats_max: LIMIT, ..OfferTerms::default() };
        suite.offer_on(LIMITED, terms).await;
        let seller = suite.direct_bill(&format!("litware{lane}"), "DE").await;
        ExhaustedLimit { suite, seller, lane }
    }

    async fn play(&self, schedule: &mut Schedule, history: &History) -> FinalState {
        let id = format!("c{}n{}", self.lane, schedule.number);
        let customer = self.suite.customer_of(&id, "FR", &self.seller, None).await;
        let (small, limited) = (format!("offers/{SMALL}"), format!("offers/{LIMITED}"));
        let mut bought = Vec::new();
        for _ in 0..2 {
            let order = self.seller.order(&customer, None, &small, 10).await.unwrap().into_inner();
            bought.push(order.subscriptions[0].name.clone());
        }
        let lags = [schedule.lag(), schedule.lag(), schedule.lag()];
        let upgrade = async |source: &str, lag: crate::races::runner::Lag| {
            lag.pass(&self.seller.people).await;
            let request = UpgradeSubscriptionRequest {
                name: source.to_owned(),
                offer: limited.clone(),
                quantity: Some(3),
                ..Default::default()
            };
            let mut seller = self.seller.people.subscription();
            history.call("UpgradeSubscription", FactUse::Other, seller.upgrade_subscription(request)).await;
        };
        let buying = async {
            lags[2].pass(&self.seller.people).await;
            let order = self.seller.order(&customer, None, &limited, 3);
            history.call("SubmitOrder", FactUse::Other, order).await;
        };
        tokio::join!(upgrade(&bought[0], lags[0]), upgrade(&bought[1], lags[1]), buying);
        FinalState {
            relationships: relationships(&self.seller, &customer, &format!("{id}.tenant")).await,
            subscriptions: subscriptions(&self.suite, &customer).await,
            offers: vec![Offer { name: limited, bases: Vec::new(), limit: Some(LIMIT) }],
            ..FinalState::default()
        }
    }
}
