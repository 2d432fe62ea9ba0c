//! The annotations of the contract (`google.api.field_behavior`, `resource` and `resource_reference`) are
//! complete, and say what the services do.

use std::collections::{BTreeMap, BTreeSet};

use csp_proto::policy::v1::{Effect, Role};
use csp_service::access::{Rpc, contract};
use csp_tests::{Party, Refusal, Running};
use http::uri::PathAndQuery;
use prost_reflect::{
    DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, MethodDescriptor,
    ReflectMessage, Value,
};
use tonic::client::Grpc;
use tonic::{Code, Request, Status};
use tonic_prost::ProstCodec;

/// Values of `google.api.FieldBehavior`.
const OPTIONAL: i32 = 1;
const REQUIRED: i32 = 2;
const OUTPUT_ONLY: i32 = 3;
const IDENTIFIER: i32 = 8;

/// Required fields whose absence an RPC answers with another error, each with the reason.
const ANSWERED_OTHERWISE: &[(&str, &str)] = &[
    ("AcceptPartnership.authorization", "rule PSH-04 refuses the acceptance once the link is known"),
    ("AcceptPartnership.authorization.attested", "rule PSH-04 refuses it likewise"),
    ("RemovePartnership.confirmation.attested", "rule PSH-09 refuses it likewise"),
    ("RemovePartnership.confirmation", "rule PSH-09 refuses the removal once the partnership is known"),
    ("RecordSubscription.quantity", "rule SUB-08 refuses a subscription without seats"),
];

/// RPCs that name the singleton that they create: there is no earlier version.
const CREATES: [&str; 2] = ["ConfirmCustomerAgreement", "RecordCustomerAgreement"];

struct Annotations {
    pool: DescriptorPool,
}

impl Annotations {
    fn read() -> Self {
        Annotations { pool: DescriptorPool::decode(csp_proto::FILE_DESCRIPTOR_SET).unwrap() }
    }

    /// The RPCs of clients, with their descriptors.
    fn public(&self) -> Vec<(&'static Rpc, MethodDescriptor)> {
        let services = self.pool.services().filter(|service| service.full_name().starts_with("csp."));
        let methods = services.flat_map(|service| service.methods().collect::<Vec<_>>());
        let methods = methods.filter(|method| !method.full_name().starts_with("csp.internal."));
        let with_option = methods.map(|method| {
            let path = format!("/{}/{}", method.parent_service().full_name(), method.name());
            (contract().unwrap().at(&path).unwrap(), method)
        });
        with_option.collect()
    }

    fn behavior(&self, field: &FieldDescriptor) -> Vec<i32> {
        let option = self.pool.get_extension_by_name("google.api.field_behavior").unwrap();
        let options = field.options();
        let value = options.get_extension(&option);
        value.as_list().unwrap_or_default().iter().filter_map(Value::as_enum_number).collect()
    }

    fn text(&self, options: &DynamicMessage, extension: &str, part: &str) -> String {
        let option = self.pool.get_extension_by_name(extension).unwrap();
        let value = options.get_extension(&option);
        let part = value.as_message().and_then(|message| message.get_field_by_name(part));
        part.and_then(|part| part.as_str().map(str::to_owned)).unwrap_or_default()
    }

    fn resource_type(&self, message: &MessageDescriptor) -> String {
        self.text(&message.options(), "google.api.resource", "type")
    }

    /// Every message that a client sends: requests and the messages in them.
    fn sent(&self) -> BTreeMap<String, MessageDescriptor> {
        let mut sent = BTreeMap::new();
        let mut left: Vec<MessageDescriptor> =
            self.public().into_iter().map(|(_, method)| method.input()).collect();
        while let Some(message) = left.pop() {
            let is_ours = message.full_name().starts_with("csp.");
            if is_ours && sent.insert(message.full_name().to_owned(), message.clone()).is_none() {
                left.extend(message.fields().filter_map(|field| field.kind().as_message().cloned()));
            }
        }
        sent
    }
}

#[test]
fn every_field_that_a_client_sends_says_whether_it_is_required() {
    let annotations = Annotations::read();
    let sent = annotations.sent();
    assert!(sent.len() > 100, "{}", sent.len());
    for field in sent.values().flat_map(|message| message.fields().collect::<Vec<_>>()) {
        assert!(
            is_choice(&field) || !annotations.behavior(&field).is_empty(),
            "{} has no field_behavior",
            field.full_name()
        );
    }
}

