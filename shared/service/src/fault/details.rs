//! The details of an error: `google.rpc` messages and our own `Refusal`, kept under a size limit.
//!
//! When the details are too long, clients report a different error. Details over the limit therefore lose the
//! facts first, then the later violations. `GetDecision` returns all of them.

use std::collections::HashMap;
use std::time::Duration;

use csp_proto::policy::v1::{Decision, Violation};
use prost::{Message, Name};
use prost_types::Any;
use tonic::{Code, Status};
use tonic_types::pb;

use crate::fault::decision as decisions;
use crate::request::wire;

/// Maximum length of an encoded `google.rpc.Status`, in bytes.
pub const DETAILS_BYTES_MAX: usize = 4096;
/// Maximum length of the error message and of every sentence in the details, in bytes.
pub const SENTENCE_BYTES_MAX: usize = 512;
/// Maximum length of a metadata value, in bytes.
pub const METADATA_VALUE_BYTES_MAX: usize = 160;
/// The domain in every `ErrorInfo`.
pub const ERROR_DOMAIN: &str = "csp-suite";

/// Default page of rules that refusals link to. Each rule has a heading there.
pub const RULES_PAGE_DEFAULT: &str =
    "https://github.com/csp-suite/csp-suite/blob/main/shared/policy/RULES.md";

/// Builder of a status with details.
pub(crate) struct Details {
    code: Code,
    message: String,
    fields: Vec<pb::bad_request::FieldViolation>,
    broken: Vec<pb::precondition_failure::Violation>,
    others: Vec<Any>,
}

impl Details {
    /// Starts a status with its single `ErrorInfo`.
    pub(crate) fn of(code: Code, message: String, reason: &str, metadata: Vec<(&str, String)>) -> Self {
        let metadata: HashMap<_, _> = metadata
            .into_iter()
            .map(|(name, value)| (name.to_owned(), clip(&value, METADATA_VALUE_BYTES_MAX)))
            .collect();
        let info = pb::ErrorInfo { reason: reason.to_owned(), domain: ERROR_DOMAIN.to_owned(), metadata };
        let others = vec![any("google.rpc.ErrorInfo", &info)];
        Details {
            code,
            message: clip(&message, SENTENCE_BYTES_MAX),
            fields: Vec::new(),
            broken: Vec::new(),
            others,
        }
    }

    /// Adds a field that the caller must correct.
    pub(crate) fn bad_field(&mut self, field: &str, description: &str) {
        self.fields.push(pb::bad_request::FieldViolation {
            field: field.to_owned(),
            description: clip(description, SENTENCE_BYTES_MAX),
            ..Default::default()
        });
    }

    /// Adds the resource that the error is about.
    pub(crate) fn resource(&mut self, resource_type: &str, name: &str) {
        let info = pb::ResourceInfo {
            resource_type: resource_type.to_owned(),
            resource_name: clip(name, SENTENCE_BYTES_MAX),
            ..Default::default()
        };
        self.others.push(any("google.rpc.ResourceInfo", &info));
    }

    /// Adds the delay after which a retry of the call may succeed.
    pub(crate) fn retry_after(&mut self, delay: Duration) {
        let delay = prost_types::Duration::try_from(delay).ok();
        self.others.push(any("google.rpc.RetryInfo", &pb::RetryInfo { retry_delay: delay }));
    }

    /// Builds the status. Drops the last field violations, and the last rule violations, while the status is
    /// too long.
    pub(crate) fn into_status(mut self) -> Status {
        let mut encoded = self.encode();
        while encoded.len() > DETAILS_BYTES_MAX && (self.fields.len() > 1 || self.broken.len() > 1) {
            self.fields.truncate((self.fields.len() / 2).max(1));
            self.broken.truncate((self.broken.len() / 2).max(1));
            encoded = self.encode();
        }
        Status::with_details(self.code, self.message, encoded.into())
    }

