//! The table `partner_user`: the users of partner accounts.

use csp_policy::boundaries::{CreateUser, DeleteUser, SetUserRoles};
use csp_proto::policy::v1::Role;
use csp_service::{Accepted, ExternalId, Result, Stored};
use csp_store::{Change, Connection, Save, Select, Statement, Tx, table};
use jiff::Timestamp;
use sqlx::Row as _;

table! {
    /// A user. `partner` is the account's id.
    pub(crate) struct UserRow in "partner_user" key [partner, id] {
        partner: String,
        id: String,
        revision: i64,
        create_time: Timestamp,
        update_time: Timestamp,
        external_id: Option<ExternalId>,
        subject: String,
        display_name: String,
        email: String,
        roles: Stored<Vec<Role>>,
    }
}

const BY_ID: Select<UserRow> = Select::new("SELECT * FROM partner_user WHERE partner = $1 AND id = $2");

const BY_SUBJECT: Select<UserRow> =
    Select::new("SELECT * FROM partner_user WHERE partner = $1 AND subject = $2");

const BY_EXTERNAL_ID: Select<UserRow> =
    Select::new("SELECT * FROM partner_user WHERE partner = $1 AND external_id = $2");

const COUNT: &str = "SELECT CAST(COUNT(*) AS BIGINT) AS users FROM partner_user WHERE partner = $1";

const OTHER_GLOBAL_ADMIN: Select<UserRow> = Select::new(
    "
    SELECT * FROM partner_user
     WHERE partner = $1 AND id <> $2 AND ',' || roles || ',' LIKE '%,GLOBAL_ADMIN,%'
     ORDER BY id LIMIT 1",
);

const PAGE: Select<UserRow> = Select::new(
    "
    SELECT * FROM partner_user
     WHERE partner = $1
       AND id > $2
       AND ($3 = '' OR external_id = $3)
       AND ($4 = '' OR ',' || roles || ',' LIKE '%,' || $4 || ',%')
     ORDER BY id LIMIT $5",
);

const SAVE_ROLES: Save<UserRow> = Save::new(
    "
    UPDATE partner_user
       SET revision    = :revision,
           update_time = :update_time,
           roles       = :roles
     WHERE partner = :partner AND id = :id AND revision = :revision - 1",
);

const DELETE: Save<UserRow> = Save::new(
    "
    DELETE FROM partner_user
     WHERE partner = :partner AND id = :id AND revision = :revision",
);

const HOLD_ACCOUNT: &str = "UPDATE partner SET update_time = update_time WHERE id = $1";

const MUST_HAVE_ROOM: &str = "
    UPDATE partner
       SET update_time = update_time
     WHERE id = $1 AND (SELECT COUNT(*) FROM partner_user WHERE partner = $1) < $2";

const MUST_KEEP_A_GLOBAL_ADMIN: &str = "
    UPDATE partner
       SET update_time = update_time
     WHERE id = $1
       AND EXISTS (SELECT id FROM partner_user
                    WHERE partner = $1 AND id <> $2 AND ',' || roles || ',' LIKE '%,GLOBAL_ADMIN,%')";

/// Every statement of the table.
pub(crate) const STATEMENTS: &[&dyn Statement] = &[
    &BY_ID,
    &BY_SUBJECT,
    &BY_EXTERNAL_ID,
    &COUNT,
    &OTHER_GLOBAL_ADMIN,
    &PAGE,
    &SAVE_ROLES,
    &DELETE,
    &HOLD_ACCOUNT,
    &MUST_HAVE_ROOM,
    &MUST_KEEP_A_GLOBAL_ADMIN,
];

/// Which users to list. An empty field does not filter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filter<'a> {
    pub(crate) external_id: &'a str,
    pub(crate) role: &'a str,
}

pub(crate) async fn by_id(conn: &mut Connection, partner: &str, id: &str) -> Result<Option<UserRow>> {
    Ok(BY_ID.query().bind(partner).bind(id).fetch_optional(conn).await?)
}

/// The user whom a credential names by this subject.
pub(crate) async fn by_subject(
    conn: &mut Connection,
    partner: &str,
    subject: &str,
) -> Result<Option<UserRow>> {
    Ok(BY_SUBJECT.query().bind(partner).bind(subject).fetch_optional(conn).await?)
}

/// The user of the account with this external id.
pub(crate) async fn by_external_id(
    conn: &mut Connection,
    partner: &str,
    id: &ExternalId,
) -> Result<Option<UserRow>> {
    Ok(BY_EXTERNAL_ID.query().bind(partner).bind(id.as_str()).fetch_optional(conn).await?)
}

/// The number of users of the account.
pub(crate) async fn count(conn: &mut Connection, partner: &str) -> Result<i64> {
    Ok(sqlx::query(COUNT).bind(partner).fetch_one(conn).await?.try_get("users")?)
}

/// One page of the account's users in order of id, after the id `after`.
pub(crate) async fn page(
    conn: &mut Connection,
    partner: &str,
    filter: Filter<'_>,
    after: &str,
    limit: i64,
) -> Result<Vec<UserRow>> {
    let query = PAGE.query().bind(partner).bind(after).bind(filter.external_id).bind(filter.role).bind(limit);
    Ok(query.fetch_all(conn).await?)
}

/// Whether a user of the account other than `id` is a global admin.
pub(crate) async fn has_other_global_admin(conn: &mut Connection, partner: &str, id: &str) -> Result<bool> {
    let other = OTHER_GLOBAL_ADMIN.query().bind(partner).bind(id).fetch_optional(conn).await?;
    Ok(other.is_some())
}

/// Makes sure that the account has fewer than `users_max` users, so that one more fits. If another write has
/// filled the account, this write is a lost race, and its retry reports the limit.
///
/// The first statement locks the account's row: another write that adds a user waits until this write ends.
/// The count is a second statement, because PostgreSQL would count in the first by a snapshot from before the
/// wait.
pub(crate) async fn hold_place(tx: &mut Tx, partner: &str, users_max: i64) -> Result<()> {
    tx.put(Change::new(HOLD_ACCOUNT).bind(partner).must_meet(1));
    tx.flush().await?;
    tx.put(Change::new(MUST_HAVE_ROOM).bind(partner).bind(users_max).must_meet(1));
    Ok(tx.flush().await?)
}

/// Makes sure that another user than `row` is a global admin of the account when the write ends. If another
/// write has taken that role from the others meanwhile, this write is a lost race, and its retry is refused
/// by ENR-12. The account is locked first, as in [`hold_place`].
pub(crate) async fn keep_a_global_admin(tx: &mut Tx, row: &UserRow) -> Result<()> {
    tx.put(Change::new(HOLD_ACCOUNT).bind(&row.partner).must_meet(1));
    tx.flush().await?;
    tx.put(Change::new(MUST_KEEP_A_GLOBAL_ADMIN).bind(&row.partner).bind(&row.id).must_meet(1));
    Ok(tx.flush().await?)
}

pub(crate) fn insert(tx: &mut Tx, row: &UserRow, _: &Accepted<CreateUser>) {
    tx.put(Change::insert(row));
}

/// Saves a user's roles; a stale revision is a lost race.
pub(crate) fn save_roles(tx: &mut Tx, row: &UserRow, _: &Accepted<SetUserRoles>) {
    tx.put(SAVE_ROLES.of(row).must_meet(1));
}

/// Deletes a user; a stale revision is a lost race.
pub(crate) fn delete(tx: &mut Tx, row: &UserRow, _: &Accepted<DeleteUser>) {
    tx.put(DELETE.of(row).must_meet(1));
}
