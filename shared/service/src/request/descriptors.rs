//! The contract's protobuf descriptors at run time: the options of RPCs, and the JSON form of messages.

use std::sync::LazyLock;

use prost::{Message, Name};
use prost_reflect::{DescriptorPool, DynamicMessage, Kind, MessageDescriptor};
use prost_types::{FileDescriptorProto, FileDescriptorSet};

use crate::fault::Fault;

/// Maximum depth at which a field of a request is looked for.
const REQUEST_DEPTH_MAX: usize = 5;

static POOL: LazyLock<Result<DescriptorPool, String>> = LazyLock::new(|| {
    let mut pool =
        DescriptorPool::decode(csp_proto::FILE_DESCRIPTOR_SET).map_err(|error| error.to_string())?;
    // The details of an error, which the JSON form of a failed operation contains.
    let details = FileDescriptorSet::decode(tonic_types::pb::FILE_DESCRIPTOR_SET);
    let details = details.map_err(|error| error.to_string())?.file.into_iter();
    let is_new = |file: &FileDescriptorProto| {
        let name = |message: &str| format!("{}.{message}", file.package());
        file.message_type.iter().all(|message| pool.get_message_by_name(&name(message.name())).is_none())
    };
    let new: Vec<_> = details.filter(is_new).collect();
    pool.add_file_descriptor_protos(new).map_err(|error| error.to_string())?;
    Ok(pool)
});

/// The descriptors of the whole contract, and of the details of an error.
///
/// # Errors
/// [`Fault::Internal`] when the descriptors do not decode, which means a damaged build.
pub(crate) fn pool() -> Result<&'static DescriptorPool, Fault> {
    POOL.as_ref()
        .map_err(|error| Fault::internal(format!("the contract's descriptors do not decode: {error}")))
}

/// The message in the form whose fields are found by their names.
///
/// # Errors
/// [`Fault::Internal`] for a message that the contract does not define.
pub(crate) fn dynamic<M: Message + Name>(message: &M) -> Result<DynamicMessage, Fault> {
    let name = M::full_name();
    let descriptor = pool()?
        .get_message_by_name(&name)
        .ok_or_else(|| Fault::internal(format!("the contract does not define the message `{name}`")))?;
    DynamicMessage::decode(descriptor, message.encode_to_vec().as_slice())
        .map_err(|error| Fault::internal(format!("`{name}` does not decode: {error}")))
}

/// The canonical protobuf JSON of a message of the contract.
///
/// # Errors
/// [`Fault::Internal`] for a message that the contract does not define.
pub fn json<M: Message + Name>(message: &M) -> Result<String, Fault> {
    let dynamic = dynamic(message)?;
    serde_json::to_string(&dynamic)
        .map_err(|error| Fault::internal(format!("`{}` has no JSON: {error}", M::full_name())))
}

/// Whether `path`, for example `order.lines[2].quantity`, names a field of the message: an index follows a
/// repeated field only, and a part follows a message only.
pub fn has_field(message: &MessageDescriptor, path: &str) -> bool {
    let (part, rest) = path.split_once('.').map_or((path, None), |(part, rest)| (part, Some(rest)));
    let (name, index) = part.split_once('[').map_or((part, None), |(name, index)| (name, Some(index)));
    let Some(field) = message.get_field_by_name(name) else { return false };
    let is_indexed = index.is_none_or(|index| {
        index.strip_suffix(']').is_some_and(|number| number.parse::<u32>().is_ok()) && field.is_list()
    });
    is_indexed
        && rest.is_none_or(|rest| match field.kind() {
            Kind::Message(inner) => (index.is_some() || !field.is_list()) && has_field(&inner, rest),
            _ => false,
        })
}

/// The request message of the RPC with this full name; `None` when the contract has no such RPC.
pub fn request_of(method: &str) -> Option<MessageDescriptor> {
    let (service, rpc) = method.split_once('/')?;
    let service = pool().ok()?.get_service_by_name(service)?;
    service.methods().find(|method| method.name() == rpc).map(|method| method.input())
}

/// The whole path of a field in the request of an RPC: `attested_capacity` of SubmitOrder becomes
/// `order.attested_capacity`. The rule book knows only the end of the path, because requests of several RPCs
/// contain the same facts at different places. The shallowest field that fits is meant. Without one the end
/// is returned; a test of every refusal shows that this does not happen.
pub(crate) fn whole_path(method: &str, end: &str) -> String {
    let mut level: Vec<(String, MessageDescriptor)> =
        request_of(method).map(|request| (String::new(), request)).into_iter().collect();
    for _ in 0..REQUEST_DEPTH_MAX {
        if let Some((at, _)) = level.iter().find(|(_, message)| has_field(message, end)) {
            return format!("{at}{end}");
        }
        level = level.iter().flat_map(|(at, message)| inner_messages(at, message)).collect();
    }
    end.to_owned()
}

/// The messages in the fields of a message, each with the beginning of the path of its own fields.
fn inner_messages(at: &str, message: &MessageDescriptor) -> Vec<(String, MessageDescriptor)> {
    let single = message.fields().filter(|field| !field.is_list());
    let inner = single.filter_map(|field| match field.kind() {
        Kind::Message(inner) => Some((format!("{at}{}.", field.name()), inner)),
        _ => None,
    });
    inner.collect()
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

    #[test]
    fn a_path_names_a_field_by_its_messages_and_positions() {
        let request = request_of("csp.subscription.v1.SubscriptionService/CreateCart").unwrap();
        for path in ["parent", "lines", "lines[2]", "lines[2].quantity"] {
            assert!(has_field(&request, path), "{path}");
        }
        for path in ["", "par", "parent[0]", "parent.name", "lines.quantity", "lines[x]", "lines[1"] {
            assert!(!has_field(&request, path), "{path}");
        }
    }

    #[test]
    fn the_end_of_a_path_is_completed_by_the_request_of_the_rpc() {
        let whole = |rpc: &str, end| whole_path(rpc, end);
        let submit = "csp.subscription.v1.SubscriptionService/SubmitOrder";
        assert_eq!(whole(submit, "attested_capacity"), "order.attested_capacity");
        assert_eq!(whole(submit, "order"), "order");
        assert_eq!(whole(submit, "nothing"), "nothing");
        let confirm = "csp.customer.v1.CustomerService/ConfirmCustomerAgreement";
        assert_eq!(whole(confirm, "signer"), "attestation.signer");
    }
}