    fn encode(&self) -> Vec<u8> {
        let mut details = self.others.clone();
        if !self.fields.is_empty() {
            let request = pb::BadRequest { field_violations: self.fields.clone() };
            details.push(any("google.rpc.BadRequest", &request));
        }
        if !self.broken.is_empty() {
            let failure = pb::PreconditionFailure { violations: self.broken.clone() };
            details.push(any("google.rpc.PreconditionFailure", &failure));
        }
        let status = pb::Status { code: i32::from(self.code), message: self.message.clone(), details };
        status.encode_to_vec()
    }
}

/// The status of a refusal by the rule book, shortened to [`DETAILS_BYTES_MAX`]. `first` is the first
/// violation of the refusal; `rules_page` is the page of rules that the status links to.
pub(crate) fn refusal(
    code: Code,
    message: &str,
    refused: &Decision,
    first: &Violation,
    rules_page: &str,
) -> Status {
    let mut kept = refused.violations.len();
    let mut facts = true;
    loop {
        let status = refusal_with(code, message, refused, first, rules_page, Extent { kept, facts });
        let status = status.into_status();
        if status.details().len() <= DETAILS_BYTES_MAX || (kept == 0 && !facts) {
            return status;
        }
        // Drop the facts first, then the last quarter of the violations at a time.
        if facts { facts = false } else { kept -= kept.div_ceil(4) }
    }
}

/// How much of a refusal the status contains.
#[derive(Debug, Clone, Copy)]
struct Extent {
    kept: usize,
    facts: bool,
}

fn refusal_with(
    code: Code,
    message: &str,
    refused: &Decision,
    first: &Violation,
    rules_page: &str,
    extent: Extent,
) -> Details {
    let reason = wire::reason_name(first.reason());
    let mut details = Details::of(code, message.to_owned(), reason, refusal_metadata(refused, first));
    let violations = refused.violations.iter().take(extent.kept);
    for violation in violations.clone() {
        if !violation.field.is_empty() {
            details.bad_field(&violation.field, &violation.message);
        }
        details.broken.push(pb::precondition_failure::Violation {
            r#type: violation.rule_id.clone(),
            subject: violation.subject.clone(),
            description: clip(&violation.message, SENTENCE_BYTES_MAX),
        });
    }
    let told = violations.cloned().map(|mut violation| {
        if !extent.facts {
            violation.facts.clear();
        }
        violation
    });
    let told = decisions::refusal(refused, told.collect());
    details.others.push(any(&csp_proto::policy::v1::Refusal::full_name(), &told));
    // The page has one heading for each rule.
    let url = format!("{rules_page}#{}", first.rule_id.to_lowercase());
    let links = first
        .remedies
        .iter()
        .map(|remedy| pb::help::Link { description: remedy.text.clone(), url: url.clone() });
    let help = pb::Help { links: links.collect() };
    if !help.links.is_empty() {
        details.others.push(any("google.rpc.Help", &help));
    }
    details
}

fn refusal_metadata<'a>(refused: &Decision, first: &'a Violation) -> Vec<(&'a str, String)> {
    let mut metadata: Vec<_> =
        first.facts.iter().map(|fact| (fact.name.as_str(), fact.value.clone())).collect();
    metadata.push(("rule_id", first.rule_id.clone()));
    metadata
        .extend(Some(&first.field).filter(|field| !field.is_empty()).map(|field| ("field", field.clone())));
    metadata.extend(first.line.map(|line| ("line", line.to_string())));
    metadata.push(("decision", refused.name.clone()));
    metadata
}

fn any(name: &str, message: &impl Message) -> Any {
    Any { type_url: format!("type.googleapis.com/{name}"), value: message.encode_to_vec() }
}

/// Cuts the text at a character boundary to at most `bytes_max` bytes, including the ellipsis that marks the
/// cut.
fn clip(text: &str, bytes_max: usize) -> String {
    if text.len() <= bytes_max {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(bytes_max.saturating_sub('…'.len_utf8()));
    let mut cut = text.get(..end).unwrap_or_default().to_owned();
    cut.push('…');
    cut
}
