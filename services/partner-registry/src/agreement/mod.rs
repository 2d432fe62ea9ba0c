//! A signature of the Microsoft Partner Agreement.
//!
//! A signature binds the company in one region and never expires (rule AGR-06). It covers all accounts of the
//! company in that region, so the signature of a direct-bill account covers the reseller account too. No
//! company signs twice in a region. A signature changes only when an operator records that the company signed
//! earlier.
//!
//! A signature is named by the account under which it was first stored, and keeps this name when an earlier
//! signature of another account of the company takes its place. An account names one signature at most.

pub(crate) mod read;
pub(crate) mod record;
pub(crate) mod sign;
pub(crate) mod signature;
pub(crate) mod status;
pub(crate) mod table;

pub(crate) use self::record::record;
pub(crate) use self::sign::sign;

use csp_policy::{Country, Day, Region, Revision, region_of};
use csp_proto::partner_registry::v1 as pb;
use csp_service::wire::timestamp;
use csp_service::{Effect, Evidence, Fields, Result, etag, wire};

use self::table::AgreementRow;
use crate::partner::singleton;

/// The resource type in errors.
pub(crate) const TYPE: &str = "partner_agreement";
/// The end of a signature's resource name, after the account's name.
const SUFFIX: &str = "/agreement";

/// Reads `partners/{id}/agreement` and returns the account's name, `partners/{id}`.
pub(crate) fn read_name(fields: &mut Fields, field: &str, name: &str) -> Option<String> {
    singleton::read_name(fields, field, name, SUFFIX)
}

/// The name of the signature that is stored under this account.
pub(crate) fn name_of(account: &str) -> String {
    format!("{account}{SUFFIX}")
}

/// A signature of the agreement.
#[derive(Debug, Clone)]
pub(crate) struct Agreement {
    row: AgreementRow,
}

impl Agreement {
    pub(crate) fn name(&self) -> String {
        name_of(&self.row.account)
    }

    pub(crate) fn row(&self) -> &AgreementRow {
        &self.row
    }

    /// The revision that was read, for a decision based on the signature.
    pub(crate) fn revision(&self) -> Revision {
        Revision::dated(self.name(), self.row.revision)
    }

    /// Replaces this signature by an earlier one of the same company and region. The name and the creation
    /// time stay.
    pub(crate) fn corrected(self, earlier: AgreementRow) -> Self {
        let AgreementRow { account, revision, create_time, .. } = self.row;
        Agreement { row: AgreementRow { account, revision: revision + 1, create_time, ..earlier } }
    }

    /// Whether the signature was given for `region`.
    pub(crate) fn is_of(&self, region: Region) -> bool {
        self.row.region.0 == region
    }

    pub(crate) fn sign_date(&self) -> Day {
        self.row.sign_date
    }

    /// The signature as an API message.
    pub(crate) fn render(&self) -> pb::PartnerAgreement {
        let row = &self.row;
        pb::PartnerAgreement {
            name: self.name(),
            etag: etag::of(row.revision),
            revision: row.revision,
            create_time: Some(timestamp(row.create_time)),
            update_time: Some(timestamp(row.update_time)),
            partner: row.partner.clone(),
            organization: row.organization.clone(),
            region: wire::region_name(Some(row.region.0)),
            text_version: row.text_version.clone(),
            signer_name: row.signer.clone(),
            sign_date: row.sign_date.to_string(),
            evidence: Evidence::of_row(row.evidence_date, row.evidence_source.as_deref()),
        }
    }

    /// The journal entry for the correction of `before`.
    pub(crate) fn effect(&self, before: &Agreement) -> Result<Effect> {
        Effect::changed(&self.name(), self.row.revision, &before.render(), &self.render())
    }

    /// The journal entry for the creation.
    pub(crate) fn creation(&self) -> Result<Effect> {
        Effect::created(&self.name(), self.row.revision, &self.render())
    }
}

impl From<AgreementRow> for Agreement {
    fn from(row: AgreementRow) -> Self {
        Agreement { row }
    }
}

/// Whether a signature for `region`, given on `sign_date`, covers accounts in `country` on `day`. A country
/// that moved to another region after the signing stays covered (rule RGN-03).
fn covers(region: Region, sign_date: Day, country: Country, day: Day) -> bool {
    let lies_there = |day| region_of(country, day) == Some(region);
    lies_there(day) || lies_there(sign_date)
}

/// The oldest of a company's signatures that cover its accounts in `country` on `day`.
pub(crate) fn covering<'s>(
    signatures: impl IntoIterator<Item = &'s Agreement>,
    country: Country,
    day: Day,
) -> Option<&'s Agreement> {
    first_covering(signatures, |signature| (signature.row.region.0, signature.sign_date()), country, day)
}

/// Like [`covering`], for signatures of which `given` tells region and sign date.
pub(crate) fn first_covering<'s, S>(
    signatures: impl IntoIterator<Item = &'s S>,
    given: impl Fn(&S) -> (Region, Day),
    country: Country,
    day: Day,
) -> Option<&'s S> {
    let covers = |signature: &&S| {
        let (region, sign_date) = given(signature);
        covers(region, sign_date, country, day)
    };
    signatures.into_iter().filter(covers).min_by_key(|signature| given(signature).1)
}

#[cfg(test)]
mod tests {
    use csp_service::Stored;
    use jiff::Timestamp;

    use super::*;

    fn signed(region: Region, sign_date: &str) -> Agreement {
        Agreement::from(AgreementRow {
            account: "partners/contoso".to_owned(),
            revision: 1,
            create_time: Timestamp::UNIX_EPOCH,
            update_time: Timestamp::UNIX_EPOCH,
            partner: "partners/contoso".to_owned(),
            organization: "organizations/contoso".to_owned(),
            region: Stored(region),
            text_version: "1".to_owned(),
            signer: "Ana".to_owned(),
            sign_date: sign_date.parse().unwrap(),
            evidence_date: None,
            evidence_source: None,
        })
    }

    fn covers(signature: &Agreement, country: &str, day: &str) -> bool {
        covering([signature], Country::try_from(country).unwrap(), day.parse().unwrap()).is_some()
    }

    #[test]
    fn a_signature_holds_in_the_whole_region_and_nowhere_else() {
        let signature = signed(Region::Europe, "2020-02-01");
        assert!(covers(&signature, "DE", "2026-11-21"));
        assert!(covers(&signature, "FR", "2026-11-21"));
        assert!(!covers(&signature, "US", "2026-11-21"));
    }

    #[test]
    fn a_signature_still_covers_a_country_that_moved_to_another_region() {
        // American Samoa left the region New Zealand for the United States in August 2023.
        assert!(covers(&signed(Region::NewZealand, "2022-01-01"), "AS", "2026-11-21"));
        assert!(covers(&signed(Region::UnitedStates, "2024-01-01"), "AS", "2026-11-21"));
        assert!(!covers(&signed(Region::NewZealand, "2024-01-01"), "AS", "2026-11-21"));
    }
}
