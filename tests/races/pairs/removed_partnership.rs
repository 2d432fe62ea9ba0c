//! Sales through a reseller race with the removal of the partnership with the reseller (rule PSH-01).

use std::sync::Arc;

use csp_tests::peer_proxy::Doors;
use csp_tests::{Running, Seller, profile};

use crate::races::checker::FinalState;
use crate::races::history::{FactUse, History};
use crate::races::runner::{Pair, Schedule};

/// A provider that sells through a reseller while it removes their partnership.
pub(crate) struct RemovedPartnership {
    suite: Arc<Running>,
    provider: Seller,
    reseller: Seller,
    customer: String,
    offer: String,
    lane: usize,
}

impl RemovedPartnership {
    /// Places an order, or creates a customer, that names the reseller.
    async fn sell(&self, history: &History, fact: &str, new_customer: Option<String>) {
        let fact_use = FactUse::DependsOn(fact.to_owned());
        if let Some(id) = new_customer {
            let create = self.provider.create_customer(profile(&id, "FR"), Some(&self.reseller));
            history.call("CreateCustomer", fact_use, create).await;
        } else {
            let order = self.provider.order(&self.customer, Some(&self.reseller), &self.offer, 1);
            history.call("SubmitOrder", fact_use, order).await;
        }
    }
}

impl Pair for RemovedPartnership {
    const NAME: &'static str = "sales through a reseller and the removal of its partnership";

    async fn scene(suite: Arc<Running>, _: Doors, lane: usize) -> Self {
        let offer = suite.offer(&format!("e{lane}")).await;
        let provider = suite.provider(&format!("contoso{lane}"), "DE").await;
        let reseller = suite.reseller(&format!("fabrikam{lane}"), "FR").await;
        let partnership = suite.partnership(&provider, &reseller).await;
        let customer = suite.customer_of(&format!("c{lane}"), "FR", &provider, Some(&reseller)).await;
        // The facts are read once before the race, so that a cache of facts would have stale ones.
        provider.order(&customer, Some(&reseller), &offer, 1).await.unwrap();
        provider.remove_partnership(&partnership).await.unwrap();
        RemovedPartnership { suite, provider, reseller, customer, offer, lane }
    }

    async fn play(&self, schedule: &mut Schedule, history: &History) -> FinalState {
        let partnership = self.suite.partnership(&self.provider, &self.reseller).await;
        let fact = format!("{partnership} is active");
        let (sells, removes) = (schedule.lag(), schedule.lag());
        let sales: Vec<_> = (0..=schedule.below(3)).map(|_| schedule.below(4) == 0).collect();
        let id = |sale: &str| format!("c{}n{}s{sale}", self.lane, schedule.number);
        let selling = async {
            sells.pass(&self.provider.people).await;
            for (sale, creates) in sales.iter().enumerate() {
                self.sell(history, &fact, creates.then(|| id(&sale.to_string()))).await;
            }
        };
        let removing = async {
            removes.pass(&self.provider.people).await;
            let remove = self.provider.remove_partnership(&partnership);
            history.call("RemovePartnership", FactUse::Revokes(fact.clone()), remove).await.unwrap();
            self.sell(history, &fact, sales[0].then(|| id("later"))).await;
        };
        tokio::join!(selling, removing);
        FinalState::default()
    }
}
