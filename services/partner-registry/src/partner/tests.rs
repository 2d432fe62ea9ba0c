//! The outcome of every event in every state of an account, and the limits of tokens and MPN IDs.

use csp_policy::Cloud;

use super::*;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// An account in this state, at this step of its review.
fn account(state: EnrollmentState, step: Option<ReviewStep>, email_is_verified: bool) -> Partner {
    let country = Country::try_from("DE").unwrap();
    Partner::from(PartnerRow {
        id: "contoso".to_owned(),
        revision: 1,
        create_time: NOW,
        update_time: NOW,
        tenant: String::new(),
        tenant_domains: Stored(Vec::new()),
        tenant_country: Stored(country),
        cloud: Stored(Cloud::Global),
        external_id: None,
        kind: Stored(PartnerKind::IndirectReseller),
        organization: String::new(),
        legal_name: String::new(),
        country: Stored(country),
        region: Stored(None),
        address_lines: String::new(),
        city: String::new(),
        state: String::new(),
        postal_code: String::new(),
        contact_first_name: String::new(),
        contact_last_name: String::new(),
        contact_email: String::new(),
        contact_phone: String::new(),
        support_first_name: String::new(),
        support_last_name: String::new(),
        support_email: String::new(),
        support_phone: String::new(),
        capabilities: Stored(Vec::new()),
        registration_id: String::new(),
        registration_id_attested: false,
        registration_id_text_version: String::new(),
        profile_reused: false,
        enrollment_state: Stored(state),
        review_step: Stored(step),
        rejection_reason: String::new(),
        appeal_statement: String::new(),
        standing: Stored(Standing::Active),
        standing_reason: String::new(),
        email_verified: email_is_verified,
        email_generation: 1,
        email_token_expire_time: NOW,
        mpn_ids: Stored(Vec::new()),
        evidence_date: None,
        evidence_source: None,
    })
}

fn shown(partner: &Partner) -> String {
    let proof = if partner.email_is_verified() { "proved" } else { "unproved" };
    let state = partner.review_step().map_or_else(|| partner.enrollment_state().text(), |step| step.text());
    format!("{state} {proof} {}", partner.row().standing.0.text())
}

fn step_of(partner: &Partner) -> ReviewStep {
    partner.review_step().unwrap_or_default()
}

