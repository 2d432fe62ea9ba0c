//! The one error type of every service. `table.rs` lists the code, reason and message of each fault;
//! `status.rs` builds the gRPC status.

pub(crate) mod decision;
pub(crate) mod details;
mod status;
mod table;

use std::time::Duration;

use csp_policy::Decision;
use csp_proto::policy::v1 as pb;

pub(crate) use status::naming;
pub(crate) use table::Served;

/// Why a call failed.
#[derive(Debug)]
pub enum Fault {
    /// Request fields are malformed. Lists all malformed fields; never empty.
    Invalid(Vec<FieldViolation>),
    /// The page token was not issued for this query.
    PageToken,
    /// The request id was used before with different content.
    RequestIdReused {
        /// The request id.
        request_id: String,
    },
    /// The call carries no credential.
    CredentialMissing {
        /// The header of the credential.
        header: &'static str,
    },
    /// The credential is malformed, or this server does not accept it.
    CredentialInvalid {
        /// The header of the credential.
        header: &'static str,
    },
    /// The caller holds none of the roles that may call the RPC, or another party may do this to a resource
    /// that the caller sees.
    RoleMissing {
        /// The RPC.
        rpc: &'static str,
        /// The roles that may call the RPC, without the enum's prefix, or words for the parties that may,
        /// separated by spaces.
        roles: String,
    },
    /// The resource does not exist, or the caller may not see it.
    NotFound {
        /// Type of the missing resource, for example `partner`.
        resource_type: &'static str,
        /// Resource name as the caller sent it.
        name: String,
    },
    /// No invitation has this link.
    LinkInvalid,
    /// The id or external id is taken, or an equal resource exists.
    AlreadyExists {
        /// Type of the existing resource.
        resource_type: &'static str,
        /// Its resource name, or the taken id.
        name: String,
    },
    /// The state of the resource does not allow the act.
    StateConflict {
        /// Name of the resource.
        resource: String,
        /// Its current state, by the contract's name without the enum's prefix.
        state: String,
        /// The states that allow the act, separated by spaces.
        needs: String,
        /// What the caller can do, with the RPC that does it.
        remedy: String,
    },
    /// The operation was cancelled before it was done, and its steps are undone.
    OperationCancelled {
        /// Name of the operation.
        operation: String,
    },
    /// The server does not offer the RPC, or not in the way in which the client calls it.
    Unimplemented {
        /// A sentence without its end: what the server does not offer.
        message: String,
    },
    /// The resource changed after the caller read the etag.
    EtagMismatch {
        /// Name of the resource.
        resource: String,
        /// The etag that the caller sent.
        etag: String,
        /// The current etag.
        current: String,
    },
    /// Another writer changed data that the command depends on.
    LostRace {
        /// Name of the contested resource; empty when unknown.
        resource: String,
    },
    /// A named limit is reached; a retry does not help.
    Limit {
        /// Name of the limit.
        limit: &'static str,
        /// Value of the limit.
        value: u64,
    },
    /// The server is at its limit of calls or watchers in flight; a later retry may succeed.
    Overloaded {
        /// Name of the limit.
        limit: &'static str,
        /// Value of the limit.
        value: u64,
    },
    /// The same act happened too recently; a retry after `wait` may succeed.
    TooSoon {
        /// Name of the limit.
        limit: &'static str,
        /// Value of the limit.
        value: u64,
        /// Time until the act is possible again.
        wait: Duration,
    },
    /// The rule book refused the act.
    Refused(Box<Refused>),
    /// A peer that the call needs did not answer.
    Peer {
        /// Name of the peer.
        peer: &'static str,
    },
    /// A peer refused the call; its status is passed on unchanged.
    PeerAnswered(Box<tonic::Status>),
    /// The service's own database could not be reached.
    StoreUnavailable,
    /// The cursor of a change feed is malformed.
    FeedCursorInvalid,
    /// The cursor belongs to another feed, or to a history that this database does not contain, for example
    /// after a backup was restored.
    FeedCursorForeign {
        /// The source of the feed that was asked.
        source: String,
    },
    /// Events after the cursor were already erased.
    FeedCursorTooOld {
        /// The source of the erased events.
        source: String,
        /// Position of the last event before the cursor.
        position: i64,
        /// The oldest position that is still kept.
        first: i64,
    },
    /// A consumer of a change feed left its queue full for too long.
    FeedConsumerTooSlow {
        /// How long a queue may stay full.
        wait_max: Duration,
        /// Cursor after the last event that the consumer received.
        cursor: String,
    },
    /// The server is stopping and ends the stream or request.
    Stopping {
        /// Cursor after the last event that was sent; empty for a stream that is not a change feed.
        cursor: String,
    },
    /// The connection to the service's own database broke before anything was written.
    StoreDisconnected,
    /// The call's deadline passed.
    Deadline,
    /// A defect of the suite. The cause goes to the log, never to the caller.
    Internal(String),
}

