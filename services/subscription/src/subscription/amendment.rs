//! A change of one subscription: the first and the last steps that all changing commands share.

use csp_policy::{Act, Boundary, Caller, Partner, Permit, Revision};
use csp_proto::Mutation;
use csp_proto::policy::v1::Decision;
use csp_proto::subscription::v1 as pb;
use csp_service::order::{OrderLine, Reseller};
use csp_service::peers::{Edges, EdgesQuery, Query, RegistryFacts};
use csp_service::{Accepted, Call, CustomersResource, Effect, Fault, Result, Run, etag};
use csp_store::Tx;
use jiff::Timestamp;

use super::{Subscription, histories, read, table};
use crate::holding::{self, Holdings, Release};
use crate::order::sale::{Buying, Existing, Proposal, Purpose};
use crate::visibility::CallerRole;
use crate::{SubscriptionService, edge_guard, peers};
use csp_service::wire::day_of;

/// A subscription before and after a change.
pub(crate) struct Amendment {
    pub(crate) before: Subscription,
    pub(crate) after: Subscription,
    /// The caller, which sees its own external ids only.
    pub(crate) caller: Caller,
    /// In which role the caller sees the subscription.
    pub(crate) caller_role: CallerRole,
    /// The instant of the decision.
    pub(crate) now: Timestamp,
    /// Names of the active reseller relationships that the subscription depends on, for a change after which
    /// the subscription counts under them: the write uses their guard rows (rule CUS-09). Empty for other
    /// changes.
    pub(crate) edges: Vec<String>,
    /// The holdings that the change increases, for a change after which the subscription counts towards its
    /// offer's limit (rule SUB-08). Empty for other changes.
    pub(crate) holdings: Holdings,
    /// The base that the change takes away, if its rules judged the add-ons; `None` for other changes.
    pub(crate) release: Option<Release>,
}

impl Amendment {
    /// Reads the subscription, for a change that is not made yet.
    ///
    /// # Errors
    /// [`Fault::NotFound`] when the caller may not see the subscription; [`Fault::EtagMismatch`] when the
    /// caller's etag is not empty and out of date.
    pub(crate) async fn of(
        service: &SubscriptionService,
        call: &Call,
        name: &CustomersResource,
        etag: &str,
    ) -> Result<Self> {
        let now = service.book.now();
        let (before, caller_role) = read::visible(service, call, name).await?;
        etag::check(&before.name(), etag, before.row().revision)?;
        let (edges, holdings) = (Vec::new(), Holdings::default());
        let caller = call.caller.clone();
        let release = None;
        Ok(Amendment { after: before.clone(), before, caller, caller_role, now, edges, holdings, release })
    }

    pub(crate) fn day(&self) -> csp_policy::Day {
        day_of(self.now)
    }

    /// The act and the selling partner, for decisions that need no other facts of peers.
    pub(crate) async fn seller(&self, service: &SubscriptionService, call: &Call) -> Result<(Act, Partner)> {
        let asked = match self.caller_role.registry() {
            Some(_) => None,
            None => {
                let partners = vec![self.before.row().seller.clone()];
                let query = Query { partners, ..Query::default() };
                Some(service.registry.facts(call, self.day(), query).await?)
            }
        };
        let empty = RegistryFacts::default();
        let registry = self.caller_role.registry().or(asked.as_ref()).unwrap_or(&empty);
        let seller = self.seller_among(registry)?;
        Ok((self.act(registry.revisions()), seller))
    }

    /// The sale of `quantity` seats of the offer to the subscription: the facts of today stand in the places
    /// of an order's.
    pub(crate) fn proposal(&self, offer: &str, quantity: u32) -> Proposal {
        let row = self.before.row();
        let number = Some(row.reseller_mpn_id.clone()).filter(|number| !number.is_empty());
        Proposal {
            subject: self.before.name(),
            now: self.now,
            customer: Buying::Named(row.customer.clone()),
            purpose: Purpose::More(Existing { id: row.id.clone(), reseller: row.reseller.clone() }),
            reseller: number.map(Reseller::MpnId),
            lines: vec![OrderLine {
                offer: offer.to_owned(),
                quantity,
                term: Some(row.term.0),
                billing_cycle: Some(row.billing_cycle.0),
                external_id: String::new(),
            }],
            path_of: |_| "name".to_owned(),
        }
    }

