//! The operation: how a customer comes to be over several services, whole or not at all.
//!
//! ```text
//! (begin) → CLAIM_TENANT ──→ ESTABLISH_EDGES ──→ [PLACE_ORDER] ──→ DONE
//!                │                  │                 │ ↑
//!                └──── give up, call off ──→ TAKE_BACK ┘ go on (the order was placed after all)
//!                                               ├──→ FAILED or CANCELLED
//!                                               └──→ FAILED, the customer is kept (something rests on it)
//! ```
//!
//! A tenant that accepts an invitation is registered by an operation too, whose edges the acceptance sets: nothing is
//! done at ESTABLISH_EDGES then.
//!
//! Each step carries the operation's name to whoever does it, and so does its being taken back. Whoever has taken back
//! refuses the step from then on, so that a call that comes after its caller's deadline changes nothing.
//!
//! Every step can be repeated: whoever finds the operation running, after a crash or by a repeat of the
//! request, does the step that is next.

use csp_proto::customer::v1::{self as pb, OperationState};
use csp_proto::policy::v1::Refusal;
use csp_service::wire::timestamp;
use csp_service::{Call, Effect, Encoded, Fault, Result, etag};
use csp_store::Word as _;
use jiff::{SignedDuration, Timestamp};
use prost::Message;
use tonic::Status;

use super::request::Request;
use super::table::{OperationRow, Outcome, Rpc, State, Step};
use crate::customer;

/// Collection of the resource name.
pub(crate) const COLLECTION: &str = "operations";
/// Kind of the resource, as errors name it.
pub(crate) const KIND: &str = "operation";
/// How long whoever drives an operation is left alone after each step: longer than a step takes.
pub(crate) const LEASE_SECONDS: i64 = 60;

/// What is said of a customer that cannot be taken back.
const KEPT: &str = "the customer stays, because something rests on it already";
const REFUSAL_TYPE: &str = "csp.policy.v1.Refusal";

/// An operation, whole. It changes only by the transitions below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Operation {
    row: OperationRow,
}

/// What is known when an operation begins.
#[derive(Debug)]
pub(crate) struct Beginning<'a> {
    pub(crate) id: String,
    pub(crate) tenant: &'a str,
    /// Id of the customer to be.
    pub(crate) customer: &'a str,
    /// The partner that will serve it.
    pub(crate) seller: &'a str,
    pub(crate) creation_decision: &'a str,
    pub(crate) agreement_decision: Option<&'a str>,
}

impl Operation {
    /// A running operation, before its first step.
    pub(crate) fn begin(beginning: Beginning<'_>, call: &Call, request: &Request, now: Timestamp) -> Self {
        Operation {
            row: OperationRow {
                id: beginning.id,
                tenant: beginning.tenant.to_owned(),
                revision: 1,
                create_time: now,
                update_time: now,
                state: State::Running,
                step: Some(Step::ClaimTenant),
                outcome: None,
                rpc: request.rpc(),
                request: request.encode(),
                request_id: Some(request.request_id().to_owned()).filter(|id| !id.is_empty()),
                caller: call.caller_text(),
                caller_key: call.key(),
                caller_tenant: call.tenant().map(str::to_owned),
                customer: beginning.customer.to_owned(),
                seller: beginning.seller.to_owned(),
                relationship: None,
                placed_order: None,
                creation_decision: beginning.creation_decision.to_owned(),
                agreement_decision: beginning.agreement_decision.map(str::to_owned),
                refusal: None,
                failure: None,
                lease_time: lease_from(now),
            },
        }
    }

    /// Tenant and domain are claimed.
    pub(crate) fn claimed(&mut self, now: Timestamp) -> Result<()> {
        self.step_from(Step::ClaimTenant, Step::EstablishEdges, now)
    }

    /// The edges are set, and an order is to rest on this relationship.
    pub(crate) fn established(&mut self, relationship: String, now: Timestamp) -> Result<()> {
        self.step_from(Step::EstablishEdges, Step::PlaceOrder, now)?;
        self.row.relationship = Some(relationship);
        Ok(())
    }

    /// The last step is done.
    pub(crate) fn done(&mut self, order: Option<String>, now: Timestamp) -> Result<()> {
        let last = if order.is_some() { Step::PlaceOrder } else { Step::EstablishEdges };
        self.must_be_at(last)?;
        self.row.placed_order = order;
        self.end(State::Done, now);
        Ok(())
    }

    /// A step was refused: everything is to be taken back.
    pub(crate) fn give_up(&mut self, refusal: &Status, now: Timestamp) -> Result<()> {
        self.must_go_forward()?;
        self.row.refusal = refusal_in(refusal).map(Encoded);
        self.row.failure = Some(refusal.message().to_owned());
        self.turn_back(Outcome::Failed, now);
        Ok(())
    }

    /// It is called off: everything is to be taken back.
    pub(crate) fn call_off(&mut self, now: Timestamp) -> Result<()> {
        self.must_go_forward()?;
        self.turn_back(Outcome::Cancelled, now);
        Ok(())
    }

