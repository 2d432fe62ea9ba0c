//! An act whose result is already there answers with it: no revision, no event. The test plays the story of a
//! channel, which calls every mutation of the contract, and makes each accepted call once more, with another
//! request id.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use csp_service::access::contract;
use csp_suite::suite::Suite;
use csp_tests::{Running, Stored};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use prost_reflect::DynamicMessage;
use serde_json::Value;
use tonic::body::Body;
use tonic::codegen::Service as _;
use tonic::transport::{Channel, Error};

use super::calls::{Answer, Calls, is_own_mutation, play_story};

/// The mutations that another call does not repeat, each with the reason.
const ONCE: &[(&str, &str)] = &[
    ("AddCustomerWithOrder", CREATES),
    ("CreateCart", CREATES),
    ("CreateCustomer", CREATES),
    ("CreateOrganization", CREATES),
    ("CreateUser", CREATES),
    ("EnrollPartner", CREATES),
    ("InviteCustomer", CREATES),
    ("RecordCustomer", CREATES),
    ("RecordPartner", CREATES),
    ("RecordPartnership", CREATES),
    ("RecordResellerRelationship", CREATES),
    ("RecordSubscription", CREATES),
    ("RegisterMpnId", CREATES),
    ("RequestPartnership", CREATES),
    ("SubmitOrder", CREATES),
    ("AcceptInvitation", LINK),
    ("AcceptPartnership", LINK),
    ("DeclineInvitation", LINK),
    ("DeclinePartnership", LINK),
    ("VerifyContactEmail", LINK),
    ("ResendContactEmailToken", "every call sends a new token"),
    ("RotateSetupPassword", "every call makes the setup information void"),
    ("DeleteUser", "the user is gone: NOT_FOUND"),
    ("UpgradeSubscription", "an eligible target is another offer or a longer term (rule SUB-12)"),
];
const CREATES: &str = "another call creates another resource, or is ALREADY_EXISTS";
const LINK: &str = "a link is used once: INVITATION_USED (rule PSH-03), EMAIL_TOKEN_INVALID (rule ENR-07)";

/// The tables that keep the decision and the answer of every call.
const OF_A_CALL: [&str; 2] = ["decision", "idempotency"];

/// Makes each accepted mutation once more, and compares the two answers.
struct Twice {
    suite: Suite,
    calls: Calls,
    made: Mutex<Vec<String>>,
    problems: Mutex<BTreeSet<String>>,
}

impl Twice {
    async fn make(&self, mut channel: Channel, request: Request<Body>) -> Result<Response<Body>, Error> {
        let path = request.uri().path().to_owned();
        if !contract().unwrap().at(&path).is_some_and(is_own_mutation) {
            return channel.call(request).await;
        }
        let (head, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let act = Request::from_parts(head.clone(), Body::new(Full::from(body.clone())));
        let (response, made) = self.calls.answer(&path, &mut channel, act).await?;
        let is_excepted = ONCE.iter().any(|(rpc, _)| path.ends_with(&format!("/{rpc}")));
        if made.is_err() || is_excepted {
            return Ok(response);
        }
        let again = self.calls.changed(&path, &body, |request| self.by_another_id(request));
        let before = Stored::of_suite(&self.suite).await;
        let (_, again) = self.calls.answer(&path, &mut channel, Request::from_parts(head, again)).await?;
        let after = Stored::of_suite(&self.suite).await;
        self.compare(&path, &made, &again, &changes(&before, &after));
        Ok(response)
    }

    /// Gives the request an id of its own. The etag that the first call sent is stale.
    fn by_another_id(&self, request: &mut DynamicMessage) {
        let id = format!("again-{}", self.made.lock().unwrap().len());
        request.set_field_by_name("request_id", prost_reflect::Value::String(id));
        request.clear_field_by_name("etag");
    }

    fn compare(&self, path: &str, made: &Answer, again: &Answer, changes: &BTreeSet<&'static str>) {
        self.made.lock().unwrap().push(path.to_owned());
        let problem = match again {
            Err(refusal) => Some(format!("refused the result that is there: {refusal}")),
            Ok(_) if !changes.is_empty() => Some(format!("changed {changes:?}")),
            Ok(answer) if resources(answer) != resources(made.as_ref().unwrap()) => {
                Some(format!("answered {answer}, then {made:?}"))
            }
            Ok(_) => None,
        };
        self.problems.lock().unwrap().extend(problem.map(|problem| format!("{path}: {problem}")));
    }
}

/// The tables whose rows differ, without those of every call.
fn changes(before: &Stored, after: &Stored) -> BTreeSet<&'static str> {
    let rows = before.missing_in(after).into_iter().chain(after.missing_in(before));
    rows.map(|(table, _)| *table).filter(|table| !OF_A_CALL.contains(table)).collect()
}

/// The resources of an answer.
fn resources(answer: &Value) -> Vec<&Value> {
    let fields = answer.as_object().unwrap().values();
    fields.filter(|field| field.get("etag").is_some()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_whose_result_is_already_there_answers_with_it() {
    let suite = Running::start().await;
    let twice = Arc::new(Twice {
        suite: suite.suite().clone(),
        calls: Calls::new(),
        made: Mutex::default(),
        problems: Mutex::default(),
    });
    play_story(suite, &twice, |twice, channel, request| async move { twice.make(channel, request).await })
        .await;

    let problems = twice.problems.lock().unwrap().clone();
    assert!(problems.is_empty(), "{problems:#?}");
    let made: BTreeSet<String> = twice.made.lock().unwrap().iter().cloned().collect();
    let mutations: BTreeSet<String> =
        contract().unwrap().rpcs().filter(|rpc| is_own_mutation(rpc)).map(|rpc| rpc.path.clone()).collect();
    let is_excepted = |path: &&String| ONCE.iter().any(|(rpc, _)| path.ends_with(&format!("/{rpc}")));
    let missing: Vec<_> = mutations.difference(&made).filter(|path| !is_excepted(path)).collect();
    assert!(missing.is_empty(), "the story contains no accepted call of {missing:#?}");
    assert_eq!(mutations.len() - made.len(), ONCE.len(), "an exception names no mutation of the contract");
}
