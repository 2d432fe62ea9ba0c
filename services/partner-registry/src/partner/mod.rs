//! A partner account.
//!
//! ```text
//!             prove e-mail      pass           pass         pass
//! (enroll) → EMAIL_OWNERSHIP ───────→ EMPLOYMENT → BUSINESS → DECISION ──→ AUTHORIZED ←─ (record)
//!               └──────────────────── PENDING, at a step ──────┘             │ set standing:
//!                  reject ↓        ↑ appeal: at EMPLOYMENT once the          ↺ ACTIVE, RESTRICTED,
//!                       REJECTED ──┘ address is proved                         SUSPENDED, DEAUTHORIZED
//! ```

pub(crate) mod appeal;
pub(crate) mod application;
pub(crate) mod creation;
pub(crate) mod enroll;
pub(crate) mod enrollment;
pub(crate) mod fact;
pub(crate) mod identifier;
pub(crate) mod mail;
pub(crate) mod read;
pub(crate) mod readiness;
pub(crate) mod record;
pub(crate) mod reference;
pub(crate) mod render;
pub(crate) mod resend_contact_email_token;
pub(crate) mod review;
pub(crate) mod set_standing;
pub(crate) mod singleton;
pub(crate) mod status;
pub(crate) mod table;
pub(crate) mod update;
pub(crate) mod verify_contact_email;

#[cfg(test)]
mod tests;

pub(crate) use self::appeal::appeal;
pub(crate) use self::enroll::enroll;
pub(crate) use self::record::record;
pub(crate) use self::render::View;
pub(crate) use self::resend_contact_email_token::resend_contact_email_token;
pub(crate) use self::review::review;
pub(crate) use self::set_standing::set_standing;
pub(crate) use self::update::update;
pub(crate) use self::verify_contact_email::verify_contact_email;

use csp_policy::{Caller, Country, Day, EmailToken, Region, Revision, region_of};
use csp_proto::partner_registry::v1::{Capability, EnrollmentState, ReviewStep, Standing};
use csp_proto::r#type::v1::{Attestation, Contact, PartnerKind, PostalAddress};
use csp_service::{ExternalId, Fault, Result, Storable as _, Stored};
use jiff::{SignedDuration, Timestamp};

use self::table::PartnerRow;
use crate::resource_name;

/// The collection in the resource name.
pub(crate) const COLLECTION: &str = "partners";
/// The resource type in errors.
pub(crate) const TYPE: &str = "partner";
/// Lifetime of a token that proves an e-mail address: 7 days.
const EMAIL_TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Minimum time between two tokens, whether resent or sent for a new address. The applicant chooses the
/// recipient, so the interval limits the mail that a stranger can receive.
pub(crate) const EMAIL_TOKEN_INTERVAL: SignedDuration = SignedDuration::from_mins(1);
/// Maximum number of location MPN IDs of one account.
pub(crate) const MPN_IDS_MAX: usize = 50;

/// A partner account. It changes only by the transitions below.
#[derive(Debug, Clone)]
pub(crate) struct Partner {
    row: PartnerRow,
}

/// New values for an account. A field that is `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Changes {
    pub(crate) legal_name: Option<String>,
    pub(crate) primary_contact: Option<Contact>,
    pub(crate) support_contact: Option<Contact>,
    pub(crate) capabilities: Option<Vec<Capability>>,
    /// `Some(None)` removes the present one.
    pub(crate) external_id: Option<Option<ExternalId>>,
}

