//! The rule book, decisions and the clock.

use csp_proto::policy::v1::{
    DecisionFilter, GetDecisionRequest, GetRuleRequest, ListDecisionsRequest, ListRulesRequest, RuleFilter,
};
use csp_proto::sandbox::v1::clock_service_client::ClockServiceClient;
use csp_proto::sandbox::v1::{GetClockRequest, SetClockRequest};
use csp_suite::service::Service;
use csp_tests::{Running, refusal_of};
use prost_types::Timestamp;

use crate::scene::Scene;

pub(crate) const SCENES: &[Scene<()>] =
    &[scene!(the_rule_book_and_decisions_are_read()), scene!(an_operator_reads_and_moves_the_clock())];

async fn the_rule_book_and_decisions_are_read() {
    let suite = Running::start().await;
    let contoso = suite.provider("contoso", "DE").await;
    let mut policy = contoso.people.policy();
    let request = ListRulesRequest {
        filter: Some(RuleFilter { boundary: "RequestPartnership".to_owned() }),
        ..Default::default()
    };
    let rules = policy.list_rules(request).await.unwrap().into_inner().rules;
    assert!(rules.iter().any(|rule| rule.name == "rules/RGN-01"));
    let request = ListRulesRequest { page_token: "made-up".to_owned(), ..Default::default() };
    assert_eq!(refusal_of(policy.list_rules(request).await).reason, "PAGE_TOKEN_INVALID");

    policy.get_rule(GetRuleRequest { name: "rules/SAL-03".to_owned() }).await.unwrap();
    let refusal = refusal_of(policy.get_rule(GetRuleRequest { name: "rules/XXX-99".to_owned() }).await);
    assert_eq!(refusal.reason, "NOT_FOUND");

    let fabrikam = suite.reseller("fabrikam", "FR").await;
    let decision = contoso.request_partnership(&fabrikam).await.unwrap().into_inner().decision.unwrap();
    let read = GetDecisionRequest { name: decision.name.clone() };
    let read = policy.get_decision(read).await.unwrap().into_inner().decision;
    assert_eq!(read.as_ref(), Some(&decision));
    let read = GetDecisionRequest { name: "decisions/relationship-0".to_owned() };
    assert_eq!(refusal_of(policy.get_decision(read).await).reason, "NOT_FOUND");

    let filter = DecisionFilter { subject: decision.subject.clone(), ..Default::default() };
    let asked = ListDecisionsRequest { filter: Some(filter), ..Default::default() };
    let mut policy = contoso.people.policy_of(Service::Relationship);
    let listed = policy.list_decisions(asked.clone()).await.unwrap().into_inner();
    assert_eq!((listed.decisions, listed.next_page_token.as_str()), (vec![decision], ""));
    let mut foreign = fabrikam.people.policy_of(Service::Relationship);
    assert_eq!(foreign.list_decisions(asked.clone()).await.unwrap().into_inner().decisions, []);
    let filter = DecisionFilter { rule_ids: vec!["XXX-99".to_owned()], ..Default::default() };
    let asked = ListDecisionsRequest { filter: Some(filter), ..asked };
    assert_eq!(refusal_of(policy.list_decisions(asked.clone()).await).fields, ["filter.rule_ids[0]"]);
    let at = |seconds| Some(Timestamp { seconds, nanos: 0 });
    let backwards = DecisionFilter { from_time: at(2), until_time: at(1), ..Default::default() };
    let asked = ListDecisionsRequest { filter: Some(backwards), ..asked };
    assert_eq!(refusal_of(policy.list_decisions(asked).await).fields, ["filter.until_time"]);
}

async fn an_operator_reads_and_moves_the_clock() {
    let suite = Running::start().await;
    let mut clock = ClockServiceClient::new(suite.operator().connection());
    let now = clock.get_clock(GetClockRequest {}).await.unwrap().into_inner().time.unwrap();
    let later = Timestamp { seconds: now.seconds + 86_400, nanos: 0 };
    let moved = clock.set_clock(SetClockRequest { time: Some(later) }).await.unwrap().into_inner();
    assert_eq!(moved.time, Some(later));
    let refusal = refusal_of(clock.set_clock(SetClockRequest { time: Some(now) }).await);
    assert_eq!(refusal.fields, ["time"]);
    let mut nobody = ClockServiceClient::new(csp_tests::Recorded::new(suite.channel()));
    assert_eq!(refusal_of(nobody.get_clock(GetClockRequest {}).await).reason, "CREDENTIAL_MISSING");
}
