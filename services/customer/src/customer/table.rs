//! Rows of customers.

use csp_policy::boundaries::CreateCustomer;
use csp_service::Accepted;
use csp_store::{Change, Connection, Db, Error, Tx};
use sqlx::query::QueryAs;

use crate::schema::{KEYS_MAX, filled, keys};

/// A customer as the database has it. Enumerations are the contract's words without their prefix.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct CustomerRow {
    pub(crate) id: String,
    /// The customer's tenant: the column to distribute by.
    pub(crate) tenant: String,
    pub(crate) revision: i64,
    pub(crate) create_time: i64,
    pub(crate) update_time: i64,
    pub(crate) state: String,
    /// The operation that creates it, or created it.
    pub(crate) operation: Option<String>,
    /// Whose key `external_id` is.
    pub(crate) owner: String,
    pub(crate) external_id: Option<String>,
    pub(crate) domain: String,
    pub(crate) country: String,
    pub(crate) cloud: String,
    pub(crate) company_name: String,
    /// Company name and domain, in lower case.
    pub(crate) search_text: String,
    pub(crate) billing_address: Option<Vec<u8>>,
    pub(crate) billing_contact: Option<Vec<u8>>,
    pub(crate) registration_id: String,
    pub(crate) registration_id_is_not_personal: i64,
    pub(crate) organization: Option<String>,
    pub(crate) creator: Option<String>,
    pub(crate) setup_info_shown: i64,
    pub(crate) invitation: Option<String>,
    pub(crate) evidence_date: Option<String>,
    pub(crate) evidence_source: Option<String>,
}

macro_rules! columns {
    () => {
        "id, tenant, revision, create_time, update_time, state, operation, owner, external_id, domain, country, \
         cloud, company_name, search_text, billing_address, billing_contact, registration_id, \
         registration_id_is_not_personal, organization, creator, setup_info_shown, invitation, evidence_date, \
         evidence_source"
    };
}

// An id that an abandoned creation had chosen is free again, and so is its row.
const INSERT: &str = concat!(
    "INSERT INTO customer (",
    columns!(),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, \
     $22, $23, $24) ON CONFLICT (id) DO UPDATE SET tenant = excluded.tenant, revision = excluded.revision, \
     create_time = excluded.create_time, update_time = excluded.update_time, state = excluded.state, \
     operation = excluded.operation, owner = excluded.owner, external_id = excluded.external_id, \
     domain = excluded.domain, country = excluded.country, cloud = excluded.cloud, \
     company_name = excluded.company_name, search_text = excluded.search_text, \
     billing_address = excluded.billing_address, billing_contact = excluded.billing_contact, \
     registration_id = excluded.registration_id, \
     registration_id_is_not_personal = excluded.registration_id_is_not_personal, \
     organization = excluded.organization, creator = excluded.creator, \
     setup_info_shown = excluded.setup_info_shown, invitation = excluded.invitation, \
     evidence_date = excluded.evidence_date, evidence_source = excluded.evidence_source \
     WHERE customer.state = 'ABANDONED'"
);
const END_RESERVATION: &str = "UPDATE customer SET state = $3, update_time = $4 \
     WHERE id = $1 AND operation = $2 AND state = 'RESERVED'";
const UPDATE: &str = "UPDATE customer SET revision = $3, update_time = $4, external_id = $5, company_name = $6, \
     search_text = $7, billing_address = $8, billing_contact = $9, organization = $10, setup_info_shown = $11 \
     WHERE id = $1 AND revision = $2 AND state = 'ACTIVE'";
const GET: &str = concat!("SELECT ", columns!(), " FROM customer WHERE id = $1 AND state = 'ACTIVE'");
const GET_ANY: &str = concat!("SELECT ", columns!(), " FROM customer WHERE id = $1");
const OF_TENANT: &str =
    concat!("SELECT ", columns!(), " FROM customer WHERE tenant = $1 AND state = 'ACTIVE'");
const OF_EXTERNAL_ID: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM customer WHERE owner = $1 AND external_id = $2 AND state <> 'ABANDONED'"
);
const BATCH: &str =
    concat!("SELECT ", columns!(), " FROM customer WHERE state = 'ACTIVE' AND id IN ", keys!());
const PAGE: &str =
    concat!("SELECT ", columns!(), " FROM customer WHERE id > $1 AND state = 'ACTIVE' ORDER BY id LIMIT $2");
const PAGE_OF_EXTERNAL_ID: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM customer WHERE external_id = $1 AND id > $2 AND state = 'ACTIVE' ORDER BY id LIMIT $3"
);
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    INSERT,
    END_RESERVATION,
    UPDATE,
    GET,
    GET_ANY,
    OF_TENANT,
    OF_EXTERNAL_ID,
    BATCH,
    PAGE,
    PAGE_OF_EXTERNAL_ID,
];

