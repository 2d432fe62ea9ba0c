//! An operation in progress: what its steps need, and how they save their results.

use csp_proto::customer::v1::CustomerCreationDecisions;
use csp_proto::policy::v1::Decision;
use csp_proto::subscription::v1::Order;
use csp_service::order::ORDERS;
use csp_service::{Attempt, Book, Call, Effect, Fault, Result, wire};
use csp_store::{Connection, Tx, Word as _, decision};
use jiff::Timestamp;
use tonic::Status;

use super::created::Created;
use super::operation::Operation;
use super::plan::Plan;
use super::request::Request;
use super::table;
use crate::CustomerService;
use crate::agreement::{self, Agreement};
use crate::customer::{self, Customer};

/// The client's RPC that begins a registration.
const ACCEPTANCE: &str = "AcceptInvitation";

/// An operation in progress, with everything that its next step needs.
#[derive(Debug)]
pub(crate) struct Work<'a> {
    pub(crate) service: &'a CustomerService,
    /// The call on behalf of the caller that began the operation.
    pub(crate) call: Call,
    pub(crate) attempt: Attempt,
    pub(crate) request: Request,
    pub(crate) operation: Operation,
    pub(crate) customer: Customer,
}

/// The customer that an operation activated, with its agreement.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) customer: Customer,
    pub(crate) agreement: Option<Agreement>,
}

/// The result of a step.
#[derive(Debug)]
pub(crate) enum Progress {
    /// Another step is next.
    Next,
    /// The customer is created.
    Done(Box<Created>),
}

impl<'a> Work<'a> {
    /// Prepares the operation's next step: with the deadline of `call`, on behalf of the caller that began
    /// the operation.
    pub(crate) async fn of(
        service: &'a CustomerService,
        call: &Call,
        operation: Operation,
    ) -> Result<Work<'a>> {
        let row = operation.row();
        let request = Request::of(row)?;
        let caller = Call::on_behalf_of(&row.caller, request.rpc().word())?;
        let caller = if operation.is_registration() { caller.begun_by(ACCEPTANCE) } else { caller };
        let call = Call { trace: call.trace.clone(), deadline: call.deadline, ..caller };
        let mut reader = service.book.store.read_once().await?;
        let customer =
            customer::table::by_id(&mut reader, &call.party_key(), &row.customer).await?.map(Customer::from);
        Ok(Work {
            service,
            attempt: request.attempt(&call)?,
            customer: customer.ok_or_else(|| Fault::internal("the customer of an operation is missing"))?,
            call,
            request,
            operation,
        })
    }

    /// Reads the plan from the stored request. Undoing does not need the plan: a request that an older
    /// release accepted and this release refuses is undone like any other refusal.
    pub(crate) fn plan(&self) -> Result<Plan> {
        self.request.plan(self.service.book.clock.today())
    }

    /// Saves the operation's next state.
    pub(crate) async fn go_on(&self, after: &Operation) -> Result<()> {
        save(self.service, &self.call, &self.operation, after).await
    }

    /// Saves that a step was refused permanently and every step is to be undone.
    pub(crate) async fn give_up(&self, refusal: &Status) -> Result<()> {
        let mut after = self.operation.clone();
        after.give_up(refusal, self.service.book.now())?;
        self.go_on(&after).await
    }

    /// Releases the lease, best effort, so that the next driver need not wait for it to expire.
    pub(crate) async fn leave(&self) {
        let row = self.operation.row();
        let left = async {
            let mut tx = self.service.book.store.write();
            table::lease(tx.conn().await?, &row.id, row.lease_time, self.service.book.now()).await?;
            tx.commit().await
        };
        if let Err(error) = left.await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(
                error,
                operation = row.id,
                "a lease was not released: the operation waits until it expires"
            );
        }
    }

    /// Writes the activated customer, and reads its agreement.
    pub(crate) async fn show(&self, tx: &mut Tx, now: Timestamp) -> Result<Shown> {
        let mut customer = self.customer.clone();
        customer.activate(now)?;
        customer::table::end_reservation(tx, customer.row());
        let agreement = agreement::table::of_customer(tx.conn().await?, &customer.row().id).await?;
        Ok(Shown { customer, agreement: agreement.map(Agreement::from) })
    }

    /// Writes the ended operation of a customer that is shown. Returns the journal's effects: of the
    /// customer, its agreement and the operation.
    pub(crate) fn end(&self, tx: &mut Tx, shown: &Shown, ended: &Operation) -> Result<Vec<Effect>> {
        table::update(tx, ended.row());
        let customer = shown.customer.keyless(self.service.book.clock.today());
        let mut effects = vec![Effect::created(&shown.customer.name(), 1, &customer)?];
        if let Some(agreement) = &shown.agreement {
            let whole = agreement.whole();
            effects.push(Effect::created(&whole.name, whole.revision, &whole)?);
        }
        effects.push(self.operation.change_to(ended)?);
        Ok(effects)
    }

    /// The customer's order with the operation's id, if it was placed.
    pub(crate) async fn own_order(&self) -> Result<Option<Order>> {
        let name = wire::customers_name(&self.customer.name(), ORDERS, &self.operation.row().id);
        self.service.subscriptions.order(&self.call, &name).await
    }
}

/// Saves a changed operation, with its journal entry.
pub(crate) async fn save(
    service: &CustomerService,
    call: &Call,
    before: &Operation,
    after: &Operation,
) -> Result<()> {
    let mut tx = service.book.store.write();
    table::update(&mut tx, after.row());
    let effects = vec![before.change_to(after)?];
    service.book.conclude(tx, call, &Attempt::of_work(call), None, effects, &()).await
}

/// The decisions that were made before the first step: of the creation and of the agreement.
pub(crate) async fn decisions(
    book: &Book,
    conn: &mut Connection,
    call: &Call,
    operation: &Operation,
) -> Result<CustomerCreationDecisions> {
    let row = operation.row();
    // A registration has no decision here: the relationship service stores the decision of the acceptance.
    let of_creation = Some(&row.creation_decision).filter(|id| !id.is_empty());
    Ok(CustomerCreationDecisions {
        creation: stored_decision(book, conn, call, of_creation).await?,
        agreement: stored_decision(book, conn, call, row.agreement_decision.as_ref()).await?,
        order: None,
    })
}

async fn stored_decision(
    book: &Book,
    conn: &mut Connection,
    call: &Call,
    id: Option<&String>,
) -> Result<Option<Decision>> {
    let Some(id) = id else { return Ok(None) };
    let saved = decision::get(conn, id).await?.ok_or_else(|| Fault::internal("a decision is missing"))?;
    book.stored_for_caller(call, &saved).map(Some)
}
