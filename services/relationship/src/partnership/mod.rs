//! The partnership of a provider and a reseller.
//!
//! ```text
//!               accept            remove
//! (request) → PENDING ──→ ACTIVE ──────→ REMOVED      (record) → ACTIVE
//!                ├─ decline ──→ DECLINED
//!                ├─ withdraw ─→ WITHDRAWN
//!                └─ (expire_time passes) → EXPIRED
//! ```
//!
//! EXPIRED is derived from `expire_time` and the clock. EXPIRED is stored only when a new partnership
//! replaces the unanswered request.

pub(crate) mod accept;
pub(crate) mod decline;
pub(crate) mod draft;
pub(crate) mod read;
pub(crate) mod record;
pub(crate) mod remove;
pub(crate) mod request;
pub(crate) mod revoke_admin_access;
pub(crate) mod table;
pub(crate) mod withdraw;
#[cfg(test)]
mod tests;

pub(crate) use self::accept::accept;
pub(crate) use self::decline::decline;
pub(crate) use self::draft::draft;
pub(crate) use self::read::{get, list, visible};
pub(crate) use self::record::record;
pub(crate) use self::remove::remove;
pub(crate) use self::request::request;
pub(crate) use self::revoke_admin_access::revoke_admin_access;
pub(crate) use self::withdraw::withdraw;

use csp_policy::{Caller, Day, Invitation, InvitationState, Partner, Revision};
use csp_proto::internal::relationship::v1 as internal;
use csp_proto::relationship::v1::{self as pb, PartnershipState};
use csp_proto::r#type::v1::Actor;
use csp_service::wire::timestamp;
use csp_service::{Call, Effect, Encoded, Evidence, ExternalId, Fault, Result, Storable, Stored, etag};
use jiff::{SignedDuration, Timestamp};

use self::table::PartnershipRow;
use crate::time::later;

/// The time for which a request's link is valid: 30 days.
pub(crate) const REQUEST_LIFE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Collection of the resource name.
pub(crate) const COLLECTION: &str = "partnerships";
/// Resource type in errors.
pub(crate) const TYPE: &str = "partnership";

/// The resource name of the partnership with this id.
pub(crate) fn name_of(id: &str) -> String {
    format!("{COLLECTION}/{id}")
}

/// A partnership. Its row changes only through the transitions below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Partnership {
    row: PartnershipRow,
}

/// The input of a new partnership, apart from its parties.
pub(crate) struct Request {
    pub(crate) id: String,
    pub(crate) external_id: Option<ExternalId>,
    pub(crate) reseller_email: String,
    pub(crate) note: String,
}

/// How a partnership ends.
pub(crate) struct Removal {
    pub(crate) remover: Actor,
    pub(crate) reason: String,
    /// Version of the good-faith statement; `None` when an operator removes the partnership.
    pub(crate) text_version: Option<String>,
    /// The day on which the remover gave legal notice; `None` when it is not recorded.
    pub(crate) legal_notice_date: Option<Day>,
}

impl Partnership {
    /// A new pending request, which expires after [`REQUEST_LIFE`].
    pub(crate) fn request(request: Request, provider: &Partner, reseller: &Partner, now: Timestamp) -> Self {
        let expire_time = later(now, REQUEST_LIFE);
        Partnership {
            row: PartnershipRow {
                id: request.id,
                revision: 1,
                create_time: now,
                update_time: now,
                external_id: request.external_id,
                provider: provider.name.clone(),
                provider_tenant: provider.tenant.clone(),
                reseller: reseller.name.clone(),
                reseller_tenant: reseller.tenant.clone(),
                reseller_email: request.reseller_email,
                note: request.note,
                state: Stored(PartnershipState::Pending),
                expire_time,
                accept_time: None,
                admin_access: false,
                admin_access_revoke_time: None,
                remove_time: None,
                remove_reason: None,
                remover: None,
                text_version: None,
                legal_notice_date: None,
                evidence_date: None,
                evidence_source: None,
            },
        }
    }

    /// A partnership that was established elsewhere: active at once.
    pub(crate) fn record(
        request: Request,
        provider: &Partner,
        reseller: &Partner,
        admin_access: bool,
        evidence: Evidence,
        now: Timestamp,
    ) -> Self {
        let mut recorded = Self::request(request, provider, reseller, now);
        recorded.row.state = Stored(PartnershipState::Active);
        recorded.row.accept_time = Some(now);
        recorded.row.admin_access = admin_access;
        recorded.row.evidence_date = Some(evidence.day);
        recorded.row.evidence_source = Some(evidence.source);
        recorded
    }

