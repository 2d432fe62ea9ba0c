//! The text of an event.

use csp_proto::feed::v1::Event;
use csp_service::json;
use jiff::Timestamp;

use crate::process::service::Service;

/// The format of an event: a line for people, or JSON.
#[derive(Debug, Clone, Copy)]
pub(super) enum Format {
    People,
    Json,
}

impl Format {
    pub(super) fn of(json: bool) -> Self {
        if json { Format::Json } else { Format::People }
    }

    pub(super) fn line(self, service: Service, event: &Event) -> String {
        match self {
            Format::People => line_for_people(service, event),
            Format::Json => json(event).unwrap_or_else(|_| event.cursor.clone()),
        }
    }
}

/// An event as a line for people: time, service, position, change, resource, revision, command, actor and
/// decision.
fn line_for_people(service: Service, event: &Event) -> String {
    let time = event.time.as_ref().and_then(|time| Timestamp::new(time.seconds, time.nanos).ok());
    let time = time.map_or_else(String::new, |time| time.to_string());
    let verb = event.r#type.rsplit('.').next().unwrap_or_default();
    let (name, position, revision) = (service.name(), event.position, event.revision);
    let Event { subject, actor, command, decision_id, .. } = event;
    let decision = if decision_id.is_empty() { String::new() } else { format!(", decision {decision_id}") };
    format!("{time} {name} #{position} {verb} {subject} @{revision} – {command} by {actor}{decision}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_printed_as_one_line() {
        let event = Event {
            r#type: "csp.relationship.v1.Partnership.changed".to_owned(),
            subject: "partnerships/p".to_owned(),
            position: 12,
            revision: 2,
            actor: "partner/contoso.example/ana".to_owned(),
            command: "AcceptPartnership".to_owned(),
            decision_id: "relationship-1".to_owned(),
            time: Some(prost_types::Timestamp { seconds: 0, nanos: 0 }),
            ..Default::default()
        };
        assert_eq!(
            line_for_people(Service::Relationship, &event),
            "1970-01-01T00:00:00Z relationship #12 changed partnerships/p @2 – AcceptPartnership by \
             partner/contoso.example/ana, decision relationship-1"
        );
    }
}
