//! From a fault to a status: the one mapping of the suite.
//!
//! A message stands alone: lowercase, the caller's values in backticks, no internals, and the remedy.

use std::collections::BTreeMap;

use csp_policy::{Class, Violation};
use tonic::{Code, Status};

use crate::fault::details::{self, Details};
use crate::fault::{Fault, FieldViolation, Refused};
use crate::request::wire;
use crate::runtime::scope;

/// After how long a call that met an unreachable peer or database, or a full server, is worth repeating.
const RETRY_UNAVAILABLE_MILLIS: u32 = 1_000;
/// After how long a call that lost a race is worth repeating.
const RETRY_RACE_MILLIS: u32 = 50;

impl From<Fault> for Status {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::PeerAnswered(status) => {
                // Metadata stays behind: it belongs to the other connection.
                Status::with_details(status.code(), status.message(), status.details().to_vec().into())
            }
            Fault::Refused(refused) => refusal(&refused),
            fault => protocol(&fault),
        }
    }
}

fn refusal(refused: &Refused) -> Status {
    let Some(first) = refused.decision.violations.first() else {
        return protocol(&Fault::internal("a refusal without a violation"));
    };
    let message = refusal_message(first, refused.decision.violations.len() - 1);
    details::refusal(code_of(first.finding.reason.class()), message, refused, first)
}

fn code_of(class: Class) -> Code {
    match class {
        Class::Precondition => Code::FailedPrecondition,
        Class::AlreadyExists => Code::AlreadyExists,
        Class::PermissionDenied => Code::PermissionDenied,
        Class::InvalidArgument => Code::InvalidArgument,
    }
}

fn refusal_message(first: &Violation, more: usize) -> String {
    let mut message = first.finding.message.clone();
    match more {
        0 => {}
        1 => message.push_str(" (and 1 more violation)"),
        _ => message.push_str(&format!(" (and {more} more violations)")),
    }
    if let Some(remedy) = first.remedies().first() {
        message.push_str("; remedy: ");
        message.push_str(remedy);
    }
    message
}

fn protocol(fault: &Fault) -> Status {
    if let Fault::Internal(cause) = fault {
        tracing::error!(cause, "defect");
    }
    let reason = fault.protocol_reason().map(wire::reason_name).unwrap_or_default();
    let mut details = Details::of(code(fault), message(fault), reason, metadata(fault));
    match fault {
        Fault::Invalid(fields) => fields.iter().for_each(|f| details.bad_field(&f.field, &f.description)),
        Fault::PageToken => details.bad_field("page_token", "must be the token of the page before"),
        Fault::FeedCursorInvalid => details.bad_field("cursor", "must be the cursor of an event or bookmark"),
        Fault::RequestIdReused { .. } => details.bad_field("request_id", "must be new for other content"),
        Fault::NotFound { resource_type, name } | Fault::AlreadyExists { resource_type, name } => {
            details.resource(resource_type, name);
        }
        Fault::StateConflict { resource, .. } | Fault::EtagMismatch { resource, .. } => {
            details.resource("", resource)
        }
        Fault::LostRace { .. } => details.retry_after(RETRY_RACE_MILLIS),
        Fault::TooSoon { wait, .. } => {
            details.retry_after(u32::try_from(wait.as_millis()).unwrap_or(u32::MAX));
        }
        Fault::Overloaded { .. }
        | Fault::Peer { .. }
        | Fault::StoreUnavailable
        | Fault::StoreDisconnected
        | Fault::Stopping { .. } => {
            details.retry_after(RETRY_UNAVAILABLE_MILLIS);
        }
        _ => {}
    }
    details.into_status()
}

