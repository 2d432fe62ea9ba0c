//! The invitation of an existing customer, by one partner or jointly.
//!
//! ```text
//!              accept
//! (invite) → PENDING ──→ ACCEPTED
//!                ├─ decline ──→ DECLINED
//!                ├─ withdraw ─→ WITHDRAWN
//!                └─ (expire_time passes) → EXPIRED, which is read off the clock and never stored
//! ```

pub(crate) mod accept;
pub(crate) mod decline;
pub(crate) mod draft;
pub(crate) mod get_draft;
pub(crate) mod invite;
pub(crate) mod read;
pub(crate) mod table;
pub(crate) mod withdraw;

pub(crate) use self::accept::accept;
pub(crate) use self::decline::decline;
pub(crate) use self::get_draft::get_draft;
pub(crate) use self::invite::invite;
pub(crate) use self::read::{get, list};
pub(crate) use self::withdraw::withdraw;

use csp_policy::{Caller, Invitation as InvitationFact, InvitationState as FactState, Partner, Revision};
use csp_proto::relationship::v1::{self as pb, InvitationState};
use csp_service::wire::timestamp_of_micros;
use csp_service::{Effect, Fault, Result, etag};
use jiff::{SignedDuration, Timestamp};

use crate::admin_grant::AdminAccess;
use crate::invitation::table::InvitationRow;
use crate::peers::KnownCustomer;
use crate::time::{instant, later};

/// How long an invitation's link works: 30 days.
pub(crate) const INVITATION_LIFE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Collection of the resource name.
pub(crate) const COLLECTION: &str = "invitations";
/// What kind of resource it is, in errors.
pub(crate) const TYPE: &str = "invitation";

/// An invitation, whole. It changes only by the transitions below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Invitation {
    row: InvitationRow,
}

/// What the sender hands in.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    pub(crate) id: String,
    pub(crate) external_id: Option<String>,
    pub(crate) customer_email: String,
    pub(crate) admin_access: Option<AdminAccess>,
    pub(crate) note: String,
}

/// Whom the customer is asked to authorise.
#[derive(Debug, Clone)]
pub(crate) struct Asking {
    /// Who sends; one of the two others.
    pub(crate) sender: Partner,
    /// The provider or direct-bill partner; `None` when a reseller asks for itself alone.
    pub(crate) provider: Option<Partner>,
    /// The reseller; `None` when a provider or direct-bill partner asks for itself alone.
    pub(crate) reseller: Option<Partner>,
}

impl Invitation {
    /// A pending invitation; of a customer that the sender named, or of whoever holds the link.
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
        let access = letter.admin_access;
        Invitation {
            row: InvitationRow {
                id: letter.id,
                revision: 1,
                create_time: now.as_microsecond(),
                update_time: now.as_microsecond(),
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
                admin_days: access.as_ref().map_or(0, |access| access.days),
                admin_roles: access.map(|access| access.joined_roles()).unwrap_or_default(),
                state: PENDING.to_owned(),
                expire_time: later(now, INVITATION_LIFE).as_microsecond(),
            },
        }
    }

    /// The customer accepts.
    pub(crate) fn accept(&mut self, customer: KnownCustomer, now: Timestamp) -> Result<()> {
        self.must_be_pending(now)?;
        self.row.state = ACCEPTED.to_owned();
        self.row.customer = customer.name;
        self.row.customer_tenant = customer.tenant;
        self.touch(now);
        Ok(())
    }

    /// The customer declines.
    pub(crate) fn decline(&mut self, now: Timestamp) -> Result<()> {
        self.must_be_pending(now)?;
        self.row.state = DECLINED.to_owned();
        self.touch(now);
        Ok(())
    }

    /// The sender takes it back.
    pub(crate) fn withdraw(&mut self, now: Timestamp) -> Result<()> {
        self.must_be_pending(now)?;
        self.row.state = WITHDRAWN.to_owned();
        self.touch(now);
        Ok(())
    }

    /// Whether it waits for an answer that may still come.
    pub(crate) fn must_be_pending(&self, now: Timestamp) -> Result<()> {
        match self.state(now) {
            InvitationState::Pending => Ok(()),
            state => Err(Fault::StateConflict {
                resource: self.name(),
                state: state.as_str_name().trim_start_matches("INVITATION_STATE_").to_owned(),
                needs: PENDING.to_owned(),
            }),
        }
    }

    pub(crate) fn name(&self) -> String {
        format!("{COLLECTION}/{}", self.row.id)
    }

    pub(crate) fn row(&self) -> &InvitationRow {
        &self.row
    }

    /// What was read, for a decision that rests on it.
    pub(crate) fn revision(&self) -> Revision {
        Revision { resource: self.name(), revision: self.row.revision }
    }

    /// Whether it exists for the caller: a partner that it names, its customer once known, an operator.
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

    /// Whether the holder of its link may answer: the customer it names, or anybody while it names none.
    pub(crate) fn is_for(&self, caller: &Caller) -> bool {
        self.row.customer_tenant.is_empty() || caller.is_customer(&self.row.customer_tenant)
    }

    /// The partner that sells: the provider or direct-bill partner, otherwise the reseller that asks alone.
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
        AdminAccess::stored(&self.row.admin_roles, self.row.admin_days)
    }

    /// As the policy judges it when somebody answers.
    pub(crate) fn fact(&self) -> InvitationFact {
        InvitationFact {
            name: self.name(),
            state: match self.row.state.as_str() {
                PENDING => FactState::Open,
                WITHDRAWN => FactState::Withdrawn,
                _ => FactState::Answered,
            },
            expire_time: instant(self.row.expire_time),
        }
    }

    /// Where it stands at `now`.
    pub(crate) fn state(&self, now: Timestamp) -> InvitationState {
        match self.row.state.as_str() {
            PENDING if instant(self.row.expire_time) < now => InvitationState::Expired,
            PENDING => InvitationState::Pending,
            ACCEPTED => InvitationState::Accepted,
            DECLINED => InvitationState::Declined,
            _ => InvitationState::Withdrawn,
        }
    }

    /// As the contract shows it at `now`.
    pub(crate) fn render(&self, now: Timestamp) -> pb::Invitation {
        let row = &self.row;
        pb::Invitation {
            name: self.name(),
            etag: etag::of(row.revision),
            revision: row.revision,
            create_time: Some(timestamp_of_micros(row.create_time)),
            update_time: Some(timestamp_of_micros(row.update_time)),
            external_id: row.external_id.clone().unwrap_or_default(),
            sender: row.sender.clone(),
            provider: row.provider.clone(),
            reseller: row.reseller.clone(),
            customer: row.customer.clone(),
            customer_email: row.customer_email.clone(),
            admin_access: self.admin_access().map(pb::AdminAccess::from),
            state: self.state(now).into(),
            expire_time: Some(timestamp_of_micros(row.expire_time)),
        }
    }

    /// What a transition from `before` did, for the journal.
    pub(crate) fn effect(&self, before: &Invitation, now: Timestamp) -> Result<Effect> {
        Effect::changed(&self.name(), self.row.revision, &before.render(now), &self.render(now))
    }

    /// What came to be, for the journal.
    pub(crate) fn creation(&self, now: Timestamp) -> Result<Effect> {
        Effect::created(&self.name(), self.row.revision, &self.render(now))
    }

    fn touch(&mut self, now: Timestamp) {
        self.row.revision += 1;
        self.row.update_time = now.as_microsecond();
    }
}