/// Reserves a customer whose creation is allowed.
pub(crate) fn reserve(tx: &mut Tx, _allowed: &Accepted<CreateCustomer>, row: &CustomerRow) {
    insert(tx, row);
}

/// Reserves a customer that accepts an invitation: the acceptance has a permit of its own, where edges are kept.
pub(crate) fn register(tx: &mut Tx, row: &CustomerRow) {
    insert(tx, row);
}

fn insert(tx: &mut Tx, row: &CustomerRow) {
    tx.put(
        Change::new(INSERT)
            .bind(row.id.as_str())
            .bind(row.tenant.as_str())
            .bind(row.revision)
            .bind(row.create_time)
            .bind(row.update_time)
            .bind(row.state.as_str())
            .bind(row.operation.as_deref())
            .bind(row.owner.as_str())
            .bind(row.external_id.as_deref())
            .bind(row.domain.as_str())
            .bind(row.country.as_str())
            .bind(row.cloud.as_str())
            .bind(row.company_name.as_str())
            .bind(row.search_text.as_str())
            .bind(row.billing_address.as_deref())
            .bind(row.billing_contact.as_deref())
            .bind(row.registration_id.as_str())
            .bind(row.registration_id_is_not_personal)
            .bind(row.organization.as_deref())
            .bind(row.creator.as_deref())
            .bind(row.setup_info_shown)
            .bind(row.invitation.as_deref())
            .bind(row.evidence_date.as_deref())
            .bind(row.evidence_source.as_deref())
            .must_meet(1),
    );
}

/// Ends a reservation: the customer is active or abandoned.
pub(crate) fn end_reservation(tx: &mut Tx, row: &CustomerRow) {
    tx.put(
        Change::new(END_RESERVATION)
            .bind(row.id.as_str())
            .bind(row.operation.as_deref())
            .bind(row.state.as_str())
            .bind(row.update_time)
            .must_meet(1),
    );
}

/// Saves a changed customer over the revision before.
pub(crate) fn update(tx: &mut Tx, row: &CustomerRow) {
    tx.put(
        Change::new(UPDATE)
            .bind(row.id.as_str())
            .bind(row.revision - 1)
            .bind(row.revision)
            .bind(row.update_time)
            .bind(row.external_id.as_deref())
            .bind(row.company_name.as_str())
            .bind(row.search_text.as_str())
            .bind(row.billing_address.as_deref())
            .bind(row.billing_contact.as_deref())
            .bind(row.organization.as_deref())
            .bind(row.setup_info_shown)
            .must_meet(1),
    );
}

/// The customer with this id, once it exists.
pub(crate) async fn get(conn: &mut Connection, id: &str) -> Result<Option<CustomerRow>, Error> {
    Ok(sqlx::query_as(GET).bind(id).fetch_optional(conn).await?)
}

/// The customer with this id, in whatever state.
pub(crate) async fn get_any(conn: &mut Connection, id: &str) -> Result<Option<CustomerRow>, Error> {
    Ok(sqlx::query_as(GET_ANY).bind(id).fetch_optional(conn).await?)
}

/// The customer with this tenant, once it exists.
pub(crate) async fn of_tenant(conn: &mut Connection, tenant: &str) -> Result<Option<CustomerRow>, Error> {
    Ok(sqlx::query_as(OF_TENANT).bind(tenant).fetch_optional(conn).await?)
}

/// The customer, existing or reserved, to which this owner gave the key.
pub(crate) async fn of_external_id(
    conn: &mut Connection,
    owner: &str,
    external_id: &str,
) -> Result<Option<CustomerRow>, Error> {
    Ok(sqlx::query_as(OF_EXTERNAL_ID).bind(owner).bind(external_id).fetch_optional(conn).await?)
}

/// Existing customers with these ids, in no order.
pub(crate) async fn batch(conn: &mut Connection, ids: &[String]) -> Result<Vec<CustomerRow>, Error> {
    let mut rows = Vec::new();
    for chunk in ids.chunks(KEYS_MAX) {
        let query: QueryAs<'_, Db, CustomerRow, _> = filled(chunk).fold(sqlx::query_as(BATCH), QueryAs::bind);
        rows.extend(query.fetch_all(&mut *conn).await?);
    }
    Ok(rows)
}

/// Existing customers after an id, in order.
pub(crate) async fn page(conn: &mut Connection, after: &str, limit: i64) -> Result<Vec<CustomerRow>, Error> {
    Ok(sqlx::query_as(PAGE).bind(after).bind(limit).fetch_all(conn).await?)
}

/// Existing customers with this key, whoever gave it, after an id, in order.
pub(crate) async fn page_of_external_id(
    conn: &mut Connection,
    external_id: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<CustomerRow>, Error> {
    let query = sqlx::query_as(PAGE_OF_EXTERNAL_ID).bind(external_id).bind(after).bind(limit);
    Ok(query.fetch_all(conn).await?)
}
