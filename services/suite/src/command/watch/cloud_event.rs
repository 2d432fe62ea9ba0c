//! An event in the JSON format of `CloudEvents` 1.0, as the contract's comment on `ChangeEvent` maps it.

use csp_proto::feed::v1::ChangeEvent;
use csp_proto::r#type::v1::Actor;
use csp_service::json;
use serde::Serialize;
use serde_json::Value;

use super::line::time;
use crate::command::actor::kind_word;

/// Number of digits of a sequence: of the greatest position, so that sequences sort as texts.
const SEQUENCE_DIGITS: usize = 19;
const DATA_CONTENT_TYPE: &str = "application/json";

/// The attributes in the order in which they are printed. Names of extension attributes have only lower-case
/// letters and digits, and their values are texts: `CloudEvents` allows no others.
#[derive(Serialize)]
struct CloudEvent<'a> {
    specversion: &'a str,
    id: &'a str,
    source: &'a str,
    r#type: &'a str,
    subject: &'a str,
    time: String,
    datacontenttype: &'static str,
    sequence: String,
    cursor: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    method: &'a str,
    resourcetype: &'a str,
    revision: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    decision: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    requestid: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    actorkind: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    actortenant: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    actorsubject: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    actorapplication: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    actoronbehalfof: &'a str,
    data: Value,
}

/// The event as one line of JSON. Data of a kind that this build does not know is null.
pub(super) fn cloud_event(event: &ChangeEvent) -> String {
    let nobody = Actor::default();
    let actor = event.actor.as_ref().unwrap_or(&nobody);
    let data = event.data.as_ref().and_then(|data| json(data).ok());
    let told = CloudEvent {
        specversion: &event.spec_version,
        id: &event.id,
        source: &event.source,
        r#type: &event.r#type,
        subject: &event.subject,
        time: time(event),
        datacontenttype: DATA_CONTENT_TYPE,
        sequence: format!("{:0SEQUENCE_DIGITS$}", event.position),
        cursor: &event.cursor,
        method: &event.method,
        resourcetype: &event.resource_type,
        revision: event.revision.to_string(),
        decision: &event.decision,
        requestid: &event.request_id,
        actorkind: kind_word(actor),
        actortenant: &actor.tenant_id,
        actorsubject: &actor.subject,
        actorapplication: &actor.application,
        actoronbehalfof: &actor.on_behalf_of,
        data: data.and_then(|data| serde_json::from_str(&data).ok()).unwrap_or(Value::Null),
    };
    // Texts and JSON always serialize, so the default is never used.
    serde_json::to_string(&told).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use csp_proto::feed::v1::ChangeData;
    use csp_proto::relationship::v1::Partnership;
    use csp_proto::r#type::v1::actor::Kind;
    use prost::{Message as _, Name as _};
    use serde_json::json;

    use super::*;

    fn packed(revision: i64) -> Option<prost_types::Any> {
        let partnership = Partnership { name: "partnerships/p".to_owned(), revision, ..Default::default() };
        let type_url = format!("type.googleapis.com/{}", Partnership::full_name());
        Some(prost_types::Any { type_url, value: partnership.encode_to_vec() })
    }

    #[test]
    fn an_event_is_mapped_to_the_json_of_cloud_events() {
        let paths = vec!["revision".to_owned(), "update_time".to_owned()];
        let event = ChangeEvent {
            id: "0199".to_owned(),
            source: "//csp-suite/relationship".to_owned(),
            spec_version: "1.0".to_owned(),
            r#type: "csp.relationship.v1.Partnership.changed".to_owned(),
            subject: "partnerships/p".to_owned(),
            time: Some(prost_types::Timestamp { seconds: 0, nanos: 0 }),
            cursor: "AWb3".to_owned(),
            position: 12,
            actor: Some(Actor {
                kind: Kind::Operator.into(),
                subject: "olga".to_owned(),
                ..Actor::default()
            }),
            method: "csp.relationship.v1.RelationshipService/RecordPartnership".to_owned(),
            resource_type: "csp.relationship.v1.Partnership".to_owned(),
            revision: 2,
            decision: "decisions/relationship-1".to_owned(),
            request_id: String::new(),
            data: Some(ChangeData {
                before: packed(1),
                after: packed(2),
                changed_fields: Some(prost_types::FieldMask { paths }),
            }),
        };
        let any = |revision: &str| {
            json!({
                "@type": "type.googleapis.com/csp.relationship.v1.Partnership",
                "name": "partnerships/p",
                "revision": revision,
            })
        };
        let expected = json!({
            "specversion": "1.0",
            "id": "0199",
            "source": "//csp-suite/relationship",
            "type": "csp.relationship.v1.Partnership.changed",
            "subject": "partnerships/p",
            "time": "1970-01-01T00:00:00Z",
            "datacontenttype": "application/json",
            "sequence": "0000000000000000012",
            "cursor": "AWb3",
            "method": "csp.relationship.v1.RelationshipService/RecordPartnership",
            "resourcetype": "csp.relationship.v1.Partnership",
            "revision": "2",
            "decision": "decisions/relationship-1",
            "actorkind": "operator",
            "actorsubject": "olga",
            "data": { "before": any("1"), "after": any("2"), "changedFields": "revision,updateTime" },
        });
        assert_eq!(serde_json::from_str::<Value>(&cloud_event(&event)).unwrap(), expected);
    }
}
