//! The error of a refused call, decoded as a client decodes it.

use csp_proto::policy::v1 as pb;
use prost::{Message, Name};
use tonic::{Code, Response, Status};
use tonic_types::StatusExt;

/// A call's answer.
pub type Answer<T> = Result<Response<T>, Status>;

/// A refused call.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// The status code.
    pub code: Code,
    /// The message for people.
    pub message: String,
    /// The boundary that refused; empty for an error of the protocol.
    pub boundary: String,
    /// `ErrorInfo.reason`.
    pub reason: String,
    /// The broken rules, each with its reason, in order of precedence, as far as they fit into the error;
    /// empty for an error of the protocol.
    pub violations: Vec<(String, String)>,
    /// Number of all violations, also of those that did not fit into the error.
    pub violation_count: i32,
    /// The first violation's remedies.
    pub remedies: Vec<String>,
    /// Name of the decision, by which it can be read again.
    pub decision: String,
    /// Paths of malformed fields.
    pub fields: Vec<String>,
}

/// Decodes the error of a refused call; panics when the call succeeded.
#[track_caller]
pub fn refusal_of<T: std::fmt::Debug>(answer: Answer<T>) -> Refusal {
    Refusal::from(answer.expect_err("the call was expected to be refused"))
}

impl Refusal {
    /// Whether any violation names this rule.
    pub fn names(&self, rule: &str) -> bool {
        self.violations.iter().any(|(named, _)| named == rule)
    }

    /// Asserts that exactly these rules refused the call, each with its reason, in this order, with `code`;
    /// that the first violation has remedies; and that the message names the caller's values.
    #[track_caller]
    pub fn must_be(&self, code: Code, violations: &[(&str, &str)]) {
        let found: Vec<(&str, &str)> =
            self.violations.iter().map(|(rule, reason)| (rule.as_str(), reason.as_str())).collect();
        assert_eq!(found, violations, "{self:?}");
        assert_eq!(self.code, code, "{self:?}");
        assert_eq!(Some(self.reason.as_str()), violations.first().map(|(_, reason)| *reason), "{self:?}");
        assert!(
            !self.remedies.is_empty() && self.remedies.iter().all(|remedy| !remedy.is_empty()),
            "{self:?}"
        );
        assert!(self.message.contains('`'), "a message names the caller's values: {self:?}");
    }
}

impl From<Status> for Refusal {
    fn from(status: Status) -> Self {
        let info = status.get_error_details();
        let reason = info.error_info().map(|info| info.reason.clone()).unwrap_or_default();
        let fields = info
            .bad_request()
            .map(|bad| bad.field_violations.iter().map(|violation| violation.field.clone()).collect())
            .unwrap_or_default();
        let refusal = refused(&status).unwrap_or_default();
        let first = refusal.violations.first();
        Refusal {
            code: status.code(),
            message: status.message().to_owned(),
            boundary: refusal.boundary.clone(),
            reason,
            remedies: first
                .map(|violation| violation.remedies.iter().map(|remedy| remedy.text.clone()).collect())
                .unwrap_or_default(),
            violations: refusal.violations.iter().map(violation).collect(),
            violation_count: refusal.violation_count,
            decision: refusal.decision,
            fields,
        }
    }
}

fn violation(violation: &pb::Violation) -> (String, String) {
    let reason = violation.reason().as_str_name().trim_start_matches("ERROR_REASON_").to_owned();
    (violation.rule_id.clone(), reason)
}

fn refused(status: &Status) -> Option<pb::Refusal> {
    let details = tonic_types::pb::Status::decode(status.details()).ok()?.details;
    let detail = details.into_iter().find(|detail| detail.type_url.ends_with(&pb::Refusal::full_name()))?;
    pb::Refusal::decode(detail.value.as_slice()).ok()
}
