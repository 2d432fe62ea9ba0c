//! Table `partner_agreement`: one signature a company and region.

use csp_policy::boundaries::SignPartnerAgreement;
use csp_service::Accepted;
use csp_store::{Connection, Error};

macro_rules! columns {
    () => {
        "id, create_time, partner, organization, region, agreement_version, signer, sign_date, evidence_date, \
         evidence_source"
    };
}

const OF_ORGANIZATION: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM partner_agreement WHERE organization = $1 ORDER BY sign_date, region"
);
const INSERT: &str = concat!(
    "INSERT INTO partner_agreement (",
    columns!(),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
);

/// A row of `partner_agreement`.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct AgreementRow {
    pub(crate) id: String,
    pub(crate) create_time: i64,
    pub(crate) partner: String,
    pub(crate) organization: String,
    pub(crate) region: String,
    pub(crate) agreement_version: String,
    pub(crate) signer: String,
    pub(crate) sign_date: String,
    pub(crate) evidence_date: Option<String>,
    pub(crate) evidence_source: Option<String>,
}

/// The signatures of a company, oldest first.
pub(crate) async fn of_organization(
    conn: &mut Connection,
    organization: &str,
) -> Result<Vec<AgreementRow>, Error> {
    Ok(sqlx::query_as(OF_ORGANIZATION).bind(organization).fetch_all(conn).await?)
}

/// Stores a new signature.
pub(crate) async fn insert(
    conn: &mut Connection,
    _accepted: &Accepted<SignPartnerAgreement>,
    row: &AgreementRow,
) -> Result<(), Error> {
    sqlx::query(INSERT)
        .bind(&row.id)
        .bind(row.create_time)
        .bind(&row.partner)
        .bind(&row.organization)
        .bind(&row.region)
        .bind(&row.agreement_version)
        .bind(&row.signer)
        .bind(&row.sign_date)
        .bind(&row.evidence_date)
        .bind(&row.evidence_source)
        .execute(conn)
        .await?;
    Ok(())
}
