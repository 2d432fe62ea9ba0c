//! An MPN ID: a partner-network membership of a company.
//!
//! ```text
//! (register) → free ──associate──→ of an account, for ever once that is authorized
//!                ↑                      │
//!                └──── free: rejected ──┘
//! ```

pub(crate) mod associate;
pub(crate) mod read;
pub(crate) mod register;
pub(crate) mod table;

use csp_policy::{self as policy, Country, MpnProfile, Revision};
use csp_proto::partner_registry::v1::{self as pb, MpnKind};
use csp_service::{Fault, Result, etag, wire};
use jiff::Timestamp;

use crate::names::{self, MPN_IDS};
use crate::store::mpn_id::MpnIdRow;
use crate::words::{self, Word};

/// An MPN ID, whole.
#[derive(Debug, Clone)]
pub(crate) struct MpnId {
    row: MpnIdRow,
}

/// What an operator registers.
#[derive(Debug, Clone)]
pub(crate) struct Registration {
    pub(crate) number: String,
    pub(crate) organization: String,
    pub(crate) kind: MpnKind,
    pub(crate) country: Country,
    pub(crate) active: bool,
}

impl MpnId {
    /// An MPN ID of no account.
    pub(crate) fn register(registration: &Registration, now: Timestamp) -> Self {
        MpnId {
            row: MpnIdRow {
                number: registration.number.clone(),
                revision: 1,
                create_time: now.as_microsecond(),
                update_time: now.as_microsecond(),
                organization: registration.organization.clone(),
                kind: registration.kind.word().to_owned(),
                country: registration.country.as_str().to_owned(),
                active: i64::from(registration.active),
                partner: None,
            },
        }
    }

    /// What a number that nobody registered is to an applicant: an MPN ID of no company, which the rule book refuses
    /// in the same words as one of a stranger's.
    pub(crate) fn of_nobody(number: &str, country: Country) -> Self {
        MpnId {
            row: MpnIdRow {
                number: number.to_owned(),
                revision: 0,
                create_time: 0,
                update_time: 0,
                organization: String::new(),
                kind: MpnKind::Location.word().to_owned(),
                country: country.as_str().to_owned(),
                active: 0,
                partner: None,
            },
        }
    }

    /// It is associated with an account; the rule book found it free.
    pub(crate) fn associate(&mut self, partner: &str, now: Timestamp) {
        self.row.partner = Some(partner.to_owned());
        self.row.revision += 1;
        self.row.update_time = now.as_microsecond();
    }

    /// Its account was turned down: it is of no account again.
    pub(crate) fn free(&mut self, now: Timestamp) {
        self.row.partner = None;
        self.row.revision += 1;
        self.row.update_time = now.as_microsecond();
    }

    pub(crate) fn name(&self) -> String {
        names::name(MPN_IDS, &self.row.number)
    }

    pub(crate) fn row(&self) -> &MpnIdRow {
        &self.row
    }

    pub(crate) fn kind(&self) -> MpnKind {
        MpnKind::read(&self.row.kind)
    }

    /// Only a location is associated. Whom nothing may be told of it – see [`MpnId::revision_seen_by`] – is not told
    /// the kind either: the rule book refuses it.
    pub(crate) fn must_be_a_location(&self, field: &str, company: Option<&str>) -> Result<()> {
        if self.kind() == MpnKind::Location || company != Some(self.row.organization.as_str()) {
            return Ok(());
        }
        Err(Fault::field(field, "must be a location MPN ID"))
    }

    /// Its revision, as far as people of `company` may know it – `None` while nobody found out whose people they
    /// are –: it tells whether the MPN ID is associated.
    pub(crate) fn revision_seen_by(&self, company: Option<&str>) -> Option<Revision> {
        (company == Some(self.row.organization.as_str()))
            .then(|| Revision { resource: self.name(), revision: self.row.revision })
    }

    /// The membership with its profile, as a fact.
    pub(crate) fn fact(&self) -> Result<MpnProfile> {
        Ok(MpnProfile {
            mpn: policy::MpnId {
                id: self.row.number.clone(),
                kind: words::mpn_kind(self.kind())?,
                partner: self.row.partner.clone(),
            },
            organization: self.row.organization.clone(),
            active: self.row.active == 1,
            country: words::country(&self.row.country)?,
        })
    }

    /// As the contract shows it.
    pub(crate) fn render(&self) -> pb::MpnId {
        let row = &self.row;
        pb::MpnId {
            name: self.name(),
            etag: etag::of(row.revision),
            revision: row.revision,
            create_time: Some(wire::timestamp_of_micros(row.create_time)),
            update_time: Some(wire::timestamp_of_micros(row.update_time)),
            organization: row.organization.clone(),
            kind: self.kind().into(),
            country: row.country.clone(),
            active: row.active == 1,
            partner: row.partner.clone().unwrap_or_default(),
        }
    }
}

impl From<MpnIdRow> for MpnId {
    fn from(row: MpnIdRow) -> Self {
        MpnId { row }
    }
}
