//! A partner account as a fact for the rules.

use csp_policy::{self as policy, Day, Revision};
use csp_proto::r#type::v1::PartnerKind;
use csp_service::{Fault, Result, wire};
use csp_store::Connection;

use super::Partner;
use super::status::Status;
use crate::agreement::{self, Agreement};
use crate::organization;

/// An account as a fact of one day, with the signature and the revisions that it is based on.
#[derive(Debug, Clone)]
pub(crate) struct PartnerFact {
    pub(crate) partner: policy::Partner,
    /// The signature that covers the account.
    pub(crate) signature: Option<Agreement>,
    pub(crate) revisions: Vec<Revision>,
}

/// Reads the account, with its present status, as a fact of `day`.
pub(crate) async fn read(conn: &mut Connection, partner: &Partner, day: Day) -> Result<PartnerFact> {
    with_status(conn, partner, partner.status(), day).await
}

/// Reads the account, with a status of its own, as a fact of `day`.
pub(crate) async fn with_status(
    conn: &mut Connection,
    partner: &Partner,
    status: Status,
    day: Day,
) -> Result<PartnerFact> {
    let company = &partner.row().organization;
    let organization = organization::read::by_name(conn, company)
        .await?
        .ok_or_else(|| Fault::internal(format!("`{}` has no organization", partner.name())))?;
    let signatures = agreement::read::of_organization(conn, company).await?;
    let signature = agreement::covering(&signatures, partner.country(), day).cloned();
    let since = signature.as_ref().map(Agreement::sign_date);
    Ok(PartnerFact {
        partner: partner.fact(status, organization.fact(day), since)?,
        revisions: vec![Revision { dated: status.dated, ..partner.revision() }, organization.revision()],
        signature,
    })
}

impl Partner {
    /// The account as a fact. `status` and `organization` are its status and its company on the judged day,
    /// `agreement_since` is the day since which a signature covers the account.
    pub(crate) fn fact(
        &self,
        status: Status,
        organization: policy::Organization,
        agreement_since: Option<Day>,
    ) -> Result<policy::Partner> {
        let row = self.row();
        Ok(policy::Partner {
            name: self.name(),
            kind: kind(row.kind.0)?,
            tenant: row.tenant.clone(),
            cloud: row.cloud.0,
            country: self.country(),
            organization,
            enrollment: wire::enrollment(status.enrollment_state)
                .ok_or_else(|| unspecified("enrolment state"))?,
            standing: wire::standing(status.standing).ok_or_else(|| unspecified("standing"))?,
            onboarded: self.is_onboarded(),
            agreement_since,
        })
    }
}

pub(crate) fn kind(kind: PartnerKind) -> Result<policy::PartnerKind> {
    wire::partner_kind(kind).ok_or_else(|| unspecified("kind"))
}

/// An unspecified enum value is a defect: the parsers of rows and requests reject it.
fn unspecified(what: &str) -> Fault {
    Fault::internal(format!("a partner account without a {what}"))
}
