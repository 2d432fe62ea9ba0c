//! The invitation of an existing customer, by one partner or by a provider and a reseller jointly.
//!
//! ```text
//!              accept
//! (invite) → PENDING ──→ ACCEPTED
//!                ├─ decline ──→ DECLINED
//!                ├─ withdraw ─→ WITHDRAWN
//!                └─ (expire_time passes) → EXPIRED, derived from the clock and never stored
//! ```

pub(crate) mod accept;
pub(crate) mod decline;
pub(crate) mod draft;
pub(crate) mod get_draft;
pub(crate) mod invite;
pub(crate) mod read;
pub(crate) mod table;
pub(crate) mod withdraw;
/// What the caller can do about an invitation that was answered or has expired.
fn remedy(state: InvitationState) -> &'static str {
    match state {
        InvitationState::Accepted => "end what it established with `RemoveResellerRelationship`",
        _ => "send a new one with `InviteCustomer`",
    }
}

#[cfg(test)]
mod tests;

pub(crate) use self::accept::accept;
pub(crate) use self::decline::decline;
pub(crate) use self::get_draft::get_draft;
pub(crate) use self::invite::invite;
pub(crate) use self::read::{get, list};
pub(crate) use self::withdraw::withdraw;

use csp_policy::{Caller, Invitation as InvitationFact, InvitationState as FactState, Partner, Revision};
use csp_proto::relationship::v1::{self as pb, InvitationState};
use csp_service::wire::timestamp;
use csp_service::{Effect, ExternalId, Fault, Result, Storable, Stored, etag};
use jiff::{SignedDuration, Timestamp};

use self::table::InvitationRow;
use crate::admin_grant::AdminAccess;
use crate::peers::KnownCustomer;
use crate::time::later;

/// The time for which an invitation's link is valid: 30 days.
pub(crate) const INVITATION_LIFE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Collection of the resource name.
pub(crate) const COLLECTION: &str = "invitations";
/// Resource type in errors.
pub(crate) const TYPE: &str = "invitation";

/// An invitation. Its row changes only through the transitions below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Invitation {
    row: InvitationRow,
}

/// The sender's input, apart from the parties.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    pub(crate) id: String,
    pub(crate) external_id: Option<ExternalId>,
    pub(crate) customer_email: String,
    pub(crate) admin_access: Option<AdminAccess>,
    pub(crate) note: String,
}

/// The partners that the customer is asked to authorise.
#[derive(Debug, Clone)]
pub(crate) struct Asking {
    /// The sender: the same partner as `provider` or as `reseller`.
    pub(crate) sender: Partner,
    /// The provider or direct-bill partner; `None` when a reseller asks for itself alone.
    pub(crate) provider: Option<Partner>,
    /// The reseller; `None` when a provider or direct-bill partner asks for itself alone.
    pub(crate) reseller: Option<Partner>,
}

impl Asking {
    /// Seller and reseller. A reseller that asks for itself alone is the seller.
    pub(crate) fn chain(&self) -> (Partner, Option<Partner>) {
        match &self.provider {
            Some(provider) => (provider.clone(), self.reseller.clone()),
            None => (self.sender.clone(), None),
        }
    }
}

impl Invitation {
    /// A new pending invitation of the customer that the sender named. Without a named customer, any holder
    /// of the link may answer.
    pub(crate) fn send(
        letter: Letter,
        asking: &Asking,
        customer: Option<KnownCustomer>,
        now: Timestamp,
    ) -> Self {
        let name_of =
            |partner: &Option<Partner>| partner.as_ref().map(|it| it.name.clone()).unwrap_or_default();
        let tenant_of =
            |partner: &Option<Partner>| partner.as_ref().map(|it| it.tenant.clone()).unwrap_or_default();
        let customer = customer.unwrap_or(KnownCustomer { name: String::new(), tenant: String::new() });
        let (admin_roles, admin_days) =
            letter.admin_access.map(|access| (access.roles, access.days)).unwrap_or_default();
        Invitation {
            row: InvitationRow {
                id: letter.id,
                revision: 1,
                create_time: now,
                update_time: now,
                external_id: letter.external_id,
                sender: asking.sender.name.clone(),
                sender_tenant: asking.sender.tenant.clone(),
                provider: name_of(&asking.provider),
                provider_tenant: tenant_of(&asking.provider),
                reseller: name_of(&asking.reseller),
                reseller_tenant: tenant_of(&asking.reseller),
                customer: customer.name,
                customer_tenant: customer.tenant,
                customer_email: letter.customer_email,
                note: letter.note,
                admin_roles,
                admin_days,
                state: Stored(InvitationState::Pending),
                expire_time: later(now, INVITATION_LIFE),
            },
        }
    }

    /// The customer accepts.
    pub(crate) fn accept(&mut self, customer: KnownCustomer, now: Timestamp) -> Result<()> {
        self.must_be_pending(now)?;
        self.row.state = Stored(InvitationState::Accepted);
        self.row.customer = customer.name;
        self.row.customer_tenant = customer.tenant;
        self.touch(now);
        Ok(())
    }

