//! Converts a journal entry to an event of the contract.

use csp_proto::feed::v1 as pb;
use csp_store::feed::Place;
use csp_store::journal::Recorded;
use prost::Message;
use prost_reflect::{DeserializeOptions, DynamicMessage};
use prost_types::Any;

use crate::fault::{Fault, Result};
use crate::request::descriptors::pool;
use crate::request::wire;

const SPEC_VERSION: &str = "1.0";
const DATA_CONTENT_TYPE: &str = "application/protobuf";
const TYPE_URL_PREFIX: &str = "type.googleapis.com/";
/// The last part of an event type: what happened to the resource.
const VERBS: [&str; 3] = ["created", "changed", "deleted"];

/// The event for a journal entry at `place` of the feed.
pub(super) fn event(service: &str, feed_id: &str, entry: &Recorded, place: &Place) -> Result<pb::Event> {
    let kind = full_name(service, &entry.resource_type);
    Ok(pb::Event {
        id: entry.event_id.clone(),
        source: format!("//csp-suite/{service}"),
        spec_version: SPEC_VERSION.to_owned(),
        r#type: event_type(service, entry),
        subject: entry.resource.clone(),
        time: Some(wire::timestamp(entry.time)),
        data_content_type: DATA_CONTENT_TYPE.to_owned(),
        cursor: place.cursor(feed_id),
        position: place.position,
        actor: entry.actor.clone(),
        command: entry.command.clone(),
        resource_type: entry.resource_type.clone(),
        revision: entry.revision,
        decision_id: entry.decision_id.clone().unwrap_or_default(),
        request_id: entry.request_id.clone().unwrap_or_default(),
        before: entry.change_before.as_deref().map(|json| packed(&kind, json)).transpose()?,
        after: entry.change_after.as_deref().map(|json| packed(&kind, json)).transpose()?,
    })
}

pub(super) fn event_type(service: &str, entry: &Recorded) -> String {
    let [created, changed, deleted] = VERBS;
    let verb = match (&entry.change_before, &entry.change_after) {
        (None, _) => created,
        (Some(_), Some(_)) => changed,
        (Some(_), None) => deleted,
    };
    format!("{}.{verb}", full_name(service, &entry.resource_type))
}

/// Whether the contract of a service defines a resource message with this name, for example `Partnership` for
/// `relationship`. A resource message has the fields `name` and `revision`.
pub fn is_resource_type(service: &str, name: &str) -> bool {
    let is_resource = |pool: &prost_reflect::DescriptorPool| {
        pool.get_message_by_name(&full_name(service, name)).is_some_and(|message| {
            ["name", "revision"].iter().all(|field| message.get_field_by_name(field).is_some())
        })
    };
    pool().is_ok_and(is_resource)
}

pub(super) fn is_event_type(service: &str, name: &str) -> bool {
    let kind = name.strip_prefix(&full_name(service, "")).and_then(|rest| rest.rsplit_once('.'));
    kind.is_some_and(|(kind, verb)| is_resource_type(service, kind) && VERBS.contains(&verb))
}

/// The full message name: `Partnership` of `relationship` becomes `csp.relationship.v1.Partnership`.
fn full_name(service: &str, resource_type: &str) -> String {
    format!("csp.{}.v1.{resource_type}", service.replace('-', "_"))
}

/// Converts the JSON of a resource in the journal to a typed message. Fields that the contract no longer
/// defines are left out.
fn packed(kind: &str, json: &str) -> Result<Any> {
    let descriptor = pool()?
        .get_message_by_name(kind)
        .ok_or_else(|| Fault::internal(format!("the contract does not define the message `{kind}`")))?;
    let mut reader = serde_json::Deserializer::from_str(json);
    let options = DeserializeOptions::new().deny_unknown_fields(false);
    let message =
        DynamicMessage::deserialize_with_options(descriptor, &mut reader, &options).map_err(|error| {
            Fault::internal(format!("an entry of the journal does not decode as `{kind}`: {error}"))
        })?;
    Ok(Any { type_url: format!("{TYPE_URL_PREFIX}{kind}"), value: message.encode_to_vec() })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn entry(before: Option<&str>, after: Option<&str>) -> Recorded {
        Recorded {
            event_id: "e".to_owned(),
            position: Some(1),
            time: Timestamp::UNIX_EPOCH,
            actor: "operator//op".to_owned(),
            command: "AcceptPartnership".to_owned(),
            resource: "partnerships/p".to_owned(),
            resource_type: "Partnership".to_owned(),
            revision: 2,
            change_before: before.map(str::to_owned),
            change_after: after.map(str::to_owned),
            decision_id: None,
            request_id: None,
        }
    }

    #[test]
    fn an_event_carries_the_resource_as_it_was_written() {
        let was = csp_proto::relationship::v1::Partnership {
            name: "partnerships/p".to_owned(),
            revision: 7,
            update_time: Some(wire::timestamp(Timestamp::from_microsecond(1_234_567).unwrap())),
            ..Default::default()
        };
        let json = crate::json(&was).unwrap();
        let place = Place { position: 1, event_id: "e".to_owned() };
        let told = event("relationship", "feed", &entry(None, Some(&json)), &place).unwrap();
        assert_eq!(told.r#type, "csp.relationship.v1.Partnership.created");
        assert_eq!(told.before, None);
        let after = told.after.unwrap();
        assert_eq!(after.type_url, "type.googleapis.com/csp.relationship.v1.Partnership");
        assert_eq!(csp_proto::relationship::v1::Partnership::decode(after.value.as_slice()).unwrap(), was);
    }

    #[test]
    fn the_event_type_follows_from_before_and_after() {
        let types = [(None, Some("{}")), (Some("{}"), Some("{}")), (Some("{}"), None)]
            .map(|(before, after)| event_type("relationship", &entry(before, after)));
        assert_eq!(types.map(|name| name.rsplit_once('.').unwrap().1.to_owned()), VERBS);
    }

    #[test]
    fn resource_types_of_other_services_are_unknown() {
        assert!(is_resource_type("partner-registry", "Partner"));
        for (service, name) in
            [("relationship", "Partner"), ("relationship", "AdminAccess"), ("none", "Partner")]
        {
            assert!(!is_resource_type(service, name), "{service} {name}");
        }
        assert!(is_event_type("relationship", "csp.relationship.v1.Partnership.changed"));
        for name in
            ["csp.relationship.v1.Partnership", "csp.relationship.v1.Partnership.moved", "changed", ""]
        {
            assert!(!is_event_type("relationship", name), "{name}");
        }
    }
}
