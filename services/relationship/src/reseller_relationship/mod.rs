//! The reseller relationship of a partner and a customer.
//!
//! ```text
//!                                       end
//! (create, invite or record) → ACTIVE ──────→ ENDED
//! ```
//!
//! A provider or direct-bill partner has its own relationship with the customer. A reseller has one
//! relationship through each provider with which it serves the customer, or its own relationship to manage
//! what the customer already has. The customer gives each relationship separately, and each is removed
//! separately.

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
use csp_proto::relationship::v1::{self as pb, AdminGrantOrigin, RelationshipOrigin, RelationshipState};
use csp_service::peers::RelationshipKey;
use csp_service::wire::timestamp;
use csp_service::{Effect, Evidence, Result, Stored, etag};
use jiff::Timestamp;

use self::table::ResellerRelationshipRow;
use crate::peers::KnownCustomer;

/// Collection of the resource name, under the customer.
pub(crate) const COLLECTION: &str = "resellerRelationships";
/// Resource type in errors.
pub(crate) const TYPE: &str = "reseller relationship";

/// The resource name of a customer's relationship.
pub(crate) fn name_of(customer: &str, id: &str) -> String {
    format!("{customer}/{COLLECTION}/{id}")
}

/// A reseller relationship. Its row changes only through the transition below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ResellerRelationship {
    row: ResellerRelationshipRow,
}

/// How a relationship began.
#[derive(Debug, Clone)]
pub(crate) enum Origin {
    /// Created with the customer; with evidence if an operator recorded the customer.
    WithCustomer(Option<Evidence>),
    /// By an accepted invitation of an existing customer.
    Invited,
    /// Recorded by an operator for an existing customer.
    Recorded(Evidence),
}

impl Origin {
    /// The origin of an admin grant that is given by the same act. A customer that was created elsewhere and
    /// is recorded gave its grant itself.
    pub(crate) fn of_grant(&self) -> AdminGrantOrigin {
        match self {
            Origin::WithCustomer(None) => AdminGrantOrigin::Creation,
            Origin::WithCustomer(Some(_)) | Origin::Invited | Origin::Recorded(_) => {
                AdminGrantOrigin::Customer
            }
        }
    }

    /// The evidence of a recorded customer or relationship.
    pub(crate) fn evidence(&self) -> Option<&Evidence> {
        match self {
            Origin::WithCustomer(evidence) => evidence.as_ref(),
            Origin::Recorded(evidence) => Some(evidence),
            Origin::Invited => None,
        }
    }
}

impl ResellerRelationship {
    /// A new active relationship: a seller's own, or a reseller's through `provider`.
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
                text_version: None,
                evidence_date,
                evidence_source,
                closing_time: None,
                closing_request: None,
                latest_closing_time: 0,
            },
        }
    }

    /// The partner, the customer or an operator ends the relationship. Nothing changes when it ended before.
    pub(crate) fn end(&mut self, reason: String, text_version: Option<String>, now: Timestamp) {
        if !self.is_active() {
            return;
        }
        self.row.state = Stored(RelationshipState::Ended);
        self.row.end_time = Some(now);
        self.row.end_reason = Some(reason);
        self.row.text_version = text_version;
        self.row.revision += 1;
        self.row.update_time = now;
    }

    pub(crate) fn name(&self) -> String {
        name_of(&self.row.customer, &self.row.id)
    }

    pub(crate) fn row(&self) -> &ResellerRelationshipRow {
        &self.row
    }

    pub(crate) fn is_active(&self) -> bool {
        self.row.state.0 == RelationshipState::Active
    }

    /// Whether the relationship was created with its customer.
    pub(crate) fn came_with_customer(&self) -> bool {
        self.row.with_customer
    }

    /// The partner from which the customer buys: the provider, or the partner itself in a relationship
    /// without provider. Rule PSH-11 (one relationship type) is about this partner.
    pub(crate) fn seller(&self) -> &str {
        if self.row.provider.is_empty() { &self.row.partner } else { &self.row.provider }
    }

    /// The revision that was read, for the decision that uses it.
    pub(crate) fn revision(&self) -> Revision {
        Revision::undated(self.name(), self.row.revision)
    }

    /// Whether the caller may see the relationship: its partner, its provider, its customer and operators
    /// may.
    pub(crate) fn is_seen_by(&self, caller: &Caller) -> bool {
        self.may_be_ended_by(caller) || caller.is_partner(&self.row.provider_tenant)
    }

    /// Whether the caller may ask to remove the relationship: its partner, its customer and operators may.
    /// The provider of a reseller's relationship sees that relationship, but can remove only its own
    /// relationship.
    pub(crate) fn may_be_ended_by(&self, caller: &Caller) -> bool {
        caller.is_operator()
            || caller.is_partner(&self.row.partner_tenant)
            || caller.is_customer(&self.row.customer_tenant)
    }

    /// Identifies the relationship in calls to the subscription service.
    pub(crate) fn key(&self) -> RelationshipKey {
        RelationshipKey {
            relationship: self.name(),
            partner: self.row.partner.clone(),
            provider: Some(self.row.provider.clone()).filter(|provider| !provider.is_empty()),
            customer: self.row.customer.clone(),
        }
    }

    /// The relationship as an API message.
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

    /// The creation, for the journal.
    pub(crate) fn creation(&self) -> Result<Effect> {
        Effect::created(&self.name(), self.row.revision, &self.render())
    }

    /// The change from `before`, for the journal.
    pub(crate) fn effect(&self, before: &ResellerRelationship) -> Result<Effect> {
        Effect::changed(&self.name(), self.row.revision, &before.render(), &self.render())
    }

    /// The deletion, for the journal.
    pub(crate) fn deletion(&self) -> Result<Effect> {
        Effect::deleted(&self.name(), self.row.revision + 1, &self.render())
    }
}

impl From<ResellerRelationshipRow> for ResellerRelationship {
    fn from(row: ResellerRelationshipRow) -> Self {
        ResellerRelationship { row }
    }
}
