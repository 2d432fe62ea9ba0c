//! Table `partner_agreement`: one signature a company and region.

use csp_policy::boundaries::SignPartnerAgreement;
use csp_service::Accepted;
use csp_store::{Change, Connection, Error, Tx};

macro_rules! columns {
    () => {
        "id, revision, create_time, update_time, partner, organization, region, agreement_version, signer, \
         sign_date, evidence_date, evidence_source"
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
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
);
const CORRECT: &str = "UPDATE partner_agreement SET revision = $1, update_time = $2, partner = $3, \
     agreement_version = $4, signer = $5, sign_date = $6, evidence_date = $7, evidence_source = $8 \
     WHERE organization = $9 AND region = $10 AND revision = $11";

/// A row of `partner_agreement`.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct AgreementRow {
    pub(crate) id: String,
    pub(crate) revision: i64,
    pub(crate) create_time: i64,
    pub(crate) update_time: i64,
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
pub(crate) fn insert(tx: &mut Tx, _accepted: &Accepted<SignPartnerAgreement>, row: &AgreementRow) {
    tx.put(
        Change::new(INSERT)
            .bind(&row.id)
            .bind(row.revision)
            .bind(row.create_time)
            .bind(row.update_time)
            .bind(&row.partner)
            .bind(&row.organization)
            .bind(&row.region)
            .bind(&row.agreement_version)
            .bind(&row.signer)
            .bind(&row.sign_date)
            .bind(&row.evidence_date)
            .bind(&row.evidence_source),
    );
}

/// Stores an earlier signature in place of the one that was known before.
pub(crate) fn correct(tx: &mut Tx, _accepted: &Accepted<SignPartnerAgreement>, row: &AgreementRow) {
    tx.put(
        Change::new(CORRECT)
            .bind(row.revision)
            .bind(row.update_time)
            .bind(&row.partner)
            .bind(&row.agreement_version)
            .bind(&row.signer)
            .bind(&row.sign_date)
            .bind(&row.evidence_date)
            .bind(&row.evidence_source)
            .bind(&row.organization)
            .bind(&row.region)
            .bind(row.revision - 1)
            .must_meet(1),
    );
}