impl Partner {
    /// Applies the changes of `caller`. A new address of the primary contact must be proved again, by a new
    /// token that keeps [`EMAIL_TOKEN_INTERVAL`]. Returns whether the address must be proved.
    pub(crate) fn change(&mut self, changes: Changes, caller: &Caller, now: Timestamp) -> Result<bool> {
        let before = self.row.clone();
        if let Some(legal_name) = changes.legal_name {
            self.row.legal_name = legal_name;
        }
        if let Some(contact) = changes.primary_contact {
            self.set_primary_contact(contact);
        }
        if let Some(contact) = changes.support_contact {
            self.set_support_contact(contact);
        }
        if let Some(capabilities) = changes.capabilities {
            self.row.capabilities = Stored(capabilities);
        }
        // A party removes its own key only.
        if let Some(external_id) = changes.external_id
            && (external_id.is_some() || !ExternalId::shown(self.row.external_id.as_ref(), caller).is_empty())
        {
            self.row.external_id = external_id;
        }
        let must_prove = self.row.contact_email != before.contact_email;
        if must_prove {
            self.email_token_must_be_old(now)?;
            self.row.email_verified = false;
            self.renew_email_token(now);
        }
        if self.row != before {
            self.touch(now);
        }
        Ok(must_prove)
    }

    /// Marks the primary contact's address as proved. A review at the step EMAIL_OWNERSHIP advances to
    /// EMPLOYMENT.
    pub(crate) fn prove_email(&mut self, now: Timestamp) {
        self.row.email_verified = true;
        if self.review_step() == Some(ReviewStep::EmailOwnership) {
            self.row.review_step = Stored(Some(ReviewStep::Employment));
        }
        self.touch(now);
    }

    /// Replaces the token by a new one. Refused once the address is proved, and within
    /// [`EMAIL_TOKEN_INTERVAL`] of the last token.
    pub(crate) fn resend_email_token(&mut self, now: Timestamp) -> Result<()> {
        if self.email_is_verified() {
            let remedy = "nothing is left to verify: `GetPartner` shows the step of the review";
            return Err(self.conflict("EMAIL_VERIFIED", "EMAIL_UNVERIFIED", remedy));
        }
        self.email_token_must_be_old(now)?;
        self.renew_email_token(now);
        self.touch(now);
        Ok(())
    }

    /// Passes the current review step, which must be `step`. Passing the last step authorizes the account.
    /// Nothing changes when the step was passed before.
    pub(crate) fn pass(&mut self, step: ReviewStep, now: Timestamp) -> Result<()> {
        if self.has_passed(step) {
            return Ok(());
        }
        self.must_be_at(step)?;
        let next = match step {
            ReviewStep::EmailOwnership => Some(ReviewStep::Employment),
            ReviewStep::Employment => Some(ReviewStep::Business),
            ReviewStep::Business => Some(ReviewStep::Decision),
            ReviewStep::Decision | ReviewStep::Unspecified => None,
        };
        if next.is_none() {
            self.row.enrollment_state = Stored(EnrollmentState::Authorized);
        }
        self.row.review_step = Stored(next);
        self.touch(now);
        Ok(())
    }

    /// Rejects the enrolment at the current review step, which must be `step`. The account loses its MPN IDs.
    /// Nothing changes when it was rejected before.
    pub(crate) fn reject(&mut self, step: ReviewStep, reason: String, now: Timestamp) -> Result<()> {
        if self.is_rejected() {
            return Ok(());
        }
        self.must_be_at(step)?;
        self.row.enrollment_state = Stored(EnrollmentState::Rejected);
        self.row.review_step = Stored(None);
        self.row.rejection_reason = reason;
        self.row.mpn_ids.0.clear();
        self.touch(now);
        Ok(())
    }

    /// Appeals the rejection of an account: its review starts again. Nothing changes when the review goes on
    /// after an appeal with the same statement.
    pub(crate) fn appeal(&mut self, statement: String, now: Timestamp) -> Result<()> {
        let is_pending = self.enrollment_state() == EnrollmentState::Pending;
        if is_pending && self.row.appeal_statement == statement {
            return Ok(());
        }
        self.must_be(EnrollmentState::Rejected)?;
        let step = if self.email_is_verified() { ReviewStep::Employment } else { ReviewStep::EmailOwnership };
        self.row.enrollment_state = Stored(EnrollmentState::Pending);
        self.row.review_step = Stored(Some(step));
        self.row.rejection_reason.clear();
        self.row.appeal_statement = statement;
        self.touch(now);
        Ok(())
    }

