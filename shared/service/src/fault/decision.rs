//! Converts decisions and refusals of the rule book to messages of the contract.

use csp_policy as policy;
use csp_proto::policy::v1 as pb;

use crate::request::call::Call;
use crate::request::descriptors;
use crate::request::wire;
use crate::runtime::access::method_of;

/// The message for a decision about `call`. The caller fills in the name when the decision
/// is stored.
pub(crate) fn decision(decision: &policy::Decision, call: &Call, preview: bool) -> pb::Decision {
    let verdict = if decision.is_accepted() { pb::Verdict::Accepted } else { pb::Verdict::Refused };
    let is_of_the_past = decision.day < wire::day_of(decision.at);
    let revisions = decision.revisions.iter();
    pb::Decision {
        name: String::new(),
        boundary: decision.boundary.to_owned(),
        method: call.method.to_owned(),
        subject: decision.subject.clone(),
        verdict: verdict.into(),
        caller: Some(call.actor()),
        preview,
        as_of_date: decision.day.to_string(),
        decide_time: Some(wire::timestamp(decision.at)),
        rule_book_version: policy::catalogue::VERSION.clone(),
        revisions: revisions
            .map(|read| pb::FactRevision {
                resource: read.resource.clone(),
                revision: read.revision,
                present: is_of_the_past && !read.dated,
            })
            .collect(),
        violations: decision.violations.iter().map(|broken| violation(broken, call.method)).collect(),
        advisories: decision.advisories.iter().map(advisory).collect(),
    }
}

/// The decision as the caller sees it. A party sees no revisions: the names of the facts would tell resources
/// that it may not see, for example the relationship of another partner. Operators see all.
pub(crate) fn for_caller(decision: pb::Decision, call: &Call) -> pb::Decision {
    match call.caller.party {
        policy::Party::Operator | policy::Party::Service => decision,
        policy::Party::Partner { .. } | policy::Party::Customer { .. } => {
            pb::Decision { revisions: Vec::new(), ..decision }
        }
    }
}

/// The decision on an act of which a peer judges a part: the first refused decision, with the violations and
/// revisions of both, each once.
pub(crate) fn joined(own: pb::Decision, of_peer: pb::Decision) -> pb::Decision {
    let refused = |decision: &pb::Decision| decision.verdict() == pb::Verdict::Refused;
    let (mut joined, other) =
        if refused(&of_peer) && !refused(&own) { (of_peer, own) } else { (own, of_peer) };
    let of = |violation: &pb::Violation| {
        (violation.rule_id.clone(), violation.reason, violation.subject.clone(), violation.line)
    };
    let known: Vec<_> = joined.violations.iter().map(of).collect();
    joined.violations.extend(other.violations.into_iter().filter(|it| !known.contains(&of(it))));
    for read in other.revisions {
        if !joined.revisions.contains(&read) {
            joined.revisions.push(read);
        }
    }
    joined
}

/// The message for a refusal. `violations` may be shorter than the decision's own list, to keep the error
/// small; the message also carries the full count.
pub(crate) fn refusal(refused: &pb::Decision, violations: Vec<pb::Violation>) -> pb::Refusal {
    pb::Refusal {
        decision: refused.name.clone(),
        boundary: refused.boundary.clone(),
        as_of_date: refused.as_of_date.clone(),
        violations,
        violation_count: i32::try_from(refused.violations.len()).unwrap_or(i32::MAX),
    }
}

/// The message for a remedy, with the full name of its RPC.
pub(crate) fn remedy(remedy: &policy::Remedy) -> pb::Remedy {
    let method = remedy.rpc.map(method_of).unwrap_or_default().to_owned();
    pb::Remedy { text: remedy.text.to_owned(), method }
}

