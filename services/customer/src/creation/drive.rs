//! The driver: takes an operation from wherever it stands to its end.
//!
//! A step that a rule or a peer refuses turns the operation back; one whose peer cannot be asked leaves it
//! running, for a repeat of the request or for [`crate::CustomerService::resume_operations`].

use csp_service::{Call, Fault, Result, races};
use tonic::{Code, Status};

use super::created::Created;
use super::operation::Operation;
use super::read;
use super::steps;
use super::table::Step;
use super::take_back::take_back;
use super::work::{Progress, Work, save};
use crate::CustomerService;

/// How many steps one drive takes; more means that an operation turns in circles.
pub(crate) const STEPS_MAX: usize = 12;

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
    let _lock = service.operation_locks.lock(id).await;
    match drive(service, call, id).await? {
        End::Done(created) => Ok(*created),
        End::Failed(_, Some(refusal)) => Err(Fault::PeerAnswered(refusal)),
        End::Failed(operation, None) if operation.is_cancelled() => Err(operation.conflict("RUNNING")),
        // The request is looked at afresh: its first answer is there, or it is decided again.
        End::Failed(..) | End::Elsewhere => Err(Fault::lost_race(id)),
    }
}

/// Calls the operation off and takes back what it did; the caller holds the operation's lock. Gives the operation
/// as it ended.
pub(crate) async fn call_off(service: &CustomerService, call: &Call, id: &str) -> Result<Operation> {
    let before = read::by_id(service, id).await?;
    before.must_be_running()?;
    if before.step() != Some(Step::TakeBack) {
        let mut after = before.clone();
        after.call_off(service.book.now())?;
        save(service, call, &before, &after).await?;
    }
    match drive(service, call, id).await? {
        End::Failed(operation, _) => Ok(*operation),
        End::Done(_) | End::Elsewhere => Err(read::by_id(service, id).await?.conflict("RUNNING")),
    }
}

/// Drives step by step. A step that loses a race, or the connection to the own database, is tried again from where
/// the operation stands by then; a step that loses too often ends the drive as a lost race. The request is not to be
/// begun again. The caller holds the operation's lock.
pub(crate) async fn drive(service: &CustomerService, call: &Call, id: &str) -> Result<End> {
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
    let operation = read::by_id(service, id).await?;
    let Some(step) = operation.step() else {
        return Ok(Stepped::Ended(Box::new(operation)));
    };
    let work = Work::of(service, call, operation).await?;
    match take(&work, step).await {
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

/// Takes this step.
async fn take(work: &Work<'_>, step: Step) -> Result<Progress> {
    match step {
        Step::ClaimTenant => steps::claim_tenant(work).await,
        Step::EstablishEdges => steps::establish_edges(work).await,
        Step::PlaceOrder => steps::place_order(work).await,
        Step::TakeBack => take_back(work).await,
    }
}