impl From<InvitationRow> for Invitation {
    fn from(row: InvitationRow) -> Self {
        Invitation { row }
    }
}

const PENDING: &str = "PENDING";
const ACCEPTED: &str = "ACCEPTED";
const DECLINED: &str = "DECLINED";
const WITHDRAWN: &str = "WITHDRAWN";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{at, partner};

    type Event = fn(&mut Invitation, Timestamp) -> Result<()>;

    const EVENTS: &[Event] = &[
        |it, now| it.accept(KnownCustomer { name: "customers/c".to_owned(), tenant: "c".to_owned() }, now),
        |it, now| it.decline(now),
        |it, now| it.withdraw(now),
    ];

    fn sent(provider: Option<Partner>, reseller: Option<Partner>) -> Invitation {
        let letter = Letter {
            id: "i".to_owned(),
            external_id: None,
            customer_email: "c@tailspin.example".to_owned(),
            admin_access: None,
            note: String::new(),
        };
        let asking = Asking { sender: partner("contoso"), provider, reseller };
        Invitation::send(letter, &asking, None, at("2026-01-01T00:00:00Z"))
    }

    #[test]
    fn every_event_in_every_state() {
        let (soon, late) = (at("2026-01-31T00:00:00Z"), at("2026-01-31T00:00:01Z"));
        let mut table = String::new();
        for (told, from, now) in [
            ("PENDING", PENDING, soon),
            ("(overdue)", PENDING, late),
            ("ACCEPTED", ACCEPTED, soon),
            ("DECLINED", DECLINED, soon),
            ("WITHDRAWN", WITHDRAWN, soon),
        ] {
            let row = EVENTS.iter().map(|event| {
                let mut invitation = sent(Some(partner("contoso")), None);
                from.clone_into(&mut invitation.row.state);
                event(&mut invitation, now).map_or("-".to_owned(), |()| invitation.row.state)
            });
            table.push_str(&format!("{told}: {}\n", row.collect::<Vec<_>>().join(" ")));
        }
        let expected = "\
PENDING: ACCEPTED DECLINED WITHDRAWN
(overdue): - - -
ACCEPTED: - - -
DECLINED: - - -
WITHDRAWN: - - -
";
        assert_eq!(table, expected);
    }

    #[test]
    fn the_provider_of_a_joint_request_sells() {
        let (contoso, fabrikam) = (partner("contoso"), partner("fabrikam"));
        let joint = sent(Some(contoso.clone()), Some(fabrikam.clone()));
        assert_eq!((joint.seller(), joint.joint_reseller()), ("partners/contoso", Some("partners/fabrikam")));
        let reseller_alone = sent(None, Some(fabrikam));
        assert_eq!((reseller_alone.seller(), reseller_alone.joint_reseller()), ("partners/fabrikam", None));
        let provider_alone = sent(Some(contoso), None);
        assert_eq!((provider_alone.seller(), provider_alone.joint_reseller()), ("partners/contoso", None));
    }
}
