//! The table `operation`.

use csp_proto::google::rpc::Status;
use csp_service::Encoded;
use csp_store::{Change, Connection, Error, Save, Select, Statement, Tx, Word, table};
use jiff::Timestamp;

table! {
    pub(crate) struct OperationRow in "operation" {
        id: String,
        /// Tenant of the customer that the operation creates.
        tenant: String,
        revision: i64,
        create_time: Timestamp,
        update_time: Timestamp,
        state: State,
        /// The next step; none when the operation has ended.
        step: Option<Step>,
        /// How the operation ends once every step is undone.
        outcome: Option<Outcome>,
        rpc: Rpc,
        /// The encoded request that began the operation. The plan is read from it.
        request: Vec<u8>,
        request_id: Option<String>,
        /// The caller that began the operation, for the calls to peers that are still to be made.
        caller: String,
        caller_key: String,
        /// The caller's tenant; none for an operator.
        caller_tenant: Option<String>,
        /// Id of the customer that the operation creates.
        customer: String,
        /// Resource name of the partner that will serve the customer; empty for a registration.
        seller: String,
        /// The seller's relationship with the customer. Set after ESTABLISH_EDGES, if an order follows.
        relationship: Option<String>,
        creation_decision: String,
        agreement_decision: Option<String>,
        /// Whether the customer stays although the operation did not succeed.
        customer_kept: bool,
        /// What the steps made so far: an encoded `CustomerCreationResult`, which is long.
        result: Option<Vec<u8>>,
        /// Why the operation did not succeed.
        error: Option<Encoded<Status>>,
        /// When the lease of the current driver expires.
        lease_time: Timestamp,
    }
}

/// State of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// The operation has a next step.
    Running,
    /// The customer exists.
    Done,
    /// A step was refused; every step is undone, or the customer is kept without the order.
    Failed,
    /// The operation was cancelled and undone.
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

/// A step of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Tenant and domain are claimed at the registry.
    ClaimTenant,
    /// The relationships are decided and set.
    EstablishEdges,
    /// The first order is placed.
    PlaceOrder,
    /// The earlier steps are undone.
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

/// How an operation ends once every step is undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A step was refused.
    Failed,
    /// The operation was cancelled.
    Cancelled,
}

impl Word for Outcome {
    const WORDS: &'static [(Outcome, &'static str)] =
        &[(Outcome::Failed, "FAILED"), (Outcome::Cancelled, "CANCELLED")];
}

/// The RPC that began an operation.
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
    /// The columns that a resumption needs. A broken value in any other column does not prevent the
    /// resumption of other operations.
    pub(crate) struct LeaseRow in "operation" {
        id: String,
        lease_time: Timestamp,
    }
}

const UPDATE: Save<OperationRow> = Save::new(
    "
    UPDATE operation
       SET revision      = :revision,
           update_time   = :update_time,
           state         = :state,
           step          = :step,
           outcome       = :outcome,
           relationship  = :relationship,
           customer_kept = :customer_kept,
           result        = :result,
           error         = :error,
           lease_time    = :lease_time
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

const RESUMABLE: Select<LeaseRow> = Select::new(
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
/// Maximum number of running registrations of one tenant that one call reads.
const REGISTRATIONS_MAX: i64 = 10;

const PAGE: Select<OperationRow> = Select::new(
    "
    SELECT * FROM operation
     WHERE (create_time, id) < ($1, $2) AND state IN :list
     ORDER BY create_time DESC, id DESC LIMIT $3",
);

const PAGE_OF_CALLER: Select<OperationRow> = Select::new(
    "
    SELECT * FROM operation
     WHERE caller_tenant = $4 AND (create_time, id) < ($1, $2) AND state IN :list
     ORDER BY create_time DESC, id DESC LIMIT $3",
);

/// Every SQL statement on the table.
pub(crate) const STATEMENTS: &[&dyn Statement] =
    &[&UPDATE, &LEASE, &BY_ID, &OF_REQUEST, &RESUMABLE, &REGISTRATIONS, &PAGE, &PAGE_OF_CALLER];

/// Adds an operation. A unique index allows only one running operation for one request.
pub(crate) fn insert(tx: &mut Tx, row: &OperationRow) {
    tx.put(Change::insert(row));
}

/// Saves a changed operation. Optimistic lock: the write loses its race unless the stored revision is the one
/// before.
pub(crate) fn update(tx: &mut Tx, row: &OperationRow) {
    tx.put(UPDATE.of(row).must_meet(1));
}

/// Moves the expiry of the lease by compare-and-swap; `false` when another driver moved it first.
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

/// The operation that this request began, if it is running or was cancelled.
pub(crate) async fn of_request(
    conn: &mut Connection,
    caller_key: &str,
    request_id: &str,
) -> Result<Option<OperationRow>, Error> {
    Ok(OF_REQUEST.query().bind(caller_key).bind(request_id).fetch_optional(conn).await?)
}

/// Running operations that register the tenant, oldest first.
pub(crate) async fn registrations(conn: &mut Connection, tenant: &str) -> Result<Vec<OperationRow>, Error> {
    Ok(REGISTRATIONS.query().bind(tenant).bind(REGISTRATIONS_MAX).fetch_all(conn).await?)
}

/// The place in the list of operations, newest first, after which a page starts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Before<'a> {
    pub(crate) create_time: i64,
    pub(crate) id: &'a str,
    pub(crate) limit: i64,
}

/// Operations in these states, newest first: those that a caller of `tenant` began, or all.
pub(crate) async fn page(
    conn: &mut Connection,
    tenant: Option<&str>,
    states: &[State],
    before: Before<'_>,
) -> Result<Vec<OperationRow>, Error> {
    let question = if tenant.is_some() { &PAGE_OF_CALLER } else { &PAGE };
    let first = if tenant.is_some() { 5 } else { 4 };
    let query = question.query_list(first, states.len());
    let query = query.bind(before.create_time).bind(before.id).bind(before.limit);
    let query = tenant.into_iter().fold(query, |query, tenant| query.bind(tenant));
    let query = states.iter().fold(query, |query, state| query.bind(state.word()));
    Ok(query.fetch_all(conn).await?)
}

/// Running operations whose lease has expired by `now`, the longest expired first.
pub(crate) async fn resumable(
    conn: &mut Connection,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<LeaseRow>, Error> {
    Ok(RESUMABLE.query().bind(now.as_microsecond()).bind(limit).fetch_all(conn).await?)
}
