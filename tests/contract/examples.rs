//! The example request in the comment of each RPC is a request of that RPC.

use csp_service::access::contract;
use csp_tests::comments::examples;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor};

/// Reads an example as a request; the error names what the request does not have.
fn read(example: &str, request: MessageDescriptor) -> Result<DynamicMessage, String> {
    let mut json = serde_json::Deserializer::from_str(example);
    let read = DynamicMessage::deserialize(request, &mut json).map_err(|error| error.to_string())?;
    json.end().map_err(|error| error.to_string())?;
    Ok(read)
}

#[test]
fn every_rpc_of_clients_has_an_example_that_is_its_request() {
    let pool = DescriptorPool::decode(csp_proto::FILE_DESCRIPTOR_SET).unwrap();
    let examples = examples();
    let services = pool.services().filter(|service| service.full_name().starts_with("csp."));
    let methods = services.flat_map(|service| service.methods().collect::<Vec<_>>());
    let mut checked = 0;
    for method in methods.filter(|method| !method.full_name().starts_with("csp.internal.")) {
        let name = format!("{}/{}", method.parent_service().full_name(), method.name());
        assert!(contract().unwrap().at(&format!("/{name}")).is_some(), "{name}");
        let example = &examples[&name];
        assert!(!example.is_empty(), "{name} has no example");
        if let Err(error) = read(example, method.input()) {
            panic!("the example of {name} is not its request: {error}: {example}");
        }
        checked += 1;
    }
    assert!(checked > 90, "{checked}");
}

/// The negative control.
#[test]
fn an_example_with_an_unknown_field_or_a_wrong_enum_is_found() {
    let pool = DescriptorPool::decode(csp_proto::FILE_DESCRIPTOR_SET).unwrap();
    let request = || pool.get_message_by_name("csp.relationship.v1.ListPartnershipsRequest").unwrap();
    assert!(read(r#"{"filter": {"states": ["PARTNERSHIP_STATE_ACTIVE"]}}"#, request()).is_ok());
    for wrong in [r#"{"state": "ACTIVE"}"#, r#"{"filter": {"states": ["OPEN"]}}"#, r#"{"page_size": 1} x"#] {
        assert!(read(wrong, request()).is_err(), "{wrong}");
    }
}
