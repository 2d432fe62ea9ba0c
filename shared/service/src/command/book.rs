//! The book of a service: its database, clock and ids, and how every mutation ends in it.
//!
//! Most commands run on the kit ([`crate::Run`]). One whose effect is several writes keeps the plain parts:
//! [`Book::first_answer`], gather, decide – [`Book::refuse`] or a permit –, [`Store::write`], [`Book::accept`], its own
//! writes, [`Book::conclude`]; all inside [`Book::settle`].

use csp_policy::{Boundary, Day, Decision, Partner, Permit, outsider};
use csp_proto::policy::v1 as pb;
use csp_store::{Connection, Store, Tx, broken, decision, guard, idempotency, journal};
use jiff::Timestamp;
use prost::Message;

use crate::command::attempt::Attempt;
use crate::command::effect::Effect;
use crate::command::races;
use crate::fault::decision as decisions;
use crate::fault::{Fault, Refused, Result};
use crate::feed::signal::{Feed, Limits};
use crate::peers::RegistryFacts;
use crate::request::call::Call;
use crate::runtime::clock::Clock;
use crate::runtime::deadline::LATE_CALL_MAX;
use crate::runtime::ids::Ids;

/// What a service writes in, and with what. Clones share all of it.
#[derive(Debug, Clone)]
pub struct Book {
    /// Name of the service, for example `partner-registry`; decision ids begin with it.
    pub service: &'static str,
    /// Its database.
    pub store: Store,
    /// The clock by which it decides.
    pub clock: Clock,
    /// Where its ids come from.
    pub ids: Ids,
    /// What wakes the sequencer and the watchers of its change feed.
    pub feed: Feed,
}

/// An act that the rule book allowed and whose decision is part of the running write.
///
/// Only [`Book::accept`] makes one: a storing function that asks for it cannot run without a decision.
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

    /// Under which the decision can be read again.
    pub fn decision_id(&self) -> &str {
        &self.decision.decision_id
    }

    /// The decision, for the response.
    pub fn decision(&self) -> pb::Decision {
        self.decision.clone()
    }
}

