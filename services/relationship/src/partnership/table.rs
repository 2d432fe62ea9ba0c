//! The table `partnership`.

use csp_policy::boundaries::{AcceptPartnership, DeclinePartnership, RemovePartnership, RequestPartnership};
use csp_service::{Accepted, Result};
use csp_store::{Change, Connection, Tx};

use crate::store::Before;

macro_rules! columns {
    () => {
        "id, revision, create_time, update_time, external_id, provider, provider_tenant, reseller, reseller_tenant, \
         reseller_email, note, state, expire_time, accept_time, admin_access, admin_access_revoke_time, \
         remove_time, remove_reason, remover, attestation_version, evidence_date, evidence_source"
    };
}

macro_rules! list {
    ($of:literal, $counterpart:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM partnership WHERE ",
            $of,
            " = $1 AND (create_time, id) < ($2, $3) AND ($4 = '' OR ",
            $counterpart,
            " = $4) AND ($5 = '' OR external_id = $5) AND CASE WHEN state = 'PENDING' AND expire_time < $6 \
             THEN 'EXPIRED' ELSE state END IN ($7, $8) ORDER BY create_time DESC, id DESC LIMIT $9"
        )
    };
}

const INSERT: &str = concat!(
    "INSERT INTO partnership (",
    columns!(),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)"
);
const UPDATE: &str = "UPDATE partnership SET revision = $1, update_time = $2, state = $3, accept_time = $4, \
     admin_access = $5, admin_access_revoke_time = $6, remove_time = $7, remove_reason = $8, remover = $9, \
     attestation_version = $10 WHERE id = $11 AND revision = $12";
const BY_ID: &str = concat!("SELECT ", columns!(), " FROM partnership WHERE id = $1");
const BY_EXTERNAL_ID: &str =
    concat!("SELECT ", columns!(), " FROM partnership WHERE provider_tenant = $1 AND external_id = $2");
const OPEN: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM partnership WHERE provider = $1 AND reseller = $2 AND state IN ('PENDING', 'ACTIVE')"
);
const OF_TENANT: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM partnership WHERE provider = $1 AND reseller_tenant = $2 AND state = 'ACTIVE' ORDER BY id LIMIT 1"
);
const LIST_OF_PROVIDER: &str = list!("provider_tenant", "reseller");
const LIST_OF_RESELLER: &str = list!("reseller_tenant", "provider");
const LIST_ALL: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM partnership WHERE (create_time, id) < ($1, $2) AND ($3 = '' OR provider = $3 OR reseller = $3) \
     AND ($4 = '' OR external_id = $4) AND CASE WHEN state = 'PENDING' AND expire_time < $5 \
     THEN 'EXPIRED' ELSE state END IN ($6, $7) ORDER BY create_time DESC, id DESC LIMIT $8"
);

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] =
    &[INSERT, UPDATE, BY_ID, BY_EXTERNAL_ID, OPEN, OF_TENANT, LIST_OF_PROVIDER, LIST_OF_RESELLER, LIST_ALL];

/// A row of the table. Instants are microseconds; parties are resource names.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct PartnershipRow {
    pub(crate) id: String,
    pub(crate) revision: i64,
    pub(crate) create_time: i64,
    pub(crate) update_time: i64,
    pub(crate) external_id: Option<String>,
    pub(crate) provider: String,
    pub(crate) provider_tenant: String,
    pub(crate) reseller: String,
    pub(crate) reseller_tenant: String,
    pub(crate) reseller_email: String,
    pub(crate) note: String,
    pub(crate) state: String,
    pub(crate) expire_time: i64,
    pub(crate) accept_time: Option<i64>,
    pub(crate) admin_access: i64,
    pub(crate) admin_access_revoke_time: Option<i64>,
    pub(crate) remove_time: Option<i64>,
    pub(crate) remove_reason: Option<String>,
    pub(crate) remover: Option<String>,
    pub(crate) attestation_version: Option<String>,
    pub(crate) evidence_date: Option<String>,
    pub(crate) evidence_source: Option<String>,
}

/// Which partnerships to list; empty texts leave a condition out.
#[derive(Debug)]
pub(crate) struct Filter<'a> {
    pub(crate) counterpart: &'a str,
    pub(crate) external_id: &'a str,
    /// The instant at which a pending request counts as expired, in microseconds.
    pub(crate) now: i64,
    /// The two states that are listed; the same twice for one.
    pub(crate) states: [&'static str; 2],
}

pub(crate) fn insert_requested(tx: &mut Tx, row: &PartnershipRow, _: &Accepted<RequestPartnership>) {
    insert(tx, row);
}

pub(crate) fn insert_recorded(tx: &mut Tx, row: &PartnershipRow, _: &Accepted<AcceptPartnership>) {
    insert(tx, row);
}

pub(crate) fn save_accepted(tx: &mut Tx, row: &PartnershipRow, _: &Accepted<AcceptPartnership>) {
    update(tx, row);
}

pub(crate) fn save_declined(tx: &mut Tx, row: &PartnershipRow, _: &Accepted<DeclinePartnership>) {
    update(tx, row);
}

pub(crate) fn save_removed(tx: &mut Tx, row: &PartnershipRow, _: &Accepted<RemovePartnership>) {
    update(tx, row);
}

