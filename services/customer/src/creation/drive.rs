//! The driver: takes an operation from wherever it stands to its end.
//!
//! A step that a rule or a peer refuses turns the operation back; one whose peer cannot be asked leaves it
//! running, for a repeat of the request or for [`crate::CustomerService::resume_operations`].

use csp_service::{Attempt, Call, Effect, Fault, Result, races};
use tonic::{Code, Status};

use crate::CustomerService;
use crate::creation::create::Created;
use crate::creation::operation::{KIND, Operation, Step};
use crate::creation::plan::Plan;
use crate::creation::request::Request;
use crate::creation::steps;
use crate::customer::Customer;

/// How many steps one drive takes; more means that an operation turns in circles.
pub(crate) const STEPS_MAX: usize = 12;

/// An operation at work, with everything that its next step needs.
#[derive(Debug)]
pub(crate) struct Work<'a> {
    pub(crate) service: &'a CustomerService,
    /// On behalf of whoever began the operation.
    pub(crate) call: Call,
    pub(crate) attempt: Attempt,
    pub(crate) request: Request,
    pub(crate) plan: Plan,
    pub(crate) operation: Operation,
    pub(crate) customer: Customer,
}

/// What a step came to.
#[derive(Debug)]
pub(crate) enum Progress {
    /// Another step is next.
    Next,
    /// The customer is created.
    Done(Box<Created>),
}

/// What came of taking one step.
enum Stepped {
    /// Another step is next.
    On,
    /// The step was refused for good: what was done so far is taken back next.
    TurnedBack(Box<Status>),
    /// The customer is created.
    Created(Box<Created>),
    /// There is no step left, whoever took the last one.
    Ended(Box<Operation>),
}

/// How a drive ended.
#[derive(Debug)]
pub(crate) enum End {
    /// The customer is created.
    Done(Box<Created>),
    /// It failed or was called off: everything is taken back, unless something rested on the customer by then.
    /// With the refusal that this drive met.
    Failed(Box<Operation>, Option<Box<Status>>),
    /// Somebody else brought it to its end before.
    Elsewhere,
}

/// Drives the operation that a request began, and answers the request.
pub(crate) async fn to_the_end(service: &CustomerService, call: &Call, id: &str) -> Result<Created> {
    let _lane = service.lanes.enter(id).await;
    match drive(service, call, id).await? {
        End::Done(created) => Ok(*created),
        End::Failed(_, Some(refusal)) => Err(Fault::PeerAnswered(refusal)),
        End::Failed(operation, None) if operation.is_cancelled() => Err(operation.conflict("RUNNING")),
        // The request is looked at afresh: its first answer is there, or it is decided again.
        End::Failed(..) | End::Elsewhere => Err(Fault::lost_race(id)),
    }
}

/// Calls the operation off and takes back what it did; the caller holds the operation's lane. Gives the operation
/// as it ended.
pub(crate) async fn call_off(service: &CustomerService, call: &Call, id: &str) -> Result<Operation> {
    let before = read(service, id).await?;
    before.must_be_running()?;
    if before.step() != Some(Step::TakeBack) {
        let mut after = before.clone();
        after.call_off(service.book.now())?;
        save(service, call, &before, &after).await?;
    }
    match drive(service, call, id).await? {
        End::Failed(operation, _) => Ok(*operation),
        End::Done(_) | End::Elsewhere => Err(read(service, id).await?.conflict("RUNNING")),
    }
}

/// Resumes an operation that was left alone. A registration is called off: whoever accepts comes again, or never.
pub(crate) async fn resume(service: &CustomerService, call: &Call, id: &str) -> Result<()> {
    let _lane = service.lanes.enter(id).await;
    if read(service, id).await?.is_registration() {
        return call_off(service, call, id).await.map(|_| ());
    }
    drive(service, call, id).await.map(|_| ())
}

/// The operation with this id.
pub(crate) async fn read(service: &CustomerService, id: &str) -> Result<Operation> {
    let mut reader = service.book.store.read_once().await?;
    let row = crate::creation::table::get(&mut reader, id).await?;
    row.map(Operation::from).ok_or_else(|| Fault::not_found(KIND, id))
}

/// Saves an operation that went on, with its journal entry.
pub(crate) async fn save(
    service: &CustomerService,
    call: &Call,
    before: &Operation,
    after: &Operation,
) -> Result<()> {
    let mut tx = service.book.store.write();
    crate::creation::table::update(&mut tx, after.row());
    let effect = Effect::changed(&after.name(), after.row().revision, &before.render(), &after.render())?;
    service.book.conclude(tx, call, &Attempt::of_work(call), None, vec![effect], &()).await
}

