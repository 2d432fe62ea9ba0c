//! The one error type of every service. `table.rs` says what a client is told of each, `status.rs` makes the status.

pub(crate) mod decision;
pub(crate) mod details;
mod status;
mod table;

use std::time::Duration;

use csp_policy::Decision;

pub(crate) use status::naming;
pub(crate) use table::Served;

/// Why a call was not done.
#[derive(Debug)]
pub enum Fault {
    /// Request fields are malformed: all of them. Never empty.
    Invalid(Vec<FieldViolation>),
    /// The page token is not one of this query's.
    PageToken,
    /// The request id was used before with other content.
    RequestIdReused {
        /// The id.
        request_id: String,
    },
    /// The call carries no credential.
    CredentialMissing {
        /// The header in which it belongs.
        header: &'static str,
    },
    /// The credential is not one that this server accepts.
    CredentialInvalid {
        /// The header in which it was sent.
        header: &'static str,
    },
    /// The caller holds none of the roles that may call the RPC.
    RoleMissing {
        /// The RPC.
        rpc: &'static str,
        /// The roles that may, without their prefix, separated by spaces.
        roles: String,
    },
    /// The resource is absent, or not the caller's to see.
    NotFound {
        /// What kind of thing was looked for, for example `partner`.
        resource_type: &'static str,
        /// Its resource name as the caller gave it.
        name: String,
    },
    /// No invitation has that link.
    LinkInvalid,
    /// The id or external id is taken, or the same thing exists.
    AlreadyExists {
        /// What kind of thing exists.
        resource_type: &'static str,
        /// Its resource name or the taken id.
        name: String,
    },
    /// The resource is not in a state from which this is possible.
    StateConflict {
        /// Its resource name.
        resource: String,
        /// Its state, as the contract names it without the prefix.
        state: String,
        /// The states from which this is possible.
        needs: String,
    },
    /// The resource was changed since the etag was read.
    EtagMismatch {
        /// Its resource name.
        resource: String,
        /// The etag that the caller holds.
        etag: String,
        /// The present one.
        current: String,
    },
    /// Another writer changed what the decision rests on.
    LostRace {
        /// What was fought over; empty when unknown.
        resource: String,
    },
    /// A named limit is reached; repeating the call does not help.
    Limit {
        /// Name of the limit.
        limit: &'static str,
        /// The limit itself.
        value: u64,
    },
    /// The server has as many calls at work as it takes; repeating the call later helps.
    Overloaded {
        /// Name of the limit.
        limit: &'static str,
        /// The limit itself.
        value: u64,
    },
    /// The same was done a moment ago; repeating the call after a while helps.
    TooSoon {
        /// Name of the limit.
        limit: &'static str,
        /// The limit itself.
        value: u64,
        /// How long it still takes.
        wait: Duration,
    },
    /// The rule book refused the act.
    Refused(Box<Refused>),
    /// Another service, whose facts are needed, could not be asked.
    Peer {
        /// Name of that service.
        peer: &'static str,
    },
    /// Another service refused; its answer is passed on unchanged.
    PeerAnswered(Box<tonic::Status>),
    /// The service's own database could not be reached.
    StoreUnavailable,
    /// The cursor of a change feed is malformed.
    FeedCursorInvalid,
    /// The cursor belongs to another feed, or to a history that this one has not.
    FeedCursorForeign {
        /// The service that was asked.
        service: &'static str,
    },
    /// Events after the cursor were erased.
    FeedCursorTooOld {
        /// The service that was asked.
        service: &'static str,
        /// Position of the last event before the cursor.
        position: i64,
        /// The oldest position that is kept.
        first: i64,
    },
    /// A consumer let events wait for too long.
    FeedConsumerTooSlow {
        /// How long it may.
        wait_max: Duration,
        /// After everything that was told to it.
        cursor: String,
    },
    /// The server stops, and a stream with it.
    Stopping {
        /// After everything that was told; empty where nothing was told from a feed.
        cursor: String,
    },
    /// The connection to the service's own database broke before anything was written.
    StoreDisconnected,
    /// The call's deadline passed.
    Deadline,
    /// A defect. The cause goes to the log, never to the caller.
    Internal(String),
}

/// A malformed request field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldViolation {
    /// Path of the field, for example `partner.legal_name`.
    pub field: String,
    /// What it must be, and what it was: goes on after the field's name, as in "must be …".
    pub description: String,
}

/// A refusal by the rule book, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Under which the decision can be read again; `None` when it was not stored (`validate_only`).
    pub decision_id: Option<String>,
    /// The decision, with every violation.
    pub decision: Decision,
}

/// What a service's function gives.
pub type Result<T, E = Fault> = std::result::Result<T, E>;

impl Fault {
    /// One malformed field: `description` goes on after the field's name, as in "must be …".
    pub fn field(field: impl Into<String>, description: impl Into<String>) -> Self {
        Fault::Invalid(vec![FieldViolation { field: field.into(), description: description.into() }])
    }

    /// An absent resource, or one that is not the caller's to see.
    pub fn not_found(resource_type: &'static str, name: impl Into<String>) -> Self {
        Fault::NotFound { resource_type, name: name.into() }
    }

    /// A race that was lost over `resource`.
    pub fn lost_race(resource: impl Into<String>) -> Self {
        Fault::LostRace { resource: resource.into() }
    }

    /// A step of an operation that was taken back.
    pub fn taken_back(operation: impl Into<String>) -> Self {
        Fault::StateConflict {
            resource: operation.into(),
            state: "TAKEN_BACK".to_owned(),
            needs: "RUNNING".to_owned(),
        }
    }

    /// Whether nothing was written and the same command, from its beginning, may succeed.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(self, Fault::LostRace { .. } | Fault::StoreDisconnected)
    }

    /// A defect, told to the log only.
    pub fn internal(cause: impl Into<String>) -> Self {
        Fault::Internal(cause.into())
    }
}

impl From<csp_store::Error> for Fault {
    fn from(error: csp_store::Error) -> Self {
        match error {
            // A key that was free when it was looked at was taken by another writer.
            csp_store::Error::Conflict(_) | csp_store::Error::LostRace => Fault::lost_race(""),
            csp_store::Error::Unavailable { .. } => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the database is unavailable");
                Fault::StoreUnavailable
            }
            csp_store::Error::Disconnected { .. } => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "a connection to the database broke"
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
