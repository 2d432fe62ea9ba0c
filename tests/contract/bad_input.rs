//! Malformed or stale input is refused with a status and reason of its own. The refusal names the field, and
//! nothing changes.

use csp_proto::customer::v1::{AddCustomerWithOrderRequest, CreateCustomerRequest, GetCustomerRequest};
use csp_proto::partner_registry::v1::{
    CreateOrganizationRequest, ListOrganizationsRequest, SearchProvidersRequest,
};
use csp_proto::relationship::v1::RequestPartnershipRequest;
use csp_proto::subscription::v1::{OrderDraft, OrderLine};
use csp_service::order::Reseller;
use csp_tests::{Described, Running, attestation, draft, profile, refusal_of, submission};
use tonic::Code;

#[tokio::test]
async fn every_malformed_field_is_named_at_once() {
    let suite = Running::start().await;
    let request = CreateOrganizationRequest {
        organization_id: "No Capitals".to_owned(),
        legal_name: "x".repeat(201),
        country: "Italy".to_owned(),
        ..Default::default()
    };
    let refusal = refusal_of(suite.operator().registry().create_organization(request).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::InvalidArgument, "FIELD_INVALID"));
    assert_eq!(refusal.fields, ["organization_id", "legal_name", "country"]);
}

#[tokio::test]
async fn a_negative_quantity_an_unknown_enum_value_and_a_malformed_mpn_id_are_refused() {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let line = OrderLine { offer: "offers/e3".to_owned(), quantity: -1, term: 77, ..Default::default() };
    let order = OrderDraft { attested_capacity: 9, ..draft(vec![line], malformed()) };
    let request = submission("customers/tailspin", order);
    let refusal = refusal_of(litware.people.subscription().submit_order(request).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::InvalidArgument, "FIELD_INVALID"));
    let malformed = [
        "order.lines.lines[0].quantity",
        "order.lines.lines[0].term",
        "order.attested_capacity",
        "order.reseller_mpn_id",
    ];
    for field in malformed {
        assert!(refusal.fields.iter().any(|named| named == field), "{field} in {refusal:?}");
    }
}

/// A reseller of record that is named by a malformed number.
fn malformed() -> Option<Reseller> {
    Some(Reseller::MpnId("abc".to_owned()))
}

#[tokio::test]
async fn a_malformed_first_order_is_refused_in_a_preview_too_and_no_customer_is_created() {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let line = OrderLine { offer: "offers/e3".to_owned(), quantity: -5, ..Default::default() };
    for validate_only in [true, false] {
        let request = AddCustomerWithOrderRequest {
            validate_only,
            customer_id: "tailspin".to_owned(),
            profile: Some(profile("tailspin", "FR")),
            agreement: Some(attestation()),
            order: Some(draft(vec![line.clone()], malformed())),
            ..Default::default()
        };
        let refusal = refusal_of(litware.people.customers().add_customer_with_order(request).await);
        assert_eq!((refusal.code, refusal.reason.as_str()), (Code::InvalidArgument, "FIELD_INVALID"));
        for field in ["order.lines.lines[0].quantity", "order.reseller_mpn_id"] {
            assert!(refusal.fields.iter().any(|named| named == field), "{field} in {refusal:?}");
        }
    }
    let nobody = GetCustomerRequest { name: "customers/tailspin".to_owned() };
    assert_eq!(refusal_of(suite.operator().customers().get_customer(nobody).await).reason, "NOT_FOUND");
}

#[tokio::test]
async fn a_page_token_of_another_list_is_refused() {
    let suite = Running::start().await;
    for id in ["a", "b", "c"] {
        suite.organization(id, "DE").await;
    }
    let request = ListOrganizationsRequest { page_size: 2, ..Default::default() };
    let page = suite.operator().registry().list_organizations(request).await.unwrap().into_inner();
    assert_eq!(page.organizations.len(), 2);

    let next = ListOrganizationsRequest {
        page_size: 2,
        page_token: page.next_page_token.clone(),
        ..Default::default()
    };
    let last = suite.operator().registry().list_organizations(next).await.unwrap().into_inner();
    assert_eq!((last.organizations.len(), last.next_page_token.as_str()), (1, ""));

    let foreign = SearchProvidersRequest { page_token: page.next_page_token, ..Default::default() };
    let refusal = refusal_of(suite.operator().registry().search_providers(foreign).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::InvalidArgument, "PAGE_TOKEN_INVALID"));
}

#[tokio::test]
async fn a_link_works_once() {
    let suite = Running::start().await;
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "FR").await);
    let draft = contoso.request_partnership(&fabrikam).await.unwrap().into_inner().draft.unwrap();
    fabrikam.accept_partnership(&draft.link_token).await.unwrap();
    let refusal = refusal_of(fabrikam.accept_partnership(&draft.link_token).await);
    assert!(refusal.names("PSH-03"), "{refusal:?}");
    let forged = refusal_of(fabrikam.accept_partnership("made.1.up").await);
    assert_eq!(forged.code, Code::NotFound);
}

#[tokio::test]
async fn a_link_expires_after_30_days() {
    let suite = Running::start().await;
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "FR").await);
    let draft = contoso.request_partnership(&fabrikam).await.unwrap().into_inner().draft.unwrap();
    suite.clock.set("2026-12-21T12:00:01Z".parse().unwrap()).unwrap();
    let refusal = refusal_of(fabrikam.accept_partnership(&draft.link_token).await);
    refusal.must_be(Code::FailedPrecondition, &[("PSH-03", "INVITATION_EXPIRED")]);
}

#[tokio::test]
async fn an_unknown_reseller_is_not_found_and_a_missing_profile_is_named() {
    let suite = Running::start().await;
    let contoso = suite.provider("contoso", "DE").await;
    let request = RequestPartnershipRequest {
        reseller: "partners/nobody".to_owned(),
        reseller_email: "owner@reseller.example".to_owned(),
        ..Default::default()
    };
    let refusal = refusal_of(contoso.people.relationship().request_partnership(request).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::NotFound, "NOT_FOUND"));
    let refusal =
        refusal_of(contoso.people.customers().create_customer(CreateCustomerRequest::default()).await);
    assert!(refusal.fields.iter().any(|field| field.starts_with("profile")), "{refusal:?}");
}

#[tokio::test]
async fn the_refusal_of_a_taken_domain_names_the_rule_and_a_refused_creation_does_not_take_its_domain() {
    let suite = Running::start().await;
    let (litware, wingtip) =
        (suite.direct_bill("litware", "DE").await, suite.direct_bill("wingtip", "US").await);
    refusal_of(wingtip.create_customer(profile("tailspin", "FR"), None).await);
    litware
        .create_customer(profile("tailspin", "FR"), None)
        .await
        .expect("the refused creation took no domain");
    let again = profile("tailspin", "FR").on_tenant("other.tenant");
    let request = CreateCustomerRequest { profile: Some(again), ..Default::default() };
    let refusal = refusal_of(litware.people.customers().create_customer(request).await);
    refusal.must_be(Code::AlreadyExists, &[("CUS-01", "DOMAIN_TAKEN")]);
}
