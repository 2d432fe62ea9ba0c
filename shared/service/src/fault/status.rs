//! Converts a fault to a gRPC status: a row of the table, a refusal of the rule book, or the unchanged status
//! of a peer.

use std::sync::Arc;

use csp_policy::Class;
use csp_proto::policy::v1::Violation;
use http::Response;
use tonic::body::Body;
use tonic::{Code, Status};

use super::details::{self, Details, RULES_PAGE_DEFAULT};
use super::table::{Row, Served, row};
use super::{Fault, Refused};
use crate::request::wire;

impl From<Fault> for Status {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::PeerAnswered(status) => {
                // Drop the metadata: it belongs to the connection to the peer.
                Status::with_details(status.code(), status.message(), status.details().to_vec().into())
            }
            Fault::Refused(refused) => {
                let mut status = refusal(&refused, RULES_PAGE_DEFAULT);
                // Keep the fault for the gate, which knows the page of rules of this deployment.
                status.set_source(Arc::new(Fault::Refused(refused)));
                status
            }
            fault => protocol(fault),
        }
    }
}

/// Adds the name of the RPC, or of its service, to an error that has a place for the name, and the page of
/// rules to a refusal. The gate does this because a service knows neither.
pub(crate) fn naming(served: Served, rules_page: &str, response: Response<Body>) -> Response<Body> {
    if let Some(fault) =
        Status::from_header_map(response.headers()).and_then(|told| of_transport(&told, served))
    {
        return status(row(&fault, served)).into_http();
    }
    let answered = response.extensions().get::<Status>().and_then(std::error::Error::source);
    match answered.and_then(|cause| cause.downcast_ref::<Fault>()) {
        Some(Fault::Refused(_)) if rules_page == RULES_PAGE_DEFAULT => response,
        Some(Fault::Refused(refused)) => refusal(refused, rules_page).into_http(),
        Some(fault) => status(row(fault, served)).into_http(),
        None => response,
    }
}

/// The fault behind an error that the gRPC library made before a service got the call: a request that is no
/// message of the RPC, or an RPC or a compression that the server does not offer. `None` for an error of a
/// service, which has details.
fn of_transport(told: &Status, served: Served) -> Option<Fault> {
    if !told.details().is_empty() {
        return None;
    }
    match told.code() {
        Code::Internal | Code::OutOfRange => {
            Some(Fault::field("request", "must be one message of the RPC, encoded as its `.proto` file says"))
        }
        Code::Unimplemented => {
            let message = match told.message() {
                "" => format!("this server does not offer `{}`", served.rpc),
                message => message.to_lowercase(),
            };
            Some(Fault::Unimplemented { message })
        }
        _ => None,
    }
}

fn protocol(fault: Fault) -> Status {
    if let Fault::Internal(cause) = &fault {
        tracing::error!(cause, "a defect: the caller got INTERNAL; report the cause to the developers");
    }
    let row = row(&fault, Served::default());
    let names_served = row.names_served;
    let mut status = status(row);
    if names_served {
        // Keep the fault for the gate, which adds the name in [`naming`]. The source of a status is never
        // sent to the client.
        status.set_source(Arc::new(fault));
    }
    status
}

fn status(row: Row) -> Status {
    let mut details = Details::of(row.code, row.message, wire::reason_name(row.reason), row.metadata);
    row.fields.iter().for_each(|field| details.bad_field(&field.field, &field.description));
    if let Some((resource_type, name)) = &row.resource {
        details.resource(resource_type, name);
    }
    if let Some(delay) = row.retry {
        details.retry_after(delay);
    }
    details.into_status()
}

/// The status of a refusal by the rule book.
fn refusal(refused: &Refused, rules_page: &str) -> Status {
    let told = &refused.told;
    let Some((first, reason)) =
        told.violations.first().and_then(|first| Some((first, wire::rule_reason(first.reason())?)))
    else {
        return protocol(Fault::internal("a refusal has no violation"));
    };
    let message = refusal_message(first, told.violations.len() - 1);
    details::refusal(code_of(reason.class()), &message, told, first, rules_page)
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
    let mut message = first.message.clone();
    match more {
        0 => {}
        1 => message.push_str(" (and 1 more violation)"),
        _ => message.push_str(&format!(" (and {more} more violations)")),
    }
    if let Some(remedy) = first.remedies.first() {
        message.push_str("; remedy: ");
        message.push_str(&remedy.text);
    }
    message
}

#[cfg(test)]
mod tests {
    use tonic_types::StatusExt;

    use super::*;

    /// The service and the RPC that the error names to the client.
    fn named(fault: Fault) -> (Option<String>, Option<String>) {
        let served = Served { service: "subscription", rpc: "SubmitOrder" };
        let response = naming(served, RULES_PAGE_DEFAULT, Status::from(fault).into_http());
        let told = Status::from_header_map(response.headers()).unwrap();
        let mut metadata = told.get_details_error_info().unwrap().metadata;
        (metadata.remove("service"), metadata.remove("method"))
    }

    /// The code, the reason and the message that a client gets for an error of the gRPC library.
    fn told(status: Status) -> (Code, String, String) {
        let served = Served { service: "subscription", rpc: "SubmitOrder" };
        let response = naming(served, RULES_PAGE_DEFAULT, status.into_http());
        let told = Status::from_header_map(response.headers()).unwrap();
        let info = told.get_details_error_info().unwrap();
        (told.code(), info.reason, told.message().to_owned())
    }

    #[test]
    fn bytes_that_are_no_message_are_an_invalid_request_and_no_defect() {
        for status in [Status::internal("failed to decode Protobuf message"), Status::out_of_range("2 GiB")] {
            let (code, reason, message) = told(status);
            assert_eq!((code, reason.as_str()), (Code::InvalidArgument, "FIELD_INVALID"));
            assert!(message.starts_with("`request` must be one message"), "{message}");
        }
        let (code, reason, _) = told(Status::from(Fault::internal("x")));
        assert_eq!((code, reason.as_str()), (Code::Internal, "INTERNAL"));
    }

    #[test]
    fn what_the_server_does_not_offer_is_unimplemented_with_a_reason() {
        for (sent, begin) in
            [("", "this server does not offer `SubmitOrder`"), ("Content is zstd", "content is")]
        {
            let (code, reason, message) = told(Status::unimplemented(sent));
            assert_eq!((code, reason.as_str()), (Code::Unimplemented, "METHOD_UNIMPLEMENTED"));
            assert!(message.starts_with(begin), "{message}");
        }
    }

    #[test]
    fn an_internal_error_and_a_passed_deadline_name_the_rpc_and_a_store_error_the_service() {
        let (service, rpc) = (Some("subscription".to_owned()), Some("SubmitOrder".to_owned()));
        assert_eq!(named(Fault::internal("x")), (None, rpc.clone()));
        assert_eq!(named(Fault::Deadline), (None, rpc));
        assert_eq!(named(Fault::StoreUnavailable), (service, None));
        assert_eq!(named(Fault::PageToken), (None, None));
    }
}
