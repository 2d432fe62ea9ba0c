//! `csp explain`: prints a stored decision as text.

use std::fmt::Write as _;
use std::net::SocketAddr;

use clap::Args;
use csp_proto::policy::v1::policy_service_client::PolicyServiceClient;
use csp_proto::policy::v1::{Decision, Fact, GetDecisionRequest, Remedy};

use crate::command::client;
use crate::config::LISTEN_DEFAULT;
use crate::failure::Failure;

/// The arguments of `csp explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// Name of the decision, `decisions/{decision}`, from a response or a refusal
    pub decision: String,
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
    let request = client::by_operator(GetDecisionRequest { name: asked.decision });
    let answer =
        policy.get_decision(request).await.map_err(|status| Failure::of_call(asked.server, status))?;
    Ok(text_of(&answer.into_inner().decision.unwrap_or_default()))
}

fn text_of(decision: &Decision) -> String {
    let verdict = decision.verdict().as_str_name().trim_start_matches("VERDICT_").to_lowercase();
    let preview = if decision.preview { "preview of " } else { "" };
    let mut text = format!(
        "{preview}{} of `{}` was {verdict}, by the rules of {}\n",
        decision.boundary, decision.subject, decision.as_of_date
    );
    for violation in &decision.violations {
        let reason = violation.reason().as_str_name().trim_start_matches("ERROR_REASON_").to_owned();
        let line = violation.line.map(|line| format!(", line {line}")).unwrap_or_default();
        push(&mut text, &format!("\n{} {reason}{line}\n  {}", violation.rule_id, violation.message));
        text.push_str(&grounds(&violation.facts, &violation.remedies));
    }
    for advisory in &decision.advisories {
        let reason = advisory.reason().as_str_name().trim_start_matches("ADVISORY_REASON_").to_owned();
        push(&mut text, &format!("\nadvisory {} {reason}\n  {}", advisory.rule_id, advisory.message));
        text.push_str(&grounds(&advisory.facts, &advisory.remedies));
    }
    if !decision.revisions.is_empty() {
        push(&mut text, "decided on:");
    }
    for fact in &decision.revisions {
        push(&mut text, &format!("  {} at revision {}", fact.resource, fact.revision));
    }
    text.trim_end().to_owned()
}

/// The facts and the remedies of a violation or of a notice.
fn grounds(facts: &[Fact], remedies: &[Remedy]) -> String {
    let mut text = String::new();
    for fact in facts {
        push(&mut text, &format!("  {} = {}", fact.name, fact.value));
    }
    for Remedy { text: remedy, method } in remedies {
        let method = if method.is_empty() { String::new() } else { format!(" ({method})") };
        push(&mut text, &format!("  → {remedy}{method}"));
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
    use csp_proto::policy::v1::{ErrorReason, FactRevision, Verdict, Violation};

    use super::*;

    #[test]
    fn a_refusal_is_printed_with_its_rule_facts_and_remedies() {
        let violation = Violation {
            rule_id: "RGN-01".to_owned(),
            reason: ErrorReason::PartnersInDifferentRegions.into(),
            message: "reseller `partners/f` is elsewhere".to_owned(),
            facts: vec![Fact { name: "reseller_region".to_owned(), value: "United States".to_owned() }],
            remedies: vec![Remedy { text: "ask a reseller of the region".to_owned(), method: String::new() }],
            ..Default::default()
        };
        let decision = Decision {
            boundary: "RequestPartnership".to_owned(),
            subject: "partnerships/p".to_owned(),
            verdict: Verdict::Refused.into(),
            as_of_date: "2026-11-21".to_owned(),
            violations: vec![violation],
            revisions: vec![FactRevision { resource: "partners/f".to_owned(), revision: 3, present: false }],
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
