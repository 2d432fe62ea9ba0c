//! What the feed names, a Get reads: at the revision of the event, or a later one.

use std::collections::BTreeMap;

use csp_proto::feed::v1::{ChangeEvent, Start};
use csp_tests::{Client, Running, story};
use http::uri::PathAndQuery;
use prost::Message as _;
use prost_reflect::{
    DescriptorPool, DynamicMessage, MessageDescriptor, MethodDescriptor, ReflectMessage, Value,
};
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::{Request, Status};

/// The Get of each kind of resource that an event may name.
const GETS: [(&str, &str); 17] = [
    ("csp.customer.v1.Customer", "csp.customer.v1.CustomerService/GetCustomer"),
    ("csp.customer.v1.CustomerAgreement", "csp.customer.v1.CustomerService/GetCustomerAgreement"),
    ("google.longrunning.Operation", "google.longrunning.Operations/GetOperation"),
    ("csp.partner_registry.v1.Listing", "csp.partner_registry.v1.PartnerRegistryService/GetListing"),
    ("csp.partner_registry.v1.MpnId", "csp.partner_registry.v1.PartnerRegistryService/GetMpnId"),
    (
        "csp.partner_registry.v1.Organization",
        "csp.partner_registry.v1.PartnerRegistryService/GetOrganization",
    ),
    ("csp.partner_registry.v1.Partner", "csp.partner_registry.v1.PartnerRegistryService/GetPartner"),
    (
        "csp.partner_registry.v1.PartnerAgreement",
        "csp.partner_registry.v1.PartnerRegistryService/GetPartnerAgreement",
    ),
    ("csp.partner_registry.v1.User", "csp.partner_registry.v1.PartnerRegistryService/GetUser"),
    ("csp.relationship.v1.AdminGrant", "csp.relationship.v1.RelationshipService/GetAdminGrant"),
    ("csp.relationship.v1.Invitation", "csp.relationship.v1.RelationshipService/GetInvitation"),
    ("csp.relationship.v1.Partnership", "csp.relationship.v1.RelationshipService/GetPartnership"),
    (
        "csp.relationship.v1.ResellerRelationship",
        "csp.relationship.v1.RelationshipService/GetResellerRelationship",
    ),
    ("csp.subscription.v1.Cart", "csp.subscription.v1.SubscriptionService/GetCart"),
    ("csp.subscription.v1.Offer", "csp.subscription.v1.SubscriptionService/GetOffer"),
    ("csp.subscription.v1.Order", "csp.subscription.v1.SubscriptionService/GetOrder"),
    ("csp.subscription.v1.Subscription", "csp.subscription.v1.SubscriptionService/GetSubscription"),
];

#[tokio::test]
async fn what_the_feed_names_a_get_reads() {
    let suite = Running::start().await;
    story::play(&suite).await;
    let (events, _) = suite.operator().watch_from(Start::Beginning).await.until_caught_up().await;
    let pool = DescriptorPool::decode(csp_proto::FILE_DESCRIPTOR_SET).unwrap();
    let mut read = BTreeMap::new();
    for event in newest(events) {
        let name = GETS.iter().find(|(kind, _)| *kind == event.resource_type).map(|(_, get)| *get);
        let name = name.unwrap_or_else(|| panic!("no Get is named for {}", event.resource_type));
        let get = method(&pool, name).unwrap_or_else(|| panic!("the contract has no {name}"));
        let found = call(suite.operator().connection(), &get, &event.subject).await.unwrap();
        let resource = resource(&found, &event.resource_type);
        let text = |field: &str| resource.get_field_by_name(field).map(|value| value.into_owned());
        assert_eq!(text("name"), Some(Value::String(event.subject.clone())), "{name}");
        // Google's message of an operation has no revision.
        let revision = text("revision").map(|value| value.as_i64().unwrap());
        assert!(
            revision.is_none_or(|revision| revision >= event.revision),
            "{}: {revision:?}",
            event.subject
        );
        *read.entry(event.resource_type).or_insert(0) += 1;
    }
    let unread: Vec<&str> =
        GETS.iter().map(|(kind, _)| *kind).filter(|kind| !read.contains_key(*kind)).collect();
    assert!(unread.is_empty(), "the story changes no {unread:?}");
}

/// The newest event of each resource that is not deleted.
fn newest(events: Vec<ChangeEvent>) -> Vec<ChangeEvent> {
    let by_name: BTreeMap<_, _> = events.into_iter().map(|event| (event.subject.clone(), event)).collect();
    by_name.into_values().filter(|event| event.data.as_ref().unwrap().after.is_some()).collect()
}

fn method(pool: &DescriptorPool, full_name: &str) -> Option<MethodDescriptor> {
    let (service, name) = full_name.split_once('/').unwrap();
    pool.get_service_by_name(service)?.methods().find(|method| method.name() == name)
}

/// The resource of this kind in a response, or the response itself.
fn resource(response: &DynamicMessage, kind: &str) -> DynamicMessage {
    if response.descriptor().full_name() == kind {
        return response.clone();
    }
    let mut messages = response.fields().filter_map(|(_, value)| value.as_message().cloned());
    messages.find(|message| message.descriptor().full_name() == kind).expect("the response has the resource")
}

async fn call(client: Client, get: &MethodDescriptor, name: &str) -> Result<DynamicMessage, Status> {
    let mut client = Grpc::new(client);
    client.ready().await.unwrap();
    let mut request = DynamicMessage::new(get.input());
    request.set_field_by_name("name", Value::String(name.to_owned()));
    let path = format!("/{}/{}", get.parent_service().full_name(), get.name());
    let path = PathAndQuery::try_from(path).unwrap();
    Ok(client.unary(Request::new(request), path, Dynamic(get.output())).await?.into_inner())
}

/// Encodes and decodes messages by their descriptors.
struct Dynamic(MessageDescriptor);

impl Codec for Dynamic {
    type Encode = DynamicMessage;
    type Decode = DynamicMessage;
    type Encoder = Dynamic;
    type Decoder = Dynamic;

    fn encoder(&mut self) -> Dynamic {
        Dynamic(self.0.clone())
    }

    fn decoder(&mut self) -> Dynamic {
        Dynamic(self.0.clone())
    }
}

impl Encoder for Dynamic {
    type Item = DynamicMessage;
    type Error = Status;

    fn encode(&mut self, message: DynamicMessage, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        message.encode(buffer).map_err(|error| Status::internal(error.to_string()))
    }
}

impl Decoder for Dynamic {
    type Item = DynamicMessage;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<DynamicMessage>, Status> {
        let message = DynamicMessage::decode(self.0.clone(), buffer);
        message.map(Some).map_err(|error| Status::internal(error.to_string()))
    }
}