    /// Sets the standing of an authorized account. Nothing changes when it has it for the same reason.
    pub(crate) fn set_standing(&mut self, standing: Standing, reason: String, now: Timestamp) -> Result<()> {
        self.must_be(EnrollmentState::Authorized)?;
        if self.standing() == standing && self.row.standing_reason == reason {
            return Ok(());
        }
        self.row.standing = Stored(standing);
        self.row.standing_reason = reason;
        self.touch(now);
        Ok(())
    }

    /// Associates a location MPN ID with the account; refused for a rejected account. Nothing changes when it
    /// is associated already.
    pub(crate) fn associate(&mut self, number: &str, now: Timestamp) -> Result<()> {
        if self.holds_mpn_id(number) {
            return Ok(());
        }
        if self.is_rejected() {
            return self.must_be(EnrollmentState::Pending);
        }
        self.add_mpn_id(number)?;
        self.touch(now);
        Ok(())
    }

    /// Adds the location MPN ID of the application to a new account.
    pub(crate) fn with_mpn_id(mut self, number: &str) -> Result<Self> {
        self.add_mpn_id(number)?;
        Ok(self)
    }

    pub(crate) fn name(&self) -> String {
        resource_name::of(COLLECTION, &self.row.id)
    }

    pub(crate) fn row(&self) -> &PartnerRow {
        &self.row
    }

    /// The revision that was read, for a decision based on the account.
    pub(crate) fn revision(&self) -> Revision {
        Revision::undated(self.name(), self.row.revision)
    }

    pub(crate) fn kind(&self) -> PartnerKind {
        self.row.kind.0
    }

    pub(crate) fn enrollment_state(&self) -> EnrollmentState {
        self.row.enrollment_state.0
    }

    pub(crate) fn is_authorized(&self) -> bool {
        self.enrollment_state() == EnrollmentState::Authorized
    }

    /// The company of the account, if the account is authorized: only the review proves that the account
    /// belongs to the company.
    pub(crate) fn proved_company(&self) -> Option<&str> {
        self.is_authorized().then_some(self.row.organization.as_str())
    }

    pub(crate) fn is_rejected(&self) -> bool {
        self.enrollment_state() == EnrollmentState::Rejected
    }

    /// The current step of the review; `None` if no review is open.
    pub(crate) fn review_step(&self) -> Option<ReviewStep> {
        self.row.review_step.0
    }

    pub(crate) fn standing(&self) -> Standing {
        self.row.standing.0
    }

    pub(crate) fn email_is_verified(&self) -> bool {
        self.row.email_verified
    }

    /// Whether a location MPN ID is associated (rule AGR-04).
    pub(crate) fn is_onboarded(&self) -> bool {
        !self.row.mpn_ids.0.is_empty()
    }

    pub(crate) fn holds_mpn_id(&self, number: &str) -> bool {
        self.mpn_numbers().iter().any(|held| held == number)
    }

    /// The numbers of the account's location MPN IDs.
    pub(crate) fn mpn_numbers(&self) -> &[String] {
        &self.row.mpn_ids.0
    }

    pub(crate) fn country(&self) -> Country {
        self.row.country.0
    }

    /// The country set in the CSP tenant (rule ENR-09).
    pub(crate) fn tenant_country(&self) -> Country {
        self.row.tenant_country.0
    }

    /// The region of the account's country on `day`; `None` for a country without a region.
    pub(crate) fn region(&self, day: Day) -> Option<Region> {
        region_of(self.country(), day)
    }

    /// A token of this generation at `now`, as a fact for the rules.
    pub(crate) fn email_token(&self, generation: i64) -> EmailToken {
        EmailToken {
            matches: generation == self.row.email_generation,
            used: self.email_is_verified(),
            expire_time: self.row.email_token_expire_time,
        }
    }

    pub(crate) fn address(&self) -> PostalAddress {
        let row = &self.row;
        PostalAddress {
            lines: row.address_lines.lines().map(str::to_owned).collect(),
            city: row.city.clone(),
            state: row.state.clone(),
            postal_code: row.postal_code.clone(),
            country: row.country.0.as_str().to_owned(),
        }
    }

