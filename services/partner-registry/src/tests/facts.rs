//! `GetFacts` answers all keys of a request at once and returns each resource once.

use super::*;
use csp_proto::internal::partner_registry::v1 as internal;

const DAY: &str = "2026-11-21";

#[tokio::test]
async fn a_partner_that_several_keys_find_is_returned_once_with_its_signature() {
    let house = House::open().await;
    house.recorded("contoso", PartnerKind::DirectBill).await;
    house.recorded("fabrikam", PartnerKind::IndirectReseller).await;
    house.mpn_id("1", "contoso").await;
    house.associate("contoso", "1").await.unwrap();
    house.sign("contoso").await.unwrap();
    house.claim("tailspin", &tenant("tailspin"), "tailspin.example.org").await;
    let request = internal::GetFactsRequest {
        recorded: false,
        registrations: Vec::new(),
        as_of_date: DAY.to_owned(),
        partners: vec![
            "partners/fabrikam".to_owned(),
            "partners/contoso".to_owned(),
            "partners/x".to_owned(),
        ],
        tenant_ids: vec![tenant("tailspin"), tenant("contoso"), tenant("x")],
        mpn_ids: vec!["1".to_owned(), "2".to_owned()],
        organizations: vec!["organizations/contoso".to_owned(), "organizations/x".to_owned()],
        domains: vec!["tailspin.example.org".to_owned(), "x.example.org".to_owned()],
    };
    let facts = registry::facts::get(&house.registry, request).await.unwrap();
    let partners: Vec<_> = facts
        .partners
        .iter()
        .map(|it| (it.name.as_str(), it.agreement_since_date.as_str(), it.onboarded))
        .collect();
    // Each partner once and in order of id, with its company's signature if there is one. An unknown name is
    // left out.
    assert_eq!(partners, [("partners/contoso", DAY, true), ("partners/fabrikam", "", false)]);
    let mpn_ids: Vec<_> = facts.mpn_ids.iter().map(|it| (it.number.as_str(), it.partner.as_str())).collect();
    assert_eq!(mpn_ids, [("1", "partners/contoso")]);
    let companies: Vec<_> = facts.organizations.iter().map(|it| (it.name.as_str(), it.is_partner)).collect();
    assert_eq!(companies, [("organizations/contoso", true)]);
    // Tenants and domains in the order of the request, each with the holder of its claim.
    let tenants: Vec<_> =
        facts.tenants.iter().map(|it| (it.csp_tenant_of.as_str(), it.customer.as_str())).collect();
    assert_eq!(tenants, [("", "customers/tailspin"), ("partners/contoso", ""), ("", "")]);
    let domains: Vec<_> = facts.domains.iter().map(|it| it.customer.as_str()).collect();
    assert_eq!(domains, ["customers/tailspin", ""]);
}

#[tokio::test]
async fn a_request_without_keys_returns_nothing() {
    let house = House::open().await;
    house.recorded("contoso", PartnerKind::DirectBill).await;
    let request = internal::GetFactsRequest { as_of_date: DAY.to_owned(), ..Default::default() };
    let facts = registry::facts::get(&house.registry, request).await.unwrap();
    assert_eq!(facts, internal::GetFactsResponse::default());
}
