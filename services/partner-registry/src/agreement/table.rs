//! The table `partner_agreement`: at most one signature for each company and region.

use csp_policy::boundaries::SignPartnerAgreement;
use csp_policy::{Day, Region};
use csp_service::{Accepted, Result, Stored};
use csp_store::{Change, Connection, Save, Select, Statement, Tx, table};
use jiff::Timestamp;

table! {
    /// A signature. `account`, `partner` and `organization` are resource names.
    pub(crate) struct AgreementRow in "partner_agreement" key [organization, region] {
        /// The account that names the signature.
        account: String,
        revision: i64,
        create_time: Timestamp,
        update_time: Timestamp,
        /// The account that signed.
        partner: String,
        organization: String,
        region: Stored<Region>,
        text_version: String,
        signer: String,
        sign_date: Day,
        evidence_date: Option<Day>,
        evidence_source: Option<String>,
    }
}

const OF_ORGANIZATION: Select<AgreementRow> =
    Select::new("SELECT * FROM partner_agreement WHERE organization = $1 ORDER BY sign_date, region");

const CORRECT: Save<AgreementRow> = Save::new(
    "
    UPDATE partner_agreement
       SET revision          = :revision,
           update_time       = :update_time,
           partner           = :partner,
           text_version = :text_version,
           signer            = :signer,
           sign_date         = :sign_date,
           evidence_date     = :evidence_date,
           evidence_source   = :evidence_source
     WHERE organization = :organization AND region = :region AND revision = :revision - 1",
);

/// Every statement of the table.
pub(crate) const STATEMENTS: &[&dyn Statement] = &[&OF_ORGANIZATION, &CORRECT];

/// The signatures of a company, oldest first.
pub(crate) async fn of_organization(conn: &mut Connection, organization: &str) -> Result<Vec<AgreementRow>> {
    Ok(OF_ORGANIZATION.query().bind(organization).fetch_all(conn).await?)
}

pub(crate) fn insert(tx: &mut Tx, row: &AgreementRow, _: &Accepted<SignPartnerAgreement>) {
    tx.put(Change::insert(row));
}

/// Saves an earlier signature in place of the stored one; a stale revision is a lost race.
pub(crate) fn correct(tx: &mut Tx, row: &AgreementRow, _: &Accepted<SignPartnerAgreement>) {
    tx.put(CORRECT.of(row).must_meet(1));
}
