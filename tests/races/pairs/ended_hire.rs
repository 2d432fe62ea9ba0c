//! Acts of a hired partner on the customer's behalf race with the end of the hire: the customer revokes the
//! grant, the customer ends the relationship, an operator suspends the partner (rules MUL-06 and CUS-08).

use std::sync::Arc;

use csp_proto::partner_registry::v1::{SetPartnerStandingRequest, Standing};
use csp_proto::subscription::v1::{
    GetSubscriptionRequest, SetAutoRenewRequest, SetSupportContactRequest, SuspendSubscriptionRequest,
};
use csp_tests::peer_proxy::Doors;
use csp_tests::{Answer, MANAGING, Party, Running, Seller};

use crate::races::checker::FinalState;
use crate::races::history::{FactUse, History};
use crate::races::runner::{Pair, Schedule};

/// A partner that the customer hires anew in each schedule, to manage a subscription that `seller` sold.
pub(crate) struct EndedHire {
    suite: Arc<Running>,
    seller: Seller,
    hired: Seller,
    people: Party,
    customer: String,
    subscription: String,
}

impl EndedHire {
    /// Reads the subscription (kind 0), makes itself the support contact (kind 1), or switches auto-renewal
    /// off (any other kind).
    async fn act(&self, history: &History, fact: &str, kind: usize) {
        let fact_use = FactUse::DependsOn(fact.to_owned());
        let (mut service, name) = (self.hired.people.subscription(), self.subscription.clone());
        match kind {
            0 => {
                let read = service.get_subscription(GetSubscriptionRequest { name });
                drop(history.call("GetSubscription", fact_use, read).await);
            }
            1 => {
                let support_contact = Some(self.hired.name.clone());
                let request = SetSupportContactRequest { name, support_contact, ..Default::default() };
                drop(history.call("SetSupportContact", fact_use, service.set_support_contact(request)).await);
            }
            _ => {
                let request = SetAutoRenewRequest { name, auto_renew: Some(false), ..Default::default() };
                drop(history.call("SetAutoRenew", fact_use, service.set_auto_renew(request)).await);
            }
        }
    }

    /// Ends the hire by the grant (kind 0), by the relationship (kind 1) or by the partner's standing.
    async fn end(&self, history: &History, fact: &str, kind: usize, grant: &str) {
        let revokes = FactUse::Revokes(fact.to_owned());
        match kind {
            0 => drop(history.call("RevokeAdminGrant", revokes, self.people.revoke(grant)).await.unwrap()),
            1 => {
                let relationship = self.hired.relationship(&self.customer).await;
                let remove = self.people.remove_relationship(&relationship, None);
                drop(history.call("RemoveResellerRelationship", revokes, remove).await.unwrap());
            }
            _ => {
                let suspend = self.set_standing(Standing::Suspended);
                history.call("SetPartnerStanding", revokes, suspend).await.unwrap();
            }
        }
    }

    async fn set_standing(&self, standing: Standing) -> Answer<()> {
        let request = SetPartnerStandingRequest {
            name: self.hired.name.clone(),
            standing: standing.into(),
            reason: "test".to_owned(),
            ..Default::default()
        };
        let set = self.suite.operator().registry().set_partner_standing(request).await;
        set.map(|answer| answer.map(drop))
    }
}

impl Pair for EndedHire {
    const NAME: &'static str = "acts of a hired partner and the end of its hire";

    async fn scene(suite: Arc<Running>, _: Doors, lane: usize) -> Self {
        let offer = suite.offer(&format!("e{lane}")).await;
        let seller = suite.direct_bill(&format!("litware{lane}"), "DE").await;
        let hired = suite.direct_bill(&format!("wingtip{lane}"), "DE").await;
        let customer = suite.customer_of(&format!("c{lane}"), "FR", &seller, None).await;
        let people = suite.customer(&format!("c{lane}.tenant"));
        let bought = seller.order(&customer, None, &offer, 1).await.unwrap().into_inner();
        let subscription = bought.subscriptions[0].name.clone();
        EndedHire { suite, seller, hired, people, customer, subscription }
    }

    async fn play(&self, schedule: &mut Schedule, history: &History) -> FinalState {
        let grant = self.hired.hired_by(&self.people, MANAGING).await.name;
        let fact = format!("{} is hired by {grant} in schedule {}", self.hired.name, schedule.number);
        let (acts, ends) = (schedule.lag(), schedule.lag());
        let kinds: Vec<_> = (0..=schedule.below(3)).map(|_| schedule.below(4)).collect();
        let end = schedule.below(3);
        // The facts are read once before the race, so that a cache of facts would have stale ones.
        let before = History::default();
        self.act(&before, &fact, 0).await;
        let acting = async {
            acts.pass(&self.hired.people).await;
            for kind in &kinds {
                self.act(history, &fact, *kind).await;
            }
        };
        let ending = async {
            ends.pass(&self.seller.people).await;
            self.end(history, &fact, end, &grant).await;
            self.act(history, &fact, kinds[0]).await;
        };
        tokio::join!(acting, ending);
        self.set_standing(Standing::Active).await.unwrap();
        if end > 1 {
            self.people.revoke(&grant).await.unwrap();
        }
        FinalState::default()
    }
}

/// The hire ends by the clock: whether the partner still suspends the subscription at the end of its grant.
pub(crate) async fn acts_after_expiry(suite: Running) -> bool {
    let suite = Arc::new(suite);
    let pair = EndedHire::scene(Arc::clone(&suite), Doors::default(), 0).await;
    let grant = pair.hired.hired_by(&pair.people, MANAGING).await;
    let request = SetAutoRenewRequest {
        name: pair.subscription.clone(),
        auto_renew: Some(false),
        ..Default::default()
    };
    pair.hired.people.subscription().set_auto_renew(request).await.unwrap();
    let end = grant.end_time.unwrap();
    suite.set_clock(&jiff::Timestamp::new(end.seconds, end.nanos).unwrap().to_string()).await;
    let request = SuspendSubscriptionRequest { name: pair.subscription.clone(), ..Default::default() };
    pair.hired.people.subscription().suspend_subscription(request).await.is_ok()
}
