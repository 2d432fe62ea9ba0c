//! The table `partner_user`: the users of partner accounts.

use csp_policy::boundaries::{AddUser, SetUserRoles};
use csp_proto::partner_registry::v1::UserRole;
use csp_service::{Accepted, Result, Stored};
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
        external_id: Option<String>,
        subject: String,
        display_name: String,
        email: String,
        roles: Stored<Vec<UserRole>>,
    }
}

const BY_ID: Select<UserRow> = Select::new("SELECT * FROM partner_user WHERE partner = $1 AND id = $2");

const BY_SUBJECT: Select<UserRow> =
    Select::new("SELECT * FROM partner_user WHERE partner = $1 AND subject = $2");

const BY_EXTERNAL_ID: Select<UserRow> =
    Select::new("SELECT * FROM partner_user WHERE partner = $1 AND external_id = $2");

const COUNT: &str = "SELECT CAST(COUNT(*) AS BIGINT) AS users FROM partner_user WHERE partner = $1";

const PAGE: Select<UserRow> =
    Select::new("SELECT * FROM partner_user WHERE partner = $1 AND id > $2 ORDER BY id LIMIT $3");

const SAVE_ROLES: Save<UserRow> = Save::new(
    "
    UPDATE partner_user
       SET revision    = :revision,
           update_time = :update_time,
           roles       = :roles
     WHERE partner = :partner AND id = :id AND revision = :revision - 1",
);

const HOLD_ACCOUNT: &str = "UPDATE partner SET update_time = update_time WHERE id = $1";

const MUST_HAVE_ROOM: &str = "
    UPDATE partner
       SET update_time = update_time
     WHERE id = $1 AND (SELECT COUNT(*) FROM partner_user WHERE partner = $1) < $2";

/// Every statement of the table.
pub(crate) const STATEMENTS: &[&dyn Statement] =
    &[&BY_ID, &BY_SUBJECT, &BY_EXTERNAL_ID, &COUNT, &PAGE, &SAVE_ROLES, &HOLD_ACCOUNT, &MUST_HAVE_ROOM];

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

pub(crate) async fn by_external_id(
    conn: &mut Connection,
    partner: &str,
    external_id: &str,
) -> Result<Option<UserRow>> {
    Ok(BY_EXTERNAL_ID.query().bind(partner).bind(external_id).fetch_optional(conn).await?)
}

/// The number of users of the account.
pub(crate) async fn count(conn: &mut Connection, partner: &str) -> Result<i64> {
    Ok(sqlx::query(COUNT).bind(partner).fetch_one(conn).await?.try_get("users")?)
}

/// One page of the account's users in order of id, after the id `after`.
pub(crate) async fn page(
    conn: &mut Connection,
    partner: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<UserRow>> {
    Ok(PAGE.query().bind(partner).bind(after).bind(limit).fetch_all(conn).await?)
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

pub(crate) fn insert(tx: &mut Tx, row: &UserRow, _: &Accepted<AddUser>) {
    tx.put(Change::insert(row));
}

/// Saves a user's roles; a stale revision is a lost race.
pub(crate) fn save_roles(tx: &mut Tx, row: &UserRow, _: &Accepted<SetUserRoles>) {
    tx.put(SAVE_ROLES.of(row).must_meet(1));
}
