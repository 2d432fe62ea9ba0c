//! The book of a service: its database, clock and id generator, and the steps with which every mutation ends.
//!
//! Most commands use [`crate::Run`]. A command with several transactions, for example a saga, uses the plain
//! parts in this order: [`Book::first_answer`], gather facts, decide ([`Book::refuse`] or a permit),
//! [`Store::write`], [`Book::accept`], its own writes, [`Book::conclude`]; all inside [`Book::settle`].

use csp_policy::{Boundary, Day, Decision, Partner, Permit, is_unnamed, outsider};
use csp_proto::policy::v1 as pb;
use csp_store::{Connection, Store, Tx, broken, decision, guard, idempotency, journal};
use jiff::Timestamp;
use prost::Message;

use crate::command::attempt::Attempt;
use crate::command::effect::Effect;
use crate::command::races;
use crate::fault::decision as decisions;
use crate::fault::{Fault, Refused, Result};
use crate::feed::signals::Signals;
use crate::peers::RegistryFacts;
use crate::request::call::Call;
use crate::request::wire;
use crate::runtime::clock::Clock;
use crate::runtime::deadline::LATE_CALL_MAX;
use crate::runtime::ids::Ids;

/// A service's database, clock, ids and change feed. Clones share all of them.
#[derive(Debug, Clone)]
pub struct Book {
    /// Name of the service, for example `partner-registry`. Decision ids begin with this name.
    pub service: &'static str,
    /// The database of the service.
    pub store: Store,
    /// The clock for decisions and timestamps.
    pub clock: Clock,
    /// The id generator.
    pub ids: Ids,
    /// Wakes the sequencer and the watchers of the change feed.
    pub(crate) signals: Signals,
}

/// An act that the rule book allowed, with its decision saved in the same transaction as its effect.
///
/// Only [`Book::accept`] and its variants create this value. A storing function that takes an
/// `Accepted` therefore cannot run without a decision.
#[derive(Debug)]
pub struct Accepted<B: Boundary> {
    permit: Permit<B>,
    decision: pb::Decision,
}

impl<B: Boundary> Accepted<B> {
    /// The permit, with the facts on which the act was allowed.
    pub fn permit(&self) -> &Permit<B> {
        &self.permit
    }

    /// The id of the stored decision; empty for a preview.
    pub fn decision_id(&self) -> &str {
        wire::id_of(&self.decision.name)
    }

    /// The decision as the caller sees it, for the response.
    pub fn decision(&self) -> pb::Decision {
        self.decision.clone()
    }
}

impl Book {
    /// The book of a service.
    pub fn new(service: &'static str, store: Store, clock: Clock, ids: Ids) -> Self {
        Book { service, store, clock, ids, signals: Signals::default() }
    }

    /// The current instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The current instant in microseconds UTC, the unit of the database.
    pub fn micros(&self) -> i64 {
        self.now().as_microsecond()
    }

    /// A new id.
    pub fn next_id(&self) -> String {
        self.ids.next(&self.clock)
    }

    /// The first answer: the stored answer to an earlier request with the same request id. `None` for a new
    /// request and for a preview (`validate_only`).
    ///
    /// # Errors
    /// [`Fault::RequestIdReused`] when the earlier request had other content.
    pub async fn first_answer<R: Message + Default>(&self, attempt: &Attempt) -> Result<Option<R>> {
        if attempt.request_id.is_none() || attempt.validates_only() {
            return Ok(None);
        }
        let mut reader = self.store.read_once().await?;
        let Some(record) = recorded(&mut reader, attempt).await? else {
            return Ok(None);
        };
        let answer = R::decode(record.response.as_slice());
        answer.map(Some).map_err(|_| broken(&record, "response").into())
    }

