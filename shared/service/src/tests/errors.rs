//! The errors that a client gets: statuses, their details, and the size limit of the details.

use std::time::Duration;

use crate::fault::decision as decisions;
use crate::limits::DETAILS_BYTES_MAX;
use crate::{Call, ERROR_DOMAIN, Fault, FieldViolation, RULES_PAGE_DEFAULT, Refused};
use csp_policy::{Caller, Decision, Finding, Reason, Violation, catalogue};
use csp_proto::policy::v1 as pb;
use prost::Message;
use tonic::{Code, Status};
use tonic_types::StatusExt;

fn violation(rule: &str, reason: Reason, message: &str) -> Violation {
    let rule = catalogue::find(rule).unwrap();
    let finding =
        Finding::new(reason, "partners/fabrikam", message.to_owned()).fact("reseller_region", "Europe");
    Violation { rule, finding }
}

fn refused(violations: Vec<Violation>) -> Fault {
    let decision = Decision {
        boundary: "RequestPartnership",
        subject: "partnerships/contoso-fabrikam".to_owned(),
        at: "2026-11-21T12:00:00Z".parse().unwrap(),
        day: "2026-11-21".parse().unwrap(),
        revisions: Vec::new(),
        violations,
        advisories: Vec::new(),
    };
    let call = Call::made_by(Caller::operator(), "op", "AcceptPartnership");
    let told = decisions::decision(&decision, &call, false);
    let told = pb::Decision { name: "decisions/relationship-1".to_owned(), ..told };
    Fault::Refused(Box::new(Refused { told, decision }))
}

fn details_of(status: &Status) -> tonic_types::pb::Status {
    tonic_types::pb::Status::decode(status.details()).unwrap()
}

fn refusal_in(status: &Status) -> pb::Refusal {
    let details = details_of(status).details;
    let ours: Vec<_> = details.iter().filter(|any| any.type_url.ends_with("csp.policy.v1.Refusal")).collect();
    assert_eq!(ours.len(), 1);
    pb::Refusal::decode(ours[0].value.as_slice()).unwrap()
}