    /// The reseller accepts: the provider may order for the reseller's customers and administer the
    /// reseller's work account.
    pub(crate) fn accept(&mut self, now: Timestamp) -> Result<()> {
        self.must_be(PartnershipState::Pending, now)?;
        self.row.state = Stored(PartnershipState::Active);
        self.row.accept_time = Some(now);
        self.row.admin_access = true;
        self.touch(now);
        Ok(())
    }

    /// The reseller declines.
    pub(crate) fn decline(&mut self, now: Timestamp) -> Result<()> {
        self.must_be(PartnershipState::Pending, now)?;
        self.row.state = Stored(PartnershipState::Declined);
        self.touch(now);
        Ok(())
    }

    /// The provider withdraws the request. Nothing changes when it is withdrawn already.
    pub(crate) fn withdraw(&mut self, now: Timestamp) -> Result<()> {
        if self.row.state.0 == PartnershipState::Withdrawn {
            return Ok(());
        }
        self.must_be(PartnershipState::Pending, now)?;
        self.row.state = Stored(PartnershipState::Withdrawn);
        self.touch(now);
        Ok(())
    }

    /// The unanswered request is overdue, and a new partnership replaces it.
    pub(crate) fn expire(&mut self, now: Timestamp) -> Result<()> {
        if self.row.state.0 != PartnershipState::Pending || self.state(now) != PartnershipState::Expired {
            return Err(self.conflict(self.state(now), "EXPIRED"));
        }
        self.row.state = Stored(PartnershipState::Expired);
        self.touch(now);
        Ok(())
    }

    /// The reseller withdraws the provider's administrator access; the partnership goes on. Nothing changes
    /// when the access has ended already, with the partnership or before.
    pub(crate) fn revoke_admin_access(&mut self, now: Timestamp) -> Result<()> {
        if self.row.state.0 == PartnershipState::Removed {
            return Ok(());
        }
        self.must_be(PartnershipState::Active, now)?;
        if !self.row.admin_access {
            return Ok(());
        }
        self.row.admin_access = false;
        self.row.admin_access_revoke_time = Some(now);
        self.touch(now);
        Ok(())
    }

    /// The provider, or an operator, ends the partnership. Nothing changes when it was removed before.
    pub(crate) fn remove(&mut self, removal: Removal, now: Timestamp) -> Result<()> {
        if self.row.state.0 == PartnershipState::Removed {
            return Ok(());
        }
        let Removal { remover, reason, text_version, legal_notice_date } = removal;
        self.must_be(PartnershipState::Active, now)?;
        self.row.state = Stored(PartnershipState::Removed);
        self.row.remove_time = Some(now);
        self.row.remove_reason = Some(reason);
        self.row.remover = Some(Encoded(remover));
        self.row.text_version = text_version;
        self.row.legal_notice_date = legal_notice_date;
        self.row.admin_access = false;
        self.touch(now);
        Ok(())
    }

    pub(crate) fn name(&self) -> String {
        name_of(&self.row.id)
    }

    pub(crate) fn row(&self) -> &PartnershipRow {
        &self.row
    }

    /// The revision that was read, for the decision that uses it.
    pub(crate) fn revision(&self) -> Revision {
        Revision::undated(self.name(), self.row.revision)
    }

    /// The partnership as its reseller's link to a provider, for the other services.
    pub(crate) fn of_provider(&self) -> internal::ProviderPartnership {
        let PartnershipRow { revision, provider, .. } = &self.row;
        internal::ProviderPartnership { name: self.name(), revision: *revision, provider: provider.clone() }
    }

    /// Whether the caller may see the partnership: its parties and operators may.
    pub(crate) fn is_seen_by(&self, caller: &Caller) -> bool {
        caller.is_operator() || self.is_provider(caller) || self.is_reseller(caller)
    }

    /// Whether a response may name the partnership to the caller: to a tenant that is a party, whether it
    /// calls as a partner or as a customer, and to operators and services.
    pub(crate) fn concerns(&self, call: &Call) -> bool {
        call.tenant()
            .is_none_or(|tenant| tenant == self.row.provider_tenant || tenant == self.row.reseller_tenant)
    }

    /// Whether the caller acts for the provider.
    pub(crate) fn is_provider(&self, caller: &Caller) -> bool {
        caller.is_partner(&self.row.provider_tenant)
    }

    /// Whether the caller acts for the reseller.
    pub(crate) fn is_reseller(&self, caller: &Caller) -> bool {
        caller.is_partner(&self.row.reseller_tenant)
    }

    pub(crate) fn is_active(&self) -> bool {
        self.row.state.0 == PartnershipState::Active
    }

