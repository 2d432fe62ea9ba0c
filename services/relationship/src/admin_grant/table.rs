//! The table `admin_grant`.

use csp_policy::Day;
use csp_policy::boundaries::RemoveResellerRelationship;
use csp_proto::relationship::v1::{AdminGrantKind, AdminGrantOrigin, AdminGrantState};
use csp_service::{Accepted, Result, Stored};
use csp_store::{Change, Connection, Query, Save, Select, Statement, Tx, table};
use jiff::Timestamp;

use super::access::Roles;
use crate::reseller_relationship::table::{Begins, ResellerRelationshipRow};

table! {
    /// A row of the table. Parties are resource names.
    pub(crate) struct AdminGrantRow in "admin_grant" key [customer, id] {
        /// Unique for the customer only.
        id: String,
        revision: i64,
        create_time: Timestamp,
        update_time: Timestamp,
        partner: String,
        partner_tenant: String,
        customer: String,
        customer_tenant: String,
        /// Id of the customer's reseller relationship with which the grant was given; empty for an Azure
        /// owner.
        relationship_id: String,
        roles: Roles,
        start_time: Timestamp,
        /// `None` for an Azure owner.
        end_time: Option<Timestamp>,
        state: Stored<AdminGrantState>,
        origin: Stored<AdminGrantOrigin>,
        kind: Stored<AdminGrantKind>,
        evidence_date: Option<Day>,
        evidence_source: Option<String>,
    }
}

const UPDATE: Save<AdminGrantRow> = Save::new(
    "
    UPDATE admin_grant SET revision = :revision, update_time = :update_time, state = :state
     WHERE customer = :customer AND id = :id AND revision = :revision - 1",
);

const DELETE: Save<AdminGrantRow> =
    Save::new("DELETE FROM admin_grant WHERE customer = :customer AND id = :id AND revision = :revision");

const BY_ID: Select<AdminGrantRow> = Select::new("SELECT * FROM admin_grant WHERE customer = $1 AND id = $2");

const OF_RELATIONSHIP: Select<AdminGrantRow> =
    Select::new("SELECT * FROM admin_grant WHERE customer = $1 AND relationship_id = $2 ORDER BY id");

const OF_CUSTOMER: Select<AdminGrantRow> = Select::new(
    "
    SELECT * FROM admin_grant
     WHERE customer = $1
       AND ($2 = '' OR partner_tenant = $2)
       AND ($3 = '' OR customer_tenant = $3)
       AND (create_time, customer, id) < ($4, $5, $6)
       AND ($7 = '' OR partner = $7)
       AND CASE WHEN state = 'ACTIVE' AND end_time <= $8 THEN 'EXPIRED' ELSE state END IN :list
     ORDER BY create_time DESC, customer DESC, id DESC LIMIT $9",
);

const LIST_OF_PARTNER: Select<AdminGrantRow> = Select::new(
    "
    SELECT * FROM admin_grant
     WHERE partner_tenant = $1
       AND (create_time, customer, id) < ($2, $3, $4)
       AND ($5 = '' OR partner = $5)
       AND CASE WHEN state = 'ACTIVE' AND end_time <= $6 THEN 'EXPIRED' ELSE state END IN :list
     ORDER BY create_time DESC, customer DESC, id DESC LIMIT $7",
);

const LIST_OF_TENANT: Select<AdminGrantRow> = Select::new(
    "
    SELECT * FROM admin_grant
     WHERE customer_tenant = $1
       AND (create_time, customer, id) < ($2, $3, $4)
       AND ($5 = '' OR partner = $5)
       AND CASE WHEN state = 'ACTIVE' AND end_time <= $6 THEN 'EXPIRED' ELSE state END IN :list
     ORDER BY create_time DESC, customer DESC, id DESC LIMIT $7",
);

