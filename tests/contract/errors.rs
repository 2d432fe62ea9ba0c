//! The errors of the protocol: each has the code, the reason and the metadata that the contract documents.
//! The errors of the rule book are compared in every test that gets one.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use csp_service::Fault;
use csp_tests::comments::of_reasons;
use prost::Message as _;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// Metadata that the gate adds to an error, because a service does not know which of its RPCs failed.
const ADDED_BY_THE_GATE: [(&str, &str); 4] = [
    ("METHOD_UNIMPLEMENTED", "method"),
    ("INTERNAL", "method"),
    ("DEADLINE_EXCEEDED", "method"),
    ("STORE_UNAVAILABLE", "service"),
];

#[test]
#[expect(clippy::too_many_lines, reason = "a table: one row for each fault")]
fn each_fault_has_the_code_the_reason_and_the_metadata_that_the_contract_documents() {
    let feed = || "//csp-suite/customer".to_owned();
    let (resource, header) = ("partners/fabrikam".to_owned(), "authorization");
    let table = [
        (Fault::field("page_size", "must not be negative"), Code::InvalidArgument, "FIELD_INVALID"),
        (Fault::PageToken, Code::InvalidArgument, "PAGE_TOKEN_INVALID"),
        (Fault::RequestIdReused { request_id: "7f1c".into() }, Code::InvalidArgument, "REQUEST_ID_REUSED"),
        (Fault::CredentialMissing { header }, Code::Unauthenticated, "CREDENTIAL_MISSING"),
        (Fault::CredentialInvalid { header }, Code::Unauthenticated, "CREDENTIAL_INVALID"),
        (Fault::RoleMissing { rpc: "X", roles: "OPERATOR".into() }, Code::PermissionDenied, "ROLE_MISSING"),
        (Fault::not_found("partner", "partners/x"), Code::NotFound, "NOT_FOUND"),
        (Fault::LinkInvalid, Code::NotFound, "NOT_FOUND"),
        (
            Fault::AlreadyExists { resource_type: "partner", name: resource.clone() },
            Code::AlreadyExists,
            "RESOURCE_ALREADY_EXISTS",
        ),
        (
            Fault::StateConflict {
                resource: resource.clone(),
                state: "REMOVED".into(),
                needs: "PENDING".into(),
                remedy: "ask again".into(),
            },
            Code::FailedPrecondition,
            "STATE_CONFLICT",
        ),
        (
            Fault::EtagMismatch { resource: resource.clone(), etag: "3".into(), current: "4".into() },
            Code::Aborted,
            "ETAG_MISMATCH",
        ),
        (Fault::lost_race(resource), Code::Aborted, "LOST_RACE"),
        (Fault::Limit { limit: "lines_max", value: 100 }, Code::ResourceExhausted, "LIMIT_EXCEEDED"),
        (Fault::Overloaded { limit: "calls_max", value: 9 }, Code::ResourceExhausted, "LIMIT_EXCEEDED"),
        (
            Fault::TooSoon { limit: "interval_seconds", value: 60, wait: Duration::from_secs(9) },
            Code::ResourceExhausted,
            "LIMIT_EXCEEDED",
        ),
        (Fault::Peer { peer: "customer" }, Code::Unavailable, "PEER_UNAVAILABLE"),
        (Fault::StoreUnavailable, Code::Unavailable, "STORE_UNAVAILABLE"),
        (Fault::FeedCursorInvalid, Code::InvalidArgument, "FEED_CURSOR_INVALID"),
        (Fault::FeedCursorForeign { source: feed() }, Code::FailedPrecondition, "FEED_CURSOR_FOREIGN"),
        (
            Fault::FeedCursorTooOld { source: feed(), position: 17, first: 1000 },
            Code::OutOfRange,
            "FEED_CURSOR_TOO_OLD",
        ),
        (
            Fault::FeedConsumerTooSlow { wait_max: Duration::from_secs(30), cursor: "AWb3".into() },
            Code::ResourceExhausted,
            "FEED_CONSUMER_TOO_SLOW",
        ),
        (Fault::Stopping { cursor: "AWb3".into() }, Code::Unavailable, "SERVER_STOPPING"),
        (Fault::Stopping { cursor: String::new() }, Code::Unavailable, "SERVER_STOPPING"),
        (Fault::Deadline, Code::DeadlineExceeded, "DEADLINE_EXCEEDED"),
        (
            Fault::OperationCancelled { operation: "operations/customer.1".into() },
            Code::Cancelled,
            "OPERATION_CANCELLED",
        ),
        (
            Fault::Unimplemented { message: "there is no RPC `x`".into() },
            Code::Unimplemented,
            "METHOD_UNIMPLEMENTED",
        ),
        (Fault::internal("secret cause"), Code::Internal, "INTERNAL"),
    ];
    let mut sent: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (fault, code, reason) in table {
        let status = Status::from(fault);
        let details = tonic_types::pb::Status::decode(status.details()).unwrap();
        assert_eq!((status.code(), details.code), (code, i32::from(code)), "{reason}");
        assert_eq!(status.get_details_error_info().unwrap().reason, reason);
        // The description of a malformed field says what to do.
        let names_remedy = status.message().contains("; remedy: ") || reason == "FIELD_INVALID";
        assert!(names_remedy, "{}", status.message());
        assert!(!status.message().contains("secret"), "internals are not shown");
        let info = status.get_details_error_info().unwrap();
        let keys: BTreeSet<String> = info.metadata.into_keys().collect();
        sent.entry(info.reason).or_default().extend(keys);
        let infos = details.details.iter().filter(|any| any.type_url.ends_with("ErrorInfo")).count();
        assert_eq!(infos, 1, "{reason}");
    }
    for (reason, key) in ADDED_BY_THE_GATE {
        sent.entry(reason.to_owned()).or_default().insert(key.to_owned());
    }
    let of_the_protocol = of_reasons().into_iter().filter(|(_, known)| known.rules.is_empty());
    let documented: BTreeMap<_, _> = of_the_protocol.map(|(reason, known)| (reason, known.keys)).collect();
    assert_eq!(sent, documented, "left: what is sent, right: what the contract documents");
}