/// Drives step by step. A step that loses a race, or the connection to the own database, is tried again from where
/// the operation stands by then; a step that loses too often ends the drive as a lost race. The request is not to be
/// begun again. The caller holds the operation's lane.
async fn drive(service: &CustomerService, call: &Call, id: &str) -> Result<End> {
    let mut refusal = None;
    for _ in 0..STEPS_MAX {
        match races::bounded(call.deadline, || step(service, call, id)).await {
            Ok(Stepped::On) => {}
            Ok(Stepped::TurnedBack(status)) => refusal = Some(status),
            Ok(Stepped::Created(created)) => return Ok(End::Done(created)),
            Ok(Stepped::Ended(operation)) if operation.has_failed() => {
                return Ok(End::Failed(operation, refusal));
            }
            Ok(Stepped::Ended(_)) => return Ok(End::Elsewhere),
            Err(Fault::StoreDisconnected) => return Err(Fault::StoreUnavailable),
            Err(fault) => return Err(fault),
        }
    }
    Err(Fault::internal(format!("operation {id} does not end")))
}

/// Takes the step that is next.
async fn step(service: &CustomerService, call: &Call, id: &str) -> Result<Stepped> {
    let operation = read(service, id).await?;
    let Some(step) = operation.step() else {
        return Ok(Stepped::Ended(Box::new(operation)));
    };
    let work = Work::of(service, call, operation).await?;
    match work.take(step).await {
        Ok(Progress::Next) => Ok(Stepped::On),
        Ok(Progress::Done(created)) => Ok(Stepped::Created(created)),
        // Somebody else may have taken it on meanwhile: it is theirs to leave.
        Err(Fault::LostRace { resource }) => Err(Fault::LostRace { resource }),
        Err(fault) if step != Step::TakeBack && is_final(&fault) => {
            let status = Status::from(fault);
            // Lost where somebody else took it on meanwhile; a peer that knows says no for that alone.
            work.give_up(&status).await?;
            Ok(Stepped::TurnedBack(Box::new(status)))
        }
        Err(fault) => {
            work.leave().await;
            Err(fault)
        }
    }
}

/// Whether repeating the step cannot help.
fn is_final(fault: &Fault) -> bool {
    match fault {
        Fault::Refused(_)
        | Fault::AlreadyExists { .. }
        | Fault::NotFound { .. }
        | Fault::Invalid(_)
        | Fault::Limit { .. }
        | Fault::RequestIdReused { .. }
        | Fault::StateConflict { .. } => true,
        Fault::PeerAnswered(status) => !matches!(status.code(), Code::Aborted | Code::ResourceExhausted),
        _ => false,
    }
}

impl<'a> Work<'a> {
    /// Takes the operation up, in the time that is left of `call` but on behalf of whoever began it.
    async fn of(service: &'a CustomerService, call: &Call, operation: Operation) -> Result<Work<'a>> {
        let row = operation.row();
        let request = Request::decode(&row.rpc, &row.request)?;
        let begun_by = Call::on_behalf_of(&row.caller, request.rpc())?;
        let call = Call { trace: call.trace.clone(), deadline: call.deadline, ..begun_by };
        let mut reader = service.book.store.read_once().await?;
        let customer = crate::customer::table::get_any(&mut reader, &row.customer).await?.map(Customer::from);
        Ok(Work {
            service,
            attempt: request.attempt(&call)?,
            plan: request.plan(service.book.clock.today())?,
            customer: customer.ok_or_else(|| Fault::internal("an operation without its customer"))?,
            call,
            request,
            operation,
        })
    }

    async fn take(&self, step: Step) -> Result<Progress> {
        match step {
            Step::ClaimTenant => steps::claim_tenant(self).await,
            Step::EstablishEdges => steps::establish_edges(self).await,
            Step::PlaceOrder => steps::place_order(self).await,
            Step::TakeBack => steps::take_back(self).await,
        }
    }

    async fn give_up(&self, refusal: &Status) -> Result<()> {
        let mut after = self.operation.clone();
        after.give_up(refusal, self.service.book.now())?;
        self.go_on(&after).await
    }

    /// Saves that the operation went on.
    pub(crate) async fn go_on(&self, after: &Operation) -> Result<()> {
        save(self.service, &self.call, &self.operation, after).await
    }

    /// Leaves the operation to the next who comes, best effort: otherwise its lease has to pass.
    async fn leave(&self) {
        let row = self.operation.row();
        let left = async {
            let mut tx = self.service.book.store.write();
            crate::creation::table::lease(
                tx.conn().await?,
                &row.id,
                row.lease_time,
                self.service.book.micros(),
            )
            .await?;
            tx.commit().await
        };
        if let Err(error) = left.await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                operation = row.id,
                "not left to others"
            );
        }
    }
}
