//! The operation: the saved state of the saga that creates a customer across services, or undoes itself.
//!
//! ```text
//! (begin) → CLAIM_TENANT ──→ ESTABLISH_EDGES ──→ [PLACE_ORDER] ──→ DONE
//!                │                  │                 │ ↑
//!                └──── give up, cancel ────→ TAKE_BACK ┘ go on (the order was placed after all)
//!                                               ├──→ FAILED or CANCELLED
//!                                               └──→ FAILED, the customer is kept (something depends on it)
//! ```
//!
//! `give up`: a step was refused. `cancel`: the operation is cancelled. At TAKE_BACK the steps are undone.
//!
//! The registration of a tenant that accepts an invitation is an operation too. `AcceptInvitation` sets the
//! edges of that customer, so the step ESTABLISH_EDGES calls no peer and activates the customer.
//!
//! The calls that do a step at a peer, and the calls that undo it, carry the operation's name. A peer that
//! has undone an operation refuses its steps from then on, so that a call that arrives after its caller's
//! deadline does not change anything.
//!
//! Every step can be repeated: a driver that finds the operation running, after a crash or on a repeat of the
//! request, takes the next step.

use csp_proto::customer::v1 as pb;
use csp_service::wire;
use csp_service::{Book, Call, Effect, Encoded, Fault, Result};
use csp_store::{Word as _, broken};
use jiff::{SignedDuration, Timestamp};
use prost::Message;
use tonic::Status;

use super::request::Request;
use super::table::{OperationRow, Outcome, Rpc, State, Step};

/// Collection id in the resource name.
pub(crate) const COLLECTION: &str = "operations";
/// Resource type, as errors name it.
pub(crate) const KIND: &str = "operation";
/// Length of the lease that a driver gets at each step; longer than a step takes.
pub(crate) const LEASE_SECONDS: i64 = 60;

/// The service that an operation's name tells: the ids of this service's operations begin with it, so that a
/// server of several services knows which one to ask.
const ID_PREFIX: &str = "customer.";

/// An id for a new operation.
pub(crate) fn new_id(book: &Book) -> String {
    format!("{ID_PREFIX}{}", book.next_id())
}

/// An operation. Its row is private and changes only by the transitions below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Operation {
    row: OperationRow,
}