fn code(fault: &Fault) -> Code {
    match fault {
        Fault::Invalid(_) | Fault::PageToken | Fault::RequestIdReused { .. } | Fault::FeedCursorInvalid => {
            Code::InvalidArgument
        }
        Fault::CredentialMissing { .. } | Fault::CredentialInvalid { .. } => Code::Unauthenticated,
        Fault::RoleMissing { .. } => Code::PermissionDenied,
        Fault::NotFound { .. } | Fault::LinkInvalid => Code::NotFound,
        Fault::AlreadyExists { .. } => Code::AlreadyExists,
        Fault::StateConflict { .. } | Fault::Refused(_) | Fault::FeedCursorForeign { .. } => {
            Code::FailedPrecondition
        }
        Fault::FeedCursorTooOld { .. } => Code::OutOfRange,
        Fault::EtagMismatch { .. } | Fault::LostRace { .. } => Code::Aborted,
        Fault::Limit { .. }
        | Fault::Overloaded { .. }
        | Fault::TooSoon { .. }
        | Fault::FeedConsumerTooSlow { .. } => Code::ResourceExhausted,
        Fault::Peer { .. } | Fault::StoreUnavailable | Fault::StoreDisconnected | Fault::Stopping { .. } => {
            Code::Unavailable
        }
        Fault::PeerAnswered(status) => status.code(),
        Fault::Deadline => Code::DeadlineExceeded,
        Fault::Internal(_) => Code::Internal,
    }
}

fn message(fault: &Fault) -> String {
    match fault {
        Fault::Invalid(fields) => invalid_message(fields),
        Fault::PageToken => "`page_token` is not one of this query's; remedy: start again without a token".into(),
        Fault::RequestIdReused { request_id } => format!(
            "request id `{request_id}` was used before with other content; remedy: choose a new one for a new request"
        ),
        Fault::CredentialMissing { header } => {
            format!("the call carries no credential; remedy: send a bearer token in the header `{header}`")
        }
        Fault::CredentialInvalid { header } => format!(
            "the credential in the header `{header}` is none that this server accepts; remedy: get a new one"
        ),
        Fault::RoleMissing { rpc, roles } => {
            format!("`{rpc}` is not the caller's to call; remedy: call it as one of {}", in_backticks(roles))
        }
        Fault::NotFound { resource_type, name } => format!(
            "there is no {resource_type} `{name}` that the caller may see; remedy: check the name and the credential"
        ),
        Fault::LinkInvalid => "no invitation has that link; remedy: ask the sender for the present one".into(),
        Fault::AlreadyExists { resource_type, name } => {
            format!("{resource_type} `{name}` exists already; remedy: read it, or choose another id")
        }
        Fault::StateConflict { resource, state, needs } => {
            format!("`{resource}` is in state `{state}`; remedy: this is possible in {}", in_backticks(needs))
        }
        Fault::EtagMismatch { resource, etag, current } => format!(
            "`{resource}` has etag `{current}`, not `{etag}`; remedy: read it again and repeat with its etag"
        ),
        Fault::LostRace { resource } if resource.is_empty() => {
            "other writers changed what this rests on; remedy: repeat the call".into()
        }
        Fault::LostRace { resource } => {
            format!("other writers changed `{resource}` in the meantime; remedy: repeat the call")
        }
        Fault::Limit { limit, value } => format!("`{limit}` is reached: {value}; remedy: stay below it"),
        Fault::Overloaded { limit, value } | Fault::TooSoon { limit, value, .. } => {
            format!("`{limit}` is reached: {value}; remedy: repeat the call after the hinted delay")
        }
        Fault::Peer { peer } => format!(
            "`{peer}` could not be asked; remedy: repeat the call, with its request id, after the hinted delay"
        ),
        Fault::StoreUnavailable | Fault::StoreDisconnected => {
            "the database could not be reached; remedy: repeat the call, with its request id, after the hinted delay"
                .into()
        }
        Fault::FeedCursorInvalid => {
            "`cursor` is none of a change feed; remedy: send back the cursor of an event or bookmark unchanged".into()
        }
        Fault::FeedCursorForeign { service } => format!(
            "the cursor belongs to another feed than that of `{service}`, or to a book that was set back since; remedy: ask the service that gave it, or list the resources again and start from now"
        ),
        Fault::FeedCursorTooOld { position, first, .. } => format!(
            "events after `{position}` were erased, the oldest that is kept is `{first}`; remedy: start from now, and list the resources again"
        ),
        Fault::FeedConsumerTooSlow { wait_max, .. } => format!(
            "events waited longer than `{}` s to be taken; remedy: go on from the cursor, and take them faster",
            wait_max.as_secs()
        ),
        Fault::Stopping { cursor } => stopping_message(cursor),
        Fault::Deadline => {
            "the deadline passed before an answer; remedy: repeat the call with its request id and more time".into()
        }
        Fault::Internal(_) | Fault::Refused(_) | Fault::PeerAnswered(_) => {
            "a defect of the suite, which was logged; remedy: tell the operator the `x-request-id` of the call".into()
        }
    }
}

