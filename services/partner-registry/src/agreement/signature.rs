//! What SignPartnerAgreement and RecordPartnerAgreement have in common.

use csp_policy::boundaries;
use csp_policy::{Act, Day, Permit, decide};
use csp_proto::policy::v1 as policy_pb;
use csp_proto::r#type::v1::Evidence;
use csp_service::{Attempt, Call, Effect, Fault, Fields, Result};
use csp_store::{Connection, Tx};

use crate::PartnerRegistry;
use crate::agreement::Agreement;
use crate::names::{self, PARTNER_AGREEMENTS, PARTNERS};
use crate::partner::Partner;
use crate::read::PartnerFact;
use crate::store::agreement::AgreementRow;
use crate::{read, store, visibility};

/// Longest version of the text.
const VERSION_CHARS_MAX: usize = 40;
/// Longest name of a signer.
const SIGNER_CHARS_MAX: usize = 200;

/// A signature that is given or recorded, well formed.
#[derive(Debug, Clone)]
pub(crate) struct Signature {
    pub(crate) partner: String,
    pub(crate) agreement_version: String,
    pub(crate) signer: String,
}

/// Reads what both requests say.
pub(crate) fn read_signature(
    fields: &mut Fields,
    partner: &str,
    agreement_version: &str,
    signer: &str,
) -> Option<Signature> {
    let partner = fields.resource_name("partner", partner, PARTNERS);
    let agreement_version = fields.text("agreement_version", agreement_version, 1..=VERSION_CHARS_MAX);
    let signer = fields.text("signer", signer, 1..=SIGNER_CHARS_MAX);
    Some(Signature { partner: partner?, agreement_version: agreement_version?, signer: signer? })
}

/// A signature that the rules allow.
pub(crate) enum Allowed {
    /// The account is covered already: the agreement is never signed again (rule AGR-06).
    Signed(Box<Agreement>, policy_pb::Decision),
    /// A signature that is not stored yet.
    Unstored(Box<Unstored>, Permit<boundaries::SignPartnerAgreement>),
}

/// A signature that is not stored yet.
pub(crate) struct Unstored {
    pub(crate) agreement: Agreement,
    /// What is stored in its place: a later signature of the same company and region.
    before: Option<Agreement>,
}

/// Gathers the facts and judges them: for today, or for the day of the evidence.
pub(crate) async fn allow(
    service: &PartnerRegistry,
    call: &Call,
    attempt: &Attempt,
    signature: &Signature,
    recorded: Option<(Day, Evidence)>,
) -> Result<Allowed> {
    let book = &service.book;
    let day = recorded.as_ref().map_or_else(|| book.clock.today(), |(day, _)| *day);
    let mut reader = book.store.read().await?;
    let partner = visibility::seen(reader.conn(), call, &signature.partner).await?.partner;
    let PartnerFact { partner: fact, signature: covering, mut revisions, .. } =
        read::fact(reader.conn(), &partner, day).await?;
    // Who records an earlier signature than the one that is known corrects it; any other answers with it.
    let present = covering.filter(|known| recorded.is_none() || known.sign_date() <= Some(day));
    let later = if present.is_some() { None } else { in_its_place(reader.conn(), &partner, day).await? };
    drop(reader);

    revisions.extend(later.as_ref().map(|later| read::revision(later.name(), later.row().revision)));
    let id = book.next_id();
    let known = present.as_ref().or(later.as_ref());
    let name = known.map_or_else(|| names::name(PARTNER_AGREEMENTS, &id), Agreement::name);
    let facts = boundaries::SignPartnerAgreement {
        act: Act { day, subject: name, revisions },
        recorded: recorded.is_some(),
        caller: call.caller.clone(),
        partner: fact,
    };
    let permit = decide(facts).map_err(|refused| book.refuse(call, attempt, refused))?;
    if let Some(present) = present {
        return Ok(Allowed::Signed(Box::new(present), book.preview(&permit)));
    }
    let region = partner.region(day).ok_or_else(|| Fault::StateConflict {
        resource: signature.partner.clone(),
        state: "COUNTRY_WITHOUT_REGION".to_owned(),
        needs: "COUNTRY_WITH_REGION".to_owned(),
    })?;
    let (evidence_date, evidence_source) =
        recorded.map(|(_, evidence)| (evidence.date, evidence.source)).unzip();
    let row = AgreementRow {
        id,
        revision: 1,
        create_time: book.micros(),
        update_time: book.micros(),
        partner: signature.partner.clone(),
        organization: partner.row().organization.clone(),
        region: region.as_str().to_owned(),
        agreement_version: signature.agreement_version.clone(),
        signer: signature.signer.clone(),
        sign_date: day.to_string(),
        evidence_date,
        evidence_source,
    };
    let agreement = match later.clone() {
        None => Agreement::from(row),
        Some(later) => later.corrected(row),
    };
    Ok(Allowed::Unstored(Box::new(Unstored { agreement, before: later }), permit))
}

/// The company's signature for the account's region of that day: it has one.
async fn in_its_place(conn: &mut Connection, partner: &Partner, day: Day) -> Result<Option<Agreement>> {
    let Some(region) = partner.region(day) else { return Ok(None) };
    let signatures = read::signatures(conn, &partner.row().organization).await?;
    Ok(signatures.into_iter().find(|signature| signature.is_of(region)))
}

/// Writes a signature, and gives the decision.
pub(crate) async fn store(
    service: &PartnerRegistry,
    call: &Call,
    attempt: &Attempt,
    tx: &mut Tx,
    Unstored { agreement, before }: &Unstored,
    permit: Permit<boundaries::SignPartnerAgreement>,
) -> Result<(policy_pb::Decision, Vec<Effect>)> {
    let name = agreement.name();
    let accepted = service.book.accept(tx, call, attempt, permit, &name)?;
    let effect = match before {
        None => {
            store::agreement::insert(tx, &accepted, agreement.row());
            Effect::created(&name, 1, &agreement.render())?
        }
        Some(before) => {
            store::agreement::correct(tx, &accepted, agreement.row());
            Effect::changed(&name, agreement.row().revision, &before.render(), &agreement.render())?
        }
    };
    Ok((accepted.decision(), vec![effect]))
}
