//! New business of a partner races with the suspension of the partner (rule ENR-14).

use std::sync::Arc;

use csp_proto::partner_registry::v1::{SetPartnerStandingRequest, Standing};
use csp_tests::peer_proxy::Doors;
use csp_tests::{Running, Seller, profile};

use crate::races::checker::FinalState;
use crate::races::history::{FactUse, History};
use crate::races::runner::{Pair, Schedule};

/// A direct-bill partner that does new business while an operator suspends the partner.
pub(crate) struct SuspendedPartner {
    suite: Arc<Running>,
    seller: Seller,
    customer: String,
    offer: String,
    lane: usize,
}

impl SuspendedPartner {
    /// Creates a customer (kind 0), invites one (kind 1), or places an order (any other kind).
    async fn sell(&self, history: &History, fact: &str, kind: usize, id: &str) {
        let fact_use = FactUse::DependsOn(fact.to_owned());
        match kind {
            0 => {
                let create = self.seller.create_customer(profile(id, "FR"), None);
                drop(history.call("CreateCustomer", fact_use, create).await);
            }
            1 => drop(history.call("InviteCustomer", fact_use, self.seller.invite("", None, None)).await),
            _ => {
                let order = self.seller.order(&self.customer, None, &self.offer, 1);
                drop(history.call("SubmitOrder", fact_use, order).await);
            }
        }
    }
}

impl Pair for SuspendedPartner {
    const NAME: &'static str = "new business and the suspension of the partner";

    async fn scene(suite: Arc<Running>, _: Doors, lane: usize) -> Self {
        let offer = suite.offer(&format!("e{lane}")).await;
        let seller = suite.direct_bill(&format!("litware{lane}"), "DE").await;
        let customer = suite.customer_of(&format!("c{lane}"), "FR", &seller, None).await;
        // The facts are read once before the race, so that a cache of facts would have stale ones.
        seller.order(&customer, None, &offer, 1).await.unwrap();
        SuspendedPartner { suite, seller, customer, offer, lane }
    }

    async fn play(&self, schedule: &mut Schedule, history: &History) -> FinalState {
        let fact = format!("{} is in good standing in schedule {}", self.seller.name, schedule.number);
        let (sells, suspends) = (schedule.lag(), schedule.lag());
        let sales: Vec<_> = (0..=schedule.below(3)).map(|_| schedule.below(5)).collect();
        let id = |sale: &str| format!("c{}n{}s{sale}", self.lane, schedule.number);
        let selling = async {
            sells.pass(&self.seller.people).await;
            for (sale, kind) in sales.iter().enumerate() {
                self.sell(history, &fact, *kind, &id(&sale.to_string())).await;
            }
        };
        let suspending = async {
            suspends.pass(&self.seller.people).await;
            let request = SetPartnerStandingRequest {
                name: self.seller.name.clone(),
                standing: Standing::Suspended.into(),
                reason: "test".to_owned(),
                ..Default::default()
            };
            let mut registry = self.suite.operator().registry();
            let suspend = registry.set_partner_standing(request);
            history.call("SetPartnerStanding", FactUse::Revokes(fact.clone()), suspend).await.unwrap();
            self.sell(history, &fact, sales[0], &id("later")).await;
        };
        tokio::join!(selling, suspending);
        self.suite.set_standing(&self.seller.name, Standing::Active).await;
        FinalState::default()
    }
}