impl Book {
    /// The book of a service.
    pub fn new(service: &'static str, store: Store, clock: Clock, ids: Ids) -> Self {
        Book { service, store, clock, ids, feed: Feed::new(Limits::DEFAULT) }
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The present instant as the database holds it.
    pub fn micros(&self) -> i64 {
        self.now().as_microsecond()
    }

    /// A new id.
    pub fn next_id(&self) -> String {
        self.ids.next(&self.clock)
    }

    /// The answer that this request got before; `None` for a new one, and for one that only validates.
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

    /// Runs a command until it does not lose a race, as [`races::bounded`] does. A repeat that came at the same
    /// time may have been concluded after [`Book::first_answer`] looked: the command then meets that repeat's
    /// effect, for example a taken id, or loses every race to it. What it says then is no answer: it runs once more,
    /// and finds the first.
    pub async fn settle<R, F>(&self, attempt: &Attempt, mut run: impl FnMut() -> F) -> Result<R>
    where
        F: Future<Output = Result<R>>,
    {
        match races::bounded(attempt.deadline, &mut run).await {
            Err(fault) => match self.is_answered(attempt).await {
                Ok(true) => run().await,
                // Other content under the same id is the better answer; that the look failed is not.
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

    /// Notes a refusal, best effort, and gives it as a fault. One that only validates is not noted.
    pub fn refuse(&self, call: &Call, attempt: &Attempt, decision: Box<Decision>) -> Fault {
        let mut told = decisions::decision(&decision, self.now());
        let decision_id = (!attempt.validates_only()).then(|| self.next_decision_id());
        if let Some(id) = &decision_id {
            told.decision_id.clone_from(id);
            tracing::Span::current().record("decision", id.as_str());
            self.store.note_refusal(stored(call, attempt, &told, decision.day, self.now()));
        }
        Fault::Refused(Box::new(Refused { decision_id, decision: *decision }))
    }

    /// The partner for which the caller acts, by facts that were asked for its tenant; a tenant without an account is
    /// refused at `boundary` (rule ENR-11).
    ///
    /// # Errors
    /// [`Fault::Refused`].
    pub fn acting(
        &self,
        call: &Call,
        attempt: &Attempt,
        boundary: &'static str,
        facts: &RegistryFacts,
        day: Day,
        subject: &str,
    ) -> Result<Partner> {
        let tenant = call.tenant().unwrap_or_default();
        let acting = facts.partner_of_tenant(tenant).cloned();
        acting.ok_or_else(|| self.refuse(call, attempt, outsider(boundary, day, subject, tenant)))
    }

    /// The decision of an act that is only validated: allowed, and stored nowhere.
    pub fn preview<B: Boundary>(&self, permit: &Permit<B>) -> pb::Decision {
        decisions::decision(&permit.decision(), self.now())
    }

    /// A refusal that is only told: for an RPC that says what another would decide.
    pub fn told(&self, refusal: &Decision) -> pb::Decision {
        decisions::decision(refusal, self.now())
    }

    /// Saves the decision of an allowed act with its write. `subject` is the name of what is written: a permit
    /// for anything else is a defect.
    pub fn accept<B: Boundary>(
        &self,
        tx: &mut Tx,
        call: &Call,
        attempt: &Attempt,
        permit: Permit<B>,
        subject: &str,
    ) -> Result<Accepted<B>> {
        let mut accepted = self.rehearse(permit, subject)?;
        accepted.decision.decision_id = self.next_decision_id();
        tracing::Span::current().record("decision", accepted.decision_id());
        let day = accepted.permit.day();
        decision::save(tx, &stored(call, attempt, &accepted.decision, day, self.now()));
        Ok(accepted)
    }

    /// The same for an act that is only validated: its decision has no id and is stored nowhere.
    pub(crate) fn rehearse<B: Boundary>(&self, permit: Permit<B>, subject: &str) -> Result<Accepted<B>> {
        if permit.subject() != subject {
            let cause = format!("{} was permitted for `{}`, not for `{subject}`", B::NAME, permit.subject());
            return Err(Fault::internal(cause));
        }
        let decision = self.preview(&permit);
        Ok(Accepted { permit, decision })
    }

    /// Ends a mutation: journal entries, the answer for repeats, commit. After this the answer is final. A repeat that
    /// was concluded in the meantime counts as a lost race: the next try finds the first answer.
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
        // The feed numbers what one write did in this order.
        let mut event_ids: Vec<String> = effects.iter().map(|_| self.next_id()).collect();
        event_ids.sort_unstable();
        let entry = |(effect, event_id): (Effect, String)| journal::Entry {
            event_id,
            time,
            actor: call.actor(),
            command: call.rpc,
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
        self.feed.committed();
        Ok(())
    }

    /// Erases what is kept for a time only and is past it: refused decisions and answers for repeats. At most
    /// one batch of each; says whether there may be more.
    pub async fn prune(&self) -> Result<bool> {
        let now = self.micros();
        let mut tx = self.store.write();
        let refused = decision::prune_refused(tx.conn().await?, now - decision::REFUSED_KEPT_MICROS).await?;
        let answers = idempotency::prune(tx.conn().await?, now - idempotency::RETENTION_MICROS).await?;
        tx.commit().await?;
        Ok(refused >= u64::from(decision::REFUSED_PRUNED_MAX)
            || answers >= u64::from(idempotency::RECORDS_PRUNED_MAX))
    }

    /// Forgets operations of which nothing can be on its way any more, where the service has [`guard`]s: a bounded
    /// number, best effort and apart, as nothing waits for it.
    pub async fn prune_guards(&self) {
        let late = i64::try_from(LATE_CALL_MAX.as_micros()).unwrap_or(i64::MAX);
        let pruned = async {
            let mut tx = self.store.write();
            guard::prune(tx.conn().await?, self.micros().saturating_sub(late)).await?;
            tx.commit().await
        };
        if let Err(error) = pruned.await {
            tracing::warn!(error = &error as &dyn std::error::Error, "old guards of operations stay");
        }
    }

    fn next_decision_id(&self) -> String {
        format!("{}-{}", self.service, self.next_id())
    }
}

/// What is remembered of an earlier try with the same request id; other content under it is refused.
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

fn stored(
    call: &Call,
    attempt: &Attempt,
    told: &pb::Decision,
    as_of: Day,
    decided_at: Timestamp,
) -> decision::Decision {
    decision::Decision {
        id: told.decision_id.clone(),
        boundary: told.boundary.clone(),
        subject: told.subject.clone(),
        accepted: told.accepted,
        as_of,
        decided_at,
        caller: call.key(),
        request_id: attempt.request_id.clone(),
        body: told.encode_to_vec(),
    }
}
