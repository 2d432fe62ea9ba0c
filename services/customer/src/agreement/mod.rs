//! A customer's acceptance of its agreement (the Microsoft Customer Agreement). The first acceptance is
//! final: nothing changes it.

pub(crate) mod confirm;
pub(crate) mod read;
pub(crate) mod record;
pub(crate) mod table;

pub(crate) use self::confirm::confirm;
pub(crate) use self::read::get;
pub(crate) use self::record::record;

use csp_policy::Day;
use csp_proto::customer::v1::{self as pb, CustomerAgreementSource};
use csp_proto::r#type::v1::{Contact, Evidence};
use csp_service::wire::timestamp;
use csp_service::{Detail, Effect, Encoded, Fields, Result, Stored};
use jiff::Timestamp;

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

/// An acceptance of the agreement. It never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Agreement {
    row: AgreementRow,
}

impl Agreement {
    /// A new acceptance by the customer.
    pub(crate) fn confirm(
        customer: &Customer,
        source: Source,
        attestation: &Attestation,
        now: Timestamp,
    ) -> Self {
        let (source, attester, evidence_source) = match source {
            Source::Attested(partner) => (CustomerAgreementSource::Attested, Some(partner), None),
            Source::Accepted => (CustomerAgreementSource::Accepted, None, None),
            Source::Recorded(evidence) => (CustomerAgreementSource::Recorded, None, Some(evidence)),
        };
        Agreement {
            row: AgreementRow {
                tenant: customer.row().tenant.clone(),
                customer: customer.row().id.clone(),
                revision: 1,
                create_time: now,
                update_time: now,
                source: Stored(source),
                attester,
                signer: Encoded(attestation.signer.clone()),
                accept_date: attestation.accept_date,
                evidence_source,
            },
        }
    }

    pub(crate) fn name(&self) -> String {
        name(&customer::name(&self.row.customer))
    }

    pub(crate) fn row(&self) -> &AgreementRow {
        &self.row
    }

    /// The creation of the acceptance, for the journal.
    pub(crate) fn creation(&self) -> Result<Effect> {
        Effect::created(&self.name(), self.row.revision, &self.render())
    }

    /// The acceptance as the API shows it.
    pub(crate) fn render(&self) -> pb::CustomerAgreement {
        let row = &self.row;
        pb::CustomerAgreement {
            name: self.name(),
            revision: row.revision,
            create_time: Some(timestamp(row.create_time)),
            update_time: Some(timestamp(row.update_time)),
            source: row.source.0.into(),
            attester: row.attester.clone().unwrap_or_default(),
            signer: Some(row.signer.0.clone()),
            accept_date: row.accept_date.to_string(),
            evidence: row
                .evidence_source
                .clone()
                .map(|source| Evidence { establish_date: row.accept_date.to_string(), source }),
        }
    }
}

impl From<AgreementRow> for Agreement {
    fn from(row: AgreementRow) -> Self {
        Agreement { row }
    }
}

/// The resource name of the acceptance by the customer with this resource name.
pub(crate) fn name(customer: &str) -> String {
    format!("{customer}/{SINGLETON}")
}
