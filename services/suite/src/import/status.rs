//! Reads the status of a failed call: the broken rules for the report, and whether a retry may help.

use std::time::Duration;

use csp_proto::policy::v1 as pb;
use csp_service::was_cut_off;
use prost::{Message, Name};
use tonic::{Code, Status};
use tonic_types::StatusExt;

/// One reason for which a row was refused: a broken rule, or another error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The status code, for example `FailedPrecondition`.
    pub code: String,
    /// The broken rule, for example `AGR-03`; empty for an error that is not a refusal by the rules.
    pub rule: String,
    /// The machine-readable reason, for example `OFFER_NOT_IN_COUNTRY`.
    pub reason: String,
    /// The message: one sentence that needs no context.
    pub message: String,
    /// The way out; empty when there is none.
    pub remedy: String,
}

/// The refusal by the rules in the details of a status; `None` for another error.
pub(crate) fn refusal(status: &Status) -> Option<pb::Refusal> {
    let details = tonic_types::pb::Status::decode(status.details()).ok()?.details;
    // A type URL is `host/full.name`; the host does not matter.
    let is_refusal = |url: &str| url.rsplit('/').next() == Some(pb::Refusal::full_name().as_str());
    let detail = details.into_iter().find(|detail| is_refusal(&detail.type_url))?;
    pb::Refusal::decode(detail.value.as_slice()).ok()
}

/// Whether the refusal lists all violations: the server cuts the list when the details grow too long.
pub(crate) fn is_whole(refusal: &pb::Refusal) -> bool {
    usize::try_from(refusal.violation_count).is_ok_and(|count| count <= refusal.violations.len())
}

/// One [`Breach`] for each violation.
pub(crate) fn of_violations(code: Code, violations: &[pb::Violation]) -> Vec<Breach> {
    let breach = |violation: &pb::Violation| Breach {
        code: format!("{code:?}"),
        rule: violation.rule_id.clone(),
        reason: violation.reason().as_str_name().trim_start_matches("ERROR_REASON_").to_owned(),
        message: violation.message.clone(),
        remedy: violation.remedies.iter().map(|remedy| remedy.text.as_str()).collect::<Vec<_>>().join(" "),
    };
    violations.iter().map(breach).collect()
}

/// The [`Breach`] for a status that is not a refusal by the rules, for example a malformed field.
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

/// Whether the call failed because the resource `name` exists.
pub(crate) fn says_exists(status: &Status, name: &str) -> bool {
    status.code() == Code::AlreadyExists
        && !name.is_empty()
        && status.get_details_resource_info().is_some_and(|info| info.resource_name == name)
}

/// Whether the failure is transient: a retry may succeed.
pub(crate) fn is_passing(status: &Status) -> bool {
    let overloaded = status.code() == Code::ResourceExhausted && status.get_details_retry_info().is_some();
    overloaded
        || was_cut_off(status)
        || matches!(
            status.code(),
            Code::Unavailable | Code::DeadlineExceeded | Code::Aborted | Code::Cancelled
        )
}

/// The pause before a retry that the suite asks for.
pub(crate) fn pause_asked_for(status: &Status) -> Option<Duration> {
    status.get_details_retry_info().and_then(|info| info.retry_delay)
}

/// Whether the failure ends the import, because other calls would fail in the same way. A transient failure
/// arrives here only after its retries.
pub(crate) fn ends_the_import(status: &Status) -> bool {
    is_passing(status) || matches!(status.code(), Code::Unauthenticated | Code::Unimplemented | Code::Unknown)
}
