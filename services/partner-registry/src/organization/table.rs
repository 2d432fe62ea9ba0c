//! Tables `organization` and `affiliation`.

use csp_store::{Change, Connection, Error, Tx, must_change_one_row};

macro_rules! columns {
    () => {
        "id, revision, create_time, update_time, external_id, legal_name, country"
    };
}
macro_rules! affiliation_columns {
    () => {
        "organization, since, until, affiliation_group"
    };
}

const BY_ID: &str = concat!("SELECT ", columns!(), " FROM organization WHERE id = $1");
const BY_EXTERNAL_ID: &str = concat!("SELECT ", columns!(), " FROM organization WHERE external_id = $1");
const PAGE: &str = concat!("SELECT ", columns!(), " FROM organization WHERE id > $1 ORDER BY id LIMIT $2");
const PAGE_OF_GROUP: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM organization WHERE id IN (SELECT organization FROM affiliation WHERE affiliation_group = $1 \
     AND since <= $2 AND (until = '' OR until > $2)) AND id > $3 ORDER BY id LIMIT $4"
);
const AFFILIATIONS: &str =
    concat!("SELECT ", affiliation_columns!(), " FROM affiliation WHERE organization = $1 ORDER BY since");
const AFFILIATIONS_OF_PAGE: &str = concat!(
    "SELECT ",
    affiliation_columns!(),
    " FROM affiliation WHERE organization IN (SELECT id FROM organization WHERE id > $1 ORDER BY id LIMIT $2) \
     ORDER BY organization, since"
);
const AFFILIATIONS_OF_GROUP_PAGE: &str = concat!(
    "SELECT ",
    affiliation_columns!(),
    " FROM affiliation WHERE organization IN (SELECT id FROM organization WHERE id IN (SELECT organization \
     FROM affiliation WHERE affiliation_group = $1 AND since <= $2 AND (until = '' OR until > $2)) AND id > $3 \
     ORDER BY id LIMIT $4) ORDER BY organization, since"
);
const INSERT: &str =
    concat!("INSERT INTO organization (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7)");
const TOUCH: &str = "UPDATE organization SET revision = $1, update_time = $2 WHERE id = $3 AND revision = $4";
const FORGET_AFFILIATIONS: &str = "DELETE FROM affiliation WHERE organization = $1";
const INSERT_AFFILIATION: &str =
    concat!("INSERT INTO affiliation (", affiliation_columns!(), ") VALUES ($1, $2, $3, $4)");

/// A row of `organization`.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct OrganizationRow {
    pub(crate) id: String,
    pub(crate) revision: i64,
    pub(crate) create_time: i64,
    pub(crate) update_time: i64,
    pub(crate) external_id: Option<String>,
    pub(crate) legal_name: String,
    pub(crate) country: String,
}

/// A row of `affiliation`; `until` is empty while the membership lasts.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct AffiliationRow {
    pub(crate) organization: String,
    pub(crate) since: String,
    pub(crate) until: String,
    pub(crate) affiliation_group: String,
}

/// Rows with the affiliations of all of them, oldest first.
pub(crate) type Rows = (Vec<OrganizationRow>, Vec<AffiliationRow>);

/// The company with this id.
pub(crate) async fn by_id(conn: &mut Connection, id: &str) -> Result<Rows, Error> {
    with_affiliations(BY_ID, conn, id).await
}

/// The company with this key.
pub(crate) async fn by_external_id(conn: &mut Connection, external_id: &str) -> Result<Rows, Error> {
    with_affiliations(BY_EXTERNAL_ID, conn, external_id).await
}

/// Companies by id, after `after`.
pub(crate) async fn page(conn: &mut Connection, after: &str, limit: i64) -> Result<Rows, Error> {
    let rows = sqlx::query_as(PAGE).bind(after).bind(limit).fetch_all(&mut *conn).await?;
    let affiliations = sqlx::query_as(AFFILIATIONS_OF_PAGE).bind(after).bind(limit).fetch_all(conn).await?;
    Ok((rows, affiliations))
}

/// Members of `group` on `day` by id, after `after`.
pub(crate) async fn page_of_group(
    conn: &mut Connection,
    group: &str,
    day: &str,
    after: &str,
    limit: i64,
) -> Result<Rows, Error> {
    let rows = sqlx::query_as(PAGE_OF_GROUP).bind(group).bind(day).bind(after).bind(limit);
    let rows = rows.fetch_all(&mut *conn).await?;
    let affiliations =
        sqlx::query_as(AFFILIATIONS_OF_GROUP_PAGE).bind(group).bind(day).bind(after).bind(limit);
    Ok((rows, affiliations.fetch_all(conn).await?))
}

/// Stores a new company.
pub(crate) fn insert(tx: &mut Tx, row: &OrganizationRow) {
    tx.put(
        Change::new(INSERT)
            .bind(&row.id)
            .bind(row.revision)
            .bind(row.create_time)
            .bind(row.update_time)
            .bind(&row.external_id)
            .bind(&row.legal_name)
            .bind(&row.country),
    );
}

/// Stores a company's affiliations in place of those of the revision before.
pub(crate) async fn save_affiliations(
    conn: &mut Connection,
    row: &OrganizationRow,
    affiliations: &[AffiliationRow],
) -> Result<(), Error> {
    let touched = sqlx::query(TOUCH)
        .bind(row.revision)
        .bind(row.update_time)
        .bind(&row.id)
        .bind(row.revision - 1)
        .execute(&mut *conn)
        .await?;
    must_change_one_row(&touched)?;
    sqlx::query(FORGET_AFFILIATIONS).bind(&row.id).execute(&mut *conn).await?;
    for affiliation in affiliations {
        sqlx::query(INSERT_AFFILIATION)
            .bind(&affiliation.organization)
            .bind(&affiliation.since)
            .bind(&affiliation.until)
            .bind(&affiliation.affiliation_group)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

async fn with_affiliations(sql: &'static str, conn: &mut Connection, key: &str) -> Result<Rows, Error> {
    let rows: Vec<OrganizationRow> = sqlx::query_as(sql).bind(key).fetch_all(&mut *conn).await?;
    let id = rows.first().map_or("", |row| row.id.as_str());
    let affiliations = sqlx::query_as(AFFILIATIONS).bind(id).fetch_all(conn).await?;
    Ok((rows, affiliations))
}