#[test]
fn every_message_with_an_identifier_is_a_resource_and_every_reference_names_one() {
    let annotations = Annotations::read();
    let messages =
        || annotations.pool.all_messages().filter(|message| message.full_name().starts_with("csp."));
    let mut types = BTreeSet::new();
    for message in messages() {
        let is_identifier = |field: &FieldDescriptor| annotations.behavior(field).contains(&IDENTIFIER);
        let resource = annotations.resource_type(&message);
        assert_eq!(
            message.fields().any(|field| is_identifier(&field)),
            !resource.is_empty(),
            "{}",
            message.full_name()
        );
        if !resource.is_empty() {
            assert!(types.insert(resource.clone()), "two messages are {resource}");
        }
    }
    assert!(types.len() >= 15, "{types:?}");
    // A group of affiliates has no message of its own. A star stands for a resource of any kind.
    types.extend(["csp-suite/AffiliationGroup".to_owned(), "*".to_owned()]);
    for field in messages().flat_map(|message| message.fields().collect::<Vec<_>>()) {
        let named = annotations.text(&field.options(), "google.api.resource_reference", "type");
        assert!(named.is_empty() || types.contains(&named), "{} refers to {named}", field.full_name());
        let is_bare = field.name().ends_with("_id") || field.name().ends_with("_ids");
        assert!(named.is_empty() || !is_bare, "{} is a bare id, not a name", field.full_name());
    }
}

#[test]
fn a_filter_requires_nothing() {
    let annotations = Annotations::read();
    let mut filters = 0;
    for message in annotations.sent().into_values().filter(|message| message.name().ends_with("Filter")) {
        let required = message.fields().filter(|field| is_required(&annotations, field));
        assert_eq!(required.count(), 0, "{}", message.full_name());
        filters += 1;
    }
    assert!(filters > 10, "{filters}");
}

#[test]
fn every_mutation_begins_with_request_id_validate_only_and_etag() {
    for (rpc, method) in Annotations::read().public() {
        if rpc.effect != Effect::Mutation {
            continue;
        }
        let request = method.input();
        let number = |name| request.get_field_by_name(name).map(|field| field.number());
        assert_eq!((number("request_id"), number("validate_only")), (Some(1), Some(2)), "{}", rpc.path);
        // A request that names a resource changes it.
        let changes = request.get_field_by_name("name").is_some() && !CREATES.contains(&rpc.name.as_str());
        assert!(number("etag") == Some(3) || (!changes && number("etag").is_none()), "{}", rpc.path);
    }
}

#[test]
fn the_revision_of_a_resource_is_never_an_input() {
    let annotations = Annotations::read();
    let resources =
        annotations.pool.all_messages().filter(|message| !annotations.resource_type(message).is_empty());
    for field in resources.filter_map(|message| message.get_field_by_name("revision")) {
        assert_eq!(annotations.behavior(&field), [OUTPUT_ONLY], "{}", field.full_name());
    }
}

