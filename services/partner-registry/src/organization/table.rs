//! The tables `organization` and `affiliation`.

use csp_policy::{Country, Day};
use csp_service::{ExternalId, Result, Stored};
use csp_store::{Change, Connection, Save, Select, Statement, Tx, table};
use jiff::Timestamp;

table! {
    /// A company.
    pub(crate) struct OrganizationRow in "organization" {
        id: String,
        revision: i64,
        create_time: Timestamp,
        update_time: Timestamp,
        external_id: Option<ExternalId>,
        legal_name: String,
        country: Stored<Country>,
    }
}

table! {
    /// A company's membership in an affiliation group.
    pub(crate) struct AffiliationRow in "affiliation" key [organization, since] {
        organization: String,
        since: Day,
        /// The first day after the membership; empty while the membership lasts.
        until: Stored<Option<Day>>,
        affiliation_group: String,
    }
}

const BY_ID: Select<OrganizationRow> = Select::new("SELECT * FROM organization WHERE id = $1");

const BY_EXTERNAL_ID: Select<OrganizationRow> =
    Select::new("SELECT * FROM organization WHERE external_id = $1");

const PAGE: Select<OrganizationRow> =
    Select::new("SELECT * FROM organization WHERE id > $1 ORDER BY id LIMIT $2");

const PAGE_OF_GROUP: Select<OrganizationRow> = Select::new(
    "
    SELECT * FROM organization
     WHERE id IN (SELECT organization FROM affiliation
                   WHERE affiliation_group = $1 AND since <= $2 AND (until = '' OR until > $2))
       AND id > $3
     ORDER BY id LIMIT $4",
);

const AFFILIATIONS: Select<AffiliationRow> =
    Select::new("SELECT * FROM affiliation WHERE organization = $1 ORDER BY since");

const AFFILIATIONS_OF_PAGE: Select<AffiliationRow> = Select::new(
    "
    SELECT * FROM affiliation
     WHERE organization IN (SELECT id FROM organization WHERE id > $1 ORDER BY id LIMIT $2)
     ORDER BY organization, since",
);

const AFFILIATIONS_OF_GROUP_PAGE: Select<AffiliationRow> = Select::new(
    "
    SELECT * FROM affiliation
     WHERE organization IN (SELECT id FROM organization
                             WHERE id IN (SELECT organization FROM affiliation
                                           WHERE affiliation_group = $1 AND since <= $2
                                             AND (until = '' OR until > $2))
                               AND id > $3
                             ORDER BY id LIMIT $4)
     ORDER BY organization, since",
);

const TOUCH: Save<OrganizationRow> = Save::new(
    "
    UPDATE organization
       SET revision    = :revision,
           update_time = :update_time
     WHERE id = :id AND revision = :revision - 1",
);

const FORGET_AFFILIATIONS: Save<OrganizationRow> =
    Save::new("DELETE FROM affiliation WHERE organization = :id");

/// Every statement of the tables.
pub(crate) const STATEMENTS: &[&dyn Statement] = &[
    &BY_ID,
    &BY_EXTERNAL_ID,
    &PAGE,
    &PAGE_OF_GROUP,
    &AFFILIATIONS,
    &AFFILIATIONS_OF_PAGE,
    &AFFILIATIONS_OF_GROUP_PAGE,
    &TOUCH,
    &FORGET_AFFILIATIONS,
];

/// Companies, and the affiliations of all of them, oldest first.
pub(crate) type Rows = (Vec<OrganizationRow>, Vec<AffiliationRow>);

pub(crate) async fn by_id(conn: &mut Connection, id: &str) -> Result<Rows> {
    with_affiliations(&BY_ID, conn, id).await
}

pub(crate) async fn by_external_id(conn: &mut Connection, id: &ExternalId) -> Result<Rows> {
    with_affiliations(&BY_EXTERNAL_ID, conn, id.as_str()).await
}

/// One page of companies in order of id, after the id `after`.
pub(crate) async fn page(conn: &mut Connection, after: &str, limit: i64) -> Result<Rows> {
    let rows = PAGE.query().bind(after).bind(limit).fetch_all(&mut *conn).await?;
    let affiliations = AFFILIATIONS_OF_PAGE.query().bind(after).bind(limit);
    Ok((rows, affiliations.fetch_all(conn).await?))
}

/// One page of the companies in `group` on `day`, in order of id, after the id `after`.
pub(crate) async fn page_of_group(
    conn: &mut Connection,
    group: &str,
    day: Day,
    after: &str,
    limit: i64,
) -> Result<Rows> {
    let day = day.to_string();
    let rows = PAGE_OF_GROUP.query().bind(group).bind(&day).bind(after).bind(limit);
    let affiliations = AFFILIATIONS_OF_GROUP_PAGE.query().bind(group).bind(&day).bind(after).bind(limit);
    Ok((rows.fetch_all(&mut *conn).await?, affiliations.fetch_all(conn).await?))
}

pub(crate) fn insert(tx: &mut Tx, row: &OrganizationRow) {
    tx.put(Change::insert(row));
}

/// Replaces all stored affiliations of a company; a stale revision is a lost race.
pub(crate) async fn save_affiliations(
    tx: &mut Tx,
    row: &OrganizationRow,
    affiliations: &[AffiliationRow],
) -> Result<()> {
    tx.put(TOUCH.of(row).must_meet(1));
    tx.put(FORGET_AFFILIATIONS.of(row));
    // The old rows are deleted first: the new rows may have the same keys.
    tx.flush().await?;
    if !affiliations.is_empty() {
        tx.put(Change::insert_all(affiliations));
    }
    Ok(())
}

async fn with_affiliations(
    question: &Select<OrganizationRow>,
    conn: &mut Connection,
    key: &str,
) -> Result<Rows> {
    let rows = question.query().bind(key).fetch_all(&mut *conn).await?;
    let id = rows.first().map_or("", |row| row.id.as_str());
    let affiliations = AFFILIATIONS.query().bind(id).fetch_all(conn).await?;
    Ok((rows, affiliations))
}
