//! Converts a journal entry to an event of the contract.

use csp_proto::feed::v1 as pb;
use csp_store::journal::Recorded;
use prost::Message;
use prost_reflect::{
    DescriptorPool, DeserializeOptions, DynamicMessage, FieldDescriptor, MessageDescriptor,
    ReflectMessage as _,
};
use prost_types::{Any, FieldMask};

use crate::fault::{Fault, Result};
use crate::request::descriptors::pool;
use crate::request::identity::Claims;
use crate::request::wire;

const SPEC_VERSION: &str = "1.0";
const TYPE_URL_PREFIX: &str = "type.googleapis.com/";
/// The last part of an event type: what happened to the resource.
const VERBS: [&str; 3] = ["created", "changed", "deleted"];
/// A resource of every service whose message is Google's and has no revision.
const OPERATION: &str = "google.longrunning.Operation";

/// The event for a journal entry of `source` at this position; `cursor` leads to the event after it.
pub(super) fn event(
    source: &str,
    entry: &Recorded,
    position: i64,
    cursor: String,
) -> Result<pb::ChangeEvent> {
    Ok(pb::ChangeEvent {
        id: entry.event_id.clone(),
        source: source.to_owned(),
        spec_version: SPEC_VERSION.to_owned(),
        r#type: event_type(entry),
        subject: entry.resource.clone(),
        time: Some(wire::timestamp(entry.time)),
        cursor,
        position,
        actor: Some(Claims::stored(&entry.actor)?.actor()),
        method: entry.method.clone(),
        resource_type: entry.resource_type.clone(),
        revision: entry.revision,
        decision: wire::decision_name(entry.decision_id.as_deref().unwrap_or_default()),
        request_id: entry.request_id.clone().unwrap_or_default(),
        data: Some(data(entry)?),
    })
}

pub(super) fn event_type(entry: &Recorded) -> String {
    let [created, changed, deleted] = VERBS;
    let verb = match (&entry.change_before, &entry.change_after) {
        (None, _) => created,
        (Some(_), Some(_)) => changed,
        (Some(_), None) => deleted,
    };
    format!("{}.{verb}", entry.resource_type)
}

/// Whether one of the services has a resource message with this full name, for example
/// `csp.relationship.v1.Partnership`. A resource message has the fields `name` and `revision`.
pub(super) fn is_resource_type(services: &[&str], name: &str) -> bool {
    let is_of = |message: &MessageDescriptor, service: &&str| {
        message.package_name() == format!("csp.{}.v1", service.replace('-', "_"))
            && ["name", "revision"].iter().all(|field| message.get_field_by_name(field).is_some())
    };
    let is_resource = |pool: &DescriptorPool| {
        let message = pool.get_message_by_name(name);
        message.is_some_and(|message| services.iter().any(|service| is_of(&message, service)))
    };
    name == OPERATION || pool().is_ok_and(is_resource)
}

pub(super) fn is_event_type(services: &[&str], name: &str) -> bool {
    let kind = name.rsplit_once('.');
    kind.is_some_and(|(kind, verb)| is_resource_type(services, kind) && VERBS.contains(&verb))
}

fn data(entry: &Recorded) -> Result<pb::ChangeData> {
    let kind = &entry.resource_type;
    let descriptor = pool()?
        .get_message_by_name(kind)
        .ok_or_else(|| Fault::internal(format!("the contract does not define the message `{kind}`")))?;
    let read = |json: &Option<String>| json.as_deref().map(|json| resource(&descriptor, json)).transpose();
    let (before, after) = (read(&entry.change_before)?, read(&entry.change_after)?);
    let changed_fields = before.as_ref().zip(after.as_ref()).map(|(before, after)| FieldMask {
        paths: changed_fields(before, after).map(|field| field.name().to_owned()).collect(),
    });
    Ok(pb::ChangeData {
        before: before.as_ref().map(packed),
        after: after.as_ref().map(packed),
        changed_fields,
    })
}

/// The fields in which the two states of a resource differ.
fn changed_fields<'a>(
    before: &'a DynamicMessage,
    after: &'a DynamicMessage,
) -> impl Iterator<Item = FieldDescriptor> + 'a {
    let value = |of: &DynamicMessage, field: &FieldDescriptor| {
        of.has_field(field).then(|| of.get_field(field).into_owned())
    };
    let fields = after.descriptor().fields().collect::<Vec<_>>();
    fields.into_iter().filter(move |field| value(before, field) != value(after, field))
}

