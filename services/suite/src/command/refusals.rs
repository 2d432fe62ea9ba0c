//! `csp refusals`: prints the newest refused decisions as a table.

use std::net::SocketAddr;

use clap::Args;
use csp_proto::policy::v1::policy_service_client::PolicyServiceClient;
use csp_proto::policy::v1::{Decision, DecisionFilter, ListDecisionsRequest, Verdict};
use csp_service::wire;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::command::actor;
use crate::command::client;
use crate::config::LISTEN_DEFAULT;
use crate::failure::Failure;

/// Maximum number of refusals that the command prints.
const COUNT_MAX: i32 = 500;
/// Maximum number of pages that the command reads. The suite ends a page early when few decisions match.
const PAGES_MAX: usize = 50;

const HEADINGS: [&str; 5] = ["TIME", "RPC", "RULE AND REASON", "CALLER", "DECISION"];

/// The arguments of `csp refusals`.
#[derive(Debug, Args)]
pub struct Refusals {
    /// Only calls on behalf of this tenant, for example `contoso.example`
    #[arg(long, value_name = "TENANT")]
    pub caller: Option<String>,
    /// Only refusals by this rule, for example `PSH-11`; repeat for several
    #[arg(long = "rule", value_name = "RULE")]
    pub rules: Vec<String>,
    /// Only refusals from this day (UTC) or instant on, for example `2026-11-21` or `2026-11-21T12:00:00Z`
    #[arg(long, value_name = "TIME", value_parser = read_time)]
    pub since: Option<Timestamp>,
    /// How many refusals to print, the newest first
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(i32).range(1..=i64::from(COUNT_MAX)))]
    pub count: i32,
    /// The suite, or the service, to ask
    #[arg(long, default_value = LISTEN_DEFAULT)]
    pub server: SocketAddr,
}

fn read_time(text: &str) -> Result<Timestamp, String> {
    let day = text.parse::<Date>().ok().filter(|_| !text.contains('T'));
    let must = "must be a day like `2026-11-21` or an instant like `2026-11-21T12:00:00Z`";
    day.map(wire::start_of).or_else(|| text.parse().ok()).ok_or_else(|| must.to_owned())
}

/// Asks the running suite for its newest refused decisions and returns them as a table.
///
/// # Errors
/// [`Failure::NotRunning`] when no suite answers; [`Failure::Refused`] for a rule that does not exist.
pub async fn run(asked: Refusals) -> Result<String, Failure> {
    let mut policy = PolicyServiceClient::new(client::open(asked.server).await?);
    let count = usize::try_from(asked.count).unwrap_or_default();
    let (mut refusals, mut pages) = (Vec::new(), 0);
    let mut request = request(&asked);
    loop {
        let answer = policy.list_decisions(client::by_operator(request.clone())).await;
        let page = answer.map_err(|status| Failure::of_call(asked.server, status))?.into_inner();
        refusals.extend(page.decisions);
        request.page_token = page.next_page_token;
        pages += 1;
        if refusals.len() >= count || request.page_token.is_empty() {
            refusals.truncate(count);
            return Ok(table(&refusals));
        }
        if pages == PAGES_MAX {
            let end = "\nolder decisions were not examined: name a tenant with --caller, or --since";
            return Ok(table(&refusals) + end);
        }
    }
}

fn request(asked: &Refusals) -> ListDecisionsRequest {
    let filter = DecisionFilter {
        caller_tenant_id: asked.caller.clone().unwrap_or_default(),
        rule_ids: asked.rules.clone(),
        verdicts: vec![Verdict::Refused.into()],
        from_time: asked.since.map(wire::timestamp),
        ..DecisionFilter::default()
    };
    ListDecisionsRequest { filter: Some(filter), page_size: asked.count, page_token: String::new() }
}

fn table(refusals: &[Decision]) -> String {
    if refusals.is_empty() {
        return "no refused decision matches".to_owned();
    }
    let rows: Vec<_> = std::iter::once(HEADINGS.map(str::to_owned)).chain(refusals.iter().map(row)).collect();
    let mut widths = [0; HEADINGS.len()];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let line = |row: &[String; HEADINGS.len()]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn row(refused: &Decision) -> [String; HEADINGS.len()] {
    let time = refused.decide_time.as_ref().and_then(wire::instant);
    let rpc = refused.method.rsplit('/').next().unwrap_or_default();
    let preview = if refused.preview { " (preview)" } else { "" };
    let first = refused.violations.first().map_or_else(String::new, |first| {
        format!("{} {}", first.rule_id, first.reason().as_str_name().trim_start_matches("ERROR_REASON_"))
    });
    let more = match refused.violations.len() {
        0 | 1 => String::new(),
        count => format!(" (+{})", count - 1),
    };
    [
        time.map_or_else(String::new, |time| time.to_string()),
        format!("{rpc}{preview}"),
        format!("{first}{more}"),
        refused.caller.as_ref().map_or_else(String::new, actor::for_people),
        refused.name.clone(),
    ]
}

#[cfg(test)]
mod tests {
    use csp_proto::policy::v1::{ErrorReason, Violation};
    use csp_proto::r#type::v1::Actor;
    use csp_proto::r#type::v1::actor::Kind;

    use super::*;

    fn refused(rules: &[&str], preview: bool) -> Decision {
        let violation = |rule: &&str| Violation {
            rule_id: (*rule).to_owned(),
            reason: ErrorReason::PartnersInDifferentRegions.into(),
            ..Default::default()
        };
        Decision {
            name: "decisions/relationship-1".to_owned(),
            method: "csp.relationship.v1.RelationshipService/RequestPartnership".to_owned(),
            caller: Some(Actor {
                kind: Kind::Partner.into(),
                tenant_id: "contoso.example".to_owned(),
                subject: "ana".to_owned(),
                ..Default::default()
            }),
            preview,
            decide_time: Some(prost_types::Timestamp { seconds: 1, nanos: 0 }),
            violations: rules.iter().map(violation).collect(),
            ..Default::default()
        }
    }

    #[test]
    fn refusals_are_printed_as_a_table_with_aligned_columns() {
        let text = table(&[refused(&["RGN-01"], true), refused(&["RGN-01", "PSH-02", "ENR-11"], false)]);
        let expected = "\
TIME                  RPC                           RULE AND REASON                            CALLER                       DECISION
1970-01-01T00:00:01Z  RequestPartnership (preview)  RGN-01 PARTNERS_IN_DIFFERENT_REGIONS       partner contoso.example/ana  decisions/relationship-1
1970-01-01T00:00:01Z  RequestPartnership            RGN-01 PARTNERS_IN_DIFFERENT_REGIONS (+2)  partner contoso.example/ana  decisions/relationship-1";
        assert_eq!(text, expected);
        assert_eq!(table(&[]), "no refused decision matches");
    }

    #[test]
    fn since_is_a_day_or_an_instant() {
        assert_eq!(read_time("1970-01-02"), Ok(Timestamp::from_second(86_400).unwrap()));
        assert_eq!(read_time("1970-01-01T00:00:01Z"), Ok(Timestamp::from_second(1).unwrap()));
        assert!(read_time("yesterday").is_err());
    }
}