    /// The edges between the parties of the subscription.
    pub(crate) async fn edges_between(&self, service: &SubscriptionService, call: &Call) -> Result<Edges> {
        let row = self.before.row();
        let between = EdgesQuery {
            provider: row.seller.clone(),
            reseller: row.reseller.clone(),
            customer: row.customer.clone(),
            customer_tenant: row.customer_tenant.clone(),
            as_of: None,
        };
        service.relationships.edges(call, between).await
    }

    /// The partner that sold the subscription, from the registry's facts.
    pub(crate) fn seller_among(&self, registry: &RegistryFacts) -> Result<Partner> {
        peers::partner(registry, &self.before.row().seller).cloned()
    }

    /// The act of the decision; `read` has the revisions of the facts from peers and from other tables.
    pub(crate) fn act(&self, read: impl IntoIterator<Item = Revision>) -> Act {
        Act { at: self.now, day: self.day(), subject: self.before.name(), revisions: self.revisions(read) }
    }

    /// The revisions that were read, each once, the subscription's first.
    pub(crate) fn revisions(&self, others: impl IntoIterator<Item = Revision>) -> Vec<Revision> {
        let mut revisions = vec![self.before.revision()];
        for read in self.caller_role.revisions().into_iter().chain(others) {
            if !revisions.contains(&read) {
                revisions.push(read);
            }
        }
        revisions
    }

    /// Stores the subscription, if the change made a difference, and the entry of the history that ended.
    ///
    /// # Errors
    /// [`Fault::LostRace`] when the term ended since the decision: a decision about a running term must not
    /// apply to the next term, or revive an expired subscription. Another change that came first makes the
    /// commit fail with the same error.
    pub(crate) async fn save<B: Boundary>(
        &self,
        service: &SubscriptionService,
        tx: &mut Tx,
        allowed: &Accepted<B>,
    ) -> Result<(), Fault> {
        // The clock is read after the earlier changes are made: while they wait for row locks, the term may
        // end.
        tx.flush().await?;
        if self.before.term_ended_between(self.now, service.book.now()) {
            return Err(Fault::lost_race(self.before.name()));
        }
        if self.after != self.before {
            table::update(tx, self.after.row(), allowed);
        }
        if let Some(ended) = self.after.entry_ended(&self.before) {
            histories::keep_entry(tx, &ended, allowed);
        }
        Ok(())
    }

    /// The changed subscription, as the caller sees it.
    pub(crate) fn rendered(&self) -> pb::Subscription {
        self.after.render(&self.caller, self.now)
    }

    /// What the changed subscription costs.
    pub(crate) fn quote(&self) -> pb::Quote {
        self.after.quote(&self.caller, self.now)
    }

    /// The journal entries of the change.
    pub(crate) fn effects(&self) -> Result<Vec<Effect>> {
        self.after.effects_since(&self.before, self.now)
    }

    /// Stores the change and its response, for a command that does not write history rows.
    pub(crate) async fn conclude<B: Boundary, R: Mutation>(
        mut self,
        service: &SubscriptionService,
        run: &Run<'_, R>,
        permit: Permit<B>,
        respond: impl FnOnce(pb::Subscription, Decision) -> R::Response,
    ) -> Result<R::Response> {
        let grant = self.caller_role.acting_grant().map(str::to_owned);
        let mut write = run.write_on_behalf(grant.as_deref());
        if self.after != self.before {
            self.after.name_grant(grant.unwrap_or_default());
        }
        // Guards and holdings are written before `save` reads the clock: a concurrent end or purchase judges
        // by its own clock whether this subscription still counts.
        let customer = &self.before.row().customer;
        edge_guard::use_edges(&mut write, &self.edges, customer);
        holding::take(&mut write, customer, &self.holdings);
        if self.before.is_active() && !self.after.is_active() {
            match &self.release {
                Some(release) => holding::release(&mut write, customer, release),
                None => holding::loosen(&mut write, customer, &self.before.row().offer),
            }
        }
        let accepted = write.accept(permit, &self.after.name())?;
        self.save(service, &mut write, &accepted).await?;
        write.tell_all(self.effects()?);
        write.conclude(respond(self.rendered(), accepted.decision())).await
    }
}