fn stopping_message(cursor: &str) -> String {
    let again = if cursor.is_empty() { "ask again" } else { "go on from the cursor" };
    format!("the server stops; remedy: {again} after the hinted delay")
}

fn invalid_message(fields: &[FieldViolation]) -> String {
    let Some(first) = fields.first() else {
        return "a request field is malformed".into();
    };
    let mut message = format!("`{}` {}", first.field, first.description);
    match fields.len() {
        0 | 1 => {}
        2 => message.push_str(" (and 1 more field)"),
        many => message.push_str(&format!(" (and {} more fields)", many - 1)),
    }
    message
}

fn in_backticks(words: &str) -> String {
    words.split(' ').map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or ")
}

fn metadata(fault: &Fault) -> BTreeMap<String, String> {
    let served = scope::served();
    let (rpc, service) = served.map_or(("", ""), |served| (served.rpc, served.service));
    let pairs: Vec<(&str, String)> = match fault {
        Fault::Invalid(fields) => fields.first().map_or_else(Vec::new, |first| {
            vec![("field", first.field.clone()), ("description", first.description.clone())]
        }),
        Fault::PageToken => vec![("field", "page_token".into())],
        Fault::RequestIdReused { request_id } => vec![("request_id", request_id.clone())],
        Fault::CredentialMissing { header } | Fault::CredentialInvalid { header } => {
            vec![("header", (*header).into())]
        }
        Fault::RoleMissing { rpc, roles } => vec![("rpc", (*rpc).into()), ("roles", roles.clone())],
        Fault::NotFound { resource_type, name } | Fault::AlreadyExists { resource_type, name } => {
            vec![("resource", name.clone()), ("resource_type", (*resource_type).into())]
        }
        Fault::LinkInvalid => vec![("resource_type", "invitation".into())],
        Fault::StateConflict { resource, state, needs } => {
            vec![("resource", resource.clone()), ("state", state.clone()), ("needs", needs.clone())]
        }
        Fault::EtagMismatch { resource, etag, current } => {
            vec![("resource", resource.clone()), ("etag", etag.clone()), ("current", current.clone())]
        }
        Fault::LostRace { resource } => vec![("resource", resource.clone())],
        Fault::Limit { limit, value }
        | Fault::Overloaded { limit, value }
        | Fault::TooSoon { limit, value, .. } => {
            vec![("limit", (*limit).into()), ("value", value.to_string())]
        }
        Fault::Peer { peer } => vec![("peer", (*peer).into())],
        Fault::FeedCursorInvalid => vec![("field", "cursor".into())],
        Fault::FeedCursorForeign { service } => vec![("service", (*service).into())],
        Fault::FeedCursorTooOld { service, position, first } => vec![
            ("service", (*service).into()),
            ("position", position.to_string()),
            ("oldest_kept", first.to_string()),
        ],
        Fault::FeedConsumerTooSlow { wait_max, cursor } => vec![
            ("limit", "feed_consumer_wait_seconds_max".into()),
            ("value", wait_max.as_secs().to_string()),
            ("cursor", cursor.clone()),
        ],
        Fault::Stopping { cursor } => vec![("cursor", cursor.clone())],
        Fault::StoreUnavailable | Fault::StoreDisconnected => vec![("service", service.into())],
        Fault::Deadline | Fault::Internal(_) => vec![("rpc", rpc.into())],
        Fault::Refused(_) | Fault::PeerAnswered(_) => Vec::new(),
    };
    pairs
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name.into(), value))
        .collect()
}
