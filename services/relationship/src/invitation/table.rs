//! The table `invitation`.

use csp_policy::boundaries::{AcceptInvitation, DeclineInvitation, InviteCustomer};
use csp_proto::relationship::v1::InvitationState;
use csp_service::{Accepted, ExternalId, Result, Stored};
use csp_store::{Change, Connection, Query, Save, Select, Statement, Tx, table};
use jiff::Timestamp;

use crate::admin_grant::access::Roles;
use crate::lists::Before;

table! {
    /// A row of the table. Parties are resource names, empty for none.
    pub(crate) struct InvitationRow in "invitation" {
        id: String,
        revision: i64,
        create_time: Timestamp,
        update_time: Timestamp,
        external_id: Option<ExternalId>,
        sender: String,
        sender_tenant: String,
        provider: String,
        provider_tenant: String,
        reseller: String,
        reseller_tenant: String,
        customer: String,
        customer_tenant: String,
        customer_email: String,
        note: String,
        /// Empty when no delegated administration is asked for.
        admin_roles: Roles,
        admin_days: i64,
        state: Stored<InvitationState>,
        expire_time: Timestamp,
    }
}

const UPDATE: Save<InvitationRow> = Save::new(
    "
    UPDATE invitation
       SET revision        = :revision,
           update_time     = :update_time,
           customer        = :customer,
           customer_tenant = :customer_tenant,
           state           = :state
     WHERE id = :id AND revision = :revision - 1",
);

const BY_ID: Select<InvitationRow> = Select::new("SELECT * FROM invitation WHERE id = $1");

const BY_EXTERNAL_ID: Select<InvitationRow> = Select::new("SELECT * FROM invitation WHERE external_id = $1");

const LIST_OF_PROVIDER: Select<InvitationRow> = Select::new(
    "
    SELECT * FROM invitation
     WHERE provider_tenant = $1
       AND (create_time, id) < ($2, $3)
       AND ($4 = '' OR external_id = $4)
       AND ($5 = '' OR customer = $5)
       AND CASE WHEN state = 'PENDING' AND expire_time < $6 THEN 'EXPIRED' ELSE state END IN :list
     ORDER BY create_time DESC, id DESC LIMIT $7",
);

const LIST_OF_RESELLER: Select<InvitationRow> = Select::new(
    "
    SELECT * FROM invitation
     WHERE reseller_tenant = $1
       AND (create_time, id) < ($2, $3)
       AND ($4 = '' OR external_id = $4)
       AND ($5 = '' OR customer = $5)
       AND CASE WHEN state = 'PENDING' AND expire_time < $6 THEN 'EXPIRED' ELSE state END IN :list
     ORDER BY create_time DESC, id DESC LIMIT $7",
);

const LIST_ALL: Select<InvitationRow> = Select::new(
    "
    SELECT * FROM invitation
     WHERE (create_time, id) < ($1, $2)
       AND ($3 = '' OR external_id = $3)
       AND ($4 = '' OR customer = $4)
       AND CASE WHEN state = 'PENDING' AND expire_time < $5 THEN 'EXPIRED' ELSE state END IN :list
     ORDER BY create_time DESC, id DESC LIMIT $6",
);

/// A pending invitation of customer `$1` that names the partner with tenant `$2`.
const PENDING: Select<InvitationRow> = Select::new(
    "
    SELECT * FROM invitation
     WHERE customer = $1
       AND (provider_tenant = $2 OR reseller_tenant = $2)
       AND state = 'PENDING'
       AND expire_time >= $3
     ORDER BY id LIMIT 1",
);

/// Every statement of the table.
pub(crate) const STATEMENTS: &[&dyn Statement] =
    &[&UPDATE, &BY_ID, &BY_EXTERNAL_ID, &LIST_OF_PROVIDER, &LIST_OF_RESELLER, &LIST_ALL, &PENDING];

/// Conditions of a list; an empty text does not restrict the list.
#[derive(Debug)]
pub(crate) struct Filter<'a> {
    pub(crate) external_id: &'a str,
    pub(crate) customer: &'a str,
    /// Stored words of the states to list.
    pub(crate) states: &'a [String],
    /// The present time, in microseconds UTC: a pending invitation with an earlier `expire_time` counts as
    /// expired.
    pub(crate) now: i64,
}

pub(crate) fn insert(tx: &mut Tx, row: &InvitationRow, _: &Accepted<InviteCustomer>) {
    tx.put(Change::insert(row));
}

pub(crate) fn save_accepted(tx: &mut Tx, row: &InvitationRow, _: &Accepted<AcceptInvitation>) {
    update(tx, row);
}

pub(crate) fn save_declined(tx: &mut Tx, row: &InvitationRow, _: &Accepted<DeclineInvitation>) {
    update(tx, row);
}

/// Saves the withdrawal of an invitation, which no rule guards.
pub(crate) fn save_withdrawn(tx: &mut Tx, row: &InvitationRow) {
    update(tx, row);
}

/// Saves a transition. Optimistic lock: the race is lost if the row's revision changed since it was read.
fn update(tx: &mut Tx, row: &InvitationRow) {
    tx.put(UPDATE.of(row).must_meet(1));
}

pub(crate) async fn by_id(conn: &mut Connection, id: &str) -> Result<Option<InvitationRow>> {
    Ok(BY_ID.query().bind(id).fetch_optional(conn).await?)
}

pub(crate) async fn by_external_id(conn: &mut Connection, id: &ExternalId) -> Result<Option<InvitationRow>> {
    Ok(BY_EXTERNAL_ID.query().bind(id.as_str()).fetch_optional(conn).await?)
}

/// Whether an invitation of the customer that names the partner with this tenant, which is not empty, is
/// pending at `now` (microseconds UTC).
pub(crate) async fn is_pending(
    conn: &mut Connection,
    customer: &str,
    tenant: &str,
    now: i64,
) -> Result<bool> {
    let query = PENDING.query().bind(customer).bind(tenant).bind(now);
    Ok(query.fetch_optional(conn).await?.is_some())
}

/// Invitations in which the tenant is the provider or direct-bill partner, newest first.
pub(crate) async fn list_of_provider(
    conn: &mut Connection,
    tenant: &str,
    filter: &Filter<'_>,
    page: Before<'_>,
) -> Result<Vec<InvitationRow>> {
    list(conn, LIST_OF_PROVIDER.query_list(8, filter.states.len()).bind(tenant.to_owned()), filter, page)
        .await
}

/// Invitations in which the tenant is the reseller, newest first.
pub(crate) async fn list_of_reseller(
    conn: &mut Connection,
    tenant: &str,
    filter: &Filter<'_>,
    page: Before<'_>,
) -> Result<Vec<InvitationRow>> {
    list(conn, LIST_OF_RESELLER.query_list(8, filter.states.len()).bind(tenant.to_owned()), filter, page)
        .await
}

/// All invitations, newest first.
pub(crate) async fn list_all(
    conn: &mut Connection,
    filter: &Filter<'_>,
    page: Before<'_>,
) -> Result<Vec<InvitationRow>> {
    list(conn, LIST_ALL.query_list(7, filter.states.len()), filter, page).await
}

async fn list(
    conn: &mut Connection,
    query: Query<InvitationRow>,
    filter: &Filter<'_>,
    page: Before<'_>,
) -> Result<Vec<InvitationRow>> {
    let query = query.bind(page.create_time).bind(page.id).bind(filter.external_id).bind(filter.customer);
    let query = query.bind(filter.now).bind(page.limit);
    Ok(filter.states.iter().fold(query, |query, state| query.bind(state)).fetch_all(conn).await?)
}
