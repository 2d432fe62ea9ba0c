//! The comments of the contract, as its descriptors hold them: who calls an RPC, by which rules and errors it
//! fails, and what an error tells.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use prost::Message as _;
use prost_types::{FileDescriptorProto, FileDescriptorSet};

/// Tags of the fields `service` and `enum_type` of a file, and of `method` and `value` inside them: a place
/// in a file is a list of tags and positions.
const SERVICE: i32 = 6;
const ENUM: i32 = 5;
const MEMBER: i32 = 2;

const REASONS: &str = "ErrorReason";
const REASON_PREFIX: &str = "ERROR_REASON_";
const EXAMPLE: &str = "Example: ";

static FILES: LazyLock<Vec<FileDescriptorProto>> =
    LazyLock::new(|| FileDescriptorSet::decode(csp_proto::FILE_DESCRIPTOR_SET).unwrap().file);

/// What the contract says about a reason of an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Documented {
    /// The text, in one line.
    pub text: String,
    /// The name of the status code.
    pub code: String,
    /// The rules that give the reason; empty for an error of the protocol.
    pub rules: Vec<String>,
    /// The keys of the metadata.
    pub keys: BTreeSet<String>,
}

/// The comment of every service and of every RPC, by full name, in one line, without the example.
pub fn of_rpcs() -> BTreeMap<String, String> {
    let text = |comment: String| comment.split(EXAMPLE).next().unwrap_or_default().trim_end().to_owned();
    whole().into_iter().map(|(name, comment)| (name, text(comment))).collect()
}

/// The example request in the comment of every RPC, by full name, as JSON; empty for a comment without one.
pub fn examples() -> BTreeMap<String, String> {
    let example = |comment: &str| {
        let (_, example) = comment.split_once(EXAMPLE)?;
        Some(example.trim_start_matches('`').trim_end_matches("`.").to_owned())
    };
    let rpcs = whole().into_iter().filter(|(name, _)| name.contains('/'));
    rpcs.map(|(name, comment)| (name, example(&comment).unwrap_or_default())).collect()
}

fn whole() -> BTreeMap<String, String> {
    let mut comments = BTreeMap::new();
    for file in FILES.iter() {
        for (at, service) in (0..).zip(&file.service) {
            let name = format!("{}.{}", file.package(), service.name());
            for (place, method) in (0..).zip(&service.method) {
                let comment = comment(file, &[SERVICE, at, MEMBER, place]);
                comments.insert(format!("{name}/{}", method.name()), comment);
            }
            comments.insert(name, comment(file, &[SERVICE, at]));
        }
    }
    comments
}

/// The errors that a comment names, as `CODE (REASON, REASON)`: pairs of code and reason.
pub fn named_errors(comment: &str) -> Vec<(&str, &str)> {
    let is_name = |word: &str| {
        word.contains('_') && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
            || word == "INTERNAL"
            || word == "UNAVAILABLE"
            || word == "ABORTED"
            || word == "UNAUTHENTICATED"
    };
    let mut errors = Vec::new();
    for (at, _) in comment.match_indices(" (") {
        let code = comment[..at].rsplit([' ', '(']).next().unwrap_or_default();
        let inside = comment[at + 2..].split_once(')').map_or("", |(inside, _)| inside);
        if is_name(code) && inside.split(", ").all(is_name) {
            errors.extend(inside.split(", ").map(|reason| (code, reason)));
        }
    }
    errors
}

/// What the contract says about every reason of an error, by the reason's name in an `ErrorInfo`.
pub fn of_reasons() -> BTreeMap<String, Documented> {
    let mut reasons = BTreeMap::new();
    for file in FILES.iter() {
        for (at, kind) in (0..).zip(&file.enum_type).filter(|(_, kind)| kind.name() == REASONS) {
            for (place, value) in (0..).zip(&kind.value).skip(1) {
                let name = value.name().trim_start_matches(REASON_PREFIX).to_owned();
                let documented = documented(&name, comment(file, &[ENUM, at, MEMBER, place]));
                reasons.insert(name, documented);
            }
        }
    }
    reasons
}

/// Reads `…. FAILED_PRECONDITION, by ENR-14. Example: ` and examples in backticks, each
/// with the reason and its keys.
fn documented(name: &str, text: String) -> Documented {
    let (before, examples) = text.split_once(EXAMPLE).unwrap_or_else(|| panic!("{name} has no example"));
    let mut keys = BTreeSet::new();
    for example in examples.split('`').filter_map(|part| part.strip_prefix("reason=")) {
        let mut parts = example.split(", ");
        assert_eq!(parts.next(), Some(name), "an example of {name} is for another reason");
        keys.extend(parts.filter_map(|part| part.split_once('=')).map(|(key, _)| key.to_owned()));
    }
    assert!(!keys.is_empty(), "{name}: an example has no key");
    let sentence = before.trim_end().trim_end_matches('.').rsplit(". ").next().unwrap_or_default();
    let (code, rules) = sentence.split_once(", by ").unwrap_or((sentence, ""));
    let rules = rules.split(", ").filter(|rule| !rule.is_empty()).map(str::to_owned).collect();
    Documented { code: code.to_owned(), rules, keys, text }
}

/// The comment before the element at this place, in one line.
fn comment(file: &FileDescriptorProto, place: &[i32]) -> String {
    let info = file.source_code_info.iter().flat_map(|info| &info.location);
    let mut comments = info.filter(|location| location.path == place).map(|found| found.leading_comments());
    let words = comments.next().unwrap_or_default().split_whitespace();
    words.collect::<Vec<_>>().join(" ")
}