/// Saves what no rule guards: a request that its sender takes back, an access that is withdrawn.
pub(crate) fn save_withdrawn(tx: &mut Tx, row: &PartnershipRow) {
    update(tx, row);
}

/// Puts away a request that nobody answered in time, before anything else is made: the next one between the two takes
/// the key that it frees, and of changes that are made together none may rest on another.
pub(crate) async fn save_expired(tx: &mut Tx, row: &PartnershipRow) -> Result<()> {
    update(tx, row);
    tx.conn().await?;
    Ok(())
}

fn insert(tx: &mut Tx, row: &PartnershipRow) {
    tx.put(
        Change::new(INSERT)
            .bind(row.id.as_str())
            .bind(row.revision)
            .bind(row.create_time)
            .bind(row.update_time)
            .bind(row.external_id.as_deref())
            .bind(row.provider.as_str())
            .bind(row.provider_tenant.as_str())
            .bind(row.reseller.as_str())
            .bind(row.reseller_tenant.as_str())
            .bind(row.reseller_email.as_str())
            .bind(row.note.as_str())
            .bind(row.state.as_str())
            .bind(row.expire_time)
            .bind(row.accept_time)
            .bind(row.admin_access)
            .bind(row.admin_access_revoke_time)
            .bind(row.remove_time)
            .bind(row.remove_reason.as_deref())
            .bind(row.remover.as_deref())
            .bind(row.attestation_version.as_deref())
            .bind(row.evidence_date.as_deref())
            .bind(row.evidence_source.as_deref()),
    );
}

/// Saves a transition, if nobody changed the row since it was read.
fn update(tx: &mut Tx, row: &PartnershipRow) {
    tx.put(
        Change::new(UPDATE)
            .bind(row.revision)
            .bind(row.update_time)
            .bind(row.state.as_str())
            .bind(row.accept_time)
            .bind(row.admin_access)
            .bind(row.admin_access_revoke_time)
            .bind(row.remove_time)
            .bind(row.remove_reason.as_deref())
            .bind(row.remover.as_deref())
            .bind(row.attestation_version.as_deref())
            .bind(row.id.as_str())
            .bind(row.revision - 1)
            .must_meet(1),
    );
}

pub(crate) async fn by_id(conn: &mut Connection, id: &str) -> Result<Option<PartnershipRow>> {
    Ok(sqlx::query_as(BY_ID).bind(id).fetch_optional(conn).await?)
}

pub(crate) async fn by_external_id(
    conn: &mut Connection,
    provider_tenant: &str,
    external_id: &str,
) -> Result<Option<PartnershipRow>> {
    Ok(sqlx::query_as(BY_EXTERNAL_ID).bind(provider_tenant).bind(external_id).fetch_optional(conn).await?)
}

/// The pending or active partnership of the two.
pub(crate) async fn open(
    conn: &mut Connection,
    provider: &str,
    reseller: &str,
) -> Result<Option<PartnershipRow>> {
    Ok(sqlx::query_as(OPEN).bind(provider).bind(reseller).fetch_optional(conn).await?)
}

/// The active partnership by which a tenant is the provider's reseller.
pub(crate) async fn of_tenant(
    conn: &mut Connection,
    provider: &str,
    tenant: &str,
) -> Result<Option<PartnershipRow>> {
    Ok(sqlx::query_as(OF_TENANT).bind(provider).bind(tenant).fetch_optional(conn).await?)
}

/// Partnerships of the provider with this tenant, newest first.
pub(crate) async fn list_of_provider(
    conn: &mut Connection,
    tenant: &str,
    filter: &Filter<'_>,
    page: Before<'_>,
) -> Result<Vec<PartnershipRow>> {
    list_of(conn, LIST_OF_PROVIDER, tenant, filter, page).await
}

/// Partnerships of the reseller with this tenant, newest first.
pub(crate) async fn list_of_reseller(
    conn: &mut Connection,
    tenant: &str,
    filter: &Filter<'_>,
    page: Before<'_>,
) -> Result<Vec<PartnershipRow>> {
    list_of(conn, LIST_OF_RESELLER, tenant, filter, page).await
}

async fn list_of(
    conn: &mut Connection,
    sql: &'static str,
    tenant: &str,
    filter: &Filter<'_>,
    page: Before<'_>,
) -> Result<Vec<PartnershipRow>> {
    let query = sqlx::query_as(sql)
        .bind(tenant)
        .bind(page.create_time)
        .bind(page.id)
        .bind(filter.counterpart)
        .bind(filter.external_id)
        .bind(filter.now)
        .bind(filter.states[0])
        .bind(filter.states[1])
        .bind(page.limit);
    Ok(query.fetch_all(conn).await?)
}

/// All partnerships, newest first.
pub(crate) async fn list_all(
    conn: &mut Connection,
    filter: &Filter<'_>,
    page: Before<'_>,
) -> Result<Vec<PartnershipRow>> {
    let query = sqlx::query_as(LIST_ALL)
        .bind(page.create_time)
        .bind(page.id)
        .bind(filter.counterpart)
        .bind(filter.external_id)
        .bind(filter.now)
        .bind(filter.states[0])
        .bind(filter.states[1])
        .bind(page.limit);
    Ok(query.fetch_all(conn).await?)
}