const LIST_ALL: Select<AdminGrantRow> = Select::new(
    "
    SELECT * FROM admin_grant
     WHERE (create_time, customer, id) < ($1, $2, $3)
       AND ($4 = '' OR partner = $4)
       AND CASE WHEN state = 'ACTIVE' AND end_time <= $5 THEN 'EXPIRED' ELSE state END IN :list
     ORDER BY create_time DESC, customer DESC, id DESC LIMIT $6",
);

/// The live grants of the partner with tenant `$2`, or with name `$3`.
const LIVE: Select<AdminGrantRow> = Select::new(
    "
    SELECT * FROM admin_grant
     WHERE customer = $1 AND (partner_tenant = $2 OR partner = $3) AND state = 'ACTIVE' AND end_time > $4
     ORDER BY id LIMIT $5",
);

/// The grants of both kinds on one customer that are live.
const LIVE_OF_CUSTOMER: Select<AdminGrantRow> = Select::new(
    "
    SELECT * FROM admin_grant
     WHERE customer = $1 AND state = 'ACTIVE' AND (end_time IS NULL OR end_time > $2)
     ORDER BY id LIMIT $3",
);

const AZURE_OWNER: Select<AdminGrantRow> = Select::new(
    "
    SELECT * FROM admin_grant
     WHERE customer = $1 AND partner = $2 AND kind = 'AZURE_OWNER' AND state = 'ACTIVE'",
);

/// Every statement of the table.
pub(crate) const STATEMENTS: &[&dyn Statement] = &[
    &UPDATE,
    &DELETE,
    &BY_ID,
    &OF_RELATIONSHIP,
    &OF_CUSTOMER,
    &LIST_OF_PARTNER,
    &LIST_OF_TENANT,
    &LIST_ALL,
    &LIVE,
    &LIVE_OF_CUSTOMER,
    &AZURE_OWNER,
];

/// Maximum number of live grants on one customer that a query returns.
const LIVE_OF_CUSTOMER_MAX: i64 = 500;

/// Maximum number of live grants of one partner on one customer that a query returns.
pub(crate) const LIVE_MAX: i64 = 100;

/// Conditions of a list.
#[derive(Debug)]
pub(crate) struct Filter<'a> {
    /// Resource name of the partner; empty for every partner.
    pub(crate) partner: &'a str,
    /// Stored words of the states to list.
    pub(crate) states: &'a [String],
    /// The present time, in microseconds UTC: an active grant whose `end_time` is not later counts as
    /// expired.
    pub(crate) now: i64,
}

/// The position at which a list, newest first, continues: after the last entry of the page before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct After<'a> {
    /// Creation time of that entry, in microseconds UTC.
    pub(crate) create_time: i64,
    /// Resource name of its customer.
    pub(crate) customer: &'a str,
    /// Its id, which is unique for the customer only.
    pub(crate) id: &'a str,
    /// Maximum number of rows to read.
    pub(crate) limit: i64,
}

/// Inserts a grant that is given with a relationship.
pub(crate) fn insert<B: Begins>(tx: &mut Tx, row: &AdminGrantRow, _: &Accepted<B>) {
    tx.put(Change::insert(row));
}

/// Saves a grant that ended with its relationship.
pub(crate) fn save_ended(tx: &mut Tx, row: &AdminGrantRow, _: &Accepted<RemoveResellerRelationship>) {
    update(tx, row);
}

