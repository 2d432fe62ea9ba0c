//! Converts decisions and refusals of the rule book to messages of the contract.

use csp_policy as policy;
use csp_proto::policy::v1 as pb;
use jiff::Timestamp;

use crate::fault::Refused;
use crate::request::wire;

/// The message for a decision made at `decided`. The caller fills in the decision id when the decision is
/// stored.
pub(crate) fn decision(decision: &policy::Decision, decided: Timestamp) -> pb::Decision {
    let revisions = decision.revisions.iter();
    pb::Decision {
        decision_id: String::new(),
        boundary: decision.boundary.to_owned(),
        subject: decision.subject.clone(),
        accepted: decision.is_accepted(),
        as_of: decision.day.to_string(),
        decide_time: Some(wire::timestamp(decided)),
        revisions: revisions
            .map(|read| pb::FactRevision { resource: read.resource.clone(), revision: read.revision })
            .collect(),
        violations: decision.violations.iter().map(|broken| violation(broken, true)).collect(),
        advisories: decision.advisories.iter().map(|advisory| (*advisory).to_owned()).collect(),
    }
}

/// The message for a refusal. `violations` may be shorter than the refusal's own list, to keep the error
/// small; the message also carries the full count.
pub(crate) fn refusal(refused: &Refused, violations: Vec<pb::Violation>) -> pb::Refusal {
    pb::Refusal {
        decision_id: refused.decision_id.clone().unwrap_or_default(),
        boundary: refused.decision.boundary.to_owned(),
        as_of: refused.decision.day.to_string(),
        violations,
        violation_count: i32::try_from(refused.decision.violations.len()).unwrap_or(i32::MAX),
    }
}

/// The message for a violated rule, with or without its facts.
pub(crate) fn violation(violation: &policy::Violation, with_facts: bool) -> pb::Violation {
    let finding = &violation.finding;
    let facts = finding.facts.iter().filter(|_| with_facts);
    pb::Violation {
        line: finding.line.map(|line| i32::try_from(line).unwrap_or(i32::MAX)),
        subject: finding.subject.clone(),
        rule: violation.rule.id.to_owned(),
        reason: wire::reason(finding.reason).into(),
        message: finding.message.clone(),
        facts: facts
            .map(|(name, value)| pb::Fact { name: (*name).to_owned(), value: value.clone() })
            .collect(),
        remedies: violation.remedies().iter().map(|remedy| (*remedy).to_owned()).collect(),
        field: finding.field.unwrap_or_default().to_owned(),
    }
}
