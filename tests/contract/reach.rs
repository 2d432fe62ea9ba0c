//! Visibility of customers, decisions and the rule book.

use csp_proto::customer::v1::{CustomerFilter, GetCustomerRequest, ListCustomersRequest};
use csp_proto::policy::v1::{GetRuleRequest, ListRulesRequest};
use csp_tests::{Running, refusal_of};
use tonic::Code;

#[tokio::test]
async fn a_customer_of_other_partners_looks_like_a_missing_one() {
    let suite = Running::start().await;
    let (litware, wingtip) =
        (suite.direct_bill("litware", "DE").await, suite.direct_bill("wingtip", "DE").await);
    let tailspin = suite.customer_of("tailspin", "FR", &litware, None).await;

    let hidden =
        refusal_of(wingtip.people.customers().get_customer(GetCustomerRequest { name: tailspin }).await);
    let absent = GetCustomerRequest { name: "customers/nobody".to_owned() };
    let absent = refusal_of(wingtip.people.customers().get_customer(absent).await);
    assert_eq!((hidden.code, hidden.reason.as_str()), (Code::NotFound, "NOT_FOUND"));
    assert_eq!(hidden.message.replace("tailspin", "nobody"), absent.message);
    let listed = wingtip.people.customers().list_customers(ListCustomersRequest::default()).await;
    assert!(listed.unwrap().into_inner().customers.is_empty());
}

#[tokio::test]
async fn a_reseller_sees_the_customers_that_it_serves() {
    let suite = Running::start().await;
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "FR").await);
    suite.partnership(&contoso, &fabrikam).await;
    let tailspin = suite.customer_of("tailspin", "IT", &contoso, Some(&fabrikam)).await;
    let filter = CustomerFilter { counterpart: contoso.name.clone(), ..Default::default() };
    let request = ListCustomersRequest { filter: Some(filter), ..Default::default() };
    let listed = fabrikam.people.customers().list_customers(request).await.unwrap().into_inner();
    assert_eq!(listed.customers.into_iter().map(|customer| customer.name).collect::<Vec<_>>(), [tailspin]);
}

#[tokio::test]
async fn a_decision_is_read_by_its_caller_and_by_operators_only() {
    let suite = Running::start().await;
    let (contoso, wingtip) = (suite.provider("contoso", "DE").await, suite.reseller("wingtip", "US").await);
    let refusal = refusal_of(contoso.request_partnership(&wingtip).await);
    for book in suite.suite().books() {
        book.store.drain_refusals().await;
    }
    let decision = contoso.people.decision(&refusal.decision).await.unwrap();
    assert_eq!(decision.violations[0].rule_id, "RGN-01");
    assert_eq!(decision.revisions, [], "the names of the facts could tell what contoso may not see");
    assert_eq!(wingtip.people.decision(&refusal.decision).await.unwrap_err().code(), Code::NotFound);
    let whole =
        suite.operator().decision(&refusal.decision).await.expect("the operator reads every decision");
    assert!(!whole.revisions.is_empty());
}

#[tokio::test]
async fn any_caller_reads_the_rule_book() {
    let suite = Running::start().await;
    let anyone = suite.customer("tailspin.tenant");
    let request = ListRulesRequest { page_size: 500, ..Default::default() };
    let rules = anyone.policy().list_rules(request).await.unwrap().into_inner().rules;
    assert_eq!(rules.len(), csp_policy::catalogue::CATALOGUE.len());
    let request = GetRuleRequest { name: "rules/PSH-11".to_owned() };
    let rule = anyone.policy().get_rule(request).await.unwrap().into_inner().rule.unwrap();
    assert_eq!(rule.denials[0].remedies.len(), 3);
}
