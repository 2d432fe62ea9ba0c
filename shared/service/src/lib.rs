//! The base of every service of the suite: the server, the identity of callers, the parsing of requests,
//! errors, the handling of mutations, and the clients of the other services. This crate owns no resource.
//! From the domain it uses only the types of the rule book (`csp-policy`), because the services exchange
//! facts in those types.
//!
//! Three terms: the contract is the protobuf API in `proto/`; the rule book is the crate `csp-policy`; a peer
//! is another service of the suite.
//!
//! The modules, in reading order:
//! 1. `fault`: [`Fault`], the one error type; `fault/table.rs` lists the answer to the client for each fault;
//! 2. `request`: [`Credentials`] and [`Call`]: who calls; [`Fields`], [`order`], [`Page`], [`etag`]: parsing
//!    of request fields; [`ExternalId`]: a party's own key; [`wire`], [`Stored`]: conversions to and from
//!    the contract's types and table columns;
//! 3. `command`: [`Run`] and [`Write`], which carry a mutation from its request to its answer; [`Book`],
//!    [`Attempt`], [`Effect`] and [`races`], the parts they are built from;
//! 4. [`feed`]: the change feed, which streams committed changes in order;
//! 5. [`peers`]: the facts of the other services, read through a [`Peer`] and converted to the types of the
//!    rule book;
//! 6. `runtime`: [`Clock`], [`Ids`], [`LinkKey`]: sources of time, ids and invitation links, passed as
//!    parameters; [`access`]: which roles may call which RPC, read from the contract's options; [`Gate`]: the
//!    checks that every call passes before it reaches its service; [`serve`] with [`Services`]: health,
//!    reflection, gRPC-Web, draining; [`telemetry`]: logs;
//! 7. [`Policy`] and [`ClockControl`]: the two gRPC services that belong to no domain service.
//!
//! The feature `played-peers` adds `played`: fakes of the other services for the tests of one service.
//!
//! Deliberately absent: caches, decisions of the rule book, and storage of its own.

mod command;
mod fault;
pub mod feed;
pub mod peers;
#[cfg(feature = "played-peers")]
pub mod played;
mod request;
mod runtime;

mod clock_service;
mod policy_service;

pub use clock_service::ClockControl;
pub use command::attempt::Attempt;
pub use command::book::{Accepted, Book};
pub use command::effect::Effect;
pub use command::preview::Touched;
pub use command::races;
pub use command::run::{Run, Write, is_guarded_by};
pub use fault::details::{ERROR_DOMAIN, RULES_PAGE_DEFAULT};
pub use fault::{Fault, FieldViolation, Refused, Result};
pub use peers::peer::{Peer, was_cut_off};
pub use policy_service::Policy;
pub use request::call::{Call, TRACE_HEADER};
pub use request::descriptors::{has_field, json, request_of};
pub use request::external_id::ExternalId;
pub use request::fields::{CustomersResource, Detail, Evidence, Fields, Tenant, attests};
pub use request::identity::{CALLER_HEADER, CREDENTIAL_HEADER, Claims, Credentials, DevelopmentToken};
pub use request::order_by::CreationOrder;
pub use request::page::{Entries, Page};
pub use request::stored::{Encoded, Storable, Stored};
pub use request::{company, etag, order, wire};
pub use runtime::channel::{Incoming, in_process, reach};
pub use runtime::clock::{Clock, ClockError};
pub use runtime::deadline::LATE_CALL_MAX;
pub use runtime::drain::Drain;
pub use runtime::gate::{Gate, Guarded};
pub use runtime::handler::Handler;
pub use runtime::health::Health;
pub use runtime::ids::Ids;
pub use runtime::link_key::LinkKey;
pub use runtime::server::{ServeError, Services, refuse_non_loopback, serve, serve_in_process};
pub use runtime::{access, telemetry};

/// Every limit that this crate sets.
pub mod limits {
    pub use crate::command::attempt::REQUEST_ID_CHARS_MAX;
    pub use crate::command::races::{PAUSE_MAX, PAUSE_MIN, RACES_MAX};
    pub use crate::fault::details::{DETAILS_BYTES_MAX, METADATA_VALUE_BYTES_MAX, SENTENCE_BYTES_MAX};
    pub use crate::feed::{
        BOOKMARK_INTERVAL_DEFAULT, BOOKMARK_INTERVAL_MAX, BOOKMARK_INTERVAL_MIN, FILTER_VALUE_CHARS_MAX,
        FILTER_VALUES_MAX, Limits as FeedLimits,
    };
    pub use crate::peers::peer::{ANSWER_WAIT_MAX, ASK_PAUSE_MIN, ASKED_MAX};
    pub use crate::request::fields::{
        ADDRESS_LINE_CHARS_MAX, ADDRESS_LINES_MAX, ADMIN_DAYS_MAX, ADMIN_ROLES_MAX, DOMAIN_CHARS_MAX,
        DOMAIN_LABEL_CHARS_MAX, EMAIL_CHARS_MAX, EMAIL_LOCAL_CHARS_MAX, EVIDENCE_SOURCE_CHARS_MAX,
        EXTERNAL_ID_CHARS_MAX, MPN_DIGITS_MAX, PERSON_NAME_CHARS_MAX, PHONE_CHARS_MAX, PLACE_CHARS_MAX,
        POSTAL_CODE_CHARS_MAX, RESOURCE_ID_CHARS_MAX, TENANT_CHARS_MAX,
    };
    pub use crate::request::identity::{CREDENTIAL_BYTES_MAX, SUBJECT_CHARS_MAX};
    pub use crate::request::order::LINES_MAX as ORDER_LINES_MAX;
    pub use crate::request::page::PAGE_BYTES_MAX;
    pub use crate::runtime::channel::{
        CONNECT_WAIT_MAX, CONNECTION_BYTES_MAX, CONNECTIONS_WAITING_MAX, KEEPALIVE,
    };
    pub use crate::runtime::clock::CLOCK_SECONDS_MAX;
    pub use crate::runtime::completion::ARRIVAL_WAIT_MAX;
    pub use crate::runtime::deadline::{DEADLINE_DEFAULT, DEADLINE_MAX, LATE_CALL_MAX};
    pub use crate::runtime::gate::{CALLS_IN_FLIGHT_MAX, MESSAGE_BYTES_MAX, TRACE_BYTES_MAX};
    pub use crate::runtime::health::{HEALTH_PERIOD, HEALTH_WAIT_MAX};
    pub use crate::runtime::link_key::LINK_TOKEN_BYTES_MAX;
    pub use crate::runtime::server::{DRAIN_MAX, HEADER_BYTES_MAX, STREAMS_PER_CONNECTION_MAX};
}

#[cfg(test)]
mod tests;