type Event = (&'static str, fn(&mut Partner) -> Result<()>);

const EVENTS: &[Event] = &[
    ("prove", |partner| {
        partner.prove_email(NOW);
        Ok(())
    }),
    ("resend", |partner| partner.resend_email_token(NOW)),
    ("pass", |partner| partner.pass(step_of(partner), NOW)),
    ("pass DECISION", |partner| partner.pass(ReviewStep::Decision, NOW)),
    ("reject", |partner| partner.reject(step_of(partner), "why".to_owned(), NOW)),
    ("associate", |partner| partner.associate("4711", NOW)),
    ("appeal", |partner| partner.appeal("please".to_owned(), NOW)),
    ("suspend", |partner| partner.set_standing(Standing::Suspended, "why".to_owned(), NOW)),
];

#[test]
fn every_transition_from_every_state_has_the_expected_outcome() {
    use EnrollmentState::{Authorized, Pending, Rejected};
    let states = [
        account(Pending, Some(ReviewStep::EmailOwnership), false),
        account(Pending, Some(ReviewStep::Employment), true),
        account(Pending, Some(ReviewStep::Business), false),
        account(Pending, Some(ReviewStep::Decision), true),
        account(Authorized, None, false),
        account(Authorized, None, true),
        account(Rejected, None, false),
        account(Rejected, None, true),
    ];
    let mut table = String::new();
    for before in &states {
        for (event, happens) in EVENTS {
            let mut after = before.clone();
            let outcome = match happens(&mut after) {
                Ok(()) => shown(&after),
                Err(Fault::StateConflict { needs, .. }) => format!("- needs {needs}"),
                Err(other) => format!("{other:?}"),
            };
            table += &format!("{} | {event} | {outcome}\n", shown(before));
        }
    }
    assert_eq!(table, include_str!("tests.table"), "tests.table differs; the new table:\n{table}");
}

#[test]
fn a_token_is_valid_once_for_seven_days_until_a_newer_one() {
    let mut partner = account(EnrollmentState::Pending, Some(ReviewStep::EmailOwnership), false);
    partner.resend_email_token(NOW).unwrap();
    let week = EMAIL_TOKEN_LIFE;
    let good = EmailToken { matches: true, expire_time: NOW + week, used: false };
    assert_eq!(partner.email_token(2), good);
    assert_eq!(partner.email_token(1), EmailToken { matches: false, ..good });
    partner.prove_email(NOW);
    assert_eq!(partner.email_token(2), EmailToken { used: true, ..good });
}

#[test]
fn a_new_token_is_refused_within_a_minute_of_the_last() {
    let mut partner = account(EnrollmentState::Pending, Some(ReviewStep::EmailOwnership), false);
    partner.resend_email_token(NOW).unwrap();
    let soon = partner.resend_email_token(NOW + SignedDuration::from_secs(40));
    let Err(Fault::TooSoon { value: 60, wait, .. }) = soon else { panic!("{soon:?}") };
    assert_eq!(wait.as_secs(), 20);
    partner.resend_email_token(NOW + EMAIL_TOKEN_INTERVAL).unwrap();
}

#[test]
fn a_new_address_has_to_be_proved_again() {
    let mut partner = account(EnrollmentState::Authorized, None, true);
    let contact = Contact { email: "ana@contoso.example".to_owned(), ..Contact::default() };
    let changes = Changes { primary_contact: Some(contact), ..Changes::default() };
    assert!(partner.change(changes.clone(), &Caller::operator(), NOW).unwrap());
    assert!(!partner.email_is_verified());
    assert!(!partner.change(changes, &Caller::operator(), NOW).unwrap(), "the address is unchanged");
}

#[test]
fn a_new_token_is_refused_within_a_minute_even_for_a_new_address() {
    let mut partner = account(EnrollmentState::Pending, Some(ReviewStep::EmailOwnership), false);
    partner.resend_email_token(NOW).unwrap();
    let contact = Contact { email: "ana@contoso.example".to_owned(), ..Contact::default() };
    let to_another = Changes { primary_contact: Some(contact), ..Changes::default() };
    let soon =
        partner.clone().change(to_another.clone(), &Caller::operator(), NOW + SignedDuration::from_secs(40));
    let Err(Fault::TooSoon { value: 60, wait, .. }) = soon else { panic!("{soon:?}") };
    assert_eq!(wait.as_secs(), 20);
    let renamed = Changes { legal_name: Some("Contoso Ltd".to_owned()), ..Changes::default() };
    assert!(
        !partner.change(renamed, &Caller::operator(), NOW).unwrap(),
        "a change without a new address does not wait"
    );
    assert!(partner.change(to_another, &Caller::operator(), NOW + EMAIL_TOKEN_INTERVAL).unwrap());
    let resent = partner.resend_email_token(NOW + EMAIL_TOKEN_INTERVAL);
    assert!(
        matches!(resent, Err(Fault::TooSoon { .. })),
        "a resend after a change of address waits too: {resent:?}"
    );
}

#[test]
fn a_rejected_account_holds_no_mpn_id() {
    let mut partner = account(EnrollmentState::Pending, Some(ReviewStep::Employment), true);
    partner.associate("4711", NOW).unwrap();
    partner.reject(ReviewStep::Employment, "why".to_owned(), NOW).unwrap();
    assert!(!partner.is_onboarded());
}

#[test]
fn an_account_holds_a_limited_number_of_mpn_ids() {
    let mut partner = account(EnrollmentState::Authorized, None, true);
    for number in 0..MPN_IDS_MAX {
        partner.associate(&number.to_string(), NOW).unwrap();
    }
    assert!(matches!(partner.associate("99", NOW), Err(Fault::Limit { limit: "mpn_ids_max", .. })));
    assert!(partner.holds_mpn_id("49") && !partner.holds_mpn_id("99"));
}
