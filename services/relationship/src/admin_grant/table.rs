//! The table `admin_grant`.

use csp_policy::boundaries::RemoveResellerRelationship;
use csp_proto::relationship::v1::AdminGrantState;
use csp_service::{Accepted, Result, Stored};
use csp_store::{Change, Connection, Query, Save, Select, Statement, Tx, table};
use jiff::Timestamp;

use super::access::Roles;
use crate::lists::Before;
use crate::reseller_relationship::table::Begins;

table! {
    /// A row of the table. Parties are resource names.
    pub(crate) struct AdminGrantRow in "admin_grant" {
        id: String,
        revision: i64,
        create_time: Timestamp,
        update_time: Timestamp,
        partner: String,
        partner_tenant: String,
        customer: String,
        customer_tenant: String,
        relationship: String,
        roles: Roles,
        start_time: Timestamp,
        end_time: Timestamp,
        state: Stored<AdminGrantState>,
    }
}

const UPDATE: Save<AdminGrantRow> = Save::new(
    "
    UPDATE admin_grant SET revision = :revision, update_time = :update_time, state = :state
     WHERE id = :id AND revision = :revision - 1",
);

const DELETE: Save<AdminGrantRow> =
    Save::new("DELETE FROM admin_grant WHERE id = :id AND revision = :revision");

const BY_ID: Select<AdminGrantRow> = Select::new("SELECT * FROM admin_grant WHERE id = $1");

const OF_RELATIONSHIP: Select<AdminGrantRow> =
    Select::new("SELECT * FROM admin_grant WHERE relationship = $1 ORDER BY id");

const LIST_OF_PARTNER: Select<AdminGrantRow> = Select::new(
    "
    SELECT * FROM admin_grant
     WHERE partner_tenant = $1
       AND (create_time, id) < ($2, $3)
       AND ($4 = '' OR customer = $4)
       AND ($5 = '' OR CASE WHEN state = 'ACTIVE' AND end_time <= $6 THEN 'EXPIRED' ELSE state END = $5)
     ORDER BY create_time DESC, id DESC LIMIT $7",
);

const LIST_OF_CUSTOMER: Select<AdminGrantRow> = Select::new(
    "
    SELECT * FROM admin_grant
     WHERE customer_tenant = $1
       AND (create_time, id) < ($2, $3)
       AND ($4 = '' OR customer = $4)
       AND ($5 = '' OR CASE WHEN state = 'ACTIVE' AND end_time <= $6 THEN 'EXPIRED' ELSE state END = $5)
     ORDER BY create_time DESC, id DESC LIMIT $7",
);

const LIST_ALL: Select<AdminGrantRow> = Select::new(
    "
    SELECT * FROM admin_grant
     WHERE (create_time, id) < ($1, $2)
       AND ($3 = '' OR customer = $3)
       AND ($4 = '' OR CASE WHEN state = 'ACTIVE' AND end_time <= $5 THEN 'EXPIRED' ELSE state END = $4)
     ORDER BY create_time DESC, id DESC LIMIT $6",
);

/// Every statement of the table.
pub(crate) const STATEMENTS: &[&dyn Statement] =
    &[&UPDATE, &DELETE, &BY_ID, &OF_RELATIONSHIP, &LIST_OF_PARTNER, &LIST_OF_CUSTOMER, &LIST_ALL];

/// Conditions of a list; an empty text does not restrict the list.
#[derive(Debug)]
pub(crate) struct Filter<'a> {
    pub(crate) customer: &'a str,
    pub(crate) state: String,
    /// The present time, in microseconds UTC: an active grant whose `end_time` is not later counts as
    /// expired.
    pub(crate) now: i64,
}

/// Inserts a grant that is given with a relationship.
pub(crate) fn insert<B: Begins>(tx: &mut Tx, row: &AdminGrantRow, _: &Accepted<B>) {
    tx.put(Change::insert(row));
}

/// Saves a grant that ended with its relationship.
pub(crate) fn save_ended(tx: &mut Tx, row: &AdminGrantRow, _: &Accepted<RemoveResellerRelationship>) {
    update(tx, row);
}

/// Saves a grant that a party revoked. No rule guards this transition.
pub(crate) fn save_revoked(tx: &mut Tx, row: &AdminGrantRow) {
    update(tx, row);
}

/// Deletes a grant of a customer whose creation was undone.
pub(crate) fn delete(tx: &mut Tx, row: &AdminGrantRow) {
    tx.put(DELETE.of(row).must_meet(1));
}

/// Saves a transition. Optimistic lock: the race is lost if the row's revision changed since it was read.
fn update(tx: &mut Tx, row: &AdminGrantRow) {
    tx.put(UPDATE.of(row).must_meet(1));
}

pub(crate) async fn by_id(conn: &mut Connection, id: &str) -> Result<Option<AdminGrantRow>> {
    Ok(BY_ID.query().bind(id).fetch_optional(conn).await?)
}

/// Every grant that was given with the relationship, ended ones included.
pub(crate) async fn of_relationship(conn: &mut Connection, relationship: &str) -> Result<Vec<AdminGrantRow>> {
    Ok(OF_RELATIONSHIP.query().bind(relationship).fetch_all(conn).await?)
}

/// Grants that the partner with this tenant holds, newest first.
pub(crate) async fn list_of_partner(
    conn: &mut Connection,
    tenant: &str,
    filter: &Filter<'_>,
    page: Before<'_>,
) -> Result<Vec<AdminGrantRow>> {
    list(conn, LIST_OF_PARTNER.query().bind(tenant.to_owned()), filter, page).await
}

/// Grants on the customer with this tenant, newest first.
pub(crate) async fn list_of_customer(
    conn: &mut Connection,
    tenant: &str,
    filter: &Filter<'_>,
    page: Before<'_>,
) -> Result<Vec<AdminGrantRow>> {
    list(conn, LIST_OF_CUSTOMER.query().bind(tenant.to_owned()), filter, page).await
}

/// All grants, newest first.
pub(crate) async fn list_all(
    conn: &mut Connection,
    filter: &Filter<'_>,
    page: Before<'_>,
) -> Result<Vec<AdminGrantRow>> {
    list(conn, LIST_ALL.query(), filter, page).await
}

async fn list(
    conn: &mut Connection,
    query: Query<AdminGrantRow>,
    filter: &Filter<'_>,
    page: Before<'_>,
) -> Result<Vec<AdminGrantRow>> {
    let query = query.bind(page.create_time).bind(page.id);
    let query = query.bind(filter.customer).bind(&filter.state).bind(filter.now);
    Ok(query.bind(page.limit).fetch_all(conn).await?)
}
