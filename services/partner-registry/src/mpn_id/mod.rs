//! An MPN ID: a partner-network membership of a company.
//!
//! ```text
//! (register) → free ──associate──→ associated with an account; permanent once the account is authorized
//!                ↑                      │
//!                └─ account rejected ───┘
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

/// The collection in the resource name.
pub(crate) const COLLECTION: &str = "mpnIds";
/// The resource type in errors.
pub(crate) const TYPE: &str = "mpn_id";

/// The resource name of the MPN ID with this number.
pub(crate) fn name_of(number: &str) -> String {
    resource_name::of(COLLECTION, number)
}

/// Reads `mpnIds/{number}` and returns the number.
pub(crate) fn read_name(fields: &mut Fields, field: &str, name: &str) -> Option<String> {
    let name = fields.resource_name(field, name, COLLECTION)?;
    fields.mpn_number(field, wire::id_of(&name))
}

/// An MPN ID. It changes only by the transitions below.
#[derive(Debug, Clone)]
pub(crate) struct MpnId {
    row: MpnIdRow,
}

/// The data of a new MPN ID, as an operator gives them.
#[derive(Debug, Clone)]
pub(crate) struct Registration {
    pub(crate) number: String,
    pub(crate) organization: String,
    pub(crate) kind: MpnKind,
    pub(crate) country: Country,
    pub(crate) active: bool,
}

impl MpnId {
    /// A new MPN ID. It is free: not associated with an account.
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

    /// Stands in for an unregistered number that an applicant names: an MPN ID of no company. The rules
    /// refuse it in the same words as an MPN ID of another company, so the applicant does not learn which
    /// numbers exist.
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

    /// Associates the MPN ID with an account. The rules have checked that the MPN ID is free.
    pub(crate) fn associate(&mut self, partner: &str, now: Timestamp) {
        self.row.partner = Some(partner.to_owned());
        self.touch(now);
    }

    /// Frees the MPN ID, because its account was rejected.
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

    /// Refuses an MPN ID that is not a location. A caller that may not see the revision (see
    /// [`MpnId::revision_seen_by`]) must not learn the kind either: for that caller this check passes, and
    /// the rules refuse the association.
    pub(crate) fn must_be_a_location(&self, field: &str, company: Option<&str>) -> Result<()> {
        if self.row.kind.0 == MpnKind::Location || company != Some(self.row.organization.as_str()) {
            return Ok(());
        }
        Err(Fault::field(field, "must be a location MPN ID"))
    }

    /// The revision of the MPN ID, if `company` is the company of the MPN ID. `company` is the caller's
    /// company, or `None` while no review has proved it. Nobody else may see the revision: it tells whether
    /// the MPN ID is associated.
    pub(crate) fn revision_seen_by(&self, company: Option<&str>) -> Option<Revision> {
        (company == Some(self.row.organization.as_str()))
            .then(|| Revision::undated(self.name(), self.row.revision))
    }

    /// The MPN ID with its profile, as a fact for the rules.
    pub(crate) fn fact(&self) -> Result<MpnProfile> {
        let kind = wire::mpn_kind(self.row.kind.0).ok_or_else(|| Fault::internal("an MPN ID has no kind"))?;
        Ok(MpnProfile {
            mpn: policy::MpnId { id: self.row.number.clone(), kind, partner: self.row.partner.clone() },
            organization: self.row.organization.clone(),
            active: self.row.active,
            country: self.row.country.0,
        })
    }

    /// The MPN ID as an API message.
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

    /// The journal entry for the transition from `before`.
    pub(crate) fn effect(&self, before: &MpnId) -> Result<Effect> {
        Effect::changed(&self.name(), self.row.revision, &before.render(), &self.render())
    }

    /// The journal entry for the creation.
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
    fn the_name_of_an_mpn_id_ends_with_its_number() {
        assert_eq!(read_name(&mut Fields::new(), "name", "mpnIds/4711").as_deref(), Some("4711"));
        for name in ["mpnIds/12345678901", "mpnIds/abc", "4711"] {
            assert_eq!(read_name(&mut Fields::new(), "name", name), None, "{name}");
        }
    }
}
