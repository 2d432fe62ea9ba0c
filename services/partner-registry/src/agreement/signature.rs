//! The common part of SignPartnerAgreement and RecordPartnerAgreement: parse, gather the facts, draft and
//! save a signature.

use csp_policy::boundaries::SignPartnerAgreement;
use csp_policy::{Act, Day};
use csp_proto::Mutation;
use csp_service::{Accepted, Call, Evidence, Fault, Fields, Result, Stored, Write, etag, wire};
use jiff::Timestamp;

use super::table::{self, AgreementRow};
use super::{Agreement, read};
use crate::PartnerRegistryService;
use crate::partner::fact::{self, PartnerFact};
use crate::partner::{self, Partner};

/// Maximum length of the agreement's version, in characters.
const VERSION_CHARS_MAX: usize = 40;
const SIGNER_CHARS_MAX: usize = 200;

/// The parsed request: a signature to give or to record.
#[derive(Debug, Clone)]
pub(crate) struct Signature {
    pub(crate) partner: String,
    pub(crate) text_version: String,
    pub(crate) signer: String,
    /// The evidence of a recorded signature; `None` for a signature that is given by this call.
    pub(crate) evidence: Option<Evidence>,
}

/// The stored state that the signature depends on.
pub(crate) struct Known {
    partner: Partner,
    /// The day on which the signature is given.
    day: Day,
    /// The account that names a new signature.
    account: String,
    /// Whether that account names a signature already.
    name_is_taken: bool,
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

/// Reads the fields that both requests have. The version of the text has another path in each.
pub(crate) fn parse(
    fields: &mut Fields,
    name: &str,
    (version_path, version): (&str, &str),
    signer: &str,
) -> Option<Signature> {
    let partner = super::read_name(fields, "name", name);
    let text_version = fields.text(version_path, version, 1..=VERSION_CHARS_MAX);
    let signer = fields.text("signer_name", signer, 1..=SIGNER_CHARS_MAX);
    Some(Signature { partner: partner?, text_version: text_version?, signer: signer?, evidence: None })
}

/// Gathers the facts as of today, or as of the day of the evidence.
pub(crate) async fn gather(
    service: &PartnerRegistryService,
    call: &Call,
    signature: &Signature,
    now: Timestamp,
) -> Result<(SignPartnerAgreement, Known)> {
    let recorded = signature.evidence.is_some();
    let today = wire::day_of(now);
    let day = signature.evidence.as_ref().map_or(today, |evidence| evidence.day);
    let mut reader = service.book.store.read().await?;
    let partner = partner::read::visible(reader.conn(), call, &signature.partner).await?.partner;
    let status = partner.status_on(reader.conn(), Some(day).filter(|day| *day < today)).await?;
    let PartnerFact { partner: fact, signature: covering, mut revisions } =
        fact::with_status(reader.conn(), &partner, status, day).await?;
    // A recorded signature that is earlier than the stored one corrects it. Any other request is answered
    // with the stored one.
    let present = covering.filter(|known| !recorded || known.sign_date() <= day);
    let account = partner.name();
    let signatures = read::of_organization(reader.conn(), &partner.row().organization).await?;
    let region = partner.region(day);
    let later = match present {
        Some(_) => None,
        None => signatures.iter().find(|signature| region.is_some_and(|region| signature.is_of(region))),
    };
    let later = later.cloned();
    let name_is_taken = signatures.iter().any(|signature| signature.row().account == account);
    revisions.extend(later.as_ref().map(Agreement::revision));
    let known = present.as_ref().or(later.as_ref());
    let subject = known.map_or_else(|| super::name_of(&account), Agreement::name);
    let act = Act { at: now, day, subject, revisions };
    let facts = SignPartnerAgreement { act, recorded, caller: call.caller.clone(), partner: fact };
    Ok((facts, Known { partner, day, account, name_is_taken, present, later }))
}

impl Known {
    /// Checks the request's etag against the signature that the call would keep or replace; 0 is the revision
    /// of an agreement that is not signed.
    ///
    /// # Errors
    /// [`Fault::EtagMismatch`](csp_service::Fault).
    pub(crate) fn must_have_etag(&self, name: &str, sent: &str) -> Result<()> {
        let stored = self.present.as_ref().or(self.later.as_ref());
        etag::check(name, sent, stored.map_or(0, |agreement| agreement.revision().revision))
    }

    /// Drafts the signature for the account's region. A country without a region is a state conflict, and so
    /// is an account that names the signature of another region: its country moved, and the later signature
    /// was recorded first.
    pub(crate) fn draft(self, signature: &Signature, now: Timestamp) -> Result<Unstored> {
        let Known { partner, day, account, later, .. } = self;
        if self.name_is_taken && later.is_none() {
            return Err(Fault::StateConflict {
                resource: super::name_of(&account),
                state: "SIGNED_IN_ANOTHER_REGION".to_owned(),
                needs: "UNSIGNED".to_owned(),
                remedy: "sign with the account of your company in the other region".to_owned(),
            });
        }
        let region = partner.region(day).ok_or_else(|| Fault::StateConflict {
            resource: signature.partner.clone(),
            state: "COUNTRY_WITHOUT_REGION".to_owned(),
            needs: "COUNTRY_WITH_REGION".to_owned(),
            remedy: "sign with an account in a country of `ListRegions`".to_owned(),
        })?;
        let evidence = signature.evidence.clone();
        let (evidence_date, evidence_source) =
            evidence.map(|evidence| (evidence.day, evidence.source)).unzip();
        let row = AgreementRow {
            account,
            revision: 1,
            create_time: now,
            update_time: now,
            partner: signature.partner.clone(),
            organization: partner.row().organization.clone(),
            region: Stored(region),
            text_version: signature.text_version.clone(),
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
