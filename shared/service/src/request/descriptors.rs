//! The contract's protobuf descriptors at run time: the options of RPCs, and the JSON form of messages.

use std::sync::LazyLock;

use prost::{Message, Name};
use prost_reflect::{DescriptorError, DescriptorPool, DynamicMessage};

use crate::fault::Fault;

static POOL: LazyLock<Result<DescriptorPool, DescriptorError>> =
    LazyLock::new(|| DescriptorPool::decode(csp_proto::FILE_DESCRIPTOR_SET));

/// The descriptors of the whole contract.
///
/// # Errors
/// [`Fault::Internal`] when the descriptors do not decode, which means a damaged build.
pub(crate) fn pool() -> Result<&'static DescriptorPool, Fault> {
    POOL.as_ref()
        .map_err(|error| Fault::internal(format!("the contract's descriptors do not decode: {error}")))
}

/// The canonical protobuf JSON of a message of the contract.
///
/// # Errors
/// [`Fault::Internal`] for a message that the contract does not define.
pub fn json<M: Message + Name>(message: &M) -> Result<String, Fault> {
    let name = M::full_name();
    let descriptor = pool()?
        .get_message_by_name(&name)
        .ok_or_else(|| Fault::internal(format!("the contract does not define the message `{name}`")))?;
    let dynamic = DynamicMessage::decode(descriptor, message.encode_to_vec().as_slice())
        .map_err(|error| Fault::internal(format!("`{name}` does not decode: {error}")))?;
    serde_json::to_string(&dynamic).map_err(|error| Fault::internal(format!("`{name}` has no JSON: {error}")))
}

#[cfg(test)]
mod tests {
    use csp_proto::policy::v1 as pb;

    use super::*;

    #[test]
    fn a_message_is_written_as_canonical_json() {
        let rule = pb::Rule {
            name: "rules/PSH-11".to_owned(),
            kind: pb::RuleKind::Deny.into(),
            boundaries: vec!["CreateCustomer".to_owned()],
            ..pb::Rule::default()
        };
        let told = json(&rule).unwrap();
        assert_eq!(
            told,
            r#"{"name":"rules/PSH-11","kind":"RULE_KIND_DENY","boundaries":["CreateCustomer"]}"#
        );
    }
}
