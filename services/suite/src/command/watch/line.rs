//! An event as a line for people.

use csp_proto::feed::v1::ChangeEvent;
use jiff::Timestamp;

use crate::command::actor;

/// The time of an event as RFC 3339; empty without a time.
pub(super) fn time(event: &ChangeEvent) -> String {
    let time = event.time.as_ref().and_then(|time| Timestamp::new(time.seconds, time.nanos).ok());
    time.map_or_else(String::new, |time| time.to_string())
}

/// An event as a line for people: time, service, position, change, resource, revision, RPC, actor and
/// decision.
pub(super) fn line_for_people(event: &ChangeEvent) -> String {
    let last = |text: &str, separator: char| text.rsplit(separator).next().unwrap_or_default().to_owned();
    let (time, service) = (time(event), last(&event.source, '/'));
    let (verb, rpc) = (last(&event.r#type, '.'), last(&event.method, '/'));
    let actor = event.actor.as_ref().map_or_else(String::new, actor::for_people);
    let ChangeEvent { subject, position, revision, decision, .. } = event;
    let decision = if decision.is_empty() { String::new() } else { format!(", by {decision}") };
    format!("{time} {service} #{position} {verb} {subject} @{revision} – {rpc} by {actor}{decision}")
}

#[cfg(test)]
mod tests {
    use csp_proto::r#type::v1::Actor;
    use csp_proto::r#type::v1::actor::Kind;

    use super::*;

    #[test]
    fn an_event_is_printed_as_one_line() {
        let actor = Actor {
            kind: Kind::Partner.into(),
            tenant_id: "contoso.example".to_owned(),
            subject: "ana".to_owned(),
            ..Actor::default()
        };
        let event = ChangeEvent {
            source: "//csp-suite/relationship".to_owned(),
            r#type: "csp.relationship.v1.Partnership.changed".to_owned(),
            subject: "partnerships/p".to_owned(),
            position: 12,
            revision: 2,
            actor: Some(actor),
            method: "csp.relationship.v1.RelationshipService/AcceptPartnership".to_owned(),
            decision: "decisions/relationship-1".to_owned(),
            time: Some(prost_types::Timestamp { seconds: 0, nanos: 0 }),
            ..Default::default()
        };
        assert_eq!(
            line_for_people(&event),
            "1970-01-01T00:00:00Z relationship #12 changed partnerships/p @2 – AcceptPartnership by \
             partner contoso.example/ana, by decisions/relationship-1"
        );
    }
}