/// The message for a remedy of one refusal, with its facts in the text.
fn filled(offered: &policy::Remedy, facts: &[(&'static str, String)]) -> pb::Remedy {
    pb::Remedy { text: offered.text_with(facts), ..remedy(offered) }
}

/// The message for a violated rule. `method` is the full name of the refused RPC, whose request has the field
/// to correct.
fn violation(violation: &policy::Violation, method: &str) -> pb::Violation {
    let finding = &violation.finding;
    pb::Violation {
        line: finding.line.map(number),
        subject: finding.subject.clone(),
        rule_id: violation.rule.id.to_owned(),
        reason: wire::reason(finding.reason).into(),
        message: finding.message.clone(),
        facts: facts(&finding.facts),
        remedies: violation.remedies().iter().map(|it| filled(it, &finding.facts)).collect(),
        field: finding.field.map(|field| descriptors::whole_path(method, field)).unwrap_or_default(),
    }
}

fn advisory(advisory: &policy::Advisory) -> pb::Advisory {
    pb::Advisory {
        line: advisory.line.map(number),
        subject: advisory.subject.clone(),
        rule_id: advisory.rule.id.to_owned(),
        reason: wire::advisory_reason(advisory.reason).into(),
        message: advisory.message.clone(),
        facts: facts(&advisory.facts),
        remedies: advisory.remedies.iter().map(remedy).collect(),
    }
}

fn facts(facts: &[(&'static str, String)]) -> Vec<pb::Fact> {
    facts.iter().map(|(name, value)| pb::Fact { name: (*name).to_owned(), value: value.clone() }).collect()
}

fn number(line: u32) -> i32 {
    i32::try_from(line).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(verdict: pb::Verdict, rules: &[&str], read: &str) -> pb::Decision {
        let violation = |rule: &&str| pb::Violation { rule_id: (*rule).to_owned(), ..Default::default() };
        pb::Decision {
            boundary: read.to_owned(),
            verdict: verdict.into(),
            violations: rules.iter().map(violation).collect(),
            revisions: vec![pb::FactRevision { resource: read.to_owned(), revision: 1, present: false }],
            ..Default::default()
        }
    }

    #[test]
    fn joined_decisions_have_each_violation_and_revision_once() {
        let own = of(pb::Verdict::Refused, &["PSH-01", "SAL-04"], "own");
        let mut of_peer = of(pb::Verdict::Refused, &["SAL-04", "SUB-08"], "peer");
        of_peer.revisions.extend(own.revisions.clone());
        let joined = joined(own, of_peer);
        let rules: Vec<_> = joined.violations.iter().map(|broken| broken.rule_id.as_str()).collect();
        assert_eq!((joined.boundary.as_str(), rules), ("own", vec!["PSH-01", "SAL-04", "SUB-08"]));
        let read: Vec<_> = joined.revisions.iter().map(|read| read.resource.as_str()).collect();
        assert_eq!(read, ["own", "peer"]);
    }

    #[test]
    fn a_refused_decision_stands_for_an_accepted_one_beside_it_with_the_revisions_of_both() {
        let accepted = of(pb::Verdict::Accepted, &[], "accepted");
        let refused = of(pb::Verdict::Refused, &["SUB-08"], "refused");
        for joined in [joined(accepted.clone(), refused.clone()), joined(refused, accepted)] {
            let read: Vec<_> = joined.revisions.iter().map(|read| read.resource.as_str()).collect();
            assert_eq!((joined.boundary.as_str(), joined.verdict()), ("refused", pb::Verdict::Refused));
            assert_eq!((read, joined.violations.len()), (vec!["refused", "accepted"], 1));
        }
    }

    #[test]
    fn only_operators_and_services_see_the_revisions_of_a_decision() {
        let partner = policy::Party::Partner { tenant: "contoso".to_owned() };
        let customer = policy::Party::Customer { tenant: "tailspin".to_owned() };
        for (party, seen) in
            [(partner, 0), (customer, 0), (policy::Party::Operator, 1), (policy::Party::Service, 1)]
        {
            let caller = policy::Caller { party, roles: Vec::new() };
            let call = Call::made_by(caller, "ana", "SubmitOrder");
            let told = for_caller(of(pb::Verdict::Refused, &["SUB-08"], "a"), &call);
            assert_eq!((told.revisions.len(), told.violations.len()), (seen, 1), "{:?}", call.caller.party);
        }
    }
}
