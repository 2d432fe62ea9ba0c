//! A change of one subscription: how every command that makes one begins and ends.

use csp_policy::{Act, Boundary, Partner, Permit, Revision};
use csp_proto::Mutation;
use csp_proto::policy::v1::Decision;
use csp_proto::subscription::v1 as pb;
use csp_service::peers::{Query, RegistryFacts};
use csp_service::{Accepted, Call, Effect, Fault, Result, Run, etag};
use csp_store::Tx;
use jiff::Timestamp;

use super::{Subscription, read, table};
use crate::holding::{self, Holdings};
use crate::visibility::CallerRole;
use crate::{SubscriptionService, edge_guard, peers};
use csp_service::wire::day_of;

/// A subscription as it was read, and as it is to be.
pub(crate) struct Amendment {
    pub(crate) before: Subscription,
    pub(crate) after: Subscription,
    /// In which role the caller sees it.
    pub(crate) caller_role: CallerRole,
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
        let (before, caller_role) = read::visible(service, call, name).await?;
        etag::check(name, etag, before.row().revision)?;
        let (edges, holdings) = (Vec::new(), Holdings::default());
        Ok(Amendment { after: before.clone(), before, caller_role, now, edges, holdings })
    }

    /// The day of the decision.
    pub(crate) fn day(&self) -> csp_policy::Day {
        day_of(self.now)
    }

    /// The act and the partner that sold it, when the decision needs no more than that.
    pub(crate) async fn seller(&self, service: &SubscriptionService, call: &Call) -> Result<(Act, Partner)> {
        let query = Query { partners: vec![self.before.row().seller.clone()], ..Query::default() };
        let registry = service.registry.facts(call, self.day(), query).await?;
        let seller = self.seller_among(&registry)?;
        Ok((self.act(registry.revisions()), seller))
    }

    /// The partner that sold it.
    pub(crate) fn seller_among(&self, registry: &RegistryFacts) -> Result<Partner> {
        peers::partner(registry, &self.before.row().seller).cloned()
    }

    /// What a change says of itself, whatever it is.
    pub(crate) fn act(&self, read: impl IntoIterator<Item = Revision>) -> Act {
        Act { day: self.day(), subject: self.before.name(), revisions: self.revisions(read) }
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
        tx.flush().await?;
        if self.before.term_ended_between(self.now, service.book.now()) {
            return Err(Fault::lost_race(self.before.name()));
        }
        if self.after != self.before {
            table::update(tx, self.after.row(), allowed);
        }
        Ok(())
    }

    /// What the journal is told.
    pub(crate) fn effects(&self) -> Result<Vec<Effect>> {
        self.after.effects_since(&self.before, self.now)
    }

    /// Stores the change, for a command that writes nothing but the subscription, and answers.
    pub(crate) async fn conclude<B: Boundary, R: Mutation>(
        self,
        service: &SubscriptionService,
        run: &Run<'_, R>,
        permit: Permit<B>,
        respond: impl FnOnce(pb::Subscription, Decision) -> R::Response,
    ) -> Result<R::Response> {
        let mut write = run.write();
        // Before the clock is looked at once more: whoever closes one of them, or buys, counts by its own clock.
        let customer = &self.before.row().customer;
        edge_guard::use_edges(&mut write, &self.edges, customer);
        holding::take(&mut write, customer, &self.holdings);
        if self.before.is_active() && !self.after.is_active() {
            holding::loosen(&mut write, customer, &self.before.row().offer);
        }
        let accepted = write.accept(permit, &self.after.name())?;
        self.save(service, &mut write, &accepted).await?;
        write.tell_all(self.effects()?);
        write.conclude(respond(self.after.render(self.now), accepted.decision())).await
    }
}