    /// Runs a command with retries, as [`races::bounded`] does. A concurrent repeat of the same request may
    /// commit after [`Book::first_answer`] found no stored answer. The command then collides with the effect
    /// of that repeat, for example a taken id, or loses every race to it. The resulting fault is not the
    /// answer to the request: the command runs once more and returns the stored first answer.
    pub async fn settle<R, F>(&self, attempt: &Attempt, mut run: impl FnMut() -> F) -> Result<R>
    where
        F: Future<Output = Result<R>>,
    {
        match races::bounded(attempt.deadline, &mut run).await {
            Err(fault) => match self.is_answered(attempt).await {
                Ok(true) => run().await,
                // A reused request id explains the failure better than the command's own fault. A failed
                // lookup does not.
                Err(reused @ Fault::RequestIdReused { .. }) => Err(reused),
                Ok(false) | Err(_) => Err(fault),
            },
            answered => answered,
        }
    }

    async fn is_answered(&self, attempt: &Attempt) -> Result<bool> {
        if attempt.request_id.is_none() || attempt.validates_only() {
            return Ok(false);
        }
        let mut reader = self.store.read_once().await?;
        Ok(recorded(&mut reader, attempt).await?.is_some())
    }

    /// Stores a refused decision, best effort, and returns the refusal as a fault. The decision of a preview
    /// is stored for a shorter time.
    pub fn refuse(&self, call: &Call, attempt: &Attempt, decision: Box<Decision>) -> Fault {
        let told = decisions::decision(&decision, call, attempt.validates_only());
        self.refuse_as_told(call, attempt, told, *decision)
    }

    /// Like [`Book::refuse`], for an act of which a peer judges a part: the refusal has the violations of
    /// both decisions, each once. `own` may be accepted; then the refusal is the peer's.
    pub fn refuse_with_peer(
        &self,
        call: &Call,
        attempt: &Attempt,
        own: Box<Decision>,
        of_peer: pb::Decision,
    ) -> Fault {
        let told = decisions::decision(&own, call, attempt.validates_only());
        let told = decisions::joined(told, pb::Decision { preview: attempt.validates_only(), ..of_peer });
        self.refuse_as_told(call, attempt, told, *own)
    }

    fn refuse_as_told(
        &self,
        call: &Call,
        attempt: &Attempt,
        mut told: pb::Decision,
        decision: Decision,
    ) -> Fault {
        let id = self.next_decision_id();
        tracing::Span::current().record("decision", id.as_str());
        told.name = wire::decision_name(&id);
        self.store.note_refusal(stored(call, attempt, &told, (decision.at, decision.day)));
        Fault::Refused(Box::new(Refused { told, decision }))
    }

    /// The partner for which the caller acts. `facts` must contain the caller's tenant. A tenant without a
    /// partner account is refused at `boundary` (rule ENR-11).
    ///
    /// # Errors
    /// [`Fault::Refused`].
    pub fn acting(
        &self,
        call: &Call,
        attempt: &Attempt,
        boundary: &'static str,
        facts: &RegistryFacts,
        now: Timestamp,
        subject: &str,
    ) -> Result<Partner> {
        let tenant = call.tenant().unwrap_or_default();
        let acting = facts.partner_of_tenant(tenant).cloned();
        acting.ok_or_else(|| self.refuse(call, attempt, outsider(boundary, now, subject, tenant)))
    }

    /// The decision of an allowed preview as the caller sees it. It is not stored. Its subject is empty for a
    /// resource that has no id yet.
    pub fn preview<B: Boundary>(&self, call: &Call, permit: &Permit<B>) -> pb::Decision {
        self.for_caller(call, self.previewed(call, &permit.decision()))
    }

    /// A decision as a whole, without storing it: for an RPC that reports what another RPC would decide. A
    /// caller sees it by [`Book::for_caller`].
    pub fn previewed(&self, call: &Call, decision: &Decision) -> pb::Decision {
        let mut whole = decisions::decision(decision, call, true);
        if decision.is_accepted() && is_unnamed(&whole.subject) {
            whole.subject.clear();
        }
        whole
    }

