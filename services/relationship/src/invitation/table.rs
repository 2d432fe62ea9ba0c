//! The table `invitation`.

use csp_policy::boundaries::{AcceptInvitation, DeclineInvitation, InviteCustomer};
use csp_service::{Accepted, Result};
use csp_store::{Change, Connection, Tx};

use crate::schema::Before;

macro_rules! columns {
    () => {
        "id, revision, create_time, update_time, external_id, sender, sender_tenant, provider, provider_tenant, \
         reseller, reseller_tenant, customer, customer_tenant, customer_email, note, admin_roles, admin_days, state, \
         expire_time"
    };
}

macro_rules! list {
    ($of:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM invitation WHERE ",
            $of,
            " = $1 AND (create_time, id) < ($2, $3) AND ($4 = '' OR CASE WHEN state = 'PENDING' AND expire_time < $5 \
             THEN 'EXPIRED' ELSE state END = $4) ORDER BY create_time DESC, id DESC LIMIT $6"
        )
    };
}

const INSERT: &str = concat!(
    "INSERT INTO invitation (",
    columns!(),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)"
);
const UPDATE: &str = "UPDATE invitation SET revision = $1, update_time = $2, customer = $3, customer_tenant = $4, \
     state = $5 WHERE id = $6 AND revision = $7";
const BY_ID: &str = concat!("SELECT ", columns!(), " FROM invitation WHERE id = $1");
const BY_EXTERNAL_ID: &str =
    concat!("SELECT ", columns!(), " FROM invitation WHERE sender_tenant = $1 AND external_id = $2");
const LIST_OF_PROVIDER: &str = list!("provider_tenant");
const LIST_OF_RESELLER: &str = list!("reseller_tenant");
const LIST_ALL: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM invitation WHERE (create_time, id) < ($1, $2) AND ($3 = '' OR CASE WHEN state = 'PENDING' \
     AND expire_time < $4 THEN 'EXPIRED' ELSE state END = $3) ORDER BY create_time DESC, id DESC LIMIT $5"
);

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] =
    &[INSERT, UPDATE, BY_ID, BY_EXTERNAL_ID, LIST_OF_PROVIDER, LIST_OF_RESELLER, LIST_ALL];

/// A row of the table. Instants are microseconds; parties are resource names, empty for none.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct InvitationRow {
    pub(crate) id: String,
    pub(crate) revision: i64,
    pub(crate) create_time: i64,
    pub(crate) update_time: i64,
    pub(crate) external_id: Option<String>,
    pub(crate) sender: String,
    pub(crate) sender_tenant: String,
    pub(crate) provider: String,
    pub(crate) provider_tenant: String,
    pub(crate) reseller: String,
    pub(crate) reseller_tenant: String,
    pub(crate) customer: String,
    pub(crate) customer_tenant: String,
    pub(crate) customer_email: String,
    pub(crate) note: String,
    /// Names of administrative roles, separated by spaces; empty for none.
    pub(crate) admin_roles: String,
    pub(crate) admin_days: i64,
    pub(crate) state: String,
    pub(crate) expire_time: i64,
}

/// Which invitations to list.
#[derive(Debug)]
pub(crate) struct Filter {
    /// The only state that is listed; empty for all.
    pub(crate) state: &'static str,
    /// The instant at which a pending one counts as expired, in microseconds.
    pub(crate) now: i64,
}

pub(crate) fn insert(tx: &mut Tx, row: &InvitationRow, _: &Accepted<InviteCustomer>) {
    tx.put(
        Change::new(INSERT)
            .bind(row.id.as_str())
            .bind(row.revision)
            .bind(row.create_time)
            .bind(row.update_time)
            .bind(row.external_id.as_deref())
            .bind(row.sender.as_str())
            .bind(row.sender_tenant.as_str())
            .bind(row.provider.as_str())
            .bind(row.provider_tenant.as_str())
            .bind(row.reseller.as_str())
            .bind(row.reseller_tenant.as_str())
            .bind(row.customer.as_str())
            .bind(row.customer_tenant.as_str())
            .bind(row.customer_email.as_str())
            .bind(row.note.as_str())
            .bind(row.admin_roles.as_str())
            .bind(row.admin_days)
            .bind(row.state.as_str())
            .bind(row.expire_time),
    );
}

pub(crate) fn save_accepted(tx: &mut Tx, row: &InvitationRow, _: &Accepted<AcceptInvitation>) {
    update(tx, row);
}

pub(crate) fn save_declined(tx: &mut Tx, row: &InvitationRow, _: &Accepted<DeclineInvitation>) {
    update(tx, row);
}

/// Saves what no rule guards: an invitation that its sender takes back.
pub(crate) fn save_withdrawn(tx: &mut Tx, row: &InvitationRow) {
    update(tx, row);
}

/// Saves a transition, if nobody changed the row since it was read.
fn update(tx: &mut Tx, row: &InvitationRow) {
    tx.put(
        Change::new(UPDATE)
            .bind(row.revision)
            .bind(row.update_time)
            .bind(row.customer.as_str())
            .bind(row.customer_tenant.as_str())
            .bind(row.state.as_str())
            .bind(row.id.as_str())
            .bind(row.revision - 1)
            .must_meet(1),
    );
}

pub(crate) async fn by_id(conn: &mut Connection, id: &str) -> Result<Option<InvitationRow>> {
    Ok(sqlx::query_as(BY_ID).bind(id).fetch_optional(conn).await?)
}

pub(crate) async fn by_external_id(
    conn: &mut Connection,
    sender_tenant: &str,
    external_id: &str,
) -> Result<Option<InvitationRow>> {
    Ok(sqlx::query_as(BY_EXTERNAL_ID).bind(sender_tenant).bind(external_id).fetch_optional(conn).await?)
}

/// Invitations that ask for the provider or direct-bill partner with this tenant, newest first.
pub(crate) async fn list_of_provider(
    conn: &mut Connection,
    tenant: &str,
    filter: &Filter,
    page: Before<'_>,
) -> Result<Vec<InvitationRow>> {
    list_of(conn, LIST_OF_PROVIDER, tenant, filter, page).await
}

/// Invitations that ask for the reseller with this tenant, newest first.
pub(crate) async fn list_of_reseller(
    conn: &mut Connection,
    tenant: &str,
    filter: &Filter,
    page: Before<'_>,
) -> Result<Vec<InvitationRow>> {
    list_of(conn, LIST_OF_RESELLER, tenant, filter, page).await
}

async fn list_of(
    conn: &mut Connection,
    sql: &'static str,
    tenant: &str,
    filter: &Filter,
    page: Before<'_>,
) -> Result<Vec<InvitationRow>> {
    let query = sqlx::query_as(sql)
        .bind(tenant)
        .bind(page.create_time)
        .bind(page.id)
        .bind(filter.state)
        .bind(filter.now)
        .bind(page.limit);
    Ok(query.fetch_all(conn).await?)
}

/// All invitations, newest first.
pub(crate) async fn list_all(
    conn: &mut Connection,
    filter: &Filter,
    page: Before<'_>,
) -> Result<Vec<InvitationRow>> {
    let query = sqlx::query_as(LIST_ALL)
        .bind(page.create_time)
        .bind(page.id)
        .bind(filter.state)
        .bind(filter.now)
        .bind(page.limit);
    Ok(query.fetch_all(conn).await?)
}
