//! A preview (a call with `validate_only`) answers as its command would, and stores nothing. The test plays
//! the story of a channel, which calls every mutation of the contract. Before each mutation it sends a
//! preview, and compares the two answers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use csp_proto::policy::v1::{Decision, Verdict};
use csp_proto::relationship::v1::RequestPartnershipRequest;
use csp_proto::subscription::v1::SubmitOrderRequest;
use csp_proto::r#type::v1::actor;
use csp_service::access::contract;
use csp_suite::suite::Suite;
use csp_tests::{OfferTerms, Refusal, Running, Seller, Stored, draft, lines, refusal_of, submission};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use prost_reflect::DynamicMessage;
use serde_json::Value;
use tonic::body::Body;
use tonic::codegen::Service as _;
use tonic::transport::{Channel, Error};

use super::calls::{Answer, Calls, is_own_mutation, play_story};

/// Fields of an answer that may differ between a preview and its command: RPC, field, reason.
const DIFFERS: &[(&str, &str, &str)] = &[
    ("CreateCustomer", "relationships", EDGES),
    ("CreateCustomer", "adminGrant", EDGES),
    ("RecordCustomer", "relationships", EDGES),
    (
        "AddCustomerWithOrder",
        "operation",
        "a preview does not start an operation, so the operation has no name",
    ),
    ("AddCustomerWithOrder", "decisions", ORDER),
];
const EDGES: &str = "the relationship service decides and names the edges when it creates them";
const ORDER: &str =
    "the order is judged on a customer-to-be: it has no name yet, nor revisions of customer and edges";

/// Fields that tell a preview from an act in every answer: whether the decision is one of a preview, and the
/// mail draft with its link.
const OF_AN_ACT: [&str; 2] = ["preview", "draft"];

/// Fields of a written resource that a preview leaves out.
const OF_A_WRITE: [&str; 4] = ["etag", "revision", "createTime", "updateTime"];

/// Length of a UUID as text.
const UUID_CHARS: usize = 36;

/// Sends a preview before each mutation, and compares the two answers.
struct Previews {
    suite: Suite,
    calls: Calls,
    /// Number of accepted calls by path of the RPC.
    compared: Mutex<BTreeMap<String, usize>>,
    problems: Mutex<BTreeSet<String>>,
    /// The entries of [`DIFFERS`] that some call needed.
    excepted: Mutex<BTreeSet<(&'static str, &'static str)>>,
}

impl Previews {
    async fn make(&self, mut channel: Channel, request: Request<Body>) -> Result<Response<Body>, Error> {
        let path = request.uri().path().to_owned();
        if !contract().unwrap().at(&path).is_some_and(is_own_mutation) {
            return channel.call(request).await;
        }
        let (head, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let validate_only = |request: &mut DynamicMessage| {
            request.set_field_by_name("validate_only", prost_reflect::Value::Bool(true));
        };
        let preview = self.calls.changed(&path, &body, validate_only);
        let preview = Request::from_parts(head.clone(), preview);
        let before = self.stored().await;
        let (_, previewed) = self.calls.answer(&path, &mut channel, preview).await?;
        let after = self.stored().await;
        let act = Request::from_parts(head, Body::new(Full::from(body)));
        let (response, made) = self.calls.answer(&path, &mut channel, act).await?;
        let changes = before.missing_in(&after).len() + after.missing_in(&before).len();
        self.compare(&path, &previewed, &made, changes);
        Ok(response)
    }

    /// The contents of the databases, after all pending refused decisions were written.
    async fn stored(&self) -> Stored {
        for book in self.suite.books() {
            book.store.drain_refusals().await;
        }
        Stored::of_suite(&self.suite).await
    }

    fn compare(&self, path: &str, previewed: &Answer, made: &Answer, changes: usize) {
        let (_, rpc) = path.rsplit_once('/').unwrap();
        let mut problems = Vec::new();
        match (previewed, made) {
            (Ok(previewed), Ok(made)) => {
                *self.compared.lock().unwrap().entry(path.to_owned()).or_default() += 1;
                let excepted = DIFFERS
                    .iter()
                    .filter(|(of, field, _)| *of == rpc && previewed.get(field) != made.get(field));
                let excepted: BTreeSet<_> = excepted.map(|(of, field, _)| (*of, *field)).collect();
                let (previewed, made) = (comparable(previewed, &excepted), comparable(made, &excepted));
                differences("", &previewed, &made, &mut problems);
                self.excepted.lock().unwrap().extend(excepted);
                if changes > 0 {
                    problems.push(("the preview".to_owned(), format!("changed {changes} rows")));
                }
            }
            (previewed, made) if previewed != made => {
                problems.push((
                    "it".to_owned(),
                    format!("answered {previewed:?} to the preview, {made:?} to the command"),
                ));
            }
            // The decision of a refused preview is stored, and nothing else.
            _ if changes > 1 => {
                problems.push(("the refused preview".to_owned(), format!("changed {changes} rows")))
            }
            _ => {}
        }
        let problems = problems.into_iter().map(|(field, problem)| format!("{rpc}: {field} {problem}"));
        self.problems.lock().unwrap().extend(problems);
    }
}

/// The answer without [`OF_AN_ACT`] and without the excepted fields.
fn comparable(answer: &Value, excepted: &BTreeSet<(&str, &str)>) -> Value {
    let mut answer = answer.clone();
    if let Value::Object(fields) = &mut answer {
        fields.retain(|field, _| !excepted.iter().any(|(_, name)| name == field));
    }
    strip(&mut answer);
    answer
}

/// Removes the fields [`OF_AN_ACT`] at every depth.
fn strip(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|field, _| !OF_AN_ACT.contains(&field.as_str()));
            fields.values_mut().for_each(strip);
        }
        Value::Array(values) => values.iter_mut().for_each(strip),
        _ => {}
    }
}