    /// The company's statement that its registration id is not a personal id.
    pub(crate) fn registration_id_attestation(&self) -> Attestation {
        Attestation {
            attested: self.row.registration_id_attested,
            text_version: self.row.registration_id_text_version.clone(),
        }
    }

    pub(crate) fn primary_contact(&self) -> Contact {
        let row = &self.row;
        Contact {
            first_name: row.contact_first_name.clone(),
            last_name: row.contact_last_name.clone(),
            email: row.contact_email.clone(),
            phone: row.contact_phone.clone(),
        }
    }

    fn add_mpn_id(&mut self, number: &str) -> Result<()> {
        let numbers = &mut self.row.mpn_ids.0;
        if numbers.len() >= MPN_IDS_MAX {
            return Err(Fault::Limit { limit: "mpn_ids_max", value: MPN_IDS_MAX as u64 });
        }
        numbers.push(number.to_owned());
        Ok(())
    }

    fn set_primary_contact(&mut self, contact: Contact) {
        self.row.contact_first_name = contact.first_name;
        self.row.contact_last_name = contact.last_name;
        self.row.contact_email = contact.email;
        self.row.contact_phone = contact.phone;
    }

    fn set_support_contact(&mut self, contact: Contact) {
        self.row.support_first_name = contact.first_name;
        self.row.support_last_name = contact.last_name;
        self.row.support_email = contact.email;
        self.row.support_phone = contact.phone;
    }

    /// When the current token was made.
    fn email_token_time(&self) -> Timestamp {
        self.row.email_token_expire_time.saturating_sub(EMAIL_TOKEN_LIFE).unwrap_or_default()
    }

    /// Refuses a new token within [`EMAIL_TOKEN_INTERVAL`] of the last one, whatever the address.
    fn email_token_must_be_old(&self, now: Timestamp) -> Result<()> {
        let wait = EMAIL_TOKEN_INTERVAL - now.duration_since(self.email_token_time());
        if wait.is_positive() {
            return Err(Fault::TooSoon {
                limit: "email_token_interval_seconds",
                value: EMAIL_TOKEN_INTERVAL.unsigned_abs().as_secs(),
                wait: wait.unsigned_abs(),
            });
        }
        Ok(())
    }

    fn renew_email_token(&mut self, now: Timestamp) {
        self.row.email_generation += 1;
        self.row.email_token_expire_time = now.saturating_add(EMAIL_TOKEN_LIFE).unwrap_or(now);
    }

    fn must_be(&self, needs: EnrollmentState) -> Result<()> {
        let state = self.enrollment_state();
        let remedy = match state {
            EnrollmentState::Pending => "have an operator finish the review with `ReviewEnrollment`",
            EnrollmentState::Rejected => "appeal with `AppealEnrollment`",
            _ => "an operator changes an authorized account with `SetPartnerStanding`",
        };
        if state == needs { Ok(()) } else { Err(self.conflict(&state.text(), &needs.text(), remedy)) }
    }

    /// Whether the review that goes on, or that authorized the account, passed the step.
    fn has_passed(&self, step: ReviewStep) -> bool {
        self.is_authorized() || self.review_step().is_some_and(|present| step < present)
    }

    fn must_be_at(&self, needs: ReviewStep) -> Result<()> {
        self.must_be(EnrollmentState::Pending)?;
        let step = self.review_step();
        let remedy = "pass the steps of the review in their order with `ReviewEnrollment`";
        if step == Some(needs) { Ok(()) } else { Err(self.conflict(&step.text(), &needs.text(), remedy)) }
    }

    fn conflict(&self, state: &str, needs: &str, remedy: &str) -> Fault {
        Fault::StateConflict {
            resource: self.name(),
            state: state.to_owned(),
            needs: needs.to_owned(),
            remedy: remedy.to_owned(),
        }
    }

    fn touch(&mut self, now: Timestamp) {
        self.row.revision += 1;
        self.row.update_time = now;
    }
}

impl From<PartnerRow> for Partner {
    fn from(row: PartnerRow) -> Self {
        Partner { row }
    }
}
