//! The driver: takes an operation from its current step to its end.
//!
//! When a rule or a peer refuses a step permanently, the driver undoes the operation. When a peer is
//! unavailable, the operation stays running, for a repeat of the request or for
//! [`crate::CustomerService::resume_operations`].

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

/// Maximum number of steps of one drive. An operation that needs more steps is in a loop.
pub(crate) const STEPS_MAX: usize = 12;

/// The result of one step.
enum Stepped {
    /// Another step is next.
    On,
    /// The step was refused permanently. The next step undoes the earlier steps.
    Refused(Box<Status>),
    /// The customer is created.
    Created(Box<Created>),
    /// The operation has no step left: this driver or another one took the last step.
    Ended(Box<Operation>),
}

/// The result of a drive.
#[derive(Debug)]
pub(crate) enum End {
    /// The customer is created.
    Done(Box<Created>),
    /// The operation failed or was cancelled. The operation is undone, unless something else depends on the
    /// customer: then the customer is kept. Holds the refusal that this drive met, if any.
    Failed(Box<Operation>, Option<Box<Status>>),
    /// Another driver had brought the operation to DONE.
    Elsewhere,
}

/// Drives the operation that a request began, and answers the request.
pub(crate) async fn to_the_end(service: &CustomerService, call: &Call, id: &str) -> Result<Created> {
    let _lock = service.operation_locks.lock(id).await;
    match drive(service, call, id).await? {
        End::Done(created) => Ok(*created),
        End::Failed(_, Some(refusal)) => Err(Fault::PeerAnswered(refusal)),
        End::Failed(operation, None) if operation.is_cancelled() => Err(operation.cancelled()),
        // `LostRace` makes the caller repeat the request, which then finds its stored answer or is decided
        // again.
        End::Failed(..) | End::Elsewhere => Err(Fault::lost_race(id)),
    }
}

/// Cancels the operation, undoes its steps and returns the ended operation. The caller must hold the
/// operation's lock.
pub(crate) async fn cancel(service: &CustomerService, call: &Call, id: &str) -> Result<Operation> {
    let before = read::by_id(service, id).await?;
    before.must_be_running()?;
    if before.step() != Some(Step::TakeBack) {
        let mut after = before.clone();
        after.cancel(service.book.now())?;
        save(service, call, &before, &after).await?;
    }
    match drive(service, call, id).await? {
        End::Failed(operation, _) => Ok(*operation),
        End::Done(_) | End::Elsewhere => Err(read::by_id(service, id).await?.conflict("RUNNING")),
    }
}

/// Drives step by step. A step that loses a race is retried from the operation's current state. A step that
/// loses the connection to this service's database is retried in the same way. A step that loses too many
/// races ends the drive with the lost race. A step that loses its connection too often ends the drive with
/// [`Fault::StoreUnavailable`], so that no caller starts the request again. The caller must hold the
/// operation's lock.
pub(crate) async fn drive(service: &CustomerService, call: &Call, id: &str) -> Result<End> {
    let mut refusal = None;
    for _ in 0..STEPS_MAX {
        match races::bounded(call.deadline, || step(service, call, id)).await {
            Ok(Stepped::On) => {}
            Ok(Stepped::Refused(status)) => refusal = Some(status),
            Ok(Stepped::Created(created)) => return Ok(End::Done(created)),
            Ok(Stepped::Ended(operation)) if operation.has_failed() => {
                return Ok(End::Failed(operation, refusal));
            }
            Ok(Stepped::Ended(_)) => return Ok(End::Elsewhere),
            Err(Fault::StoreDisconnected) => return Err(Fault::StoreUnavailable),
            Err(fault) => return Err(fault),
        }
    }
    Err(Fault::internal(format!("operation {id} took too many steps")))
}

/// Takes the operation's next step.
async fn step(service: &CustomerService, call: &Call, id: &str) -> Result<Stepped> {
    let operation = read::by_id(service, id).await?;
    let Some(step) = operation.step() else {
        return Ok(Stepped::Ended(Box::new(operation)));
    };
    let work = Work::of(service, call, operation).await?;
    // On the heap: the messages of the peers are long, and each nested future would repeat their room.
    match Box::pin(take(&work, step)).await {
        Ok(Progress::Next) => Ok(Stepped::On),
        Ok(Progress::Done(created)) => Ok(Stepped::Created(created)),
        // Another driver may have advanced the operation. That driver then releases the lease.
        Err(Fault::LostRace { resource }) => Err(Fault::LostRace { resource }),
        Err(fault) if step != Step::TakeBack && is_final(&fault) => {
            let status = Status::from(fault);
            // `give_up` fails with `LostRace` if another driver has advanced the operation. That driver may
            // have caused the refusal: a peer that has undone an operation refuses the operation's steps.
            work.give_up(&status).await?;
            Ok(Stepped::Refused(Box::new(status)))
        }
        Err(fault) => {
            work.leave().await;
            Err(fault)
        }
    }
}

/// Whether every retry of the step would be refused too.
fn is_final(fault: &Fault) -> bool {
    match fault {
        Fault::Refused(_)
        | Fault::AlreadyExists { .. }
        | Fault::NotFound { .. }
        | Fault::Invalid(_)
        | Fault::Limit { .. }
        | Fault::RequestIdReused { .. }
        | Fault::StateConflict { .. }
        | Fault::OperationCancelled { .. } => true,
        Fault::PeerAnswered(status) => !matches!(status.code(), Code::Aborted | Code::ResourceExhausted),
        _ => false,
    }
}

async fn take(work: &Work<'_>, step: Step) -> Result<Progress> {
    match step {
        Step::ClaimTenant => steps::claim_tenant(work).await,
        Step::EstablishEdges => steps::establish_edges(work).await,
        Step::PlaceOrder => steps::place_order(work).await,
        Step::TakeBack => take_back(work).await,
    }
}