    /// The decision as the caller sees it: only operators see the revisions of the facts.
    pub fn for_caller(&self, call: &Call, decision: pb::Decision) -> pb::Decision {
        decisions::for_caller(decision, call)
    }

    /// A stored decision as the caller sees it.
    ///
    /// # Errors
    /// An internal fault when the stored message cannot be decoded.
    pub fn stored_for_caller(&self, call: &Call, stored: &decision::Decision) -> Result<pb::Decision> {
        let whole = pb::Decision::decode(stored.body.as_slice()).map_err(|_| broken(stored, "body"))?;
        Ok(self.for_caller(call, whole))
    }

    /// Saves the decision of an allowed act in the transaction of its write. `subject` is the name of the
    /// resource that is written.
    ///
    /// # Errors
    /// [`Fault::Internal`] when the permit is for another subject.
    pub fn accept<B: Boundary>(
        &self,
        tx: &mut Tx,
        call: &Call,
        attempt: &Attempt,
        permit: Permit<B>,
        subject: &str,
    ) -> Result<Accepted<B>> {
        let (accepted, decision) = self.accepted(call, attempt, permit, subject)?;
        decision::save(tx, &decision);
        Ok(accepted)
    }

    /// Like [`Book::accept`], for a write that saves the decision itself.
    pub(crate) fn accepted<B: Boundary>(
        &self,
        call: &Call,
        attempt: &Attempt,
        permit: Permit<B>,
        subject: &str,
    ) -> Result<(Accepted<B>, decision::Decision)> {
        must_be_for(&permit, subject)?;
        let mut whole = decisions::decision(&permit.decision(), call, false);
        whole.name = wire::decision_name(&self.next_decision_id());
        subject.clone_into(&mut whole.subject);
        let row = stored(call, attempt, &whole, (permit.at(), permit.day()));
        Ok((Accepted { decision: self.for_caller(call, whole), permit }, row))
    }

    /// Like [`Book::accept`], for a preview: the decision has no name and is not stored.
    pub(crate) fn accept_preview<B: Boundary>(
        &self,
        call: &Call,
        permit: Permit<B>,
        subject: &str,
    ) -> Result<Accepted<B>> {
        must_be_for(&permit, subject)?;
        Ok(Accepted { decision: self.preview(call, &permit), permit })
    }

    /// Ends a mutation: writes the journal entries and the answer for repeats, and commits. After the commit
    /// the answer is final.
    ///
    /// # Errors
    /// [`Fault::LostRace`] also when a concurrent repeat of the request committed first; the next try finds
    /// its stored answer.
    pub async fn conclude<R: Message>(
        &self,
        mut tx: Tx,
        call: &Call,
        attempt: &Attempt,
        decision_id: Option<&str>,
        effects: Vec<Effect>,
        response: &R,
    ) -> Result<()> {
        let time = self.now();
        // The change feed orders the events of one write by event id, so the sorted ids keep the order of the
        // effects.
        let mut event_ids: Vec<String> = effects.iter().map(|_| self.next_id()).collect();
        event_ids.sort_unstable();
        let entry = |(effect, event_id): (Effect, String)| journal::Entry {
            event_id,
            time,
            actor: call.caller_text(),
            method: call.method,
            resource: effect.name,
            resource_type: effect.resource_type,
            revision: effect.revision,
            change: effect.change,
            decision_id: decision_id.map(str::to_owned),
            request_id: attempt.request_id.clone(),
        };
        tx.append(&effects.into_iter().zip(event_ids).map(entry).collect::<Vec<_>>());
        if let Some(request_id) = &attempt.request_id {
            let record = idempotency::Record {
                caller_key: attempt.caller_key.clone(),
                request_id: request_id.clone(),
                rpc: call.rpc.to_owned(),
                fingerprint: attempt.fingerprint.to_vec(),
                response: response.encode_to_vec(),
                created: time,
            };
            idempotency::save(&mut tx, &record);
        }
        tx.commit().await?;
        // Recorded once, and only for a decision that is stored: a span prints a field again each time it is
        // recorded, and every try makes a decision id.
        if let Some(id) = decision_id {
            tracing::Span::current().record("decision", id);
        }
        self.signals.committed();
        Ok(())
    }