#[test]
fn a_refusal_names_every_violated_rule_and_the_remedy() {
    let region = violation("RGN-01", Reason::PartnersInDifferentRegions, "`partners/fabrikam` is elsewhere");
    let standing = violation("ENR-14", Reason::PartnerSuspended, "`partners/fabrikam` is suspended");
    let remedy = region.remedies()[0].text;
    let status = Status::from(refused(vec![region, standing]));

    assert_eq!(status.code(), Code::FailedPrecondition);
    assert_eq!(
        status.message(),
        format!("`partners/fabrikam` is elsewhere (and 1 more violation); remedy: {remedy}")
    );
    let info = status.get_details_error_info().unwrap();
    assert_eq!((info.reason.as_str(), info.domain.as_str()), ("PARTNERS_IN_DIFFERENT_REGIONS", ERROR_DOMAIN));
    assert_eq!(
        (info.metadata["rule_id"].as_str(), info.metadata["reseller_region"].as_str()),
        ("RGN-01", "Europe")
    );
    assert_eq!(info.metadata["decision"], "decisions/relationship-1");
    let broken = status.get_details_precondition_failure().unwrap().violations;
    assert_eq!(broken.iter().map(|one| one.r#type.as_str()).collect::<Vec<_>>(), ["RGN-01", "ENR-14"]);
    assert_eq!(status.get_details_help().unwrap().links[0].url, format!("{RULES_PAGE_DEFAULT}#rgn-01"));
    let refusal = refusal_in(&status);
    assert_eq!((refusal.violation_count, refusal.violations.len()), (2, 2));
    assert_eq!(refusal.violations[0].facts[0].value, "Europe");
}

#[test]
fn the_first_violated_rule_decides_the_status_code() {
    for (rule, reason, code) in [
        ("ENR-10", Reason::TenantAlreadyEnrolled, Code::AlreadyExists),
        ("PSH-04", Reason::AccepterNotGlobalAdmin, Code::PermissionDenied),
        ("PSH-04", Reason::ConfirmationMissing, Code::InvalidArgument),
        ("PSH-01", Reason::PartnershipNotActive, Code::FailedPrecondition),
    ] {
        let status = Status::from(refused(vec![violation(rule, reason, "no")]));
        assert_eq!(status.code(), code, "{}", reason.as_str());
    }
}

#[test]
fn a_violation_about_a_field_adds_a_field_violation() {
    let mut missing = violation("PSH-04", Reason::ConfirmationMissing, "the confirmation is missing");
    missing.finding.field = Some("confirmation");
    let status = Status::from(refused(vec![missing]));
    assert_eq!(status.get_details_bad_request().unwrap().field_violations[0].field, "confirmation");
}

#[test]
fn a_long_refusal_drops_the_facts_first_and_keeps_the_violation_count() {
    let long = |index| {
        let mut one = violation("RGN-01", Reason::PartnersInDifferentRegions, &"x".repeat(index * 4));
        one.finding = one.finding.fact("long", "y".repeat(500));
        one
    };
    for count in [1, 2, 5, 20, 100, 1000] {
        let status = Status::from(refused((1..=count).map(long).collect()));
        assert!(status.details().len() <= DETAILS_BYTES_MAX, "{count}: {}", status.details().len());
        let refusal = refusal_in(&status);
        assert_eq!(refusal.violation_count, i32::try_from(count).unwrap());
        assert!(!refusal.violations.is_empty(), "{count}");
        if refusal.violations.len() < count {
            assert!(refusal.violations.iter().all(|one| one.facts.is_empty()), "{count}");
        }
        assert!(status.get_details_error_info().is_some());
    }
}

#[test]
fn every_malformed_field_is_reported() {
    let field = |name: &str| FieldViolation { field: name.to_owned(), description: "must be set".to_owned() };
    let status = Status::from(Fault::Invalid(vec![field("name"), field("country"), field("email")]));
    assert_eq!(status.code(), Code::InvalidArgument);
    assert_eq!(status.message(), "`name` must be set (and 2 more fields)");
    assert_eq!(status.get_details_bad_request().unwrap().field_violations.len(), 3);
    let many = Fault::Invalid((0..1000).map(|index| field(&format!("lines[{index}].quantity"))).collect());
    assert!(Status::from(many).details().len() <= DETAILS_BYTES_MAX);
}

#[test]
fn a_broken_stored_value_is_named_only_in_the_log() {
    let broken = csp_store::Error::Broken {
        table: "partnership",
        key: "p1".to_owned(),
        column: "state",
        value: "DREAMING".to_owned(),
    };
    let fault = Fault::from(broken);
    let Fault::Internal(cause) = &fault else { panic!("{fault:?}") };
    let (cause, status) = (cause.clone(), Status::from(fault));
    for internal in ["partnership", "p1", "state", "DREAMING"] {
        assert!(cause.contains(internal), "{cause}");
        assert!(!status.message().contains(internal), "{}", status.message());
        assert!(!status.details().windows(internal.len()).any(|told| told == internal.as_bytes()));
    }
}

#[test]
fn only_faults_that_a_retry_can_help_carry_a_retry_delay() {
    let hinted = |fault| Status::from(fault).get_details_retry_info().is_some();
    assert!(hinted(Fault::Peer { peer: "customer" }));
    assert!(hinted(Fault::StoreUnavailable));
    assert!(hinted(Fault::lost_race("partners/p")));
    assert!(hinted(Fault::Stopping { cursor: "AWb3".into() }));
    assert!(hinted(Fault::Overloaded { limit: "calls_max", value: 9 }));
    let too_soon = Fault::TooSoon { limit: "interval_seconds", value: 60, wait: Duration::from_secs(9) };
    let hint = Status::from(too_soon).get_details_retry_info().and_then(|hint| hint.retry_delay);
    assert_eq!(hint, Some(Duration::from_secs(9)));
    assert!(!hinted(Fault::Limit { limit: "lines_max", value: 100 }));
    assert!(!hinted(Fault::EtagMismatch { resource: "x".into(), etag: "1".into(), current: "2".into() }));
}

#[test]
fn a_peers_refusal_is_passed_on_unchanged() {
    let peers = Status::from(refused(vec![violation("RGN-01", Reason::PartnersInDifferentRegions, "no")]));
    let passed = Status::from(Fault::PeerAnswered(Box::new(peers.clone())));
    assert_eq!(
        (passed.code(), passed.message(), passed.details()),
        (peers.code(), peers.message(), peers.details())
    );
}
