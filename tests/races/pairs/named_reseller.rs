//! Naming a reseller on a subscription races with the removal of the partnership with the reseller (rule
//! PSH-01).

use std::sync::Arc;

use csp_proto::subscription::v1::{AssociateResellerRequest, SetSupportContactRequest};
use csp_tests::peer_proxy::Doors;
use csp_tests::{Answer, Running, Seller};

use crate::races::checker::FinalState;
use crate::races::history::{FactUse, History};
use crate::races::runner::{Pair, Schedule};

/// A provider that makes `reseller` the reseller of record, or the support contact, of a subscription, while
/// it removes their partnership. The subscription was sold through the reseller `standing`, whose partnership
/// stays active.
pub(crate) struct NamedReseller {
    suite: Arc<Running>,
    provider: Seller,
    standing: Seller,
    reseller: Seller,
    subscription: String,
}

/// The role in which the reseller is named on the subscription.
#[derive(Debug, Clone, Copy)]
enum Naming {
    OfRecord,
    SupportContact,
}

impl NamedReseller {
    async fn make_of_record(&self, reseller: &Seller) -> Answer<()> {
        let request = AssociateResellerRequest {
            name: self.subscription.clone(),
            reseller_of_record: Some(reseller.by_number().into()),
            ..Default::default()
        };
        let associated = self.provider.people.subscription().associate_reseller(request).await;
        associated.map(|answer| answer.map(drop))
    }

    /// Sets the support contact; `None` makes the seller itself the contact.
    async fn make_contact(&self, reseller: Option<&Seller>) -> Answer<()> {
        let request = SetSupportContactRequest {
            name: self.subscription.clone(),
            support_contact: Some(reseller.map(|reseller| reseller.name.clone()).unwrap_or_default()),
            ..Default::default()
        };
        let named = self.provider.people.subscription().set_support_contact(request).await;
        named.map(|answer| answer.map(drop))
    }

    async fn name(&self, history: &History, fact: &str, naming: Naming) {
        let fact_use = FactUse::DependsOn(fact.to_owned());
        match naming {
            Naming::OfRecord => {
                history.call("AssociateReseller", fact_use, self.make_of_record(&self.reseller)).await
            }
            Naming::SupportContact => {
                history.call("SetSupportContact", fact_use, self.make_contact(Some(&self.reseller))).await
            }
        };
    }
}

impl Pair for NamedReseller {
    const NAME: &'static str = "naming a reseller and the removal of its partnership";

    async fn scene(suite: Arc<Running>, _: Doors, lane: usize) -> Self {
        let offer = suite.offer(&format!("e{lane}")).await;
        let provider = suite.provider(&format!("contoso{lane}"), "DE").await;
        let standing = suite.reseller(&format!("adatum{lane}"), "FR").await;
        let reseller = suite.reseller(&format!("fabrikam{lane}"), "FR").await;
        suite.partnership(&provider, &standing).await;
        let partnership = suite.partnership(&provider, &reseller).await;
        // A support contact must serve the customer. The reseller's relationship with the customer outlasts
        // the partnership.
        let customer = suite.customer_of(&format!("c{lane}"), "FR", &provider, Some(&reseller)).await;
        let sold = provider.order(&customer, Some(&standing), &offer, 1).await.unwrap().into_inner();
        let subscription = sold.subscriptions[0].name.clone();
        let scene = NamedReseller { suite, provider, standing, reseller, subscription };
        // Each fact is read once before the race, so that a cache of facts would have stale ones.
        scene.make_of_record(&scene.reseller).await.unwrap();
        scene.make_contact(Some(&scene.reseller)).await.unwrap();
        scene.provider.remove_partnership(&partnership).await.unwrap();
        scene
    }

    async fn play(&self, schedule: &mut Schedule, history: &History) -> FinalState {
        // Undoes the naming of the schedule before.
        self.make_of_record(&self.standing).await.unwrap();
        self.make_contact(None).await.unwrap();
        let partnership = self.suite.partnership(&self.provider, &self.reseller).await;
        let fact = format!("{partnership} is active");
        let (names, removes) = (schedule.lag(), schedule.lag());
        let kinds = [Naming::OfRecord, Naming::SupportContact];
        let namings: Vec<_> = (0..=schedule.below(3)).map(|_| kinds[schedule.below(2)]).collect();
        let later = kinds[schedule.below(2)];
        let naming = async {
            names.pass(&self.provider.people).await;
            for naming in namings {
                self.name(history, &fact, naming).await;
            }
        };
        let removing = async {
            removes.pass(&self.provider.people).await;
            let remove = self.provider.remove_partnership(&partnership);
            history.call("RemovePartnership", FactUse::Revokes(fact.clone()), remove).await.unwrap();
            self.name(history, &fact, later).await;
        };
        tokio::join!(naming, removing);
        FinalState::default()
    }
}