    /// Deletes expired rows: refused decisions and stored answers for repeats, at most one batch of each.
    /// Returns whether there may be more.
    pub async fn prune(&self) -> Result<bool> {
        let now = self.micros();
        let mut tx = self.store.write();
        let refused = decision::prune_refused(tx.conn().await?, now).await?;
        let answers = idempotency::prune(tx.conn().await?, now - idempotency::RETENTION_MICROS).await?;
        tx.commit().await?;
        Ok(refused >= u64::from(decision::REFUSED_PRUNED_MAX)
            || answers >= u64::from(idempotency::RECORDS_PRUNED_MAX))
    }

    /// Deletes the tombstones of compensated operations that are too old to have late steps, in a service
    /// with a [`guard`] table: at most one batch, in a transaction of its own. A failure is only logged,
    /// because no command depends on the deletion.
    pub async fn prune_guards(&self) {
        let late = i64::try_from(LATE_CALL_MAX.as_micros()).unwrap_or(i64::MAX);
        let pruned = async {
            let mut tx = self.store.write();
            guard::prune(tx.conn().await?, self.micros().saturating_sub(late)).await?;
            tx.commit().await
        };
        if let Err(error) = pruned.await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "tombstones of old operations were not deleted; the next compensation tries again"
            );
        }
    }

    fn next_decision_id(&self) -> String {
        format!("{}-{}", self.service, self.next_id())
    }
}

/// Refuses a permit for another subject than the one that is written.
fn must_be_for<B: Boundary>(permit: &Permit<B>, subject: &str) -> Result<()> {
    if permit.is_for(subject) {
        return Ok(());
    }
    let (boundary, permitted) = (B::NAME, permit.subject());
    let cause = format!("the permit of {boundary} is for `{permitted}`, but the write is for `{subject}`");
    Err(Fault::internal(cause))
}

/// The stored answer of an earlier request with the same request id, if any.
///
/// # Errors
/// [`Fault::RequestIdReused`] when the earlier request had other content.
async fn recorded(conn: &mut Connection, attempt: &Attempt) -> Result<Option<idempotency::Record>> {
    let Some(request_id) = &attempt.request_id else {
        return Ok(None);
    };
    let found = idempotency::find(conn, &attempt.caller_key, request_id).await?;
    match found {
        Some(record) if record.fingerprint != attempt.fingerprint => {
            Err(Fault::RequestIdReused { request_id: request_id.clone() })
        }
        found => Ok(found),
    }
}

/// Whether the stored decision is about a call on behalf of the caller's party.
pub(crate) fn is_of_party(call: &Call, decision: &decision::Decision) -> bool {
    let key = format!("{}/{}/", call.party_word(), call.tenant().unwrap_or_default());
    decision.caller.starts_with(&key)
}

fn stored(
    call: &Call,
    attempt: &Attempt,
    told: &pb::Decision,
    (decided_at, as_of): (Timestamp, Day),
) -> decision::Decision {
    let accepted = told.verdict() == pb::Verdict::Accepted;
    decision::Decision {
        id: wire::id_of(&told.name).to_owned(),
        boundary: told.boundary.clone(),
        subject: told.subject.clone(),
        accepted,
        as_of,
        decided_at,
        erase_at: (!accepted).then(|| decision::erase_time(decided_at, told.preview)),
        tenant: call.tenant().unwrap_or_default().to_owned(),
        caller: call.key(),
        request_id: attempt.request_id.clone(),
        body: told.encode_to_vec(),
    }
}