    /// The order turned out to be placed: there is nothing to take back any more.
    pub(crate) fn go_on(&mut self, now: Timestamp) -> Result<()> {
        self.step_from(Step::TakeBack, Step::PlaceOrder, now)?;
        self.row.outcome = None;
        self.row.refusal = None;
        self.row.failure = None;
        Ok(())
    }

    /// Everything is taken back.
    pub(crate) fn taken_back(&mut self, now: Timestamp) -> Result<()> {
        self.must_be_at(Step::TakeBack)?;
        let ended = match self.row.outcome.take() {
            Some(Outcome::Cancelled) => State::Cancelled,
            Some(Outcome::Failed) | None => State::Failed,
        };
        self.end(ended, now);
        Ok(())
    }

    /// Something else rests on the customer by now: it stays, and only what was asked for beyond it failed.
    pub(crate) fn kept(&mut self, now: Timestamp) -> Result<()> {
        self.must_be_at(Step::TakeBack)?;
        self.row.outcome = None;
        let failure = self.row.failure.take().map(|refused| format!("{refused}; {KEPT}"));
        self.row.failure = Some(failure.unwrap_or_else(|| KEPT.to_owned()));
        self.end(State::Failed, now);
        Ok(())
    }

    pub(crate) fn name(&self) -> String {
        format!("{COLLECTION}/{}", self.row.id)
    }

    pub(crate) fn row(&self) -> &OperationRow {
        &self.row
    }

    /// The step that is next; `None` when terminal.
    pub(crate) fn step(&self) -> Option<Step> {
        self.row.step
    }

    /// Whether it registers a tenant that accepts an invitation.
    pub(crate) fn is_registration(&self) -> bool {
        self.row.rpc == Rpc::RegisterInvited
    }

    /// Whether it was called off.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.row.state == State::Cancelled
    }

    /// Whether it ended without being done: everything was taken back, or the customer was kept without its order.
    pub(crate) fn has_failed(&self) -> bool {
        matches!(self.row.state, State::Failed | State::Cancelled)
    }

    /// Whether the caller may see it: whoever began it, and operators.
    pub(crate) fn is_visible_to(&self, call: &Call) -> bool {
        call.caller.is_operator()
            || (call.tenant().is_some() && call.tenant() == self.row.caller_tenant.as_deref())
    }

    /// Whether it is still under way.
    pub(crate) fn must_be_running(&self) -> Result<()> {
        if self.row.state == State::Running { Ok(()) } else { Err(self.conflict(State::Running.word())) }
    }

    /// Why it cannot do what is asked.
    pub(crate) fn conflict(&self, needs: &str) -> Fault {
        let state = self.row.step.map_or(self.row.state.word(), Step::word).to_owned();
        Fault::StateConflict { resource: self.name(), state, needs: needs.to_owned() }
    }

    /// As the contract shows it.
    pub(crate) fn render(&self) -> pb::Operation {
        let row = &self.row;
        pb::Operation {
            name: self.name(),
            etag: etag::of(row.revision),
            revision: row.revision,
            create_time: Some(timestamp(row.create_time)),
            update_time: Some(timestamp(row.update_time)),
            state: told(row.state).into(),
            step: row.step.map_or("", Step::word).to_owned(),
            customer: customer::name(&row.customer),
            order: row.placed_order.clone().unwrap_or_default(),
            refusal: row.refusal.clone().map(|refusal| refusal.0),
            failure: row.failure.clone().unwrap_or_default(),
        }
    }

    /// What the change to `after` did, for the journal.
    pub(crate) fn change_to(&self, after: &Operation) -> Result<Effect> {
        Effect::changed(&after.name(), after.row.revision, &self.render(), &after.render())
    }

    fn step_from(&mut self, from: Step, to: Step, now: Timestamp) -> Result<()> {
        self.must_be_at(from)?;
        self.row.step = Some(to);
        self.touch(now);
        Ok(())
    }

    fn turn_back(&mut self, outcome: Outcome, now: Timestamp) {
        self.row.step = Some(Step::TakeBack);
        self.row.outcome = Some(outcome);
        self.touch(now);
    }

    fn end(&mut self, state: State, now: Timestamp) {
        self.row.state = state;
        self.row.step = None;
        self.touch(now);
    }

    fn must_be_at(&self, step: Step) -> Result<()> {
        if self.step() == Some(step) { Ok(()) } else { Err(self.conflict(step.word())) }
    }

    fn must_go_forward(&self) -> Result<()> {
        match self.step() {
            Some(Step::ClaimTenant | Step::EstablishEdges | Step::PlaceOrder) => Ok(()),
            Some(Step::TakeBack) | None => Err(self.conflict(State::Running.word())),
        }
    }

    fn touch(&mut self, now: Timestamp) {
        self.row.revision += 1;
        self.row.update_time = now;
        self.row.lease_time = lease_from(now);
    }
}

