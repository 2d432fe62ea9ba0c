//! The common part of SignPartnerAgreement and RecordPartnerAgreement: parse, gather the facts, draft and
//! save a signature.

use csp_policy::boundaries::SignPartnerAgreement;
use csp_policy::{Act, Day, Region};
use csp_proto::Mutation;
use csp_service::{Accepted, Call, Evidence, Fault, Fields, Result, Stored, Write};
use csp_store::Connection;
use jiff::Timestamp;

use super::table::{self, AgreementRow};
use super::{Agreement, COLLECTION, read};
use crate::partner::fact::{self, PartnerFact};
use crate::partner::{self, Partner};
use crate::{PartnerRegistryService, resource_name};

/// Maximum length of the agreement's version, in characters.
const VERSION_CHARS_MAX: usize = 40;
const SIGNER_CHARS_MAX: usize = 200;

/// The parsed request: a signature to give or to record.
#[derive(Debug, Clone)]
pub(crate) struct Signature {
    pub(crate) partner: String,
    pub(crate) agreement_version: String,
    pub(crate) signer: String,
    /// The evidence of a recorded signature; `None` for a signature that is given by this call.
    pub(crate) evidence: Option<Evidence>,
}

/// The stored state that the signature depends on.
pub(crate) struct Known {
    partner: Partner,
    /// The day on which the signature is given.
    day: Day,
    /// The id of a new signature.
    id: String,
    /// The signature that already covers the account. The call returns it unchanged: nobody signs twice (rule
    /// AGR-06).
    pub(crate) present: Option<Agreement>,
    /// A later signature of the same company and region. A recorded signature replaces it.
    later: Option<Agreement>,
}

/// A signature that is not stored yet.
pub(crate) struct Unstored {
    pub(crate) agreement: Agreement,
    /// The stored signature that `agreement` replaces.
    before: Option<Agreement>,
}

/// Reads the fields that both requests have.
pub(crate) fn parse(
    fields: &mut Fields,
    partner: &str,
    agreement_version: &str,
    signer: &str,
) -> Option<Signature> {
    let partner = fields.resource_name("partner", partner, partner::COLLECTION);
    let agreement_version = fields.text("agreement_version", agreement_version, 1..=VERSION_CHARS_MAX);
    let signer = fields.text("signer", signer, 1..=SIGNER_CHARS_MAX);
    Some(Signature {
        partner: partner?,
        agreement_version: agreement_version?,
        signer: signer?,
        evidence: None,
    })
}

/// Gathers the facts as of today, or as of the day of the evidence.
pub(crate) async fn gather(
    service: &PartnerRegistryService,
    call: &Call,
    signature: &Signature,
) -> Result<(SignPartnerAgreement, Known)> {
    let recorded = signature.evidence.is_some();
    let today = service.book.clock.today();
    let day = signature.evidence.as_ref().map_or(today, |evidence| evidence.day);
    let mut reader = service.book.store.read().await?;
    let partner = partner::read::visible(reader.conn(), call, &signature.partner).await?.partner;
    let PartnerFact { partner: fact, signature: covering, mut revisions } =
        fact::read(reader.conn(), &partner, day).await?;
    // A recorded signature that is earlier than the stored one corrects it. Any other request is answered
    // with the stored one.
    let present = covering.filter(|known| !recorded || known.sign_date() <= day);
    let later = match present {
        Some(_) => None,
        None => of_region(reader.conn(), &partner, partner.region(day)).await?,
    };
    revisions.extend(later.as_ref().map(Agreement::revision));
    let id = service.book.next_id();
    let known = present.as_ref().or(later.as_ref());
    let subject = known.map_or_else(|| resource_name::of(COLLECTION, &id), Agreement::name);
    let caller = call.caller.clone();
    let act = Act { day, subject, revisions };
    let facts = SignPartnerAgreement { act, recorded, caller, partner: fact };
    Ok((facts, Known { partner, day, id, present, later }))
}

impl Known {
    /// Drafts the signature for the account's region. A country without a region is a state conflict.
    pub(crate) fn draft(self, signature: &Signature, now: Timestamp) -> Result<Unstored> {
        let Known { partner, day, id, later, .. } = self;
        let region = partner.region(day).ok_or_else(|| Fault::StateConflict {
            resource: signature.partner.clone(),
            state: "COUNTRY_WITHOUT_REGION".to_owned(),
            needs: "COUNTRY_WITH_REGION".to_owned(),
        })?;
        let evidence = signature.evidence.clone();
        let (evidence_date, evidence_source) =
            evidence.map(|evidence| (evidence.day, evidence.source)).unzip();
        let row = AgreementRow {
            id,
            revision: 1,
            create_time: now,
            update_time: now,
            partner: signature.partner.clone(),
            organization: partner.row().organization.clone(),
            region: Stored(region),
            agreement_version: signature.agreement_version.clone(),
            signer: signature.signer.clone(),
            sign_date: day,
            evidence_date,
            evidence_source,
        };
        let agreement = match later.clone() {
            None => Agreement::from(row),
            Some(later) => later.corrected(row),
        };
        Ok(Unstored { agreement, before: later })
    }
}

impl Unstored {
    /// Writes the signature, in place of the later signature that it corrects.
    pub(crate) fn save<R: Mutation>(
        &self,
        write: &mut Write<'_, R>,
        accepted: &Accepted<SignPartnerAgreement>,
    ) -> Result<()> {
        match &self.before {
            None => {
                table::insert(write, self.agreement.row(), accepted);
                write.tell(self.agreement.creation()?);
            }
            Some(before) => {
                table::correct(write, self.agreement.row(), accepted);
                write.tell(self.agreement.effect(before)?);
            }
        }
        Ok(())
    }
}

/// The signature of the account's company for `region`. A company has at most one for each region.
async fn of_region(
    conn: &mut Connection,
    partner: &Partner,
    region: Option<Region>,
) -> Result<Option<Agreement>> {
    let Some(region) = region else { return Ok(None) };
    let signatures = read::of_organization(conn, &partner.row().organization).await?;
    Ok(signatures.into_iter().find(|signature| signature.is_of(region)))
}
