//! A stored decision as it is told to clients.

use csp_proto::policy::v1 as pb;
use csp_store::{broken, decision};
use prost::Message;

use crate::fault::Result;
use crate::request::call::Call;

/// Whether the decision is about a call on behalf of the caller's party.
pub(super) fn is_of_party(call: &Call, decision: &decision::Decision) -> bool {
    let key = format!("{}/{}/", call.party_word(), call.tenant().unwrap_or_default());
    decision.caller.starts_with(&key)
}

/// The stored decision as a message.
pub(super) fn body(stored: &decision::Decision) -> Result<pb::Decision> {
    pb::Decision::decode(stored.body.as_slice()).map_err(|_| broken(stored, "body").into())
}
