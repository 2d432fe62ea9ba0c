//! The table `partnership`.

use csp_policy::Day;
use csp_policy::boundaries::{AcceptPartnership, DeclinePartnership, RemovePartnership, RequestPartnership};
use csp_proto::relationship::v1::PartnershipState;
use csp_proto::r#type::v1::Actor;
use csp_service::{Accepted, Encoded, ExternalId, Result, Stored};
use csp_store::{Change, Connection, Query, Save, Select, Statement, Tx, table};
use jiff::Timestamp;

use crate::lists::Before;

table! {
    /// A row of the table. Parties are resource names.
    pub(crate) struct PartnershipRow in "partnership" {
        id: String,
        revision: i64,
        create_time: Timestamp,
        update_time: Timestamp,
        external_id: Option<ExternalId>,
        provider: String,
        provider_tenant: String,
        reseller: String,
        reseller_tenant: String,
        reseller_email: String,
        note: String,
        state: Stored<PartnershipState>,
        expire_time: Timestamp,
        accept_time: Option<Timestamp>,
        admin_access: bool,
        admin_access_revoke_time: Option<Timestamp>,
        remove_time: Option<Timestamp>,
        remove_reason: Option<String>,
        remover: Option<Encoded<Actor>>,
        text_version: Option<String>,
        legal_notice_date: Option<Day>,
        evidence_date: Option<Day>,
        evidence_source: Option<String>,
    }
}

const UPDATE: Save<PartnershipRow> = Save::new(
    "
    UPDATE partnership
       SET revision                 = :revision,
           update_time              = :update_time,
           state                    = :state,
           accept_time              = :accept_time,
           admin_access             = :admin_access,
           admin_access_revoke_time = :admin_access_revoke_time,
           remove_time              = :remove_time,
           remove_reason            = :remove_reason,
           remover                  = :remover,
           text_version             = :text_version,
           legal_notice_date        = :legal_notice_date
     WHERE id = :id AND revision = :revision - 1",
);

const BY_ID: Select<PartnershipRow> = Select::new("SELECT * FROM partnership WHERE id = $1");

const BY_EXTERNAL_ID: Select<PartnershipRow> =
    Select::new("SELECT * FROM partnership WHERE external_id = $1");

const OPEN: Select<PartnershipRow> = Select::new(
    "
    SELECT * FROM partnership
     WHERE provider = $1 AND reseller = $2 AND state IN ('PENDING', 'ACTIVE')",
);

const OF_TENANT: Select<PartnershipRow> = Select::new(
    "
    SELECT * FROM partnership
     WHERE provider = $1 AND reseller_tenant = $2 AND state = 'ACTIVE'
     ORDER BY id LIMIT 1",
);

const LIST_OF_PROVIDER: Select<PartnershipRow> = Select::new(
    "
    SELECT * FROM partnership
     WHERE provider_tenant = $1
       AND (create_time, id) < ($2, $3)
       AND ($4 = '' OR reseller = $4)
       AND ($5 = '' OR external_id = $5)
       AND CASE WHEN state = 'PENDING' AND expire_time < $6 THEN 'EXPIRED' ELSE state END IN :list
     ORDER BY create_time DESC, id DESC LIMIT $7",
);

const LIST_OF_RESELLER: Select<PartnershipRow> = Select::new(
    "
    SELECT * FROM partnership
     WHERE reseller_tenant = $1
       AND (create_time, id) < ($2, $3)
       AND ($4 = '' OR provider = $4)
       AND ($5 = '' OR external_id = $5)
       AND CASE WHEN state = 'PENDING' AND expire_time < $6 THEN 'EXPIRED' ELSE state END IN :list
     ORDER BY create_time DESC, id DESC LIMIT $7",
);

const LIST_ALL: Select<PartnershipRow> = Select::new(
    "
    SELECT * FROM partnership
     WHERE (create_time, id) < ($1, $2)
       AND ($3 = '' OR provider = $3 OR reseller = $3)
       AND ($4 = '' OR external_id = $4)
       AND CASE WHEN state = 'PENDING' AND expire_time < $5 THEN 'EXPIRED' ELSE state END IN :list
     ORDER BY create_time DESC, id DESC LIMIT $6",
);

/// Every statement of the table.
pub(crate) const STATEMENTS: &[&dyn Statement] =
    &[&UPDATE, &BY_ID, &BY_EXTERNAL_ID, &OPEN, &OF_TENANT, &LIST_OF_PROVIDER, &LIST_OF_RESELLER, &LIST_ALL];

