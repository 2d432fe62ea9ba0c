//! A change of one subscription: how every command that makes one begins and ends.

use csp_policy::{Boundary, Partner, Permit, Revision};
use csp_proto::policy::v1::Decision;
use csp_proto::subscription::v1 as pb;
use csp_service::peers::{Query, RegistryFacts};
use csp_service::{Accepted, Attempt, Call, Fault, Result, etag};
use csp_store::Tx;
use jiff::Timestamp;
use prost::Message;

use crate::SubscriptionService;
use crate::chain;
use crate::clockwork::day_of;
use crate::read_subscriptions::visible;
use crate::sight::Sight;
use crate::store::{Holdings, guards, subscriptions};
use crate::subscription::Subscription;

/// A subscription as it was read, and as it is to be.
pub(crate) struct Amendment {
    pub(crate) before: Subscription,
    pub(crate) after: Subscription,
    /// As what the caller sees it.
    pub(crate) sight: Sight,
    /// The instant of the decision.
    pub(crate) now: Timestamp,
    /// The active relationships on which the subscription rests, where the change may make it count under them: their
    /// ends must not pass it by (rule CUS-09).
    pub(crate) edges: Vec<String>,
    /// What the customer holds more of, where the change may make it count towards the limits of offers (rule SUB-08).
    pub(crate) holdings: Holdings,
}

impl Amendment {
    /// Reads the subscription: visible to the caller, and at the etag that the caller holds.
    pub(crate) async fn of(
        service: &SubscriptionService,
        call: &Call,
        name: &str,
        etag: &str,
    ) -> Result<Self> {
        let now = service.book.now();
        let (before, sight) = visible(service, call, name).await?;
        etag::check(name, etag, before.row().revision)?;
        let (edges, holdings) = (Vec::new(), Holdings::default());
        Ok(Amendment { after: before.clone(), before, sight, now, edges, holdings })
    }

    /// The day of the decision.
    pub(crate) fn day(&self) -> csp_policy::Day {
        day_of(self.now)
    }

    /// The partner that sold it, and what was read, when the decision needs no more than that.
    pub(crate) async fn seller(
        &self,
        service: &SubscriptionService,
        call: &Call,
    ) -> Result<(Partner, Vec<Revision>)> {
        let query = Query { partners: vec![self.before.row().seller.clone()], ..Query::default() };
        let registry = service.registry.facts(call, self.day(), query).await?;
        let seller = self.seller_among(&registry)?;
        Ok((seller, self.revisions(registry.revisions())))
    }

    /// The partner that sold it.
    pub(crate) fn seller_among(&self, registry: &RegistryFacts) -> Result<Partner> {
        chain::partner(registry, &self.before.row().seller).cloned()
    }

    /// What was read, the subscription first.
    pub(crate) fn revisions(&self, others: impl IntoIterator<Item = Revision>) -> Vec<Revision> {
        [self.before.revision()].into_iter().chain(others).collect()
    }

    /// Stores what has changed, if anything has.
    ///
    /// # Errors
    /// [`Fault::LostRace`] when another change came first, or the term ended since the decision: what was decided
    /// of a term that ran must not reach into what follows it, least of all revive what has expired.
    pub(crate) async fn save<B: Boundary>(
        &self,
        service: &SubscriptionService,
        tx: &mut Tx,
        allowed: &Accepted<B>,
    ) -> Result<(), Fault> {
        // What was put before is made before: the rows that it waits for may take the term past its end.
        tx.conn().await?;
        if self.before.term_ended_between(self.now, service.book.now()) {
            return Err(Fault::lost_race(self.before.name()));
        }
        if self.after != self.before {
            subscriptions::update(tx, self.after.row(), allowed);
        }
        Ok(())
    }

    /// Tells what would come of it, or does it: for a command that writes nothing but the subscription.
    pub(crate) async fn settle<B: Boundary, R: Message>(
        self,
        service: &SubscriptionService,
        call: &Call,
        attempt: &Attempt,
        permit: Permit<B>,
        respond: impl FnOnce(pb::Subscription, Decision) -> R,
    ) -> Result<R> {
        let rendered = self.after.render(self.now);
        if attempt.validates_only() {
            return Ok(respond(rendered, service.book.preview(&permit)));
        }

        // After this point only a lost race can refuse.
        let mut tx = service.book.store.write();
        // Before the clock is looked at once more: whoever closes one of them, or buys, counts by its own clock.
        let customer = &self.before.row().customer;
        guards::use_edges(&mut tx, &self.edges, customer);
        guards::take_holdings(&mut tx, customer, &self.holdings);
        if self.before.is_active() && !self.after.is_active() {
            guards::loosen(&mut tx, customer, &self.before.row().offer);
        }
        let accepted = service.book.accept(&mut tx, call, attempt, permit, &self.after.name())?;
        self.save(service, &mut tx, &accepted).await?;
        let effects = self.after.effects_since(&self.before, self.now)?;
        let response = respond(rendered, accepted.decision());
        service.book.conclude(tx, call, attempt, Some(accepted.decision_id()), effects, &response).await?;
        Ok(response)
    }
}
