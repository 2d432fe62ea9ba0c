//! What other services ask of all tables: each question one statement for all its keys, and none without keys.

use csp_store::{Connection, Error, sql};

use super::agreement::AgreementRow;

const CLAIMS: &str = "SELECT kind, value, holder FROM claim WHERE value IN";
const MPN_IDS: &str = "SELECT number, revision, kind, partner FROM mpn_id WHERE number IN";
/// A company on the day `$1`. An application makes nobody a partner before it is reviewed.
macro_rules! company_columns {
    () => {
        "organization.id AS company_id, organization.revision AS company_revision, \
         COALESCE((SELECT affiliation_group FROM affiliation WHERE affiliation.organization = organization.id \
           AND since <= $1 AND (until = '' OR until > $1)), '') AS affiliation_group, \
         CAST(CASE WHEN EXISTS (SELECT account.id FROM partner AS account \
           WHERE account.organization = 'organizations/' || organization.id \
           AND account.enrollment_state = 'AUTHORIZED') \
           THEN 1 ELSE 0 END AS BIGINT) AS is_partner"
    };
}

const ACCOUNTS: &str = concat!(
    "SELECT partner.id AS id, partner.revision AS revision, kind, tenant, cloud, partner.country AS country, tenant_country, \
     partner.organization AS organization, partner.legal_name AS legal_name, enrollment_state, standing, mpn_ids, ",
    company_columns!(),
    " FROM partner JOIN organization ON organization.id = SUBSTR(partner.organization, LENGTH('organizations/') + 1) \
     WHERE partner.id IN"
);
const COMPANIES: &str = concat!("SELECT ", company_columns!(), " FROM organization WHERE organization.id IN");
const SIGNATURES: &str = "SELECT id, revision, create_time, update_time, partner, organization, region, \
     agreement_version, signer, sign_date, evidence_date, evidence_source FROM partner_agreement \
     WHERE organization IN";

/// A row of `claim`.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct ClaimRow {
    pub(crate) kind: String,
    pub(crate) value: String,
    pub(crate) holder: String,
}

/// A membership.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct MpnRow {
    pub(crate) number: String,
    pub(crate) revision: i64,
    pub(crate) kind: String,
    pub(crate) partner: Option<String>,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct AccountRow {
    pub(crate) id: String,
    pub(crate) revision: i64,
    pub(crate) kind: String,
    pub(crate) tenant: String,
    pub(crate) cloud: String,
    pub(crate) country: String,
    /// Empty for an account of before it was asked for.
    pub(crate) tenant_country: String,
    pub(crate) organization: String,
    pub(crate) legal_name: String,
    pub(crate) enrollment_state: String,
    pub(crate) standing: String,
    pub(crate) mpn_ids: String,
    /// The company that holds it.
    #[sqlx(flatten)]
    pub(crate) company: CompanyRow,
}

/// A company on one day.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct CompanyRow {
    pub(crate) company_id: String,
    pub(crate) company_revision: i64,
    /// Empty outside any group.
    pub(crate) affiliation_group: String,
    /// Whether it holds an authorized account.
    pub(crate) is_partner: i64,
}

/// Who claimed those values.
pub(crate) async fn claims(conn: &mut Connection, values: &[&str]) -> Result<Vec<ClaimRow>, Error> {
    all(conn, CLAIMS, &[], values).await
}

/// The memberships with those numbers.
pub(crate) async fn mpn_ids(conn: &mut Connection, numbers: &[&str]) -> Result<Vec<MpnRow>, Error> {
    all(conn, MPN_IDS, &[], numbers).await
}

/// The accounts with those ids, and their companies as they are on `day`.
pub(crate) async fn accounts(
    conn: &mut Connection,
    day: &str,
    ids: &[&str],
) -> Result<Vec<AccountRow>, Error> {
    all(conn, ACCOUNTS, &[day], ids).await
}

/// The companies with those ids, as they are on `day`.
pub(crate) async fn companies(
    conn: &mut Connection,
    day: &str,
    ids: &[&str],
) -> Result<Vec<CompanyRow>, Error> {
    all(conn, COMPANIES, &[day], ids).await
}

/// The signatures of the companies of those names.
pub(crate) async fn signatures(
    conn: &mut Connection,
    organizations: &[&str],
) -> Result<Vec<AgreementRow>, Error> {
    all(conn, SIGNATURES, &[], organizations).await
}

async fn all<R>(
    conn: &mut Connection,
    head: &'static str,
    first: &[&str],
    keys: &[&str],
) -> Result<Vec<R>, Error>
where
    R: for<'r> sqlx::FromRow<'r, sqlx::any::AnyRow> + Send + Unpin,
{
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let query = sqlx::query_as(sql::list(head, first.len() + 1, keys.len(), ""));
    let values = first.iter().chain(keys);
    Ok(values.fold(query, |query, value| query.bind(*value)).fetch_all(conn).await?)
}
