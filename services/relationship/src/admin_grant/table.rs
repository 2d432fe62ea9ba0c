//! The table `admin_grant`.

use csp_policy::boundaries::RemoveResellerRelationship;
use csp_service::{Accepted, Result};
use csp_store::{Change, Connection, Tx};

use crate::reseller_relationship::table::Begins;
use crate::schema::Before;

macro_rules! columns {
    () => {
        "id, revision, create_time, update_time, partner, partner_tenant, customer, customer_tenant, relationship, \
         roles, start_time, end_time, state"
    };
}

macro_rules! list {
    ($of:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM admin_grant WHERE ",
            $of,
            " = $1 AND (create_time, id) < ($2, $3) AND ($4 = '' OR customer = $4) \
             AND ($5 = '' OR CASE WHEN state = 'ACTIVE' AND end_time <= $6 THEN 'EXPIRED' ELSE state END = $5) \
             ORDER BY create_time DESC, id DESC LIMIT $7"
        )
    };
}

const INSERT: &str = concat!(
    "INSERT INTO admin_grant (",
    columns!(),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
);
const UPDATE: &str = "UPDATE admin_grant SET revision = $1, update_time = $2, state = $3 \
     WHERE id = $4 AND revision = $5";
const DELETE: &str = "DELETE FROM admin_grant WHERE id = $1 AND revision = $2";
const BY_ID: &str = concat!("SELECT ", columns!(), " FROM admin_grant WHERE id = $1");
const OF_RELATIONSHIP: &str =
    concat!("SELECT ", columns!(), " FROM admin_grant WHERE relationship = $1 ORDER BY id");
const LIST_OF_PARTNER: &str = list!("partner_tenant");
const LIST_OF_CUSTOMER: &str = list!("customer_tenant");
const LIST_ALL: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM admin_grant WHERE (create_time, id) < ($1, $2) AND ($3 = '' OR customer = $3) \
     AND ($4 = '' OR CASE WHEN state = 'ACTIVE' AND end_time <= $5 THEN 'EXPIRED' ELSE state END = $4) \
     ORDER BY create_time DESC, id DESC LIMIT $6"
);

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] =
    &[INSERT, UPDATE, DELETE, BY_ID, OF_RELATIONSHIP, LIST_OF_PARTNER, LIST_OF_CUSTOMER, LIST_ALL];

/// A row of the table. Instants are microseconds; parties are resource names.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct AdminGrantRow {
    pub(crate) id: String,
    pub(crate) revision: i64,
    pub(crate) create_time: i64,
    pub(crate) update_time: i64,
    pub(crate) partner: String,
    pub(crate) partner_tenant: String,
    pub(crate) customer: String,
    pub(crate) customer_tenant: String,
    pub(crate) relationship: String,
    /// Names of administrative roles, separated by spaces.
    pub(crate) roles: String,
    pub(crate) start_time: i64,
    pub(crate) end_time: i64,
    pub(crate) state: String,
}

/// Which grants to list; empty texts leave a condition out.
#[derive(Debug)]
pub(crate) struct Filter<'a> {
    pub(crate) customer: &'a str,
    pub(crate) state: &'static str,
    /// The instant at which a grant counts as expired, in microseconds.
    pub(crate) now: i64,
}

/// Saves a grant that is given with a relationship.
pub(crate) fn insert<B: Begins>(tx: &mut Tx, row: &AdminGrantRow, _: &Accepted<B>) {
    tx.put(
        Change::new(INSERT)
            .bind(row.id.as_str())
            .bind(row.revision)
            .bind(row.create_time)
            .bind(row.update_time)
            .bind(row.partner.as_str())
            .bind(row.partner_tenant.as_str())
            .bind(row.customer.as_str())
            .bind(row.customer_tenant.as_str())
            .bind(row.relationship.as_str())
            .bind(row.roles.as_str())
            .bind(row.start_time)
            .bind(row.end_time)
            .bind(row.state.as_str()),
    );
}

/// Saves a grant that ends with its relationship.
pub(crate) fn save_ended(tx: &mut Tx, row: &AdminGrantRow, _: &Accepted<RemoveResellerRelationship>) {
    update(tx, row);
}

/// Saves a grant that a party ends by itself, which no rule guards.
pub(crate) fn save_revoked(tx: &mut Tx, row: &AdminGrantRow) {
    update(tx, row);
}

/// Erases a grant of a customer whose creation was given up.
pub(crate) fn delete(tx: &mut Tx, row: &AdminGrantRow) {
    tx.put(Change::new(DELETE).bind(row.id.as_str()).bind(row.revision).must_meet(1));
}

/// Saves a transition, if nobody changed the row since it was read.
fn update(tx: &mut Tx, row: &AdminGrantRow) {
    tx.put(
        Change::new(UPDATE)
            .bind(row.revision)
            .bind(row.update_time)
            .bind(row.state.as_str())
            .bind(row.id.as_str())
            .bind(row.revision - 1)
            .must_meet(1),
    );
}

pub(crate) async fn by_id(conn: &mut Connection, id: &str) -> Result<Option<AdminGrantRow>> {
    Ok(sqlx::query_as(BY_ID).bind(id).fetch_optional(conn).await?)
}

/// Every grant that was given with the relationship.
pub(crate) async fn of_relationship(conn: &mut Connection, relationship: &str) -> Result<Vec<AdminGrantRow>> {
    Ok(sqlx::query_as(OF_RELATIONSHIP).bind(relationship).fetch_all(conn).await?)
}

/// Grants that the partner with this tenant holds, newest first.
pub(crate) async fn list_of_partner(
    conn: &mut Connection,
    tenant: &str,
    filter: &Filter<'_>,
    page: Before<'_>,
) -> Result<Vec<AdminGrantRow>> {
    list_of(conn, LIST_OF_PARTNER, tenant, filter, page).await
}

/// Grants on the customer with this tenant, newest first.
pub(crate) async fn list_of_customer(
    conn: &mut Connection,
    tenant: &str,
    filter: &Filter<'_>,
    page: Before<'_>,
) -> Result<Vec<AdminGrantRow>> {
    list_of(conn, LIST_OF_CUSTOMER, tenant, filter, page).await
}

async fn list_of(
    conn: &mut Connection,
    sql: &'static str,
    tenant: &str,
    filter: &Filter<'_>,
    page: Before<'_>,
) -> Result<Vec<AdminGrantRow>> {
    let query = sqlx::query_as(sql)
        .bind(tenant)
        .bind(page.create_time)
        .bind(page.id)
        .bind(filter.customer)
        .bind(filter.state)
        .bind(filter.now)
        .bind(page.limit);
    Ok(query.fetch_all(conn).await?)
}

/// All grants, newest first.
pub(crate) async fn list_all(
    conn: &mut Connection,
    filter: &Filter<'_>,
    page: Before<'_>,
) -> Result<Vec<AdminGrantRow>> {
    let query = sqlx::query_as(LIST_ALL)
        .bind(page.create_time)
        .bind(page.id)
        .bind(filter.customer)
        .bind(filter.state)
        .bind(filter.now)
        .bind(page.limit);
    Ok(query.fetch_all(conn).await?)
}
