//! A partner account as the rule book judges it.

use csp_policy::{self as policy, Day, Revision};
use csp_proto::r#type::v1::PartnerKind;
use csp_service::{Fault, Result, wire};
use csp_store::Connection;

use super::Partner;
use crate::agreement::{self, Agreement};
use crate::organization;

/// An account as the rule book judges it on a day, with what it was read from.
#[derive(Debug, Clone)]
pub(crate) struct PartnerFact {
    pub(crate) partner: policy::Partner,
    /// The signature that covers it.
    pub(crate) signature: Option<Agreement>,
    pub(crate) revisions: Vec<Revision>,
}

/// The account as a fact of `day`.
pub(crate) async fn read(conn: &mut Connection, partner: &Partner, day: Day) -> Result<PartnerFact> {
    let company = &partner.row().organization;
    let organization = organization::read::by_name(conn, company)
        .await?
        .ok_or_else(|| Fault::internal(format!("`{}` has no organization", partner.name())))?;
    let signatures = agreement::read::of_organization(conn, company).await?;
    let signature = agreement::covering(&signatures, partner.country(), day).cloned();
    let since = signature.as_ref().map(Agreement::sign_date);
    Ok(PartnerFact {
        partner: partner.fact(organization.fact(day), since)?,
        revisions: vec![partner.revision(), organization.revision()],
        signature,
    })
}

impl Partner {
    /// The account as a fact: `organization` as of the day that is judged, and since when a signature covers it.
    pub(crate) fn fact(
        &self,
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
            enrollment: wire::enrollment(row.enrollment_state.0)
                .ok_or_else(|| unspecified("enrolment state"))?,
            standing: wire::standing(row.standing.0).ok_or_else(|| unspecified("standing"))?,
            onboarded: self.is_onboarded(),
            agreement_since,
        })
    }
}

/// The kind of account as a fact.
pub(crate) fn kind(kind: PartnerKind) -> Result<policy::PartnerKind> {
    wire::partner_kind(kind).ok_or_else(|| unspecified("kind"))
}

/// Neither a row nor a request that was read holds such a value.
fn unspecified(what: &str) -> Fault {
    Fault::internal(format!("a partner account without a {what}"))
}