/// Conditions of a list; an empty text does not restrict the list.
#[derive(Debug)]
pub(crate) struct Filter<'a> {
    pub(crate) counterpart: &'a str,
    pub(crate) external_id: &'a str,
    /// The present time, in microseconds UTC: a pending request with an earlier `expire_time` counts as
    /// expired.
    pub(crate) now: i64,
    /// Stored words of the states to list.
    pub(crate) states: &'a [String],
}

pub(crate) fn insert_requested(tx: &mut Tx, row: &PartnershipRow, _: &Accepted<RequestPartnership>) {
    tx.put(Change::insert(row));
}

pub(crate) fn insert_recorded(tx: &mut Tx, row: &PartnershipRow, _: &Accepted<AcceptPartnership>) {
    tx.put(Change::insert(row));
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

/// Saves a change that no rule guards: a withdrawn request, or withdrawn administrator access.
pub(crate) fn save_withdrawn(tx: &mut Tx, row: &PartnershipRow) {
    update(tx, row);
}

/// Saves an overdue request as expired, and flushes the write. The flush is needed: the insert of the new
/// partnership reuses the unique key (provider, reseller) that this update frees, and changes that are sent
/// together must not depend on each other.
pub(crate) async fn save_expired(tx: &mut Tx, row: &PartnershipRow) -> Result<()> {
    update(tx, row);
    Ok(tx.flush().await?)
}

/// Saves a transition. Optimistic lock: the race is lost if the row's revision changed since it was read.
fn update(tx: &mut Tx, row: &PartnershipRow) {
    tx.put(UPDATE.of(row).must_meet(1));
}

pub(crate) async fn by_id(conn: &mut Connection, id: &str) -> Result<Option<PartnershipRow>> {
    Ok(BY_ID.query().bind(id).fetch_optional(conn).await?)
}

/// The partnership with this external id.
pub(crate) async fn by_external_id(conn: &mut Connection, id: &ExternalId) -> Result<Option<PartnershipRow>> {
    Ok(BY_EXTERNAL_ID.query().bind(id.as_str()).fetch_optional(conn).await?)
}

/// The pending or active partnership of the two partners.
pub(crate) async fn open(
    conn: &mut Connection,
    provider: &str,
    reseller: &str,
) -> Result<Option<PartnershipRow>> {
    Ok(OPEN.query().bind(provider).bind(reseller).fetch_optional(conn).await?)
}

/// The active partnership by which a tenant is the provider's reseller.
pub(crate) async fn of_tenant(
    conn: &mut Connection,
    provider: &str,
    tenant: &str,
) -> Result<Option<PartnershipRow>> {
    Ok(OF_TENANT.query().bind(provider).bind(tenant).fetch_optional(conn).await?)
}

/// Partnerships in which the tenant is the provider, newest first.
pub(crate) async fn list_of_provider(
    conn: &mut Connection,
    tenant: &str,
    filter: &Filter<'_>,
    page: Before<'_>,
) -> Result<Vec<PartnershipRow>> {
    list(conn, LIST_OF_PROVIDER.query_list(8, filter.states.len()).bind(tenant.to_owned()), filter, page)
        .await
}

/// Partnerships in which the tenant is the reseller, newest first.
pub(crate) async fn list_of_reseller(
    conn: &mut Connection,
    tenant: &str,
    filter: &Filter<'_>,
    page: Before<'_>,
) -> Result<Vec<PartnershipRow>> {
    list(conn, LIST_OF_RESELLER.query_list(8, filter.states.len()).bind(tenant.to_owned()), filter, page)
        .await
}

/// All partnerships, newest first.
pub(crate) async fn list_all(
    conn: &mut Connection,
    filter: &Filter<'_>,
    page: Before<'_>,
) -> Result<Vec<PartnershipRow>> {
    list(conn, LIST_ALL.query_list(7, filter.states.len()), filter, page).await
}

async fn list(
    conn: &mut Connection,
    query: Query<PartnershipRow>,
    filter: &Filter<'_>,
    page: Before<'_>,
) -> Result<Vec<PartnershipRow>> {
    let query = query.bind(page.create_time).bind(page.id);
    let query = query.bind(filter.counterpart).bind(filter.external_id).bind(filter.now);
    let query = query.bind(page.limit);
    Ok(filter.states.iter().fold(query, |query, state| query.bind(state)).fetch_all(conn).await?)
}
