//! Table `mpn_id`.

use csp_policy::boundaries::{AssociateMpnId, ReviewEnrollment};
use csp_service::Accepted;
use csp_store::{Change, Connection, Error, Tx};

macro_rules! columns {
    () => {
        "number, revision, create_time, update_time, organization, kind, country, active, partner"
    };
}

const BY_NUMBER: &str = concat!("SELECT ", columns!(), " FROM mpn_id WHERE number = $1");
const PAGE: &str = concat!("SELECT ", columns!(), " FROM mpn_id WHERE number > $1 ORDER BY number LIMIT $2");
const PAGE_OF_ORGANIZATION: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM mpn_id WHERE organization = $1 AND number > $2 ORDER BY number LIMIT $3"
);
const INSERT: &str =
    concat!("INSERT INTO mpn_id (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
const SAVE_PARTNER: &str =
    "UPDATE mpn_id SET revision = $1, update_time = $2, partner = $3 WHERE number = $4 AND revision = $5";

/// A row of `mpn_id`.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct MpnIdRow {
    pub(crate) number: String,
    pub(crate) revision: i64,
    pub(crate) create_time: i64,
    pub(crate) update_time: i64,
    pub(crate) organization: String,
    pub(crate) kind: String,
    pub(crate) country: String,
    pub(crate) active: i64,
    pub(crate) partner: Option<String>,
}

/// The membership with this number.
pub(crate) async fn by_number(conn: &mut Connection, number: &str) -> Result<Option<MpnIdRow>, Error> {
    Ok(sqlx::query_as(BY_NUMBER).bind(number).fetch_optional(conn).await?)
}

/// All memberships by number, after `after`.
pub(crate) async fn page(conn: &mut Connection, after: &str, limit: i64) -> Result<Vec<MpnIdRow>, Error> {
    Ok(sqlx::query_as(PAGE).bind(after).bind(limit).fetch_all(conn).await?)
}

/// Memberships of a company by number, after `after`.
pub(crate) async fn page_of_organization(
    conn: &mut Connection,
    organization: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<MpnIdRow>, Error> {
    let query = sqlx::query_as(PAGE_OF_ORGANIZATION).bind(organization).bind(after).bind(limit);
    Ok(query.fetch_all(conn).await?)
}

/// Stores a new membership.
pub(crate) fn insert(tx: &mut Tx, row: &MpnIdRow) {
    tx.put(
        Change::new(INSERT)
            .bind(&row.number)
            .bind(row.revision)
            .bind(row.create_time)
            .bind(row.update_time)
            .bind(&row.organization)
            .bind(&row.kind)
            .bind(&row.country)
            .bind(row.active)
            .bind(&row.partner),
    );
}

/// Stores the account of a membership in place of the revision before.
pub(crate) fn save_association(tx: &mut Tx, _accepted: &Accepted<AssociateMpnId>, row: &MpnIdRow) {
    save_partner(tx, row);
}

/// Stores that a membership is of no account any more: the account was turned down.
pub(crate) fn save_release(tx: &mut Tx, _accepted: &Accepted<ReviewEnrollment>, row: &MpnIdRow) {
    save_partner(tx, row);
}

fn save_partner(tx: &mut Tx, row: &MpnIdRow) {
    tx.put(
        Change::new(SAVE_PARTNER)
            .bind(row.revision)
            .bind(row.update_time)
            .bind(&row.partner)
            .bind(&row.number)
            .bind(row.revision - 1)
            .must_meet(1),
    );
}