/// A malformed request field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldViolation {
    /// Path of the field, for example `partner.legal_name`.
    pub field: String,
    /// The requirement, and the value that was sent. Continues the sentence that starts with the field's
    /// name: "must be …".
    pub description: String,
}

/// A refusal by the rule book.
#[derive(Debug, Clone, PartialEq)]
pub struct Refused {
    /// The decision as a message, with its name and all violations: what the client gets, and what is stored.
    pub told: pb::Decision,
    /// The decision of this service's rule book. What a peer found is in `told` alone.
    pub decision: Decision,
}

/// The result type of every service function.
pub type Result<T, E = Fault> = std::result::Result<T, E>;

impl Fault {
    /// A fault for one malformed field. `description` continues the sentence that starts with the field's
    /// name: "must be …".
    pub fn field(field: impl Into<String>, description: impl Into<String>) -> Self {
        Fault::Invalid(vec![FieldViolation { field: field.into(), description: description.into() }])
    }

    /// A fault for a resource that does not exist or that the caller may not see.
    pub fn not_found(resource_type: &'static str, name: impl Into<String>) -> Self {
        Fault::NotFound { resource_type, name: name.into() }
    }

    /// A fault for a caller that sees the resource, when only others may do this to it. `roles` are words for
    /// those others, separated by spaces; `rpc` is the full name of the RPC.
    pub fn role_missing(rpc: &'static str, roles: &str) -> Self {
        Fault::RoleMissing { rpc, roles: roles.to_owned() }
    }

    /// A fault for a race lost over `resource`; an empty name means that the resource is unknown.
    pub fn lost_race(resource: impl Into<String>) -> Self {
        Fault::LostRace { resource: resource.into() }
    }

    /// A fault for a late step of an operation that was already compensated.
    pub fn taken_back(operation: impl Into<String>) -> Self {
        Fault::StateConflict {
            resource: operation.into(),
            state: "TAKEN_BACK".to_owned(),
            needs: "RUNNING".to_owned(),
            remedy: "create the customer again with `CreateCustomer` or `AddCustomerWithOrder`".to_owned(),
        }
    }

    /// Whether nothing was written and a retry of the whole command may succeed.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(self, Fault::LostRace { .. } | Fault::StoreDisconnected)
    }

    /// A defect; `cause` goes to the log only.
    pub fn internal(cause: impl Into<String>) -> Self {
        Fault::Internal(cause.into())
    }
}

impl From<csp_store::Error> for Fault {
    fn from(error: csp_store::Error) -> Self {
        match error {
            // A conflict means that another writer took a key after this command found the key free.
            csp_store::Error::Conflict(_) | csp_store::Error::LostRace => Fault::lost_race(""),
            csp_store::Error::Unavailable { .. } => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the database is unavailable; check that it runs and can be reached"
                );
                Fault::StoreUnavailable
            }
            csp_store::Error::Disconnected { .. } => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "a connection to the database broke; check the database if this repeats"
                );
                Fault::StoreDisconnected
            }
            error => Fault::internal(told_with_sources(&error)),
        }
    }
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        csp_store::Error::from(error).into()
    }
}

fn told_with_sources(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(error.source(), |source| source.source());
    sources.fold(error.to_string(), |told, source| format!("{told}: {source}"))
}
