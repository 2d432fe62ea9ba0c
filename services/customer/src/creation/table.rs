//! The table `operation`.

use csp_proto::policy::v1::Refusal;
use csp_service::Encoded;
use csp_store::{Change, Connection, Error, Save, Select, Statement, Tx, Word, table};
use jiff::Timestamp;

table! {
    /// A row of the table.
    pub(crate) struct OperationRow in "operation" {
        id: String,
        /// The tenant of the customer to be.
        tenant: String,
        revision: i64,
        create_time: Timestamp,
        update_time: Timestamp,
        state: State,
        /// The step that is next; none when terminal.
        step: Option<Step>,
        /// How it ends once everything is taken back.
        outcome: Option<Outcome>,
        rpc: Rpc,
        /// The request that began it, encoded: it is the plan.
        request: Vec<u8>,
        request_id: Option<String>,
        /// Who began it, for the calls that are still to be made.
        caller: String,
        caller_key: String,
        /// The caller's tenant; none for an operator.
        caller_tenant: Option<String>,
        /// Id of the customer to be.
        customer: String,
        /// The partner that will serve the customer.
        seller: String,
        /// The seller's relationship with the customer, once the edges are set and an order is to follow.
        relationship: Option<String>,
        placed_order: Option<String>,
        creation_decision: String,
        agreement_decision: Option<String>,
        refusal: Option<Encoded<Refusal>>,
        failure: Option<String>,
        /// Until when whoever drives it is left alone.
        lease_time: Timestamp,
    }
}

/// Where an operation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// It has a step that is next.
    Running,
    /// The customer exists.
    Done,
    /// A step was refused.
    Failed,
    /// It was called off.
    Cancelled,
}

impl Word for State {
    const WORDS: &'static [(State, &'static str)] = &[
        (State::Running, "RUNNING"),
        (State::Done, "DONE"),
        (State::Failed, "FAILED"),
        (State::Cancelled, "CANCELLED"),
    ];
}

/// What is next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Tenant and domain are claimed at the registry.
    ClaimTenant,
    /// The relationships are decided and set.
    EstablishEdges,
    /// The first order is placed.
    PlaceOrder,
    /// Everything is taken back.
    TakeBack,
}

impl Word for Step {
    const WORDS: &'static [(Step, &'static str)] = &[
        (Step::ClaimTenant, "CLAIM_TENANT"),
        (Step::EstablishEdges, "ESTABLISH_EDGES"),
        (Step::PlaceOrder, "PLACE_ORDER"),
        (Step::TakeBack, "TAKE_BACK"),
    ];
}

/// How an operation ends whose steps are taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A step was refused.
    Failed,
    /// It was called off.
    Cancelled,
}

impl Word for Outcome {
    const WORDS: &'static [(Outcome, &'static str)] =
        &[(Outcome::Failed, "FAILED"), (Outcome::Cancelled, "CANCELLED")];
}

/// What began an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rpc {
    CreateCustomer,
    RecordCustomer,
    AddCustomerWithOrder,
    RegisterInvited,
}

impl Word for Rpc {
    const WORDS: &'static [(Rpc, &'static str)] = &[
        (Rpc::CreateCustomer, "CreateCustomer"),
        (Rpc::RecordCustomer, "RecordCustomer"),
        (Rpc::AddCustomerWithOrder, "AddCustomerWithOrder"),
        (Rpc::RegisterInvited, "RegisterInvited"),
    ];
}

table! {
    /// The lease of an operation: all that taking it up needs, so that a row that is broken keeps no other one waiting.
    pub(crate) struct LeaseRow in "operation" {
        id: String,
        lease_time: Timestamp,
    }
}

const UPDATE: Save<OperationRow> = Save::new(
    "
    UPDATE operation
       SET revision     = :revision,
           update_time  = :update_time,
           state        = :state,
           step         = :step,
           outcome      = :outcome,
           relationship = :relationship,
           placed_order = :placed_order,
           refusal      = :refusal,
           failure      = :failure,
           lease_time   = :lease_time
     WHERE id = :id AND revision = :revision - 1",
);

const LEASE: &str =
    "UPDATE operation SET lease_time = $3 WHERE id = $1 AND lease_time = $2 AND state = 'RUNNING'";

const BY_ID: Select<OperationRow> = Select::new("SELECT * FROM operation WHERE id = $1");

const OF_REQUEST: Select<OperationRow> = Select::new(
    "
    SELECT * FROM operation
     WHERE caller_key = $1 AND request_id = $2 AND state IN ('RUNNING', 'CANCELLED')",
);

const LEFT_ALONE: Select<LeaseRow> = Select::new(
    "
    SELECT * FROM operation
     WHERE state = 'RUNNING' AND lease_time <= $1
     ORDER BY lease_time, id LIMIT $2",
);

const REGISTRATIONS: Select<OperationRow> = Select::new(
    "
    SELECT * FROM operation
     WHERE tenant = $1 AND rpc = 'RegisterInvited' AND state = 'RUNNING'
     ORDER BY create_time LIMIT $2",
);
/// Running registrations of one tenant that are looked at, at most.
const REGISTRATIONS_MAX: i64 = 10;

/// Every statement of the table.
pub(crate) const STATEMENTS: &[&dyn Statement] =
    &[&UPDATE, &LEASE, &BY_ID, &OF_REQUEST, &LEFT_ALONE, &REGISTRATIONS];

/// Adds an operation; two that run for one request are a conflict.
pub(crate) fn insert(tx: &mut Tx, row: &OperationRow) {
    tx.put(Change::insert(row));
}

/// Saves an operation that went on, over the revision before.
pub(crate) fn update(tx: &mut Tx, row: &OperationRow) {
    tx.put(UPDATE.of(row).must_meet(1));
}

/// Moves the lease, if nobody else did; says whether it was moved.
pub(crate) async fn lease(
    conn: &mut Connection,
    id: &str,
    from: Timestamp,
    until: Timestamp,
) -> Result<bool, Error> {
    let (from, until) = (from.as_microsecond(), until.as_microsecond());
    let result = sqlx::query(LEASE).bind(id).bind(from).bind(until).execute(conn).await?;
    Ok(result.rows_affected() == 1)
}

/// The operation with this id.
pub(crate) async fn by_id(conn: &mut Connection, id: &str) -> Result<Option<OperationRow>, Error> {
    Ok(BY_ID.query().bind(id).fetch_optional(conn).await?)
}

/// The operation that this request began, running or called off.
pub(crate) async fn of_request(
    conn: &mut Connection,
    caller_key: &str,
    request_id: &str,
) -> Result<Option<OperationRow>, Error> {
    Ok(OF_REQUEST.query().bind(caller_key).bind(request_id).fetch_optional(conn).await?)
}

/// The running operations that register the tenant, oldest first.
pub(crate) async fn registrations(conn: &mut Connection, tenant: &str) -> Result<Vec<OperationRow>, Error> {
    Ok(REGISTRATIONS.query().bind(tenant).bind(REGISTRATIONS_MAX).fetch_all(conn).await?)
}

/// Running operations whose lease has passed by `now`, the longest left alone first.
pub(crate) async fn left_alone(
    conn: &mut Connection,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<LeaseRow>, Error> {
    Ok(LEFT_ALONE.query().bind(now.as_microsecond()).bind(limit).fetch_all(conn).await?)
}
