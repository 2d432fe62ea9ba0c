//! Mail to primary contacts. The relay reads it from the store's outbox and erases it.

use csp_proto::partner_registry::v1::{EnrollmentState, ReviewStep};
use csp_store::Tx;
use csp_store::outbox::{self, Hidden, Mail};

use super::Partner;
use crate::PartnerRegistryService;

/// Purpose of the tokens that prove an e-mail address. A token of another purpose is refused.
pub(crate) const EMAIL_TOKEN_PURPOSE: &str = "contact-email";

/// Mails the token that proves the address. Only the mail contains the token.
pub(crate) fn put_email_token(service: &PartnerRegistryService, tx: &mut Tx, partner: &Partner) {
    let row = partner.row();
    let token = service.links.token(EMAIL_TOKEN_PURPOSE, &row.id, row.email_generation);
    let body = format!(
        "You are named as primary contact of {} in the partner account {}.\n\n\
         To prove that this address is yours, hand in this token within 7 days; it works once:\n\n{token}\n",
        row.legal_name,
        partner.name(),
    );
    put(service, tx, partner, "Prove your e-mail address", body);
}

/// Mails the state of the enrolment.
pub(crate) fn put_status(service: &PartnerRegistryService, tx: &mut Tx, partner: &Partner) {
    let name = partner.name();
    let (subject, body) = match partner.enrollment_state() {
        EnrollmentState::Authorized => {
            ("Your enrolment is authorized", format!("The partner account {name} is active now.\n"))
        }
        EnrollmentState::Rejected => (
            "Your enrolment is rejected",
            format!(
                "The enrolment of {name} is rejected: {}\n\nA global admin of the account may appeal.\n",
                partner.row().rejection_reason
            ),
        ),
        EnrollmentState::Pending | EnrollmentState::Unspecified => {
            ("Your enrolment is under review", format!("The review of {name} goes on: {}.\n", step(partner)))
        }
    };
    put(service, tx, partner, subject, body);
}

fn step(partner: &Partner) -> &'static str {
    match partner.review_step() {
        Some(ReviewStep::EmailOwnership) => "the primary contact has to prove the e-mail address",
        Some(ReviewStep::Employment) => "we check that the primary contact works for the company",
        Some(ReviewStep::Business) => "we check the company's profile",
        Some(ReviewStep::Decision | ReviewStep::Unspecified) | None => "it is ready to be decided",
    }
}

fn put(service: &PartnerRegistryService, tx: &mut Tx, partner: &Partner, subject: &str, body: String) {
    let mail = Mail {
        id: service.book.next_id(),
        recipient: Hidden(partner.row().contact_email.clone()),
        subject: Hidden(subject.to_owned()),
        body: Hidden(body),
        created: service.book.now(),
    };
    outbox::put(tx, &mail);
}