/// Reads the JSON of a resource in the journal. Fields that the contract no longer defines are left out.
fn resource(descriptor: &MessageDescriptor, json: &str) -> Result<DynamicMessage> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let options = DeserializeOptions::new().deny_unknown_fields(false);
    DynamicMessage::deserialize_with_options(descriptor.clone(), &mut reader, &options).map_err(|error| {
        let kind = descriptor.full_name();
        Fault::internal(format!("an entry of the journal does not decode as `{kind}`: {error}"))
    })
}

fn packed(resource: &DynamicMessage) -> Any {
    let type_url = format!("{TYPE_URL_PREFIX}{}", resource.descriptor().full_name());
    Any { type_url, value: resource.encode_to_vec() }
}

#[cfg(test)]
mod tests {
    use csp_proto::relationship::v1::Partnership;
    use csp_proto::r#type::v1::actor::Kind;
    use jiff::Timestamp;

    use super::*;

    const SOURCE: &str = "//csp-suite/relationship";

    fn entry(before: Option<&Partnership>, after: Option<&Partnership>) -> Recorded {
        let json = |resource: Option<&Partnership>| resource.map(|resource| crate::json(resource).unwrap());
        Recorded {
            event_id: "e".to_owned(),
            position: Some(1),
            time: Timestamp::UNIX_EPOCH,
            actor: r#"{"party":"partner","tenant":"a.example","roles":["admin-agent"],"subject":"ana"}"#
                .to_owned(),
            method: "csp.relationship.v1.RelationshipService/AcceptPartnership".to_owned(),
            resource: "partnerships/p".to_owned(),
            resource_type: "csp.relationship.v1.Partnership".to_owned(),
            revision: 2,
            change_before: json(before),
            change_after: json(after),
            decision_id: None,
            request_id: None,
        }
    }

    fn told(before: Option<&Partnership>, after: Option<&Partnership>) -> pb::ChangeEvent {
        event(SOURCE, &entry(before, after), 1, "cursor".to_owned()).unwrap()
    }

    fn partnership(revision: i64) -> Partnership {
        Partnership {
            name: "partnerships/p".to_owned(),
            revision,
            update_time: Some(wire::timestamp(Timestamp::from_microsecond(1_234_567).unwrap())),
            ..Default::default()
        }
    }

    #[test]
    fn an_event_carries_the_resource_as_it_was_written() {
        let data = told(None, Some(&partnership(7))).data.unwrap();
        assert_eq!((data.before, data.changed_fields), (None, None));
        let after = data.after.unwrap();
        assert_eq!(after.type_url, "type.googleapis.com/csp.relationship.v1.Partnership");
        assert_eq!(Partnership::decode(after.value.as_slice()).unwrap(), partnership(7));
    }

    #[test]
    fn an_event_names_the_fields_that_changed() {
        let without_time = Partnership { update_time: None, ..partnership(8) };
        let data = told(Some(&partnership(7)), Some(&without_time)).data.unwrap();
        assert_eq!(data.changed_fields.unwrap().paths, ["revision", "update_time"]);
    }

    #[test]
    fn an_event_names_its_caller_without_the_roles() {
        let actor = told(None, None).actor.unwrap();
        let named = (actor.kind(), actor.tenant_id.as_str(), actor.subject.as_str());
        assert_eq!(named, (Kind::Partner, "a.example", "ana"));
    }

    #[test]
    fn the_event_type_follows_from_before_and_after() {
        let one = &partnership(1);
        let types = [(None, Some(one)), (Some(one), Some(one)), (Some(one), None)]
            .map(|(before, after)| told(before, after).r#type);
        assert_eq!(types, VERBS.map(|verb| format!("csp.relationship.v1.Partnership.{verb}")));
    }

    #[test]
    fn resource_types_of_other_services_and_bare_names_are_unknown() {
        let services = ["relationship", "partner-registry"];
        for known in ["csp.partner_registry.v1.Partner", "csp.relationship.v1.Partnership", OPERATION] {
            assert!(is_resource_type(&services, known), "{known}");
        }
        for name in ["Partner", "csp.customer.v1.Customer", "csp.relationship.v1.AdminAccess", ""] {
            assert!(!is_resource_type(&services, name), "{name}");
        }
        assert!(is_event_type(&services, "csp.relationship.v1.Partnership.changed"));
        for name in
            ["csp.relationship.v1.Partnership", "csp.relationship.v1.Partnership.moved", "changed", ""]
        {
            assert!(!is_event_type(&services, name), "{name}");
        }
    }
}
