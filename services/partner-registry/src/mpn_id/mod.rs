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

pub(crate) use self::associate::associate;
pub(crate) use self::register::register;

use csp_policy::{self as policy, Country, MpnProfile, Revision};
use csp_proto::partner_registry::v1::{self as pb, MpnKind};
use csp_service::wire::{self, timestamp};
use csp_service::{Effect, Fault, Fields, Result, Stored, etag};
use jiff::Timestamp;

use self::table::MpnIdRow;
use crate::resource_name;

/// Collection of the resource name.
pub(crate) const COLLECTION: &str = "mpnIds";
/// What kind of resource it is, in errors.
pub(crate) const TYPE: &str = "mpn_id";

/// The name of the MPN ID with that number.
pub(crate) fn name_of(number: &str) -> String {
    resource_name::of(COLLECTION, number)
}

/// Reads `mpnIds/{number}`: the number.
pub(crate) fn read_name(fields: &mut Fields, field: &str, name: &str) -> Option<String> {
    let name = fields.resource_name(field, name, COLLECTION)?;
    fields.mpn_number(field, wire::id_of(&name))
}

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
                create_time: now,
                update_time: now,
                organization: registration.organization.clone(),
                kind: Stored(registration.kind),
                country: Stored(registration.country),
                active: registration.active,
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
                create_time: Timestamp::UNIX_EPOCH,
                update_time: Timestamp::UNIX_EPOCH,
                organization: String::new(),
                kind: Stored(MpnKind::Location),
                country: Stored(country),
                active: false,
                partner: None,
            },
        }
    }

    /// It is associated with an account; the rule book found it free.
    pub(crate) fn associate(&mut self, partner: &str, now: Timestamp) {
        self.row.partner = Some(partner.to_owned());
        self.touch(now);
    }

    /// Its account was turned down: it is of no account again.
    pub(crate) fn free(&mut self, now: Timestamp) {
        self.row.partner = None;
        self.touch(now);
    }

    pub(crate) fn name(&self) -> String {
        name_of(&self.row.number)
    }

    pub(crate) fn row(&self) -> &MpnIdRow {
        &self.row
    }

    /// Only a location is associated. Whom nothing may be told of it – see [`MpnId::revision_seen_by`] – is not told
    /// the kind either: the rule book refuses it.
    pub(crate) fn must_be_a_location(&self, field: &str, company: Option<&str>) -> Result<()> {
        if self.row.kind.0 == MpnKind::Location || company != Some(self.row.organization.as_str()) {
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
        let kind = wire::mpn_kind(self.row.kind.0).ok_or_else(|| Fault::internal("an MPN ID of no kind"))?;
        Ok(MpnProfile {
            mpn: policy::MpnId { id: self.row.number.clone(), kind, partner: self.row.partner.clone() },
            organization: self.row.organization.clone(),
            active: self.row.active,
            country: self.row.country.0,
        })
    }

    /// As the contract shows it.
    pub(crate) fn render(&self) -> pb::MpnId {
        let row = &self.row;
        pb::MpnId {
            name: self.name(),
            etag: etag::of(row.revision),
            revision: row.revision,
            create_time: Some(timestamp(row.create_time)),
            update_time: Some(timestamp(row.update_time)),
            organization: row.organization.clone(),
            kind: row.kind.0.into(),
            country: row.country.0.as_str().to_owned(),
            active: row.active,
            partner: row.partner.clone().unwrap_or_default(),
        }
    }

    /// What a transition from `before` did, for the journal.
    pub(crate) fn effect(&self, before: &MpnId) -> Result<Effect> {
        Effect::changed(&self.name(), self.row.revision, &before.render(), &self.render())
    }

    /// What came to be, for the journal.
    pub(crate) fn creation(&self) -> Result<Effect> {
        Effect::created(&self.name(), self.row.revision, &self.render())
    }

    fn touch(&mut self, now: Timestamp) {
        self.row.revision += 1;
        self.row.update_time = now;
    }
}

impl From<MpnIdRow> for MpnId {
    fn from(row: MpnIdRow) -> Self {
        MpnId { row }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_ends_with_a_number() {
        assert_eq!(read_name(&mut Fields::new(), "mpn_id", "mpnIds/4711").as_deref(), Some("4711"));
        for name in ["mpnIds/12345678901", "mpnIds/abc", "4711"] {
            assert_eq!(read_name(&mut Fields::new(), "mpn_id", name), None, "{name}");
        }
    }
}
