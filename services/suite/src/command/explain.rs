//! `csp explain`: prints a stored decision as text.

use std::fmt::Write as _;
use std::net::SocketAddr;

use clap::Args;
use csp_proto::policy::v1::policy_service_client::PolicyServiceClient;
use csp_proto::policy::v1::{Decision, GetDecisionRequest, Violation};

use crate::command::client;
use crate::config::LISTEN_DEFAULT;
use crate::failure::Failure;

/// The arguments of `csp explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// The `decision_id` of a response or of a refusal
    pub decision_id: String,
    /// The server that made the decision
    #[arg(long, default_value = LISTEN_DEFAULT)]
    pub server: SocketAddr,
}

/// Asks the running suite for the decision and returns it as text.
///
/// # Errors
/// [`Failure::NotRunning`] when no suite answers; [`Failure::Refused`] when the decision is unknown.
pub async fn run(asked: Explain) -> Result<String, Failure> {
    let mut policy = PolicyServiceClient::new(client::open(asked.server).await?);
    let request = client::by_operator(GetDecisionRequest { decision_id: asked.decision_id });
    let answer =
        policy.get_decision(request).await.map_err(|status| Failure::of_call(asked.server, status))?;
    Ok(text_of(&answer.into_inner().decision.unwrap_or_default()))
}

fn text_of(decision: &Decision) -> String {
    let verdict = if decision.accepted { "accepted" } else { "refused" };
    let mut text = format!(
        "{} of `{}` was {verdict}, by the rules of {}\n",
        decision.boundary, decision.subject, decision.as_of
    );
    for violation in &decision.violations {
        text.push_str(&paragraph(violation));
    }
    for advisory in &decision.advisories {
        push(&mut text, &format!("  advisory: {advisory}"));
    }
    push(&mut text, "decided on:");
    for fact in &decision.revisions {
        push(&mut text, &format!("  {} at revision {}", fact.resource, fact.revision));
    }
    text.trim_end().to_owned()
}

fn paragraph(violation: &Violation) -> String {
    let reason = violation.reason().as_str_name().trim_start_matches("ERROR_REASON_").to_owned();
    let line = violation.line.map(|line| format!(", line {line}")).unwrap_or_default();
    let mut text = format!("\n{} {reason}{line}\n  {}\n", violation.rule, violation.message);
    for fact in &violation.facts {
        push(&mut text, &format!("  {} = {}", fact.name, fact.value));
    }
    for remedy in &violation.remedies {
        push(&mut text, &format!("  → {remedy}"));
    }
    text.push('\n');
    text
}

fn push(text: &mut String, line: &str) {
    // Writing to a string cannot fail.
    let _infallible = writeln!(text, "{line}");
}

#[cfg(test)]
mod tests {
    use csp_proto::policy::v1::{ErrorReason, Fact, FactRevision};

    use super::*;

    #[test]
    fn a_refusal_is_printed_with_its_rule_facts_and_remedies() {
        let violation = Violation {
            rule: "RGN-01".to_owned(),
            reason: ErrorReason::PartnersInDifferentRegions.into(),
            message: "reseller `partners/f` is elsewhere".to_owned(),
            facts: vec![Fact { name: "reseller_region".to_owned(), value: "United States".to_owned() }],
            remedies: vec!["ask a reseller of the region".to_owned()],
            ..Default::default()
        };
        let decision = Decision {
            boundary: "RequestPartnership".to_owned(),
            subject: "partnerships/p".to_owned(),
            as_of: "2026-11-21".to_owned(),
            violations: vec![violation],
            revisions: vec![FactRevision { resource: "partners/f".to_owned(), revision: 3 }],
            ..Default::default()
        };
        let text = text_of(&decision);
        for part in
            ["was refused", "RGN-01 PARTNERS_IN_DIFFERENT_REGIONS", "United States", "→ ask", "revision 3"]
        {
            assert!(text.contains(part), "{part} is missing in:\n{text}");
        }
    }
}
