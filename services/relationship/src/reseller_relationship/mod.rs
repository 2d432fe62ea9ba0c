//! The reseller relationship of a partner and a customer.
//!
//! ```text
//!                                       end
//! (create, invite or record) → ACTIVE ──────→ ENDED
//! ```
//!
//! A provider or direct-bill partner has a relationship of its own; a reseller has one through each provider
//! with which it serves the customer, or one of its own to manage what exists. Each was given by the customer
//! for itself, and ends by itself.

pub(crate) mod closing;
pub(crate) mod read;
pub(crate) mod record;
pub(crate) mod remove;
pub(crate) mod table;
#[cfg(test)]
mod tests;

pub(crate) use self::read::{get, list};
pub(crate) use self::record::record;
pub(crate) use self::remove::remove;

use csp_policy::{Caller, Partner, Revision};
use csp_proto::relationship::v1::{self as pb, RelationshipOrigin, RelationshipState};
use csp_service::peers::RelationshipKey;
use csp_service::wire::timestamp;
use csp_service::{Effect, Evidence, Fault, Result, Storable, Stored, etag};
use jiff::Timestamp;

use self::table::ResellerRelationshipRow;
use crate::peers::KnownCustomer;

/// Collection of the resource name.
pub(crate) const COLLECTION: &str = "resellerRelationships";
/// What kind of resource it is, in errors.
pub(crate) const TYPE: &str = "reseller relationship";

/// A reseller relationship, whole. It changes only by the transition below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ResellerRelationship {
    row: ResellerRelationshipRow,
}

/// How a relationship comes about.
#[derive(Debug, Clone)]
pub(crate) enum Origin {
    /// With the customer, which an operator records where there is evidence.
    WithCustomer(Option<Evidence>),
    /// By an accepted invitation.
    Invited,
    /// By an operator's record.
    Recorded(Evidence),
}

impl ResellerRelationship {
    /// A relationship in force: of a seller itself, or of a reseller through its `provider`.
    pub(crate) fn begin(
        id: String,
        partner: &Partner,
        provider: Option<&Partner>,
        customer: &KnownCustomer,
        origin: Origin,
        now: Timestamp,
    ) -> Self {
        let with_customer = matches!(origin, Origin::WithCustomer(_));
        let (origin, evidence) = match origin {
            Origin::WithCustomer(None) => (RelationshipOrigin::Created, None),
            Origin::Invited => (RelationshipOrigin::Invited, None),
            Origin::WithCustomer(Some(evidence)) | Origin::Recorded(evidence) => {
                (RelationshipOrigin::Recorded, Some(evidence))
            }
        };
        let (evidence_date, evidence_source) =
            evidence.map(|evidence| (evidence.day, evidence.source)).unzip();
        ResellerRelationship {
            row: ResellerRelationshipRow {
                id,
                revision: 1,
                create_time: now,
                update_time: now,
                partner: partner.name.clone(),
                partner_tenant: partner.tenant.clone(),
                provider: provider.map(|it| it.name.clone()).unwrap_or_default(),
                provider_tenant: provider.map(|it| it.tenant.clone()).unwrap_or_default(),
                customer: customer.name.clone(),
                customer_tenant: customer.tenant.clone(),
                state: Stored(RelationshipState::Active),
                origin: Stored(origin),
                with_customer,
                end_time: None,
                end_reason: None,
                attestation_version: None,
                evidence_date,
                evidence_source,
                closing_time: None,
                closing_request: None,
                latest_closing_time: 0,
            },
        }
    }

    /// The partner, the customer or an operator ends it.
    pub(crate) fn end(
        &mut self,
        reason: String,
        attestation_version: Option<String>,
        now: Timestamp,
    ) -> Result<()> {
        if !self.is_active() {
            return Err(Fault::StateConflict {
                resource: self.name(),
                state: self.row.state.0.text(),
                needs: RelationshipState::Active.text(),
            });
        }
        self.row.state = Stored(RelationshipState::Ended);
        self.row.end_time = Some(now);
        self.row.end_reason = Some(reason);
        self.row.attestation_version = attestation_version;
        self.row.revision += 1;
        self.row.update_time = now;
        Ok(())
    }

    pub(crate) fn name(&self) -> String {
        format!("{COLLECTION}/{}", self.row.id)
    }

    pub(crate) fn row(&self) -> &ResellerRelationshipRow {
        &self.row
    }

    /// Whether it is in force.
    pub(crate) fn is_active(&self) -> bool {
        self.row.state.0 == RelationshipState::Active
    }

    /// Whether it came with its customer.
    pub(crate) fn came_with_customer(&self) -> bool {
        self.row.with_customer
    }

    /// Whom the customer buys from by it: the provider, or the partner itself where there is none. The rule
    /// of one relationship type is about this partner.
    pub(crate) fn seller(&self) -> &str {
        if self.row.provider.is_empty() { &self.row.partner } else { &self.row.provider }
    }

    /// What was read, for a decision that rests on it.
    pub(crate) fn revision(&self) -> Revision {
        Revision { resource: self.name(), revision: self.row.revision }
    }

    /// Whether it exists for the caller: its partner, its provider, its customer, an operator.
    pub(crate) fn is_seen_by(&self, caller: &Caller) -> bool {
        self.may_be_ended_by(caller) || caller.is_partner(&self.row.provider_tenant)
    }

    /// Whether ending it is the caller's to ask for: its partner, its customer, an operator. Its provider
    /// sees it and ends its own.
    pub(crate) fn may_be_ended_by(&self, caller: &Caller) -> bool {
        caller.is_operator()
            || caller.is_partner(&self.row.partner_tenant)
            || caller.is_customer(&self.row.customer_tenant)
    }

    /// As the subscription service knows it.
    pub(crate) fn key(&self) -> RelationshipKey {
        RelationshipKey {
            relationship: self.name(),
            partner: self.row.partner.clone(),
            provider: Some(self.row.provider.clone()).filter(|provider| !provider.is_empty()),
            customer: self.row.customer.clone(),
        }
    }

    /// As the contract shows it.
    pub(crate) fn render(&self) -> pb::ResellerRelationship {
        let row = &self.row;
        pb::ResellerRelationship {
            name: self.name(),
            etag: etag::of(row.revision),
            revision: row.revision,
            create_time: Some(timestamp(row.create_time)),
            update_time: Some(timestamp(row.update_time)),
            partner: row.partner.clone(),
            provider: row.provider.clone(),
            customer: row.customer.clone(),
            state: row.state.0.into(),
            origin: row.origin.0.into(),
            end_reason: row.end_reason.clone().unwrap_or_default(),
            end_time: row.end_time.map(timestamp),
            evidence: Evidence::of_row(row.evidence_date, row.evidence_source.as_deref()),
        }
    }

    /// What came to be, for the journal.
    pub(crate) fn creation(&self) -> Result<Effect> {
        Effect::created(&self.name(), self.row.revision, &self.render())
    }

    /// What its end did, for the journal.
    pub(crate) fn effect(&self, before: &ResellerRelationship) -> Result<Effect> {
        Effect::changed(&self.name(), self.row.revision, &before.render(), &self.render())
    }

    /// What is no more, for the journal.
    pub(crate) fn deletion(&self) -> Result<Effect> {
        Effect::deleted(&self.name(), self.row.revision + 1, &self.render())
    }
}

impl From<ResellerRelationshipRow> for ResellerRelationship {
    fn from(row: ResellerRelationshipRow) -> Self {
        ResellerRelationship { row }
    }
}
