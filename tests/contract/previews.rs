//! A preview (a call with `validate_only`) answers as its command would, and stores nothing. The test plays
//! the story of a channel and cancels an operation, which together call every mutation of the contract.
//! Before each mutation it sends a preview, and compares the two answers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use csp_proto::customer::v1::{AddCustomerWithOrderRequest, CancelOperationRequest, OperationState};
use csp_proto::policy::v1::Effect;
use csp_proto::subscription::v1::{Capacity, OrderDraft};
use csp_service::access::contract;
use csp_suite::service::Service;
use csp_suite::suite::Suite;
use csp_tests::{Busy, Detour, Refusal, Running, Stored, attestation, lines, profile, story};
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage};
use serde_json::Value;
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::Service as _;
use tonic::transport::{Channel, Error};

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
    (
        "CancelOperation",
        "operation",
        "which steps are undone at the peers is known only after the cancellation",
    ),
];
const EDGES: &str = "the relationship service decides and names the edges when it creates them";
const ORDER: &str = "the subscription service judges the order only after the customer was created";

/// Commands that may be refused although their preview was accepted: RPC, reason.
const REFUSED_LATER: &[(&str, &str)] = &[("AddCustomerWithOrder", ORDER)];

/// Fields that a preview leaves out in every answer: the id of the stored decision, and the mail draft with
/// its link.
const OF_AN_ACT: [&str; 2] = ["decisionId", "draft"];

/// Bytes before each gRPC message: one for the compressed flag, four for the length.
const FRAME: usize = 5;

/// Sends a preview before each mutation, and compares the two answers.
struct Previews {
    suite: Suite,
    pool: DescriptorPool,
    /// Number of accepted calls by path of the RPC.
    compared: Mutex<BTreeMap<String, usize>>,
    problems: Mutex<BTreeSet<String>>,
    /// The entries of [`DIFFERS`] and [`REFUSED_LATER`] that some call needed.
    excepted: Mutex<BTreeSet<(&'static str, &'static str)>>,
}

/// The answer to a call: the response as JSON, or the refusal.
type Answer = Result<Value, String>;

impl Previews {
    async fn make(&self, mut channel: Channel, request: Request<Body>) -> Result<Response<Body>, Error> {
        let path = request.uri().path().to_owned();
        if !contract().unwrap().at(&path).is_some_and(|rpc| rpc.effect == Effect::Mutation) {
            return channel.call(request).await;
        }
        let (head, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let preview = Request::from_parts(head.clone(), Body::new(Full::from(self.preview_of(&path, &body))));
        let before = self.stored().await;
        let (_, previewed) = self.answer(&path, &mut channel, preview).await?;
        let after = self.stored().await;
        let act = Request::from_parts(head, Body::new(Full::from(body)));
        let (response, made) = self.answer(&path, &mut channel, act).await?;
        let changes = before.missing_in(&after).len() + after.missing_in(&before).len();
        self.compare(&path, &previewed, &made, changes);
        Ok(response)
    }

    /// The request as a preview: with `validate_only` set.
    fn preview_of(&self, path: &str, body: &[u8]) -> Vec<u8> {
        let method = self.method(path);
        let mut message = DynamicMessage::decode(method.input(), &body[FRAME..]).unwrap();
        message.set_field_by_name("validate_only", prost_reflect::Value::Bool(true));
        let message = message.encode_to_vec();
        let length = u32::try_from(message.len()).unwrap().to_be_bytes();
        [&[0], length.as_slice(), &message].concat()
    }

    fn method(&self, path: &str) -> prost_reflect::MethodDescriptor {
        let (service, name) = path.trim_start_matches('/').split_once('/').unwrap();
        self.pool
            .get_service_by_name(service)
            .unwrap()
            .methods()
            .find(|method| method.name() == name)
            .unwrap()
    }

    /// Makes the call. Returns the response for the caller, and the answer to compare.
    async fn answer(
        &self,
        path: &str,
        channel: &mut Channel,
        request: Request<Body>,
    ) -> Result<(Response<Body>, Answer), Error> {
        std::future::poll_fn(|context| channel.poll_ready(context)).await?;
        let (head, body) = channel.call(request).await?.into_parts();
        let body = body.collect().await.unwrap();
        let trailers = body.trailers().cloned().unwrap_or_default();
        let bytes = body.to_bytes();
        let answer = match refused(&head.headers).or_else(|| refused(&trailers)) {
            Some(refusal) => Err(refusal),
            None => {
                let message = DynamicMessage::decode(self.method(path).output(), &bytes[FRAME..]).unwrap();
                Ok(serde_json::to_value(&message).unwrap())
            }
        };
        let replayed = Full::from(bytes).with_trailers(async move { Some(Ok(trailers)) });
        Ok((Response::from_parts(head, Body::new(replayed)), answer))
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
            (Ok(_), Err(_)) if REFUSED_LATER.iter().any(|(of, _)| *of == rpc) && changes == 0 => {
                self.excepted
                    .lock()
                    .unwrap()
                    .extend(REFUSED_LATER.iter().copied().filter(|(of, _)| *of == rpc));
            }
            (previewed, made) if previewed != made => {
                problems.push((
                    "it".to_owned(),
                    format!("answered {previewed:?} to the preview, {made:?} to the command"),
                ));
            }
            _ if changes > 0 => {
                problems.push(("the refused preview".to_owned(), format!("changed {changes} rows")))
            }
            _ => {}
        }
        let problems = problems.into_iter().map(|(field, problem)| format!("{rpc}: {field} {problem}"));
        self.problems.lock().unwrap().extend(problems);
    }
}

