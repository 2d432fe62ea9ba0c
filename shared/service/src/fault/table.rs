//! The table of faults: code, reason, message and details that a client gets for each fault.
//!
//! A message is understood without its context: lowercase, the caller's values in backticks, no internals,
//! and the remedy.

use std::fmt;
use std::time::Duration;

use csp_proto::policy::v1::ErrorReason;
use tonic::Code;

use super::{Fault, FieldViolation};

/// Retry delay after an unreachable peer, an unreachable database or a full server.
const RETRY_UNAVAILABLE: Duration = Duration::from_secs(1);
/// Retry delay after a lost race.
const RETRY_RACE: Duration = Duration::from_millis(50);

/// The RPC that failed, for faults whose message details name the RPC. Both names are empty where the RPC is
/// unknown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Served {
    /// Name of the service, for example `partner-registry`.
    pub(crate) service: &'static str,
    /// Full name of the RPC.
    pub(crate) rpc: &'static str,
}

/// Everything that a client gets for a fault.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) code: Code,
    pub(super) reason: ErrorReason,
    pub(super) message: String,
    pub(super) metadata: Vec<(&'static str, String)>,
    /// Fields that the caller must correct.
    pub(super) fields: Vec<FieldViolation>,
    /// Type and name of the resource that the fault is about.
    pub(super) resource: Option<(&'static str, String)>,
    /// Delay after which a retry may succeed; `None` when a retry does not help.
    pub(super) retry: Option<Duration>,
    /// Whether the metadata has a place for the name of the RPC or of its service.
    pub(super) names_served: bool,
}

/// The row of a fault. A refusal of the rule book and a peer's status have no row of their own: `status.rs`
/// converts them.
#[expect(clippy::too_many_lines, reason = "a table: one row for each fault")]
pub(super) fn row(fault: &Fault, served: Served) -> Row {
    use {Code as C, ErrorReason as R};
    match fault {
        Fault::Invalid(fields) => Row {
            fields: fields.clone(),
            ..Row::of(C::InvalidArgument, R::FieldInvalid, invalid(fields))
                .with("field", fields.first().map_or("", |first| &first.field))
                .with("description", fields.first().map_or("", |first| &first.description))
        },
        Fault::PageToken => {
            let message = "`page_token` is not one of this query's; remedy: start again without a token";
            Row::of(C::InvalidArgument, R::PageTokenInvalid, message)
                .with("field", "page_token")
                .field("page_token", "must be the token of the page before")
        }
        Fault::RequestIdReused { request_id } => {
            let message = format!(
                "request id `{request_id}` was used before with other content; remedy: choose a new one for a new request"
            );
            Row::of(C::InvalidArgument, R::RequestIdReused, message)
                .with("request_id", request_id)
                .field("request_id", "must be new for other content")
        }
        Fault::CredentialMissing { header } => {
            let message = format!(
                "the call carries no credential; remedy: send a bearer token in the header `{header}`"
            );
            Row::of(C::Unauthenticated, R::CredentialMissing, message).with("header", header)
        }
        Fault::CredentialInvalid { header } => {
            let message = format!(
                "the credential in the header `{header}` is none that this server accepts; remedy: get a new one"
            );
            Row::of(C::Unauthenticated, R::CredentialInvalid, message).with("header", header)
        }
        Fault::RoleMissing { rpc, roles } => {
            let one_of = in_backticks(roles);
            let message = format!("`{rpc}` is not the caller's to call; remedy: call it as one of {one_of}");
            Row::of(C::PermissionDenied, R::RoleMissing, message).with("method", rpc).with("roles", roles)
        }
        Fault::NotFound { resource_type, name } => {
            let message = format!(
                "there is no {resource_type} `{name}` that the caller may see; remedy: check the name and the credential"
            );
            Row::of(C::NotFound, R::NotFound, message)
                .with("resource", name)
                .with("resource_type", resource_type)
                .about(resource_type, name)
        }
        Fault::LinkInvalid => {
            let message = "no invitation has that link; remedy: ask the sender for the present one";
            Row::of(C::NotFound, R::NotFound, message).with("resource_type", "invitation")
        }
        Fault::AlreadyExists { resource_type, name } => {
            let message =
                format!("{resource_type} `{name}` exists already; remedy: read it, or choose another id");
            Row::of(C::AlreadyExists, R::ResourceAlreadyExists, message)
                .with("resource", name)
                .with("resource_type", resource_type)
                .about(resource_type, name)
        }
        Fault::StateConflict { resource, state, needs, remedy } => {
            let needed = in_backticks(needs);
            let message = format!("`{resource}` is in state `{state}`, not in {needed}; remedy: {remedy}");
            Row::of(C::FailedPrecondition, R::StateConflict, message)
                .with("resource", resource)
                .with("state", state)
                .with("needs", needs)
                .about("", resource)
        }
        Fault::OperationCancelled { operation } => {
            let message = format!(
                "`{operation}` was cancelled and is undone; remedy: begin again with a new request id"
            );
            Row::of(C::Cancelled, R::OperationCancelled, message).with("operation", operation)
        }
        Fault::Unimplemented { message } => {
            let message =
                format!("{message}; remedy: ask the server's reflection for the RPCs that it offers");
            Row::of(C::Unimplemented, R::MethodUnimplemented, message).served("method", served.rpc)
        }
        Fault::EtagMismatch { resource, etag, current } => {
            let message = format!(
                "`{resource}` has etag `{current}`, not `{etag}`; remedy: read it again and repeat with its etag"
            );
            Row::of(C::Aborted, R::EtagMismatch, message)
                .with("resource", resource)
                .with("etag", etag)
                .with("current", current)
                .about("", resource)
        }
        Fault::LostRace { resource } => {
            let message = if resource.is_empty() {
                "other writers changed what this rests on; remedy: repeat the call".to_owned()
            } else {
                format!("other writers changed `{resource}` in the meantime; remedy: repeat the call")
            };
            Row::of(C::Aborted, R::LostRace, message).with("resource", resource).after(RETRY_RACE)
        }
        Fault::Limit { limit, value } => {
            let message = format!("`{limit}` is reached: {value}; remedy: stay below it");
            Row::of(C::ResourceExhausted, R::LimitExceeded, message).with("limit", limit).with("value", value)
        }
        Fault::Overloaded { limit, value } => reached(limit, *value).after(RETRY_UNAVAILABLE),
        Fault::TooSoon { limit, value, wait } => reached(limit, *value).after(*wait),
        Fault::Peer { peer } => {
            let message = format!(
                "`{peer}` could not be asked; remedy: repeat the call, with its request id, after the hinted delay"
            );
            Row::of(C::Unavailable, R::PeerUnavailable, message).with("peer", peer).after(RETRY_UNAVAILABLE)
        }
        Fault::StoreUnavailable | Fault::StoreDisconnected => {
            let message = "the database could not be reached; remedy: repeat the call, with its request id, after the hinted delay";
            Row::of(C::Unavailable, R::StoreUnavailable, message)
                .served("service", served.service)
                .after(RETRY_UNAVAILABLE)
        }
        Fault::FeedCursorInvalid => {
            let message = "`cursor` is none of a change feed; remedy: send back the cursor of an event or bookmark unchanged";
            Row::of(C::InvalidArgument, R::FeedCursorInvalid, message)
                .with("field", "cursor")
                .field("cursor", "must be the cursor of an event or bookmark")
        }
        Fault::FeedCursorForeign { source } => {
            let message = format!(
                "the cursor belongs to another feed than that of `{source}`, or to a book that was set back since; remedy: ask the server that gave it, or list the resources again and start from now"
            );
            Row::of(C::FailedPrecondition, R::FeedCursorForeign, message).with("source", source)
        }
        Fault::FeedCursorTooOld { source, position, first } => {
            let message = format!(
                "events of `{source}` after `{position}` were erased, the oldest that is kept is `{first}`; remedy: start from now, and list the resources again"
            );
            Row::of(C::OutOfRange, R::FeedCursorTooOld, message)
                .with("source", source)
                .with("position", position)
                .with("oldest_kept", first)
        }
        Fault::FeedConsumerTooSlow { wait_max, cursor } => {
            let seconds = wait_max.as_secs();
            let message = format!(
                "events waited longer than `{seconds}` s to be taken; remedy: go on from the cursor, and take them faster"
            );
            Row::of(C::ResourceExhausted, R::FeedConsumerTooSlow, message)
                .with("limit", "feed_consumer_wait_seconds_max")
                .with("value", seconds)
                .with("cursor", cursor)
        }
        Fault::Stopping { cursor } => {
            let again = if cursor.is_empty() { "ask again" } else { "go on from the cursor" };
            let message = format!("the server stops; remedy: {again} after the hinted delay");
            Row::of(C::Unavailable, R::ServerStopping, message)
                .with("cursor", cursor)
                .after(RETRY_UNAVAILABLE)
        }
        Fault::Deadline => {
            let message = "the deadline passed before an answer; remedy: repeat the call with its request id and more time";
            Row::of(C::DeadlineExceeded, R::DeadlineExceeded, message).served("method", served.rpc)
        }
        // The cause goes to the log only.
        Fault::Internal(_) | Fault::Refused(_) | Fault::PeerAnswered(_) => {
            let message = "a defect of the suite, which was logged; remedy: tell the operator the `x-request-id` of the call";
            Row::of(C::Internal, R::Internal, message).served("method", served.rpc)
        }
    }
}

impl Row {
    fn of(code: Code, reason: ErrorReason, message: impl Into<String>) -> Self {
        let (metadata, fields) = (Vec::new(), Vec::new());
        let message = message.into();
        Row { code, reason, message, metadata, fields, resource: None, retry: None, names_served: false }
    }

    /// Adds a variable of the message to the metadata; an empty value is left out.
    fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        let value = value.to_string();
        if !value.is_empty() {
            self.metadata.push((name, value));
        }
        self
    }

    fn served(self, name: &'static str, value: &str) -> Self {
        Row { names_served: true, ..self.with(name, value) }
    }

    fn field(mut self, field: &str, description: &str) -> Self {
        let (field, description) = (field.to_owned(), description.to_owned());
        self.fields.push(FieldViolation { field, description });
        self
    }

    fn about(self, resource_type: &'static str, name: &str) -> Self {
        Row { resource: Some((resource_type, name.to_owned())), ..self }
    }

    fn after(self, delay: Duration) -> Self {
        Row { retry: Some(delay), ..self }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&row(self, Served::default()).message)
    }
}

impl std::error::Error for Fault {}

fn reached(limit: &str, value: u64) -> Row {
    let message = format!("`{limit}` is reached: {value}; remedy: repeat the call after the hinted delay");
    Row::of(Code::ResourceExhausted, ErrorReason::LimitExceeded, message)
        .with("limit", limit)
        .with("value", value)
}

fn invalid(fields: &[FieldViolation]) -> String {
    let Some(first) = fields.first() else {
        return "a request field is malformed".to_owned();
    };
    let message = format!("`{}` {}", first.field, first.description);
    match fields.len() {
        0 | 1 => message,
        2 => format!("{message} (and 1 more field)"),
        many => format!("{message} (and {} more fields)", many - 1),
    }
}

fn in_backticks(words: &str) -> String {
    words.split(' ').map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or ")
}
