//! Table `partner_user`: the people of partner accounts.

use csp_policy::boundaries::{AddUser, SetUserRoles};
use csp_service::Accepted;
use csp_store::{Change, Connection, Error, Tx, must_change_one_row};
use sqlx::Row as _;

macro_rules! columns {
    () => {
        "partner, id, revision, create_time, update_time, external_id, subject, display_name, email, roles"
    };
}

const BY_ID: &str = concat!("SELECT ", columns!(), " FROM partner_user WHERE partner = $1 AND id = $2");
const BY_SUBJECT: &str =
    concat!("SELECT ", columns!(), " FROM partner_user WHERE partner = $1 AND subject = $2");
const BY_EXTERNAL_ID: &str =
    concat!("SELECT ", columns!(), " FROM partner_user WHERE partner = $1 AND external_id = $2");
const COUNT: &str = "SELECT CAST(COUNT(*) AS BIGINT) AS users FROM partner_user WHERE partner = $1";
const HOLD_ACCOUNT: &str = "UPDATE partner SET update_time = update_time WHERE id = $1";
const PAGE: &str =
    concat!("SELECT ", columns!(), " FROM partner_user WHERE partner = $1 AND id > $2 ORDER BY id LIMIT $3");
const INSERT: &str =
    concat!("INSERT INTO partner_user (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
const SAVE_ROLES: &str = "UPDATE partner_user SET revision = $1, update_time = $2, roles = $3 \
     WHERE partner = $4 AND id = $5 AND revision = $6";

/// A row of `partner_user`; `partner` is the account's id.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct UserRow {
    pub(crate) partner: String,
    pub(crate) id: String,
    pub(crate) revision: i64,
    pub(crate) create_time: i64,
    pub(crate) update_time: i64,
    pub(crate) external_id: Option<String>,
    pub(crate) subject: String,
    pub(crate) display_name: String,
    pub(crate) email: String,
    pub(crate) roles: String,
}

/// The person with this id.
pub(crate) async fn by_id(conn: &mut Connection, partner: &str, id: &str) -> Result<Option<UserRow>, Error> {
    Ok(sqlx::query_as(BY_ID).bind(partner).bind(id).fetch_optional(conn).await?)
}

/// The person whom a credential names so.
pub(crate) async fn by_subject(
    conn: &mut Connection,
    partner: &str,
    subject: &str,
) -> Result<Option<UserRow>, Error> {
    Ok(sqlx::query_as(BY_SUBJECT).bind(partner).bind(subject).fetch_optional(conn).await?)
}

/// The person with this key.
pub(crate) async fn by_external_id(
    conn: &mut Connection,
    partner: &str,
    external_id: &str,
) -> Result<Option<UserRow>, Error> {
    Ok(sqlx::query_as(BY_EXTERNAL_ID).bind(partner).bind(external_id).fetch_optional(conn).await?)
}

/// How many people the account has. Asked in a write, nobody else adds one before it is done.
pub(crate) async fn count_held(conn: &mut Connection, partner: &str) -> Result<i64, Error> {
    let held = sqlx::query(HOLD_ACCOUNT).bind(partner).execute(&mut *conn).await?;
    must_change_one_row(&held)?;
    count(conn, partner).await
}

/// How many people the account has.
pub(crate) async fn count(conn: &mut Connection, partner: &str) -> Result<i64, Error> {
    Ok(sqlx::query(COUNT).bind(partner).fetch_one(conn).await?.try_get("users")?)
}

/// People of the account by id, after `after`.
pub(crate) async fn page(
    conn: &mut Connection,
    partner: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<UserRow>, Error> {
    Ok(sqlx::query_as(PAGE).bind(partner).bind(after).bind(limit).fetch_all(conn).await?)
}

/// Stores a new person.
pub(crate) fn insert(tx: &mut Tx, _accepted: &Accepted<AddUser>, row: &UserRow) {
    tx.put(
        Change::new(INSERT)
            .bind(&row.partner)
            .bind(&row.id)
            .bind(row.revision)
            .bind(row.create_time)
            .bind(row.update_time)
            .bind(&row.external_id)
            .bind(&row.subject)
            .bind(&row.display_name)
            .bind(&row.email)
            .bind(&row.roles),
    );
}

/// Stores a person's roles in place of those of the revision before.
pub(crate) fn save_roles(tx: &mut Tx, _accepted: &Accepted<SetUserRoles>, row: &UserRow) {
    tx.put(
        Change::new(SAVE_ROLES)
            .bind(row.revision)
            .bind(row.update_time)
            .bind(&row.roles)
            .bind(&row.partner)
            .bind(&row.id)
            .bind(row.revision - 1)
            .must_meet(1),
    );
}