/// The refusal in the headers or trailers, without the fields that differ from call to call.
fn refused(headers: &HeaderMap) -> Option<String> {
    let status = Status::from_header_map(headers).filter(|status| status.code() != tonic::Code::Ok)?;
    let Refusal { code, message, reason, violations, fields, .. } = Refusal::from(status);
    Some(format!("{code:?} {reason} {violations:?} {fields:?}: {message}"))
}

/// The answer without [`OF_AN_ACT`], without the excepted fields, and with numbered ids.
fn comparable(answer: &Value, excepted: &BTreeSet<(&str, &str)>) -> Value {
    let mut answer = answer.clone();
    if let Value::Object(fields) = &mut answer {
        fields.retain(|field, _| !excepted.iter().any(|(_, name)| name == field));
    }
    strip(&mut answer);
    number_ids(&mut answer, &mut Vec::new());
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

/// Replaces each generated id by its order of first appearance: a preview generates other ids than its
/// command.
fn number_ids(value: &mut Value, seen: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields.values_mut().for_each(|field| number_ids(field, seen)),
        Value::Array(values) => values.iter_mut().for_each(|value| number_ids(value, seen)),
        Value::String(text) => {
            let parts = text.split('/').map(|part| {
                if !is_generated(part) {
                    return part.to_owned();
                }
                let at = seen.iter().position(|id| id == part).unwrap_or_else(|| {
                    seen.push(part.to_owned());
                    seen.len() - 1
                });
                format!("id {at}")
            });
            *text = parts.collect::<Vec<_>>().join("/");
        }
        _ => {}
    }
}

/// Whether the text is a UUID, as the suite generates them.
fn is_generated(id: &str) -> bool {
    let groups: Vec<usize> = id.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12] && id.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// Collects the differences, each with the path of its field.
fn differences(at: &str, previewed: &Value, made: &Value, found: &mut Vec<(String, String)>) {
    match (previewed, made) {
        (Value::Object(previewed), Value::Object(made)) => {
            let keys: BTreeSet<&String> = previewed.keys().chain(made.keys()).collect();
            for key in keys {
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

/// Cancels an operation that waits for a peer: the story contains no such call.
async fn cancel_a_running_operation(suite: &Running, cast: &story::Cast) {
    let mut customers = cast.litware.people.customers();
    let request = AddCustomerWithOrderRequest {
        customer_id: "called-off".to_owned(),
        profile: Some(profile("called-off", "FR")),
        agreement: Some(attestation()),
        order: Some(OrderDraft {
            lines: lines(&[("offers/small", 3)]),
            attested_capacity: Capacity::Direct.into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let away = Busy::keeping(suite, Service::Relationship).await;
    let begun = customers.add_customer_with_order(request).await.unwrap().into_inner().operation.unwrap();
    assert_eq!(begun.state(), OperationState::Running);
    drop(away);
    let cancel = CancelOperationRequest { name: begun.name, ..Default::default() };
    customers.cancel_operation(cancel).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_answers_as_its_command_does_and_stores_nothing() {
    let suite = Running::start().await;
    let previews = Arc::new(Previews {
        suite: suite.suite().clone(),
        pool: DescriptorPool::decode(csp_proto::FILE_DESCRIPTOR_SET).unwrap(),
        compared: Mutex::default(),
        problems: Mutex::default(),
        excepted: Mutex::default(),
    });
    let make = Arc::clone(&previews);
    let suite = suite.by_detour(Detour::new(move |channel, request| {
        let previews = Arc::clone(&make);
        async move { previews.make(channel, request).await }
    }));
    let cast = story::play(&suite).await;
    cancel_a_running_operation(&suite, &cast).await;

    let problems = previews.problems.lock().unwrap().clone();
    assert!(problems.is_empty(), "{problems:#?}");
    let excepted = previews.excepted.lock().unwrap().clone();
    let listed = DIFFERS.iter().map(|(rpc, field, _)| (*rpc, *field)).chain(REFUSED_LATER.iter().copied());
    let idle: Vec<_> = listed.filter(|exception| !excepted.contains(exception)).collect();
    assert!(idle.is_empty(), "no call needs these exceptions, remove them from the list: {idle:?}");
    let compared = previews.compared.lock().unwrap().clone();
    let mutations = contract().unwrap().rpcs().filter(|rpc| rpc.effect == Effect::Mutation);
    let missing: Vec<&str> =
        mutations.map(|rpc| rpc.path.as_str()).filter(|path| !compared.contains_key(*path)).collect();
    assert!(missing.is_empty(), "the story contains no accepted call of {missing:#?}");
}

/// Negative control of the comparison.
#[test]
fn a_preview_that_differs_from_its_command_is_noticed() {
    let drawn = |last: &str| format!("partnerships/01a1fdfb-3448-71ca-b105-d1d846fddf{last}");
    let answer = |name: &str, seats: i32| serde_json::json!({ "partnership": { "name": name, "parent": name, "seats": seats }, "draft": name });
    let compare = |previewed: &Value, made: &Value| {
        let mut found = Vec::new();
        let nothing = BTreeSet::new();
        differences("", &comparable(previewed, &nothing), &comparable(made, &nothing), &mut found);
        found.into_iter().map(|(field, _)| field).collect::<Vec<_>>()
    };
    let previewed = answer(&drawn("7a"), 3);
    assert_eq!(compare(&previewed, &answer(&drawn("7b"), 3)), [""; 0], "generated ids may differ");
    assert_eq!(compare(&previewed, &answer(&drawn("7b"), 4)), ["partnership.seats"]);
    assert_eq!(
        compare(&previewed, &answer("partnerships/chosen", 3)),
        ["partnership.name", "partnership.parent"]
    );
}
