//! The table `mpn_id`.

use csp_policy::Country;
use csp_policy::boundaries::{AssociateMpnId, ReviewEnrollment};
use csp_proto::partner_registry::v1::MpnKind;
use csp_service::{Accepted, Result, Stored};
use csp_store::{Change, Connection, Save, Select, Statement, Tx, table};
use jiff::Timestamp;

table! {
    /// An MPN ID. `organization` and `partner` are resource names.
    pub(crate) struct MpnIdRow in "mpn_id" {
        number: String,
        revision: i64,
        create_time: Timestamp,
        update_time: Timestamp,
        organization: String,
        kind: Stored<MpnKind>,
        country: Stored<Country>,
        active: bool,
        partner: Option<String>,
    }
}

const BY_NUMBER: Select<MpnIdRow> = Select::new("SELECT * FROM mpn_id WHERE number = $1");

const PAGE: Select<MpnIdRow> = Select::new("SELECT * FROM mpn_id WHERE number > $1 ORDER BY number LIMIT $2");

const PAGE_OF_ORGANIZATION: Select<MpnIdRow> = Select::new(
    "
    SELECT * FROM mpn_id
     WHERE organization = $1 AND number > $2
     ORDER BY number LIMIT $3",
);

const SAVE_PARTNER: Save<MpnIdRow> = Save::new(
    "
    UPDATE mpn_id
       SET revision    = :revision,
           update_time = :update_time,
           partner     = :partner
     WHERE number = :number AND revision = :revision - 1",
);

/// Every statement of the table.
pub(crate) const STATEMENTS: &[&dyn Statement] = &[&BY_NUMBER, &PAGE, &PAGE_OF_ORGANIZATION, &SAVE_PARTNER];

pub(crate) async fn by_number(conn: &mut Connection, number: &str) -> Result<Option<MpnIdRow>> {
    Ok(BY_NUMBER.query().bind(number).fetch_optional(conn).await?)
}

/// One page of all MPN IDs in order of number, after the number `after`.
pub(crate) async fn page(conn: &mut Connection, after: &str, limit: i64) -> Result<Vec<MpnIdRow>> {
    Ok(PAGE.query().bind(after).bind(limit).fetch_all(conn).await?)
}

/// One page of a company's MPN IDs in order of number, after the number `after`.
pub(crate) async fn page_of_organization(
    conn: &mut Connection,
    organization: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<MpnIdRow>> {
    Ok(PAGE_OF_ORGANIZATION.query().bind(organization).bind(after).bind(limit).fetch_all(conn).await?)
}

pub(crate) fn insert(tx: &mut Tx, row: &MpnIdRow) {
    tx.put(Change::insert(row));
}

/// Saves the account that the MPN ID is associated with.
pub(crate) fn save_association(tx: &mut Tx, row: &MpnIdRow, _: &Accepted<AssociateMpnId>) {
    save_partner(tx, row);
}

/// Saves that the MPN ID is free, because its account was rejected.
pub(crate) fn save_release(tx: &mut Tx, row: &MpnIdRow, _: &Accepted<ReviewEnrollment>) {
    save_partner(tx, row);
}

fn save_partner(tx: &mut Tx, row: &MpnIdRow) {
    tx.put(SAVE_PARTNER.of(row).must_meet(1));
}