    /// The customer declines.
    pub(crate) fn decline(&mut self, now: Timestamp) -> Result<()> {
        self.must_be_pending(now)?;
        self.row.state = Stored(InvitationState::Declined);
        self.touch(now);
        Ok(())
    }

    /// The sender withdraws the invitation. Nothing changes when it is withdrawn already.
    pub(crate) fn withdraw(&mut self, now: Timestamp) -> Result<()> {
        if self.row.state.0 == InvitationState::Withdrawn {
            return Ok(());
        }
        self.must_be_pending(now)?;
        self.row.state = Stored(InvitationState::Withdrawn);
        self.touch(now);
        Ok(())
    }

    /// [`Fault::StateConflict`] unless the invitation is pending at `now`.
    pub(crate) fn must_be_pending(&self, now: Timestamp) -> Result<()> {
        match self.state(now) {
            InvitationState::Pending => Ok(()),
            state => Err(Fault::StateConflict {
                resource: self.name(),
                state: state.text(),
                needs: InvitationState::Pending.text(),
                remedy: remedy(state).to_owned(),
            }),
        }
    }

    pub(crate) fn name(&self) -> String {
        format!("{COLLECTION}/{}", self.row.id)
    }

    pub(crate) fn row(&self) -> &InvitationRow {
        &self.row
    }

    /// The revision that was read, for the decision that uses it.
    pub(crate) fn revision(&self) -> Revision {
        Revision::undated(self.name(), self.row.revision)
    }

    /// Whether the caller may see the invitation: the partners that it names, its customer once known, and
    /// operators may.
    pub(crate) fn is_seen_by(&self, caller: &Caller) -> bool {
        caller.is_operator()
            || caller.is_partner(&self.row.provider_tenant)
            || caller.is_partner(&self.row.reseller_tenant)
            || caller.is_customer(&self.row.customer_tenant)
    }

    /// Whether the caller acts for the sender.
    pub(crate) fn is_sender(&self, caller: &Caller) -> bool {
        caller.is_partner(&self.row.sender_tenant)
    }

    /// Whether the caller, who holds the link, may answer: only the named customer, or any caller while no
    /// customer is named.
    pub(crate) fn is_for(&self, caller: &Caller) -> bool {
        self.row.customer_tenant.is_empty() || caller.is_customer(&self.row.customer_tenant)
    }

    /// The partner that sells: the provider or direct-bill partner, otherwise the reseller that asks for
    /// itself alone.
    pub(crate) fn seller(&self) -> &str {
        if self.row.provider.is_empty() { &self.row.reseller } else { &self.row.provider }
    }

    /// The reseller of a joint request.
    pub(crate) fn joint_reseller(&self) -> Option<&str> {
        let is_joint = !self.row.provider.is_empty() && !self.row.reseller.is_empty();
        is_joint.then_some(self.row.reseller.as_str())
    }

    /// The delegated administration that is asked for.
    pub(crate) fn admin_access(&self) -> Option<AdminAccess> {
        let InvitationRow { admin_roles, admin_days, .. } = &self.row;
        let asks_for_some = !admin_roles.0.is_empty();
        asks_for_some.then(|| AdminAccess { roles: admin_roles.clone(), days: *admin_days })
    }

    /// The invitation as the policy's fact for the rules on answering it.
    pub(crate) fn fact(&self) -> InvitationFact {
        InvitationFact {
            name: self.name(),
            state: match self.row.state.0 {
                InvitationState::Pending => FactState::Open,
                InvitationState::Withdrawn => FactState::Withdrawn,
                _ => FactState::Answered,
            },
            expire_time: self.row.expire_time,
        }
    }

    /// The state at `now`: a pending invitation is expired after its `expire_time`.
    pub(crate) fn state(&self, now: Timestamp) -> InvitationState {
        match self.row.state.0 {
            InvitationState::Pending if self.row.expire_time < now => InvitationState::Expired,
            stored => stored,
        }
    }

    /// The invitation as an API message for `viewer`, as of `now`.
    pub(crate) fn render(&self, now: Timestamp, viewer: &Caller) -> pb::Invitation {
        let row = &self.row;
        pb::Invitation {
            name: self.name(),
            etag: etag::of(row.revision),
            revision: row.revision,
            create_time: Some(timestamp(row.create_time)),
            update_time: Some(timestamp(row.update_time)),
            external_id: ExternalId::shown(row.external_id.as_ref(), viewer),
            sender: row.sender.clone(),
            provider: row.provider.clone(),
            reseller: row.reseller.clone(),
            customer: row.customer.clone(),
            customer_email: row.customer_email.clone(),
            admin_access: self.admin_access().map(pb::AdminAccess::from),
            state: self.state(now).into(),
            expire_time: Some(timestamp(row.expire_time)),
        }
    }

    /// The change from `before`, for the journal, which operators read.
    pub(crate) fn effect(&self, before: &Invitation, now: Timestamp) -> Result<Effect> {
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

    fn touch(&mut self, now: Timestamp) {
        self.row.revision += 1;
        self.row.update_time = now;
    }
}

impl From<InvitationRow> for Invitation {
    fn from(row: InvitationRow) -> Self {
        Invitation { row }
    }
}
