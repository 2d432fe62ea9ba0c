//! A customer's acceptances of its agreement (the Microsoft Customer Agreement). An acceptance that a partner
//! attested serves that partner; every other acceptance serves all partners. An operator withdraws a refuted
//! acceptance; nothing else changes one.

pub(crate) mod confirm;
pub(crate) mod read;
pub(crate) mod record;
pub(crate) mod table;
pub(crate) mod withdraw;

pub(crate) use self::confirm::confirm;
pub(crate) use self::read::get;
pub(crate) use self::record::record;
pub(crate) use self::withdraw::withdraw;

use csp_policy::Day;
use csp_proto::customer::v1::{self as pb, CustomerAgreementSource, CustomerAgreementState};
use csp_proto::internal::customer::v1::AcceptanceFacts;
use csp_proto::r#type::v1::{Contact, Evidence};
use csp_service::wire::{day_of, instant, timestamp};
use csp_service::{Detail, Effect, Encoded, Fault, Fields, Result, etag};
use jiff::{SignedDuration, Timestamp};

use self::table::AgreementRow;
use crate::customer::{self, Customer};

/// Last part of the resource name: a customer has one agreement at most.
pub(crate) const SINGLETON: &str = "agreement";
/// Resource type, as errors name it.
pub(crate) const KIND: &str = "customer agreement";

/// The statement that a customer accepted: who signed, and on which day.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Attestation {
    pub(crate) signer: Contact,
    pub(crate) accept_date: Day,
}

impl Attestation {
    /// Reads the statement, which is required. The signer's name may be missing here: a rule demands it.
    pub(crate) fn read(
        fields: &mut Fields,
        field: &str,
        value: Option<&pb::AgreementAttestation>,
    ) -> Option<Attestation> {
        let value = fields.required(field, value)?;
        let signer = fields.contact(
            &format!("{field}.signer"),
            &value.signer.clone().unwrap_or_default(),
            Detail::AsGiven,
        );
        let accept_date = fields.day(&format!("{field}.accept_date"), &value.accept_date);
        Some(Attestation { signer: signer?, accept_date: accept_date? })
    }

    /// First and last name of the signer, as one text.
    pub(crate) fn signer_name(&self) -> String {
        format!("{} {}", self.signer.first_name, self.signer.last_name).trim().to_owned()
    }
}

/// By how much the earliest time zone on Earth is ahead of UTC: a day begins there first.
const EARLIEST_ZONE: SignedDuration = SignedDuration::from_hours(14);

/// The latest day that has begun somewhere on Earth (rule CUS-10).
pub(crate) fn latest_day(now: Timestamp) -> Day {
    now.checked_add(EARLIEST_ZONE).map_or_else(|_| day_of(now), day_of)
}

/// The source of the acceptance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// The partner with this resource name attested the acceptance.
    Attested(String),
    /// The customer itself accepted.
    Accepted,
    /// An operator recorded the acceptance; the text names the source of the evidence.
    Recorded(String),
}

/// The acceptances of a customer's agreement. They change only by the transitions below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Agreement {
    row: AgreementRow,
}

/// Who reads an agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reader {
    /// The customer or an operator: sees every acceptance.
    Whole,
    /// A partner: sees the attestations of these partners, and the acceptances that no partner attested.
    Of(Vec<String>),
}

impl Agreement {
    /// The agreement of a customer that has not accepted yet.
    pub(crate) fn none(customer: &Customer, now: Timestamp) -> Self {
        Agreement {
            row: AgreementRow {
                tenant: customer.row().tenant.clone(),
                customer: customer.row().id.clone(),
                revision: 0,
                create_time: now,
                update_time: now,
                acceptances: Encoded(pb::CustomerAgreement::default()),
            },
        }
    }

    /// Adds an acceptance. Nothing changes when the same statement is in force.
    ///
    /// # Errors
    /// [`Fault::AlreadyExists`] while another acceptance in force serves all whom the new one would serve.
    pub(crate) fn accept(&mut self, source: Source, attestation: &Attestation, now: Timestamp) -> Result<()> {
        let accept_date = attestation.accept_date.to_string();
        let (source, attester, evidence) = match source {
            Source::Attested(partner) => (CustomerAgreementSource::Attested, partner, None),
            Source::Accepted => (CustomerAgreementSource::Accepted, String::new(), None),
            Source::Recorded(source) => {
                let evidence = Evidence { establish_date: accept_date.clone(), source };
                (CustomerAgreementSource::Recorded, String::new(), Some(evidence))
            }
        };
        let new = pb::CustomerAcceptance {
            source: source.into(),
            attester,
            signer: Some(attestation.signer.clone()),
            accept_date,
            evidence,
            create_time: Some(timestamp(now)),
            state: CustomerAgreementState::Active.into(),
            withdrawal: None,
        };
        let mut in_force = self.all().iter().filter(|it| is_in_force(it));
        let is_same = |it: &pb::CustomerAcceptance| {
            new == pb::CustomerAcceptance { create_time: new.create_time, ..it.clone() }
        };
        if in_force.clone().any(is_same) {
            return Ok(());
        }
        if in_force.any(|it| serves(it, &new.attester)) {
            return Err(Fault::AlreadyExists { resource_type: KIND, name: self.name() });
        }
        self.change(now).push(new);
        Ok(())
    }