impl From<OperationRow> for Operation {
    fn from(row: OperationRow) -> Self {
        Operation { row }
    }
}

/// The end of a lease that begins now.
pub(crate) fn lease_from(now: Timestamp) -> Timestamp {
    now.saturating_add(SignedDuration::from_secs(LEASE_SECONDS)).unwrap_or(now)
}

/// In the contract's words.
fn told(state: State) -> OperationState {
    match state {
        State::Running => OperationState::Running,
        State::Done => OperationState::Done,
        State::Failed => OperationState::Failed,
        State::Cancelled => OperationState::Cancelled,
    }
}

/// The rule book's refusal that a status carries.
fn refusal_in(status: &Status) -> Option<Refusal> {
    let told = tonic_types::pb::Status::decode(status.details()).ok()?;
    let packed = told.details.iter().find(|detail| detail.type_url.ends_with(REFUSAL_TYPE))?;
    Refusal::decode(packed.value.as_slice()).ok()
}

#[cfg(test)]
mod tests {
    use csp_policy::Caller;

    use super::*;

    type Event = (&'static str, fn(&mut Operation, Timestamp) -> Result<()>);

    const EVENTS: &[Event] = &[
        ("claimed", |it, now| it.claimed(now)),
        ("established", |it, now| it.established("resellerRelationships/r".to_owned(), now)),
        ("done", |it, now| it.done(None, now)),
        ("done with order", |it, now| it.done(Some("orders/o".to_owned()), now)),
        ("give up", |it, now| it.give_up(&Status::failed_precondition("no"), now)),
        ("call off", |it, now| it.call_off(now)),
        ("go on", |it, now| it.go_on(now)),
        ("taken back", |it, now| it.taken_back(now)),
        ("kept", |it, now| it.kept(now)),
    ];

    fn at(state: &str) -> Operation {
        let call = Call::made_by(Caller::operator(), "olga", "RecordCustomer");
        let beginning = Beginning {
            id: "o".to_owned(),
            tenant: "tailspin.example",
            customer: "tailspin",
            seller: "partners/contoso",
            creation_decision: "customer-d",
            agreement_decision: None,
        };
        let mut operation =
            Operation::begin(beginning, &call, &Request::Record(Default::default()), Timestamp::UNIX_EPOCH);
        let step = Step::WORDS.iter().find(|(_, word)| *word == state).map(|(step, _)| *step);
        let ended = State::WORDS.iter().find(|(_, word)| *word == state).map(|(ended, _)| *ended);
        operation.row.step = step;
        operation.row.outcome = (step == Some(Step::TakeBack)).then_some(Outcome::Cancelled);
        operation.row.state = ended.unwrap_or(State::Running);
        operation
    }

    fn outcome(from: &str, event: &Event) -> String {
        let mut operation = at(from);
        let before = operation.clone();
        match event.1(&mut operation, Timestamp::UNIX_EPOCH) {
            Ok(()) => {
                assert_eq!(operation.row.revision, 2);
                operation.row.step.map_or(operation.row.state.word(), Step::word).to_owned()
            }
            Err(_) => {
                assert_eq!(operation, before, "a refused transition changes nothing");
                "-".to_owned()
            }
        }
    }

    #[test]
    fn every_event_in_every_state() {
        let states =
            ["CLAIM_TENANT", "ESTABLISH_EDGES", "PLACE_ORDER", "TAKE_BACK", "DONE", "FAILED", "CANCELLED"];
        let mut table = String::new();
        for from in states {
            let row: Vec<String> = EVENTS.iter().map(|event| outcome(from, event)).collect();
            table.push_str(&format!("{from}: {}\n", row.join(" ")));
        }
        let expected = "\
CLAIM_TENANT: ESTABLISH_EDGES - - - TAKE_BACK TAKE_BACK - - -
ESTABLISH_EDGES: - PLACE_ORDER DONE - TAKE_BACK TAKE_BACK - - -
PLACE_ORDER: - - - DONE TAKE_BACK TAKE_BACK - - -
TAKE_BACK: - - - - - - PLACE_ORDER CANCELLED FAILED
DONE: - - - - - - - - -
FAILED: - - - - - - - - -
CANCELLED: - - - - - - - - -
";
        assert_eq!(table, expected);
    }

    #[test]
    fn only_its_beginner_and_operators_see_it() {
        let mut operation = at("CLAIM_TENANT");
        operation.row.caller_tenant = Some("contoso.example".to_owned());
        let partner = |tenant: &str| {
            let party = csp_policy::Party::Partner { tenant: tenant.to_owned() };
            Call::made_by(Caller { party, roles: Vec::new() }, "ana", "GetOperation")
        };
        assert!(operation.is_visible_to(&partner("contoso.example")));
        assert!(!operation.is_visible_to(&partner("other.example")));
        assert!(operation.is_visible_to(&Call::made_by(Caller::operator(), "olga", "GetOperation")));
    }
}