/// Whether only the act makes the value of the field: a generated id or a name with one, an etag, a revision,
/// or a time of writing. A preview leaves such a field out.
fn is_of_the_act(field: &str, made: &Value) -> bool {
    OF_A_WRITE.contains(&field)
        || match made {
            Value::String(text) => text.split('/').any(is_generated),
            Value::Array(values) => values
                .iter()
                .all(|value| value.as_str().is_some_and(|text| text.split('/').any(is_generated))),
            _ => false,
        }
}

/// Whether the text is or ends in a UUID, as the suite generates them.
fn is_generated(id: &str) -> bool {
    let from = id.len().saturating_sub(UUID_CHARS);
    let groups: Vec<usize> = id.get(from..).unwrap_or_default().split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12] && id[from..].bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// Collects the differences, each with the path of its field.
fn differences(at: &str, previewed: &Value, made: &Value, found: &mut Vec<(String, String)>) {
    match (previewed, made) {
        (Value::Object(previewed), Value::Object(made)) => {
            let keys: BTreeSet<&String> = previewed.keys().chain(made.keys()).collect();
            for key in keys {
                if !previewed.contains_key(key) && is_of_the_act(key, &made[key]) {
                    continue;
                }
                let at = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
                let value = |of: &serde_json::Map<String, Value>| of.get(key).cloned().unwrap_or_default();
                differences(&at, &value(previewed), &value(made), found);
            }
        }
        (Value::Array(previewed), Value::Array(made)) if previewed.len() == made.len() => {
            previewed.iter().zip(made).for_each(|(previewed, made)| differences(at, previewed, made, found));
        }
        _ if previewed == made => {}
        _ => found.push((at.to_owned(), format!("is {previewed} in the preview, {made} in the command"))),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_answers_as_its_command_does_and_stores_nothing() {
    let suite = Running::start().await;
    let previews = Arc::new(Previews {
        suite: suite.suite().clone(),
        calls: Calls::new(),
        compared: Mutex::default(),
        problems: Mutex::default(),
        excepted: Mutex::default(),
    });
    play_story(suite, &previews, |previews, channel, request| async move {
        previews.make(channel, request).await
    })
    .await;

    let problems = previews.problems.lock().unwrap().clone();
    assert!(problems.is_empty(), "{problems:#?}");
    let excepted = previews.excepted.lock().unwrap().clone();
    let listed = DIFFERS.iter().map(|(rpc, field, _)| (*rpc, *field));
    let idle: Vec<_> = listed.filter(|exception| !excepted.contains(exception)).collect();
    assert!(idle.is_empty(), "no call needs these exceptions, remove them from the list: {idle:?}");
    let compared = previews.compared.lock().unwrap().clone();
    let mutations = contract().unwrap().rpcs().filter(|rpc| is_own_mutation(rpc));
    let missing: Vec<&str> =
        mutations.map(|rpc| rpc.path.as_str()).filter(|path| !compared.contains_key(*path)).collect();
    assert!(missing.is_empty(), "the story contains no accepted call of {missing:#?}");
}

/// A refused call, previewed and made, each with its stored decision.
async fn refused_twice(
    seller: &Seller,
    request: &RequestPartnershipRequest,
    suite: &Running,
) -> [(Refusal, Decision); 2] {
    let mut refused = Vec::new();
    for validate_only in [true, false] {
        let request = RequestPartnershipRequest { validate_only, ..request.clone() };
        let refusal = refusal_of(seller.people.relationship().request_partnership(request).await);
        for book in suite.suite().books() {
            book.store.drain_refusals().await;
        }
        let decision = seller.people.decision(&refusal.decision).await.unwrap();
        refused.push((refusal, decision));
    }
    refused.try_into().unwrap()
}

#[tokio::test]
async fn the_refusal_of_a_preview_is_that_of_the_act_and_its_decision_is_read_by_name() {
    let suite = Running::start().await;
    let (contoso, wingtip) = (suite.provider("contoso", "DE").await, suite.reseller("wingtip", "US").await);
    let request = RequestPartnershipRequest {
        partnership_id: "abroad".to_owned(),
        reseller: wingtip.name.clone(),
        reseller_email: "owner@wingtip.example".to_owned(),
        ..Default::default()
    };
    let [(previewed, of_preview), (made, of_act)] = refused_twice(&contoso, &request, &suite).await;
    assert_eq!(Refusal { decision: made.decision.clone(), ..previewed }, made);
    assert_eq!((of_preview.verdict(), of_preview.preview), (Verdict::Refused, true));
    assert!(!of_act.preview && of_act.name != of_preview.name);
    assert_eq!(Decision { name: of_act.name.clone(), preview: false, ..of_preview }, of_act);
    assert_eq!(of_act.method, "csp.relationship.v1.RelationshipService/RequestPartnership");
    let caller = of_act.caller.unwrap();
    assert_eq!((caller.kind(), caller.tenant_id.as_str()), (actor::Kind::Partner, "contoso.example"));
    assert!(of_act.rule_book_version.starts_with(env!("CARGO_PKG_VERSION")), "{}", of_act.rule_book_version);
}

#[tokio::test]
async fn a_refusal_of_fifty_lines_tells_how_many_and_its_decision_has_all_of_them() {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let tailspin = suite.customer_of("tailspin", "FR", &litware, None).await;
    suite.offer_on("small", OfferTerms { countries: vec!["US"], ..OfferTerms::default() }).await;
    let order = draft(lines(&[("offers/small", 3); 50]), None);
    for validate_only in [true, false] {
        let request = SubmitOrderRequest { validate_only, ..submission(&tailspin, order.clone()) };
        let refusal = refusal_of(litware.people.subscription().submit_order(request).await);
        let decision = litware.people.stored_decision(&refusal.decision).await;
        assert!(refusal.violations.len() < decision.violations.len(), "{refusal:?}");
        assert_eq!(usize::try_from(refusal.violation_count), Ok(decision.violations.len()));
        let lines: BTreeSet<_> = decision.violations.iter().filter_map(|violation| violation.line).collect();
        assert_eq!(lines, (0..50).collect());
        assert!(decision.violations.iter().all(|violation| !violation.facts.is_empty()));
        assert_eq!(decision.preview, validate_only);
    }
}

/// Negative control of the comparison.
#[test]
fn a_preview_that_differs_from_its_command_is_noticed() {
    let drawn = |last: &str| format!("partnerships/01a1fdfb-3448-71ca-b105-d1d846fddf{last}");
    let answer = |name: Option<&str>, seats: i32| {
        let mut partnership = serde_json::json!({ "seats": seats });
        if let Some(name) = name {
            partnership["name"] = name.into();
            partnership["etag"] = "1".into();
        }
        serde_json::json!({ "partnership": partnership })
    };
    let compare = |previewed: &Value, made: &Value| {
        let mut found = Vec::new();
        let nothing = BTreeSet::new();
        differences("", &comparable(previewed, &nothing), &comparable(made, &nothing), &mut found);
        found.into_iter().map(|(field, _)| field).collect::<Vec<_>>()
    };
    let previewed = answer(None, 3);
    assert_eq!(compare(&previewed, &answer(Some(&drawn("7b")), 3)), [""; 0], "a preview has no generated id");
    assert_eq!(compare(&previewed, &answer(Some(&drawn("7b")), 4)), ["partnership.seats"]);
    assert_eq!(compare(&previewed, &answer(Some("partnerships/chosen"), 3)), ["partnership.name"]);
    let invented = answer(Some(&drawn("7a")), 3);
    assert_eq!(compare(&invented, &answer(Some(&drawn("7b")), 3)), ["partnership.name"]);
}
