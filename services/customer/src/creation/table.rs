//! Rows of operations.

use csp_store::{Change, Connection, Error, Tx};

/// An operation as the database has it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct OperationRow {
    pub(crate) id: String,
    /// The tenant of the customer to be.
    pub(crate) tenant: String,
    pub(crate) revision: i64,
    pub(crate) create_time: i64,
    pub(crate) update_time: i64,
    pub(crate) state: String,
    /// The step that is next; none when terminal.
    pub(crate) step: Option<String>,
    /// How it ends once everything is taken back.
    pub(crate) outcome: Option<String>,
    pub(crate) rpc: String,
    /// The request that began it, encoded: it is the plan.
    pub(crate) request: Vec<u8>,
    pub(crate) request_id: Option<String>,
    /// Who began it, for the calls that are still to be made.
    pub(crate) caller: String,
    pub(crate) caller_key: String,
    /// The caller's tenant; none for an operator.
    pub(crate) caller_tenant: Option<String>,
    /// Id of the customer to be.
    pub(crate) customer: String,
    /// The partner that will serve the customer.
    pub(crate) seller: String,
    /// The seller's relationship with the customer, once the edges are set and an order is to follow.
    pub(crate) relationship: Option<String>,
    pub(crate) placed_order: Option<String>,
    pub(crate) creation_decision: String,
    pub(crate) agreement_decision: Option<String>,
    pub(crate) refusal: Option<Vec<u8>>,
    pub(crate) failure: Option<String>,
    /// Until when whoever drives it is left alone.
    pub(crate) lease_time: i64,
}

macro_rules! columns {
    () => {
        "id, tenant, revision, create_time, update_time, state, step, outcome, rpc, request, request_id, caller, \
         caller_key, caller_tenant, customer, seller, relationship, placed_order, creation_decision, \
         agreement_decision, refusal, failure, lease_time"
    };
}

const INSERT: &str = concat!(
    "INSERT INTO operation (",
    columns!(),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, \
     $22, $23)"
);
const UPDATE: &str = "UPDATE operation SET revision = $3, update_time = $4, state = $5, step = $6, outcome = $7, \
     relationship = $8, placed_order = $9, refusal = $10, failure = $11, lease_time = $12 \
     WHERE id = $1 AND revision = $2";
const LEASE: &str =
    "UPDATE operation SET lease_time = $3 WHERE id = $1 AND lease_time = $2 AND state = 'RUNNING'";
const GET: &str = concat!("SELECT ", columns!(), " FROM operation WHERE id = $1");
const OF_REQUEST: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM operation WHERE caller_key = $1 AND request_id = $2 AND state IN ('RUNNING', 'CANCELLED')"
);
const LEFT_ALONE: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM operation WHERE state = 'RUNNING' AND lease_time <= $1 ORDER BY lease_time, id LIMIT $2"
);

const REGISTRATIONS: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM operation WHERE tenant = $1 AND rpc = 'RegisterInvited' AND state = 'RUNNING' ORDER BY create_time LIMIT $2"
);
/// Running registrations of one tenant that are looked at, at most.
const REGISTRATIONS_MAX: i64 = 10;

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[INSERT, UPDATE, LEASE, GET, OF_REQUEST, LEFT_ALONE, REGISTRATIONS];

/// Adds an operation; two that run for one request are a conflict.
pub(crate) fn insert(tx: &mut Tx, row: &OperationRow) {
    tx.put(
        Change::new(INSERT)
            .bind(row.id.as_str())
            .bind(row.tenant.as_str())
            .bind(row.revision)
            .bind(row.create_time)
            .bind(row.update_time)
            .bind(row.state.as_str())
            .bind(row.step.as_deref())
            .bind(row.outcome.as_deref())
            .bind(row.rpc.as_str())
            .bind(row.request.as_slice())
            .bind(row.request_id.as_deref())
            .bind(row.caller.as_str())
            .bind(row.caller_key.as_str())
            .bind(row.caller_tenant.as_deref())
            .bind(row.customer.as_str())
            .bind(row.seller.as_str())
            .bind(row.relationship.as_deref())
            .bind(row.placed_order.as_deref())
            .bind(row.creation_decision.as_str())
            .bind(row.agreement_decision.as_deref())
            .bind(row.refusal.as_deref())
            .bind(row.failure.as_deref())
            .bind(row.lease_time),
    );
}

/// Saves an operation that went on, over the revision before.
pub(crate) fn update(tx: &mut Tx, row: &OperationRow) {
    tx.put(
        Change::new(UPDATE)
            .bind(row.id.as_str())
            .bind(row.revision - 1)
            .bind(row.revision)
            .bind(row.update_time)
            .bind(row.state.as_str())
            .bind(row.step.as_deref())
            .bind(row.outcome.as_deref())
            .bind(row.relationship.as_deref())
            .bind(row.placed_order.as_deref())
            .bind(row.refusal.as_deref())
            .bind(row.failure.as_deref())
            .bind(row.lease_time)
            .must_meet(1),
    );
}

/// Moves the lease, if nobody else did; says whether it was moved.
pub(crate) async fn lease(conn: &mut Connection, id: &str, from: i64, to: i64) -> Result<bool, Error> {
    let result = sqlx::query(LEASE).bind(id).bind(from).bind(to).execute(conn).await?;
    Ok(result.rows_affected() == 1)
}

/// The operation with this id.
pub(crate) async fn get(conn: &mut Connection, id: &str) -> Result<Option<OperationRow>, Error> {
    Ok(sqlx::query_as(GET).bind(id).fetch_optional(conn).await?)
}

/// The operation that this request began, running or called off.
pub(crate) async fn of_request(
    conn: &mut Connection,
    caller_key: &str,
    request_id: &str,
) -> Result<Option<OperationRow>, Error> {
    Ok(sqlx::query_as(OF_REQUEST).bind(caller_key).bind(request_id).fetch_optional(conn).await?)
}

/// The running operations that register the tenant, oldest first.
pub(crate) async fn registrations(conn: &mut Connection, tenant: &str) -> Result<Vec<OperationRow>, Error> {
    Ok(sqlx::query_as(REGISTRATIONS).bind(tenant).bind(REGISTRATIONS_MAX).fetch_all(conn).await?)
}

/// Running operations whose lease has passed by `now`, the longest left alone first.
pub(crate) async fn left_alone(
    conn: &mut Connection,
    now: i64,
    limit: i64,
) -> Result<Vec<OperationRow>, Error> {
    Ok(sqlx::query_as(LEFT_ALONE).bind(now).bind(limit).fetch_all(conn).await?)
}