    /// [`Fault::StateConflict`] unless the request is pending at `now`.
    pub(crate) fn must_be_pending(&self, now: Timestamp) -> Result<()> {
        self.must_be(PartnershipState::Pending, now)
    }

    /// The request as the policy's fact for the rules on answering it.
    pub(crate) fn invitation(&self) -> Invitation {
        Invitation {
            name: self.name(),
            state: match self.row.state.0 {
                // The policy derives expiry from `expire_time`, so a stored EXPIRED is passed on as open.
                PartnershipState::Pending | PartnershipState::Expired => InvitationState::Open,
                PartnershipState::Withdrawn => InvitationState::Withdrawn,
                _ => InvitationState::Answered,
            },
            expire_time: self.row.expire_time,
        }
    }

    /// The state at `now`: a pending request is expired after its `expire_time`.
    pub(crate) fn state(&self, now: Timestamp) -> PartnershipState {
        match self.row.state.0 {
            PartnershipState::Pending if self.row.expire_time < now => PartnershipState::Expired,
            stored => stored,
        }
    }

    /// The partnership as an API message for `viewer`, as of `now`: an external id is shown only to the party
    /// that set it, and the remover's subject to its own party and to operators.
    pub(crate) fn render(&self, now: Timestamp, viewer: &Caller) -> pb::Partnership {
        let row = &self.row;
        pb::Partnership {
            name: self.name(),
            etag: etag::of(row.revision),
            revision: row.revision,
            create_time: Some(timestamp(row.create_time)),
            update_time: Some(timestamp(row.update_time)),
            external_id: ExternalId::shown(row.external_id.as_ref(), viewer),
            provider: row.provider.clone(),
            reseller: row.reseller.clone(),
            reseller_email: row.reseller_email.clone(),
            state: self.state(now).into(),
            expire_time: (row.state.0 == PartnershipState::Pending).then(|| timestamp(row.expire_time)),
            accept_time: row.accept_time.map(timestamp),
            provider_admin_access: row.admin_access,
            admin_access_revoke_time: row.admin_access_revoke_time.map(timestamp),
            removal: row.remove_time.map(|time| pb::PartnershipRemoval {
                remove_time: Some(timestamp(time)),
                reason: row.remove_reason.clone().unwrap_or_default(),
                text_version: row.text_version.clone().unwrap_or_default(),
                remover: row.remover.as_ref().map(|Encoded(remover)| shown(remover, viewer)),
                legal_notice_date: row.legal_notice_date.map(|day| day.to_string()).unwrap_or_default(),
            }),
            evidence: Evidence::of_row(row.evidence_date, row.evidence_source.as_deref()),
        }
    }

    /// The change from `before`, for the journal, which operators read.
    pub(crate) fn effect(&self, before: &Partnership, now: Timestamp) -> Result<Effect> {
        let viewer = &Caller::operator();
        Effect::changed(
            &self.name(),
            self.row.revision,
            &before.render(now, viewer),
            &self.render(now, viewer),
        )
    }

    /// The creation, for the journal, which operators read.
    pub(crate) fn creation(&self, now: Timestamp) -> Result<Effect> {
        Effect::created(&self.name(), self.row.revision, &self.render(now, &Caller::operator()))
    }

    fn must_be(&self, needs: PartnershipState, now: Timestamp) -> Result<()> {
        let state = self.state(now);
        if state == needs { Ok(()) } else { Err(self.conflict(state, &needs.text())) }
    }

    fn conflict(&self, state: PartnershipState, needs: &str) -> Fault {
        let remedy = match state {
            PartnershipState::Pending => {
                "have the reseller accept the request with `AcceptPartnership`, or the provider withdraw it \
                 with `WithdrawPartnership`"
            }
            PartnershipState::Active => "end it with `RemovePartnership`",
            _ => "have the provider ask for a new one with `RequestPartnership`",
        };
        let (state, needs, remedy) = (state.text(), needs.to_owned(), remedy.to_owned());
        Fault::StateConflict { resource: self.name(), state, needs, remedy }
    }

    fn touch(&mut self, now: Timestamp) {
        self.row.revision += 1;
        self.row.update_time = now;
    }
}

/// The remover as `viewer` may see it.
fn shown(remover: &Actor, viewer: &Caller) -> Actor {
    let in_full = viewer.is_operator() || viewer.is_partner(&remover.tenant_id);
    let subject = if in_full { remover.subject.clone() } else { String::new() };
    Actor { subject, ..remover.clone() }
}

impl From<PartnershipRow> for Partnership {
    fn from(row: PartnershipRow) -> Self {
        Partnership { row }
    }
}