#[tokio::test]
async fn an_empty_request_is_refused_for_exactly_its_required_fields() {
    let suite = Running::start().await;
    let provider = suite.provider("contoso", "DE").await.people;
    let callers =
        Callers { operator: suite.operator(), provider, customer: suite.customer("tailspin.tenant") };
    let annotations = Annotations::read();
    let mut wrong = Vec::new();
    for (rpc, method) in annotations.public() {
        // A stream has no single answer.
        if rpc.streaming {
            continue;
        }
        let empty = with_empty_messages(&annotations, DynamicMessage::new(method.input()));
        let mut required = BTreeSet::new();
        required_paths(&annotations, &empty, "", &mut required);
        required.retain(|path| !is_answered_otherwise(rpc, path));
        let refused = refused_fields(callers.of(rpc), rpc, empty.clone()).await;
        wrong.extend(missed_messages(&annotations, callers.of(rpc), rpc, &empty).await);
        wrong.extend(flaw(&annotations, &method.input(), &required, &refused));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong with the annotations of a request: fields that are required, and fields whose absence was
/// refused, must be the same.
fn flaw(
    annotations: &Annotations,
    request: &MessageDescriptor,
    required: &BTreeSet<String>,
    refused: &BTreeSet<String>,
) -> Option<String> {
    let is_refused =
        |path: &String| refused.iter().any(|field| field == path || field.starts_with(&format!("{path}.")));
    let missing: Vec<_> = required.iter().filter(|path| !is_refused(path)).collect();
    // What a message of several requests must hold depends on the request: there, only what every request
    // requires is annotated. A member of a oneof cannot be annotated.
    let is_owed = |field: &&String| match field.split_once('.') {
        Some(_) => false,
        None => {
            let field = request.get_field_by_name(field);
            field.is_none_or(|field| !is_choice(&field) && !is_required(annotations, &field))
        }
    };
    let extra: Vec<_> = refused.difference(required).filter(is_owed).collect();
    let name = request.full_name();
    (!missing.is_empty() || !extra.is_empty())
        .then(|| format!("{name}: required but not refused {missing:?}, refused but not required {extra:?}"))
}

/// The negative control.
#[test]
fn a_required_field_that_may_be_absent_and_a_demanded_field_without_annotation_are_found() {
    let annotations = Annotations::read();
    let name = "csp.relationship.v1.AcceptPartnershipRequest";
    let request = annotations.pool.get_message_by_name(name).unwrap();
    let fields = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<BTreeSet<_>>();
    let flaw = |required: &[&str], refused: &[&str]| {
        flaw(&annotations, &request, &fields(required), &fields(refused))
    };
    assert_eq!(flaw(&["link_token"], &["link_token"]), None);
    assert!(flaw(&["link_token"], &[]).is_some());
    assert!(flaw(&["link_token"], &["link_token", "etag"]).is_some());
}

fn is_answered_otherwise(rpc: &Rpc, path: &str) -> bool {
    ANSWERED_OTHERWISE.iter().any(|(name, _)| *name == format!("{}.{path}", rpc.name))
}

/// The required messages of the request whose absence the RPC does not refuse.
async fn missed_messages(
    annotations: &Annotations,
    caller: &Party,
    rpc: &Rpc,
    empty: &DynamicMessage,
) -> Vec<String> {
    let mut missed = Vec::new();
    for field in empty.descriptor().fields() {
        let is_tried = is_required(annotations, &field) && empty.has_field(&field);
        if !is_tried || is_answered_otherwise(rpc, field.name()) {
            continue;
        }
        let mut without = empty.clone();
        without.clear_field(&field);
        let refused = refused_fields(caller, rpc, without).await;
        let inside = format!("{}.", field.name());
        if !refused.iter().any(|path| path == field.name() || path.starts_with(&inside)) {
            missed.push(format!("{}: required but not refused when absent: {}", rpc.path, field.name()));
        }
    }
    missed
}

struct Callers {
    operator: Party,
    provider: Party,
    customer: Party,
}

impl Callers {
    /// A caller that may call the RPC.
    fn of(&self, rpc: &Rpc) -> &Party {
        let roles = &rpc.roles;
        if roles.contains(&Role::Operator) || roles.contains(&Role::Anyone) {
            &self.operator
        } else if roles.contains(&Role::GlobalAdmin) {
            &self.provider
        } else {
            &self.customer
        }
    }
}

/// Sets every required message of the request, and the messages in it, to an empty message.
fn with_empty_messages(annotations: &Annotations, mut message: DynamicMessage) -> DynamicMessage {
    for field in message.descriptor().fields() {
        let Kind::Message(inner) = field.kind() else { continue };
        if is_required(annotations, &field) && !field.is_list() && inner.full_name().starts_with("csp.") {
            let empty = with_empty_messages(annotations, DynamicMessage::new(inner));
            message.set_field(&field, Value::Message(empty));
        }
    }
    message
}

/// Whether the field is one of several of which a request has one.
fn is_choice(field: &FieldDescriptor) -> bool {
    field.containing_oneof().is_some_and(|oneof| !oneof.is_synthetic())
}

fn is_required(annotations: &Annotations, field: &FieldDescriptor) -> bool {
    annotations.behavior(field).contains(&REQUIRED)
}

/// The paths of the required fields, without those of messages, whose own fields are listed.
fn required_paths(
    annotations: &Annotations,
    message: &DynamicMessage,
    prefix: &str,
    paths: &mut BTreeSet<String>,
) {
    for field in message.descriptor().fields().filter(|field| is_required(annotations, field)) {
        let path = format!("{prefix}{}", field.name());
        match message.get_field(&field).as_message() {
            Some(inner) if message.has_field(&field) => {
                required_paths(annotations, inner, &format!("{path}."), paths);
            }
            _ => {
                paths.insert(path);
            }
        }
    }
}

/// The fields that a call with this request is refused for; empty when it is not refused for a field.
async fn refused_fields(caller: &Party, rpc: &Rpc, request: DynamicMessage) -> BTreeSet<String> {
    match call(caller, &rpc.path, request).await {
        Err(status) if status.code() == Code::InvalidArgument => {
            Refusal::from(status).fields.into_iter().collect()
        }
        _ => BTreeSet::new(),
    }
}

async fn call(caller: &Party, path: &str, request: DynamicMessage) -> Result<(), Status> {
    let mut client = Grpc::new(caller.connection());
    client.ready().await.map_err(|error| Status::unknown(error.to_string()))?;
    let path = PathAndQuery::try_from(path).unwrap();
    let codec = ProstCodec::<DynamicMessage, ()>::default();
    client.unary(Request::new(request), path, codec).await.map(|_| ())
}

/// The annotations are read as the contract has them. A reader that found none would require nothing.
#[test]
fn a_field_is_required_only_by_its_annotation() {
    let annotations = Annotations::read();
    let request =
        annotations.pool.get_message_by_name("csp.relationship.v1.AcceptPartnershipRequest").unwrap();
    let field = |name| request.get_field_by_name(name).unwrap();
    assert!(is_required(&annotations, &field("link_token")));
    assert_eq!(annotations.behavior(&field("request_id")), [OPTIONAL]);
}
