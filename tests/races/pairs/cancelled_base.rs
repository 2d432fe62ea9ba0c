//! Orders of an add-on race with the cancellation of its base (rules SUB-08 and SUB-10).

use std::sync::Arc;

use csp_proto::subscription::v1::CancelSubscriptionRequest;
use csp_tests::peer_proxy::Doors;
use csp_tests::{OfferTerms, Running, Seller};

use super::{relationships, subscriptions};
use crate::races::checker::{FinalState, Offer};
use crate::races::history::{FactUse, History};
use crate::races::runner::{Pair, Schedule};

/// The base offers of the add-on.
const BASES: [&str; 2] = ["base-one", "base-other"];
const ADD_ON: &str = "add-on";

/// A direct-bill partner that orders an add-on while the bases of the customer are cancelled: one base, or
/// two of them at the same time.
pub(crate) struct CancelledBase {
    suite: Arc<Running>,
    seller: Seller,
    lane: usize,
}

impl CancelledBase {
    async fn cancel(&self, history: &History, base: &str) {
        let request = CancelSubscriptionRequest { name: base.to_owned(), ..Default::default() };
        let mut seller = self.seller.people.subscription();
        history.call("CancelSubscription", FactUse::Other, seller.cancel_subscription(request)).await;
    }
}

impl Pair for CancelledBase {
    const NAME: &'static str = "an order of an add-on and the cancellation of its base";

    async fn scene(suite: Arc<Running>, _: Doors, lane: usize) -> Self {
        for base in BASES {
            suite.offer(base).await;
        }
        suite.offer_on(ADD_ON, OfferTerms { prerequisites: BASES.to_vec(), ..OfferTerms::default() }).await;
        let seller = suite.direct_bill(&format!("litware{lane}"), "DE").await;
        CancelledBase { suite, seller, lane }
    }

    async fn play(&self, schedule: &mut Schedule, history: &History) -> FinalState {
        let id = format!("c{}n{}", self.lane, schedule.number);
        let customer = self.suite.customer_of(&id, "FR", &self.seller, None).await;
        let offers = BASES.map(|base| format!("offers/{base}"));
        let bases = &offers[..=schedule.below(2)];
        let mut bought = Vec::new();
        for base in bases {
            let order = self.seller.order(&customer, None, base, 1).await.unwrap().into_inner();
            bought.push(order.subscriptions[0].name.clone());
        }
        let (buys, ends) = (schedule.lag(), schedule.lag());
        let add_on = format!("offers/{ADD_ON}");
        let buying = async {
            buys.pass(&self.seller.people).await;
            let order = self.seller.order(&customer, None, &add_on, 1);
            history.call("SubmitOrder", FactUse::Other, order).await;
        };
        let ending = async {
            ends.pass(&self.seller.people).await;
            match bought.as_slice() {
                [one, other] => {
                    tokio::join!(self.cancel(history, one), self.cancel(history, other));
                }
                others => {
                    for base in others {
                        self.cancel(history, base).await;
                    }
                }
            }
        };
        tokio::join!(buying, ending);
        FinalState {
            relationships: relationships(&self.seller, &customer, &format!("{id}.tenant")).await,
            subscriptions: subscriptions(&self.suite, &customer).await,
            offers: vec![Offer { name: add_on, bases: offers.to_vec(), limit: None }],
            ..FinalState::default()
        }
    }
}
