//! Delegated administration of a customer's tenant.
//!
//! ```text
//!                             revoke (or its relationship ends)
//! (with a relationship) → ACTIVE ──→ REVOKED
//! (record an Azure owner)   │
//!                           └─ (end_time passes) → EXPIRED, derived from the clock and never stored
//! ```

pub(crate) mod access;
pub(crate) mod azure_owner;
pub(crate) mod read;
pub(crate) mod revoke;
pub(crate) mod table;
#[cfg(test)]
mod tests;

pub(crate) use self::access::AdminAccess;
pub(crate) use self::azure_owner::{end_azure_owner, record_azure_owner};
pub(crate) use self::read::{get, list};
pub(crate) use self::revoke::revoke;

use csp_policy::{Caller, Partner};
use csp_proto::relationship::v1::{self as pb, AdminGrantKind, AdminGrantOrigin, AdminGrantState};
use csp_service::wire::{start_of, timestamp};
use csp_service::{Effect, Evidence, Fault, Result, Stored, etag};
use jiff::{SignedDuration, Timestamp};

use self::access::Roles;
use self::table::AdminGrantRow;
use crate::peers::KnownCustomer;
use crate::reseller_relationship::{self, Origin, ResellerRelationship};
use crate::time::later;

/// Collection of the resource name, under the customer.
pub(crate) const COLLECTION: &str = "adminGrants";
/// Resource type in errors.
pub(crate) const TYPE: &str = "admin grant";

/// The resource name of a customer's grant.
pub(crate) fn name_of(customer: &str, id: &str) -> String {
    format!("{customer}/{COLLECTION}/{id}")
}

/// A delegated admin grant. Its row changes only through the transition below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AdminGrant {
    row: AdminGrantRow,
}

impl AdminGrant {
    /// A grant to the partner of `relationship`, from `now` on, as the relationship itself began.
    pub(crate) fn give(
        id: String,
        relationship: &ResellerRelationship,
        access: &AdminAccess,
        origin: &Origin,
        now: Timestamp,
    ) -> Self {
        let with = relationship.row();
        let evidence = origin.evidence();
        let end_time = later(now, SignedDuration::from_hours(24 * access.days));
        AdminGrant {
            row: AdminGrantRow {
                id,
                revision: 1,
                create_time: now,
                update_time: now,
                partner: with.partner.clone(),
                partner_tenant: with.partner_tenant.clone(),
                customer: with.customer.clone(),
                customer_tenant: with.customer_tenant.clone(),
                relationship_id: with.id.clone(),
                roles: access.roles.clone(),
                start_time: now,
                end_time: Some(end_time),
                state: Stored(AdminGrantState::Active),
                origin: Stored(origin.of_grant()),
                kind: Stored(AdminGrantKind::Delegated),
                evidence_date: evidence.map(|evidence| evidence.day),
                evidence_source: evidence.map(|evidence| evidence.source.clone()),
            },
        }
    }

    /// The record of a partner's owner permission for Azure, from `now` on, or from the day of the evidence.
    pub(crate) fn azure_owner(
        id: String,
        partner: &Partner,
        customer: &KnownCustomer,
        evidence: Option<Evidence>,
        now: Timestamp,
    ) -> Self {
        let start_time = evidence.as_ref().map_or(now, |evidence| start_of(evidence.day));
        let (evidence_date, evidence_source) =
            evidence.map(|evidence| (evidence.day, evidence.source)).unzip();
        AdminGrant {
            row: AdminGrantRow {
                id,
                revision: 1,
                create_time: now,
                update_time: now,
                partner: partner.name.clone(),
                partner_tenant: partner.tenant.clone(),
                customer: customer.name.clone(),
                customer_tenant: customer.tenant.clone(),
                relationship_id: String::new(),
                roles: Roles::default(),
                start_time,
                end_time: None,
                state: Stored(AdminGrantState::Active),
                origin: Stored(AdminGrantOrigin::Customer),
                kind: Stored(AdminGrantKind::AzureOwner),
                evidence_date,
                evidence_source,
            },
        }
    }

    /// [`Fault::Invalid`] for a grant of another kind: `rpc` ends that kind.
    pub(crate) fn must_be(&self, kind: AdminGrantKind, rpc: &str) -> Result<()> {
        if self.row.kind.0 == kind {
            return Ok(());
        }
        Err(Fault::field("name", format!("must be a grant of another kind: {rpc} ends this one")))
    }

    /// The customer or the partner ends the grant, or the grant ends with its relationship. Nothing changes
    /// when the grant has ended before, also by the clock.
    pub(crate) fn revoke(&mut self, now: Timestamp) {
        if self.state(now) == AdminGrantState::Active {
            self.row.state = Stored(AdminGrantState::Revoked);
            self.row.revision += 1;
            self.row.update_time = now;
        }
    }

    pub(crate) fn name(&self) -> String {
        name_of(&self.row.customer, &self.row.id)
    }

    pub(crate) fn row(&self) -> &AdminGrantRow {
        &self.row
    }

    /// Whether the caller may see the grant: its partner, its customer and operators may.
    pub(crate) fn is_seen_by(&self, caller: &Caller) -> bool {
        caller.is_operator()
            || caller.is_partner(&self.row.partner_tenant)
            || caller.is_customer(&self.row.customer_tenant)
    }

    /// The state at `now`: an active grant is expired from its `end_time` on.
    pub(crate) fn state(&self, now: Timestamp) -> AdminGrantState {
        match self.row.state.0 {
            AdminGrantState::Active if self.row.end_time.is_some_and(|end| end <= now) => {
                AdminGrantState::Expired
            }
            stored => stored,
        }
    }

    /// The grant as an API message, as of `now`.
    pub(crate) fn render(&self, now: Timestamp) -> pb::AdminGrant {
        let row = &self.row;
        pb::AdminGrant {
            name: self.name(),
            etag: etag::of(row.revision),
            revision: row.revision,
            create_time: Some(timestamp(row.create_time)),
            update_time: Some(timestamp(row.update_time)),
            partner: row.partner.clone(),
            customer: row.customer.clone(),
            relationship: match row.relationship_id.as_str() {
                "" => String::new(),
                id => reseller_relationship::name_of(&row.customer, id),
            },
            roles: row.roles.0.clone(),
            start_time: Some(timestamp(row.start_time)),
            end_time: row.end_time.map(timestamp),
            state: self.state(now).into(),
            origin: row.origin.0.into(),
            kind: row.kind.0.into(),
            evidence: Evidence::of_row(row.evidence_date, row.evidence_source.as_deref()),
        }
    }

    /// The creation, for the journal.
    pub(crate) fn creation(&self, now: Timestamp) -> Result<Effect> {
        Effect::created(&self.name(), self.row.revision, &self.render(now))
    }

    /// The change from `before`, for the journal.
    pub(crate) fn effect(&self, before: &AdminGrant, now: Timestamp) -> Result<Effect> {
        Effect::changed(&self.name(), self.row.revision, &before.render(now), &self.render(now))
    }

    /// The deletion, for the journal.
    pub(crate) fn deletion(&self, now: Timestamp) -> Result<Effect> {
        Effect::deleted(&self.name(), self.row.revision + 1, &self.render(now))
    }
}

impl From<AdminGrantRow> for AdminGrant {
    fn from(row: AdminGrantRow) -> Self {
        AdminGrant { row }
    }
}