/// The fields of a new operation that neither its call nor its request gives.
#[derive(Debug)]
pub(crate) struct Beginning<'a> {
    pub(crate) id: String,
    pub(crate) tenant: &'a str,
    /// Id of the customer that the operation creates.
    pub(crate) customer: &'a str,
    /// Resource name of the partner that will serve the customer; empty for a registration.
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
                creation_decision: beginning.creation_decision.to_owned(),
                agreement_decision: beginning.agreement_decision.map(str::to_owned),
                customer_kept: false,
                result: None,
                error: None,
                lease_time: lease_from(now),
            },
        }
    }

    /// Tenant and domain are claimed.
    pub(crate) fn claimed(&mut self, now: Timestamp) -> Result<()> {
        self.step_from(Step::ClaimTenant, Step::EstablishEdges, now)
    }

    /// The edges are set, and an order is to be placed under this relationship.
    pub(crate) fn established(
        &mut self,
        relationship: String,
        made: &pb::CustomerCreationResult,
        now: Timestamp,
    ) -> Result<()> {
        self.step_from(Step::EstablishEdges, Step::PlaceOrder, now)?;
        self.row.relationship = Some(relationship);
        self.row.result = Some(made.encode_to_vec());
        Ok(())
    }

    /// What the steps made so far.
    pub(crate) fn made(&self) -> Result<pb::CustomerCreationResult> {
        let made = self.row.result.as_deref().unwrap_or_default();
        pb::CustomerCreationResult::decode(made).map_err(|_| broken(&self.row, "result").into())
    }

    /// The last step is done: it places the order, if `made` has one.
    pub(crate) fn done(&mut self, made: &pb::CustomerCreationResult, now: Timestamp) -> Result<()> {
        let last = if made.order.is_some() { Step::PlaceOrder } else { Step::EstablishEdges };
        self.must_be_at(last)?;
        self.row.result = Some(made.encode_to_vec());
        self.end(State::Done, now);
        Ok(())
    }

    /// A step was refused: every step is to be undone.
    pub(crate) fn give_up(&mut self, refusal: &Status, now: Timestamp) -> Result<()> {
        self.must_go_forward()?;
        self.row.error = Some(Encoded(wire::status(refusal)));
        self.undo_for(Outcome::Failed, now);
        Ok(())
    }

    /// The operation is cancelled: every step is to be undone.
    pub(crate) fn cancel(&mut self, now: Timestamp) -> Result<()> {
        self.must_go_forward()?;
        self.undo_for(Outcome::Cancelled, now);
        Ok(())
    }

    /// The order turned out to be placed: the operation goes forward again instead of being undone.
    pub(crate) fn go_on(&mut self, now: Timestamp) -> Result<()> {
        self.step_from(Step::TakeBack, Step::PlaceOrder, now)?;
        self.row.outcome = None;
        self.row.error = None;
        Ok(())
    }

    /// Every step is undone.
    pub(crate) fn undone(&mut self, now: Timestamp) -> Result<()> {
        self.must_be_at(Step::TakeBack)?;
        let ended = match self.row.outcome.take() {
            Some(Outcome::Cancelled) => State::Cancelled,
            Some(Outcome::Failed) | None => State::Failed,
        };
        self.end(ended, now);
        if self.is_cancelled() {
            self.row.error = Some(Encoded(wire::status(&Status::from(self.cancelled()))));
        }
        Ok(())
    }

    /// Something else depends on the customer: the customer is kept, and the operation fails without its
    /// order.
    pub(crate) fn kept(&mut self, now: Timestamp) -> Result<()> {
        self.must_be_at(Step::TakeBack)?;
        self.row.outcome = None;
        self.row.customer_kept = true;
        self.end(State::Failed, now);
        // A cancellation has no error of a step.
        if self.row.error.is_none() {
            let ended = Status::from(self.conflict(State::Running.word()));
            self.row.error = Some(Encoded(wire::status(&ended)));
        }
        Ok(())
    }

    /// The fault of the call whose operation was cancelled, and of the operation itself.
    pub(crate) fn cancelled(&self) -> Fault {
        Fault::OperationCancelled { operation: self.name() }
    }

    pub(crate) fn name(&self) -> String {
        format!("{COLLECTION}/{}", self.row.id)
    }

    pub(crate) fn row(&self) -> &OperationRow {
        &self.row
    }

    /// The next step; `None` when the operation has ended.
    pub(crate) fn step(&self) -> Option<Step> {
        self.row.step
    }

    /// Whether the operation registers a tenant that accepts an invitation.
    pub(crate) fn is_registration(&self) -> bool {
        self.row.rpc == Rpc::RegisterInvited
    }

    /// Whether no step is left.
    pub(crate) fn has_ended(&self) -> bool {
        self.row.state != State::Running
    }

    /// Whether the operation was cancelled and undone.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.row.state == State::Cancelled
    }

    /// Whether the operation ended without being done: it was undone, or the customer was kept without the
    /// order.
    pub(crate) fn has_failed(&self) -> bool {
        matches!(self.row.state, State::Failed | State::Cancelled)
    }

    /// Whether the caller may see the operation: operators and the tenant that began it may.
    pub(crate) fn is_visible_to(&self, call: &Call) -> bool {
        call.caller.is_operator()
            || (call.tenant().is_some() && call.tenant() == self.row.caller_tenant.as_deref())
    }

    /// Refuses an operation that has ended.
    pub(crate) fn must_be_running(&self) -> Result<()> {
        if self.row.state == State::Running { Ok(()) } else { Err(self.conflict(State::Running.word())) }
    }

    /// The fault of a call that needs the state or the step `needs`.
    pub(crate) fn conflict(&self, needs: &str) -> Fault {
        let state = self.row.step.map_or(self.row.state.word(), Step::word).to_owned();
        let remedy = "read its result with `GetOperation`; a new creation begins with `CreateCustomer` or \
             `AddCustomerWithOrder`";
        Fault::StateConflict {
            resource: self.name(),
            state,
            needs: needs.to_owned(),
            remedy: remedy.to_owned(),
        }
    }

    /// The change from this operation to `after`, for the journal.
    pub(crate) fn change_to(&self, after: &Operation) -> Result<Effect> {
        Effect::changed(&after.name(), after.row.revision, &self.render(), &after.render())
    }

    fn step_from(&mut self, from: Step, to: Step, now: Timestamp) -> Result<()> {
        self.must_be_at(from)?;
        self.row.step = Some(to);
        self.touch(now);
        Ok(())
    }

    fn undo_for(&mut self, outcome: Outcome, now: Timestamp) {
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

/// When a lease that begins at `now` expires.
pub(crate) fn lease_from(now: Timestamp) -> Timestamp {
    now.saturating_add(SignedDuration::from_secs(LEASE_SECONDS)).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use csp_policy::Caller;
    use csp_proto::google::longrunning::operation;

    use tonic::Code;

    use super::*;

    type Event = (&'static str, fn(&mut Operation, Timestamp) -> Result<()>);

    const EVENTS: &[Event] = &[
        ("claimed", |it, now| it.claimed(now)),
        ("established", |it, now| it.established("r".to_owned(), &Default::default(), now)),
        ("done", |it, now| it.done(&Default::default(), now)),
        ("done with order", |it, now| it.done(&with_order(), now)),
        ("give up", |it, now| it.give_up(&Status::failed_precondition("no"), now)),
        ("cancel", |it, now| it.cancel(now)),
        ("go on", |it, now| it.go_on(now)),
        ("undone", |it, now| it.undone(now)),
        ("kept", |it, now| it.kept(now)),
    ];

    fn with_order() -> pb::CustomerCreationResult {
        pb::CustomerCreationResult { order: Some(Default::default()), ..Default::default() }
    }

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
    fn every_transition_from_every_state_ends_where_the_table_says() {
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
    fn the_error_of_a_failed_operation_is_the_refusal_of_its_step_and_of_a_cancelled_one_cancelled() {
        let (now, refusal) = (Timestamp::UNIX_EPOCH, Status::from(Fault::not_found("offer", "offers/o")));
        let mut operation = at("PLACE_ORDER");
        operation.give_up(&refusal, now).unwrap();
        assert_eq!(operation.render().result, None, "the operation is not undone yet");
        operation.undone(now).unwrap();
        assert_eq!(operation.render().result, Some(operation::Result::Error(wire::status(&refusal))));

        let mut operation = at("CLAIM_TENANT");
        operation.cancel(now).unwrap();
        operation.undone(now).unwrap();
        let Some(operation::Result::Error(error)) = operation.render().result else { panic!("no error") };
        assert_eq!(error.code, i32::from(Code::Cancelled));
        assert!(!error.details.is_empty());
    }

    #[test]
    fn only_operators_and_the_tenant_that_began_an_operation_see_it() {
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
