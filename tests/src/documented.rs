//! Holds every error that a test gets against the contract: the comment of the RPC or of its service names
//! the reason, the metadata of the error is what its reason documents, and every field that the error names
//! is one of the request.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, Mutex, PoisonError};

use csp_policy::boundaries;
use csp_proto::policy::v1 as pb;
use csp_service::access::contract;
use csp_service::{has_field, request_of};
use prost::{Message as _, Name as _};
use tonic::Status;
use tonic_types::StatusExt as _;

use crate::comments::{self, Documented};

static REASONS: LazyLock<BTreeMap<String, Documented>> = LazyLock::new(comments::of_reasons);
static COMMENTS: LazyLock<BTreeMap<String, String>> = LazyLock::new(comments::of_rpcs);

/// The metadata keys that this process received, by reason.
static SENT: Mutex<BTreeMap<String, BTreeSet<String>>> = Mutex::new(BTreeMap::new());

/// The key that every refusal by a rule has. The comment of the enumeration says so once.
const OF_A_REFUSAL: &str = "decision";

/// What a field violation may name that is no field: the whole request, and a header.
const NO_FIELDS: [&str; 2] = ["request", "grpc-timeout"];

/// What every server can answer to every call. `ErrorReason` says so once.
const OF_EVERY_SERVER: [&str; 3] = ["INTERNAL", "METHOD_UNIMPLEMENTED", "SERVER_STOPPING"];

/// Asserts that the contract documents the error of the RPC at `path`, and remembers its metadata keys.
pub(crate) fn must_be_documented(path: &str, status: &Status) {
    let details = status.get_error_details();
    let Some(info) = details.error_info() else { return };
    let keys: BTreeSet<String> = info.metadata.keys().cloned().collect();
    let known = REASONS.get(&info.reason).unwrap_or_else(|| panic!("{} is not documented", info.reason));
    let unknown: Vec<_> =
        keys.iter().filter(|key| *key != OF_A_REFUSAL && !known.keys.contains(*key)).collect();
    assert!(unknown.is_empty(), "{}: the contract does not document the keys {unknown:?}", info.reason);
    let is_named = may_answer(path.trim_start_matches('/'), &info.reason);
    assert!(is_named, "{path} answers {}, which no comment of the RPC names", info.reason);
    SENT.lock().unwrap_or_else(PoisonError::into_inner).entry(info.reason.clone()).or_default().extend(keys);

    let Some(request) = request_of(path.trim_start_matches('/')) else { return };
    let invalid = details.bad_request().map(|bad| bad.field_violations.as_slice()).unwrap_or_default();
    let invalid = invalid.iter().map(|violation| violation.field.clone());
    for field in invalid.chain(fields_of_violations(status)) {
        let known = NO_FIELDS.contains(&field.as_str()) || has_field(&request, &field);
        assert!(known, "{path}: the error names `{field}`, which {} lacks", request.full_name());
    }
}

/// Whether the RPC may answer with the reason: its comment or that of its service names the reason, or a rule
/// of its boundary gives it, or one of those of another RPC to which the comment refers. The operations of
/// Google's contract and internal RPCs have no such comments.
fn may_answer(rpc: &str, reason: &str) -> bool {
    let Some(comment) = COMMENTS.get(rpc).filter(|_| is_public(rpc)) else { return true };
    let service = rpc.split('/').next().and_then(|service| COMMENTS.get(service));
    let named = [Some(comment), service].into_iter().flatten();
    let is_named =
        named.flat_map(|comment| comments::named_errors(comment)).any(|(_, named)| named == reason);
    let boundary = contract().unwrap().at(&format!("/{rpc}")).and_then(|rpc| rpc.boundary.as_deref());
    let guard = boundaries::ALL.iter().find(|guard| Some(guard.name) == boundary);
    let mut denials = guard.into_iter().flat_map(|guard| (guard.rules)()).flat_map(|rule| rule.denials);
    is_named
        || OF_EVERY_SERVER.contains(&reason)
        || denials.any(|denial| denial.reason.as_str() == reason)
        || referred(rpc, comment).iter().any(|other| may_answer(other, reason))
}

/// The other RPCs whose rules or errors are those of the comment's RPC, too, by full name.
fn referred(rpc: &str, comment: &str) -> Vec<&'static String> {
    let sentences = ["Rules: those of ", "rrors: as "].map(|begin| comment.split_once(begin));
    let sentences = sentences.into_iter().flatten().map(|(_, rest)| rest.split(". ").next().unwrap_or(rest));
    let names: BTreeSet<&str> = sentences
        .flat_map(|sentence| sentence.split([' ', ',', ';', '.']))
        .filter(|word| !word.is_empty())
        .collect();
    let is_referred = |full: &&String| {
        full.rsplit_once('/').is_some_and(|(_, name)| names.contains(name)) && full.as_str() != rpc
    };
    COMMENTS.keys().filter(is_referred).collect()
}

fn is_public(rpc: &str) -> bool {
    rpc.starts_with("csp.") && !rpc.starts_with("csp.internal.")
}

/// The keys that the contract documents for a reason of the rule book, and that no error had that this
/// process received. Complete only after every reason was received.
pub fn keys_never_sent() -> Vec<String> {
    let sent = SENT.lock().unwrap_or_else(PoisonError::into_inner);
    let of_rules = REASONS.iter().filter(|(_, known)| !known.rules.is_empty());
    let missing = of_rules.flat_map(|(reason, known)| {
        let sent = sent.get(reason).cloned().unwrap_or_default();
        let missing: Vec<_> = known.keys.difference(&sent).cloned().collect();
        missing.into_iter().map(move |key| format!("{reason}: no error had the key `{key}`"))
    });
    missing.collect()
}

fn fields_of_violations(status: &Status) -> Vec<String> {
    let details = tonic_types::pb::Status::decode(status.details()).unwrap_or_default().details;
    let refusals = details.iter().filter(|detail| detail.type_url.ends_with(&pb::Refusal::full_name()));
    let refusals = refusals.filter_map(|detail| pb::Refusal::decode(detail.value.as_slice()).ok());
    let fields = refusals.flat_map(|refusal| refusal.violations).map(|violation| violation.field);
    fields.filter(|field| !field.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::may_answer;

    #[test]
    fn a_reason_that_neither_the_comments_nor_the_boundary_name_is_found() {
        let submit = "csp.subscription.v1.SubscriptionService/SubmitOrder";
        for reason in ["CUSTOMER_OUT_OF_REGION", "LOST_RACE", "RESOURCE_ALREADY_EXISTS"] {
            assert!(may_answer(submit, reason), "{reason}");
        }
        for reason in ["FEED_CURSOR_INVALID", "LAST_GLOBAL_ADMIN"] {
            assert!(!may_answer(submit, reason), "{reason}");
        }
        let add = "csp.customer.v1.CustomerService/AddCustomerWithOrder";
        assert!(may_answer(add, "QUANTITY_OUT_OF_RANGE"), "by its rules, those of SubmitOrder");
    }
}
