//! What a refused call says, for a report: every broken rule, with its reason and the way out.

use std::time::Duration;

use csp_proto::policy::v1 as pb;
use csp_service::was_cut_off;
use prost::{Message, Name};
use tonic::{Code, Status};
use tonic_types::StatusExt;

/// One thing that a call was refused for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The status, for example `FailedPrecondition`.
    pub code: String,
    /// The broken rule, for example `AGR-03`; empty for an error of the protocol.
    pub rule: String,
    /// The machine-readable code.
    pub reason: String,
    /// A sentence that stands alone.
    pub message: String,
    /// What can be done about it.
    pub remedy: String,
}

/// The refusal by the rule book in a status.
pub(crate) fn refusal(status: &Status) -> Option<pb::Refusal> {
    let details = tonic_types::pb::Status::decode(status.details()).ok()?.details;
    // The part before the slash is whoever serves the type.
    let is_refusal = |url: &str| url.rsplit('/').next() == Some(pb::Refusal::full_name().as_str());
    let detail = details.into_iter().find(|detail| is_refusal(&detail.type_url))?;
    pb::Refusal::decode(detail.value.as_slice()).ok()
}

/// Whether the violations that were told are all there are.
pub(crate) fn is_whole(refusal: &pb::Refusal) -> bool {
    usize::try_from(refusal.violation_count).is_ok_and(|count| count <= refusal.violations.len())
}

/// The broken rules.
pub(crate) fn of_violations(code: Code, violations: &[pb::Violation]) -> Vec<Breach> {
    let breach = |violation: &pb::Violation| Breach {
        code: format!("{code:?}"),
        rule: violation.rule.clone(),
        reason: violation.reason().as_str_name().trim_start_matches("ERROR_REASON_").to_owned(),
        message: violation.message.clone(),
        remedy: violation.remedies.join(" "),
    };
    violations.iter().map(breach).collect()
}

/// The error of the protocol that a status without a refusal is.
pub(crate) fn of_protocol(status: &Status) -> Breach {
    let reason = status.get_details_error_info().map(|info| info.reason).unwrap_or_default();
    let remedy = match reason.as_str() {
        "FIELD_INVALID" => "Mend the cell and import again.",
        "NOT_FOUND" => "Bring in what the row names, then import again.",
        "RESOURCE_ALREADY_EXISTS" => "Leave the row out, or give it another id.",
        "STATE_CONFLICT" => "Look at what is stored, and mend or leave out the row.",
        _ => "",
    };
    Breach {
        code: format!("{:?}", status.code()),
        rule: String::new(),
        reason,
        message: status.message().to_owned(),
        remedy: remedy.to_owned(),
    }
}

/// Whether the call failed because exactly this resource exists.
pub(crate) fn says_exists(status: &Status, name: &str) -> bool {
    status.code() == Code::AlreadyExists
        && !name.is_empty()
        && status.get_details_resource_info().is_some_and(|info| info.resource_name == name)
}

/// Whether the suite could not do the call, and repeating it may help.
pub(crate) fn is_passing(status: &Status) -> bool {
    let overloaded = status.code() == Code::ResourceExhausted && status.get_details_retry_info().is_some();
    overloaded
        || was_cut_off(status)
        || matches!(
            status.code(),
            Code::Unavailable | Code::DeadlineExceeded | Code::Aborted | Code::Cancelled
        )
}

/// How long the suite asks to be left alone.
pub(crate) fn pause_asked_for(status: &Status) -> Option<Duration> {
    status.get_details_retry_info().and_then(|info| info.retry_delay)
}

/// Whether every further call would fail in the same way.
pub(crate) fn ends_the_import(status: &Status) -> bool {
    is_passing(status) || matches!(status.code(), Code::Unauthenticated | Code::Unimplemented | Code::Unknown)
}
