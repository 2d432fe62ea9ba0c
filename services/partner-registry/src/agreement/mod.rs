//! A signature of the Microsoft Partner Agreement.
//!
//! It binds the company in one region and never expires (rule AGR-06). All accounts of the company there are
//! covered by it, so a direct-bill signature serves the reseller account. Nobody signs again; it changes only
//! when an operator records that the company had signed earlier.

pub(crate) mod record;
pub(crate) mod sign;
pub(crate) mod signature;
pub(crate) mod status;
pub(crate) mod table;

use csp_policy::{Country, Day, Region, region_of};
use csp_proto::partner_registry::v1 as pb;
use csp_proto::r#type::v1::Evidence;
use csp_service::wire;

use crate::names::{self, PARTNER_AGREEMENTS};
use crate::store::agreement::AgreementRow;

/// A signature, whole.
#[derive(Debug, Clone)]
pub(crate) struct Agreement {
    row: AgreementRow,
}

impl Agreement {
    pub(crate) fn name(&self) -> String {
        names::name(PARTNER_AGREEMENTS, &self.row.id)
    }

    pub(crate) fn row(&self) -> &AgreementRow {
        &self.row
    }

    /// The company had signed before: the earlier signature takes the place of this one.
    pub(crate) fn corrected(self, earlier: AgreementRow) -> Self {
        let AgreementRow { id, revision, create_time, .. } = self.row;
        Agreement { row: AgreementRow { id, revision: revision + 1, create_time, ..earlier } }
    }

    /// Whether it was given for that region.
    pub(crate) fn is_of(&self, region: Region) -> bool {
        self.row.region == region.as_str()
    }

    /// Whether it covers, on `day`, the company's accounts in that country. A country that moved to another
    /// region since it was signed stays covered (rule RGN-03).
    pub(crate) fn covers(&self, country: Country, day: Day) -> bool {
        covers(&self.row.region, self.sign_date(), country, day)
    }

    /// The day of the signature.
    pub(crate) fn sign_date(&self) -> Option<Day> {
        self.row.sign_date.parse().ok()
    }

    /// As the contract shows it.
    pub(crate) fn render(&self) -> pb::PartnerAgreement {
        let row = &self.row;
        pb::PartnerAgreement {
            name: self.name(),
            revision: row.revision,
            create_time: Some(wire::timestamp_of_micros(row.create_time)),
            update_time: Some(wire::timestamp_of_micros(row.update_time)),
            partner: row.partner.clone(),
            organization: row.organization.clone(),
            region: row.region.clone(),
            agreement_version: row.agreement_version.clone(),
            signer: row.signer.clone(),
            sign_date: row.sign_date.clone(),
            evidence: row
                .evidence_date
                .clone()
                .map(|date| Evidence { date, source: row.evidence_source.clone().unwrap_or_default() }),
        }
    }
}

impl From<AgreementRow> for Agreement {
    fn from(row: AgreementRow) -> Self {
        Agreement { row }
    }
}

/// Whether a signature for `region`, given on `sign_date`, covers accounts in that country on `day`.
fn covers(region: &str, sign_date: Option<Day>, country: Country, day: Day) -> bool {
    let lies_there = |day| region_of(country, day).is_some_and(|of_country| of_country.as_str() == region);
    lies_there(day) || sign_date.is_some_and(lies_there)
}

/// Since when a company's accounts in that country are covered on `day`, by the oldest of its signatures that does:
/// of each only the region and the day are asked.
pub(crate) fn covered_since<'s>(
    signatures: impl IntoIterator<Item = (&'s str, Option<Day>)>,
    country: Country,
    day: Day,
) -> Option<Day> {
    let signatures = signatures.into_iter();
    let covering = signatures.filter(|(region, sign_date)| covers(region, *sign_date, country, day));
    covering.map(|(_, sign_date)| sign_date).min().flatten()
}

/// The oldest of a company's signatures that covers its accounts in that country on `day`.
pub(crate) fn covering<'s>(
    signatures: impl IntoIterator<Item = &'s Agreement>,
    country: Country,
    day: Day,
) -> Option<&'s Agreement> {
    let covering = signatures.into_iter().filter(|signature| signature.covers(country, day));
    covering.min_by_key(|signature| signature.sign_date())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(region: &str, sign_date: &str) -> Agreement {
        Agreement::from(AgreementRow {
            id: "a".to_owned(),
            revision: 1,
            create_time: 0,
            update_time: 0,
            partner: "partners/contoso".to_owned(),
            organization: "organizations/contoso".to_owned(),
            region: region.to_owned(),
            agreement_version: "1".to_owned(),
            signer: "Ana".to_owned(),
            sign_date: sign_date.to_owned(),
            evidence_date: None,
            evidence_source: None,
        })
    }

    fn covers(signature: &Agreement, country: &str, day: &str) -> bool {
        signature.covers(Country::try_from(country).unwrap(), day.parse().unwrap())
    }

    #[test]
    fn a_signature_holds_in_the_whole_region_and_nowhere_else() {
        let signature = signed("Europe", "2020-02-01");
        assert!(covers(&signature, "DE", "2026-11-21"));
        assert!(covers(&signature, "FR", "2026-11-21"));
        assert!(!covers(&signature, "US", "2026-11-21"));
    }

    #[test]
    fn a_signature_stays_when_the_country_moves() {
        // American Samoa left the region New Zealand for the United States in August 2023.
        assert!(covers(&signed("New Zealand", "2022-01-01"), "AS", "2026-11-21"));
        assert!(covers(&signed("United States", "2024-01-01"), "AS", "2026-11-21"));
        assert!(!covers(&signed("New Zealand", "2024-01-01"), "AS", "2026-11-21"));
    }
}