/// Inserts a recorded Azure owner. No rule guards the record.
pub(crate) fn insert_azure_owner(tx: &mut Tx, row: &AdminGrantRow) {
    tx.put(Change::insert(row));
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

/// The customer's grant with this id.
pub(crate) async fn by_id(conn: &mut Connection, customer: &str, id: &str) -> Result<Option<AdminGrantRow>> {
    Ok(BY_ID.query().bind(customer).bind(id).fetch_optional(conn).await?)
}

/// Every grant that was given with the relationship, ended ones included.
pub(crate) async fn of_relationship(
    conn: &mut Connection,
    relationship: &ResellerRelationshipRow,
) -> Result<Vec<AdminGrantRow>> {
    let ResellerRelationshipRow { customer, id, .. } = relationship;
    Ok(OF_RELATIONSHIP.query().bind(customer).bind(id).fetch_all(conn).await?)
}

/// The grants on the customer that are live at `now` (microseconds UTC), of the partner with the tenant or
/// the name; an empty one is nobody's. The list is cut at [`LIVE_MAX`].
pub(crate) async fn live(
    conn: &mut Connection,
    customer: &str,
    partner_tenant: &str,
    partner: &str,
    now: i64,
) -> Result<Vec<AdminGrantRow>> {
    let query = LIVE.query().bind(customer).bind(partner_tenant).bind(partner);
    Ok(query.bind(now).bind(LIVE_MAX).fetch_all(conn).await?)
}

/// The grants of both kinds on the customer that are live at `now` (microseconds UTC). The list is cut at
/// [`LIVE_OF_CUSTOMER_MAX`].
pub(crate) async fn live_of_customer(
    conn: &mut Connection,
    customer: &str,
    now: i64,
) -> Result<Vec<AdminGrantRow>> {
    Ok(LIVE_OF_CUSTOMER.query().bind(customer).bind(now).bind(LIVE_OF_CUSTOMER_MAX).fetch_all(conn).await?)
}

/// The partner's active owner permission for Azure on the customer's tenant.
pub(crate) async fn azure_owner(
    conn: &mut Connection,
    customer: &str,
    partner: &str,
) -> Result<Option<AdminGrantRow>> {
    Ok(AZURE_OWNER.query().bind(customer).bind(partner).fetch_optional(conn).await?)
}

/// Grants on one customer, newest first. Only those that the partner with the tenant `partner_tenant` holds,
/// and only if the customer's tenant is `customer_tenant`; an empty tenant is no condition.
pub(crate) async fn of_customer(
    conn: &mut Connection,
    customer: &str,
    partner_tenant: &str,
    customer_tenant: &str,
    filter: &Filter<'_>,
    page: After<'_>,
) -> Result<Vec<AdminGrantRow>> {
    let query = OF_CUSTOMER.query_list(10, filter.states.len()).bind(customer.to_owned());
    let query = query.bind(partner_tenant.to_owned()).bind(customer_tenant.to_owned());
    list(conn, query, filter, page).await
}

/// Grants that the partner with this tenant holds, newest first.
pub(crate) async fn list_of_partner(
    conn: &mut Connection,
    tenant: &str,
    filter: &Filter<'_>,
    page: After<'_>,
) -> Result<Vec<AdminGrantRow>> {
    let query = LIST_OF_PARTNER.query_list(8, filter.states.len());
    list(conn, query.bind(tenant.to_owned()), filter, page).await
}

/// Grants on the customer with this tenant, newest first.
pub(crate) async fn list_of_tenant(
    conn: &mut Connection,
    tenant: &str,
    filter: &Filter<'_>,
    page: After<'_>,
) -> Result<Vec<AdminGrantRow>> {
    let query = LIST_OF_TENANT.query_list(8, filter.states.len());
    list(conn, query.bind(tenant.to_owned()), filter, page).await
}

/// All grants, newest first.
pub(crate) async fn list_all(
    conn: &mut Connection,
    filter: &Filter<'_>,
    page: After<'_>,
) -> Result<Vec<AdminGrantRow>> {
    list(conn, LIST_ALL.query_list(7, filter.states.len()), filter, page).await
}

async fn list(
    conn: &mut Connection,
    query: Query<AdminGrantRow>,
    filter: &Filter<'_>,
    page: After<'_>,
) -> Result<Vec<AdminGrantRow>> {
    let query = query.bind(page.create_time).bind(page.customer).bind(page.id);
    let query = query.bind(filter.partner).bind(filter.now).bind(page.limit);
    Ok(filter.states.iter().fold(query, |query, state| query.bind(state)).fetch_all(conn).await?)
}
