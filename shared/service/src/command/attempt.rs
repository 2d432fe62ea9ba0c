//! The identity of a mutation request, by which repeats of the request are recognised.

use std::time::Instant;

use csp_proto::Mutation;
use prost::Message;
use sha2::{Digest, Sha256};

use crate::fault::{Fault, Result};
use crate::request::call::Call;

/// Maximum length of a request id, in characters.
pub const REQUEST_ID_CHARS_MAX: usize = 128;

/// The identity of a mutation request: caller, request id and fingerprint of the content; with the deadline
/// of the call. One attempt spans all tries of a request and all its repeats by the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub(crate) caller_key: String,
    pub(crate) request_id: Option<String>,
    pub(crate) fingerprint: [u8; 32],
    pub(crate) deadline: Option<Instant>,
    validate_only: bool,
    /// The encoded request of a preview: the preview's response keeps the ids that the request chose. Empty
    /// for other attempts.
    pub(crate) previewed: Vec<u8>,
}

impl Attempt {
    /// The attempt for the request of a mutation.
    ///
    /// # Errors
    /// [`Fault::Invalid`] for a malformed request id.
    pub fn of_mutation<R: Mutation>(call: &Call, request: &R) -> Result<Self> {
        Attempt::of(call, request.request_id(), request.validate_only(), request)
    }

    /// The attempt for `request`. An empty `request_id` means that the request has no id.
    ///
    /// Contents are compared by their protobuf encoding. A request must therefore not have a map field,
    /// because the encoding of a map has no fixed order.
    ///
    /// # Errors
    /// [`Fault::Invalid`] for a malformed request id.
    pub fn of(call: &Call, request_id: &str, validate_only: bool, request: &impl Message) -> Result<Self> {
        let printable = request_id.bytes().all(|byte| byte.is_ascii_graphic());
        if request_id.len() > REQUEST_ID_CHARS_MAX || !printable {
            let must =
                format!("must have at most {REQUEST_ID_CHARS_MAX} printable ASCII characters and no space");
            return Err(Fault::field("request_id", must));
        }
        let encoded = request.encode_to_vec();
        let content = Sha256::new().chain_update(call.rpc).chain_update([0]).chain_update(&encoded);
        Ok(Attempt {
            caller_key: call.key(),
            request_id: Some(request_id.to_owned()).filter(|id| !id.is_empty()),
            fingerprint: content.finalize().into(),
            deadline: call.deadline,
            validate_only,
            previewed: if validate_only { encoded } else { Vec::new() },
        })
    }

    /// The attempt for a service's own work, which has no request id and no repeats.
    pub fn of_work(call: &Call) -> Self {
        Attempt {
            caller_key: call.key(),
            request_id: None,
            fingerprint: [0; 32],
            deadline: call.deadline,
            validate_only: false,
            previewed: Vec::new(),
        }
    }

    /// Whether the request is `validate_only`, a preview: the caller only asks for the decision.
    pub fn validates_only(&self) -> bool {
        self.validate_only
    }

    /// A key that this request and its repeats share and no other request has: 64 hexadecimal digits from
    /// caller, request id and content. `None` without a request id.
    pub fn repeat_key(&self) -> Option<String> {
        let request_id = self.request_id.as_ref()?;
        // The fingerprint has a fixed length and a request id contains no zero byte, so the parts cannot run
        // together.
        let key = Sha256::new()
            .chain_update(self.fingerprint)
            .chain_update(request_id)
            .chain_update([0])
            .chain_update(&self.caller_key);
        Some(key.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The request id; `None` when the caller sent none.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use csp_policy::Caller;

    use super::*;

    fn key(subject: &str, request_id: &str, content: &str) -> Option<String> {
        let call = Call::made_by(Caller::operator(), subject, "EndIt");
        Attempt::of(&call, request_id, false, &content.to_owned()).unwrap().repeat_key()
    }

    #[test]
    fn a_repeat_has_the_same_caller_request_id_and_content() {
        let first = key("olga", "1", "a").unwrap();
        assert_eq!(first.len(), 64);
        assert_eq!(key("olga", "1", "a"), Some(first.clone()));
        for other in [key("otto", "1", "a"), key("olga", "2", "a"), key("olga", "1", "b")] {
            assert_ne!(other.unwrap(), first);
        }
    }

    #[test]
    fn a_request_without_an_id_has_no_repeats() {
        assert_eq!(key("olga", "", "a"), None);
    }
}