    /// Withdraws the acceptance that `attester` attested, or that no partner attested when `attester` is
    /// empty. Nothing changes when it is withdrawn already.
    ///
    /// # Errors
    /// [`Fault::NotFound`] without such an acceptance.
    pub(crate) fn withdraw(
        &mut self,
        attester: &str,
        reason: &str,
        evidence: &Evidence,
        now: Timestamp,
    ) -> Result<()> {
        let refuted: Vec<_> = self.all().iter().map(|it| it.attester == attester).collect();
        if !refuted.contains(&true) {
            return Err(Fault::not_found(KIND, self.name()));
        }
        let stays = |(it, refuted): (&pb::CustomerAcceptance, &bool)| !(*refuted && is_in_force(it));
        if self.all().iter().zip(&refuted).all(stays) {
            return Ok(());
        }
        let acceptances = self.change(now).iter_mut().zip(refuted);
        for (acceptance, _) in acceptances.filter(|(it, refuted)| *refuted && is_in_force(it)) {
            acceptance.set_state(CustomerAgreementState::Withdrawn);
            acceptance.withdrawal = Some(pb::CustomerAgreementWithdrawal {
                withdraw_time: Some(timestamp(now)),
                reason: reason.to_owned(),
                evidence: Some(evidence.clone()),
            });
        }
        Ok(())
    }

    fn all(&self) -> &[pb::CustomerAcceptance] {
        &self.row.acceptances.0.acceptances
    }

    /// The acceptances, to be changed at `now`.
    fn change(&mut self, now: Timestamp) -> &mut Vec<pb::CustomerAcceptance> {
        self.row.revision += 1;
        self.row.update_time = now;
        &mut self.row.acceptances.0.acceptances
    }

    pub(crate) fn name(&self) -> String {
        name(&customer::name(&self.row.customer))
    }

    pub(crate) fn row(&self) -> &AgreementRow {
        &self.row
    }

    /// The change from `before`, for the journal.
    pub(crate) fn effect(&self, before: &Agreement) -> Result<Effect> {
        let (name, revision, is) = (self.name(), self.row.revision, self.whole());
        match before.row.revision {
            0 => Effect::created(&name, revision, &is),
            _ => Effect::changed(&name, revision, &before.whole(), &is),
        }
    }

    /// The agreement with every acceptance.
    pub(crate) fn whole(&self) -> pb::CustomerAgreement {
        self.shown(|_| true)
    }

    /// The agreement as the reader sees it; `None` when the reader sees no acceptance.
    pub(crate) fn render(&self, reader: &Reader) -> Option<pb::CustomerAgreement> {
        let shown = match reader {
            Reader::Whole => self.whole(),
            Reader::Of(partners) => {
                self.shown(|it| it.attester.is_empty() || partners.contains(&it.attester))
            }
        };
        Some(shown).filter(|shown| !shown.acceptances.is_empty())
    }

    fn shown(&self, is_shown: impl Fn(&pb::CustomerAcceptance) -> bool) -> pb::CustomerAgreement {
        let row = &self.row;
        let acceptances: Vec<_> = self.all().iter().filter(|it| is_shown(it)).cloned().collect();
        let first = acceptances.iter().find(|it| is_in_force(it)).or(acceptances.last());
        let first = first.cloned().unwrap_or_default();
        pb::CustomerAgreement {
            name: self.name(),
            revision: row.revision,
            create_time: Some(timestamp(row.create_time)),
            update_time: Some(timestamp(row.update_time)),
            source: first.source,
            attester: first.attester,
            signer: first.signer,
            accept_date: first.accept_date,
            evidence: first.evidence,
            state: first.state,
            acceptances,
            etag: etag::of(row.revision),
        }
    }
}

impl From<AgreementRow> for Agreement {
    fn from(row: AgreementRow) -> Self {
        Agreement { row }
    }
}

fn is_in_force(acceptance: &pb::CustomerAcceptance) -> bool {
    acceptance.state() == CustomerAgreementState::Active
}

/// Whether the acceptance serves this partner, or all partners when `partner` is empty.
fn serves(acceptance: &pb::CustomerAcceptance, partner: &str) -> bool {
    acceptance.attester.is_empty() || acceptance.attester == partner
}

/// The acceptances in force, as facts. An acceptance serves from its day on; when that day has begun
/// elsewhere only, from the day on which the acceptance was stored.
pub(crate) fn facts(stored: &pb::CustomerAgreement) -> Vec<AcceptanceFacts> {
    let fact = |it: &pb::CustomerAcceptance| {
        let stored = it.create_time.as_ref().and_then(instant).map(|time| day_of(time).to_string());
        // Days in this form sort by time.
        let since = stored.map_or_else(|| it.accept_date.clone(), |day| day.min(it.accept_date.clone()));
        AcceptanceFacts { attester: it.attester.clone(), since_date: since }
    };
    stored.acceptances.iter().filter(|it| is_in_force(it)).map(fact).collect()
}

/// The resource name of the agreement of the customer with this resource name.
pub(crate) fn name(customer: &str) -> String {
    format!("{customer}/{SINGLETON}")
}
