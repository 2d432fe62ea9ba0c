//! Which callers may call which RPC.

use std::fmt::Write;

use csp_policy::Role;
use csp_proto::partner_registry::v1::partner_registry_service_client::PartnerRegistryServiceClient;
use csp_proto::partner_registry::v1::{CreateOrganizationRequest, ListPartnersRequest};
use csp_service::access::contract;
use csp_tests::{Refusal, Running, refusal_of};
use tonic::Code;

use csp_tests::golden;

#[test]
fn every_rpc_names_its_callers_and_its_boundary() {
    let mut text = String::new();
    for rpc in contract().unwrap().rpcs() {
        let effect = rpc.effect.as_str_name().replace("EFFECT_", "").to_lowercase();
        let boundary = rpc.boundary.as_deref().unwrap_or("-");
        let roles: Vec<String> =
            rpc.roles.iter().map(|role| role.as_str_name().replace("ROLE_", "")).collect();
        writeln!(text, "{:<70} {effect:<8} {boundary:<27} {}", rpc.path, roles.join(" ")).unwrap();
    }
    golden::must_match("contract/rpcs.txt", &text);
}

#[test]
fn every_boundary_of_the_contract_is_in_the_rule_book() {
    let known: Vec<&str> = csp_policy::boundaries::ALL.iter().map(|listing| listing.name).collect();
    for rpc in contract().unwrap().rpcs() {
        let named = rpc.boundary.as_deref();
        assert!(named.is_none_or(|boundary| known.contains(&boundary)), "{} names {named:?}", rpc.path);
    }
}

#[test]
fn every_boundary_of_the_rule_book_guards_an_rpc() {
    for listing in csp_policy::boundaries::ALL {
        let guards = contract().unwrap().rpcs().any(|rpc| rpc.boundary.as_deref() == Some(listing.name));
        assert!(guards, "{} guards nothing", listing.name);
    }
}

#[tokio::test]
async fn a_call_without_a_credential_is_unauthenticated() {
    let suite = Running::start().await;
    let mut registry = PartnerRegistryServiceClient::new(suite.channel());
    let refusal = refusal_of(registry.list_partners(ListPartnersRequest::default()).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::Unauthenticated, "CREDENTIAL_MISSING"));
}

#[tokio::test]
async fn a_foreign_host_name_that_resolves_to_loopback_is_unauthenticated() {
    let suite = Running::start().await;
    let uri = format!("http://{}", suite.address());
    let endpoint = tonic::transport::Endpoint::from_shared(uri).unwrap();
    let channel = endpoint.origin("http://rebound.example".parse().unwrap()).connect_lazy();
    let operator = csp_tests::Party::operator(channel);
    let refusal = refusal_of(operator.registry().list_partners(ListPartnersRequest::default()).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::Unauthenticated, "CREDENTIAL_INVALID"));
}

#[tokio::test]
async fn a_refusal_for_a_missing_role_names_the_roles_that_may_call() {
    let suite = Running::start().await;
    let sales = suite.partner("contoso.example").with_roles(&[Role::SalesAgent]);
    let refusal =
        refusal_of(sales.registry().create_organization(CreateOrganizationRequest::default()).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::PermissionDenied, "ROLE_MISSING"));
    assert!(refusal.message.contains("OPERATOR"), "{refusal:?}");
}

#[tokio::test]
async fn a_tenant_without_an_account_cannot_create_a_customer() {
    let suite = Running::start().await;
    let stranger = suite.partner("stranger.example");
    let wanted = csp_proto::customer::v1::CreateCustomerRequest {
        profile: Some(csp_tests::profile("tailspin", "IT")),
        ..Default::default()
    };
    let refusal: Refusal = refusal_of(stranger.customers().create_customer(wanted).await);
    refusal.must_be(Code::FailedPrecondition, &[("ENR-11", "PARTNER_NOT_ENROLLED")]);
}
