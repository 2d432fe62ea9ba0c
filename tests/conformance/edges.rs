//! Rules for the edges that the customer service requests from the relationship service while it creates a
//! customer. CreateCustomer judges the same facts first, so a refusal here means that a fact changed between
//! the two calls.

use csp_proto::internal::relationship::v1::EstablishCustomerRequest;
use csp_tests::{Running, Seller};

use crate::scene::{Case, Played, played};

#[rustfmt::skip]
pub(crate) const CASES: &[Case] = &[
    case!("EstablishEdges", "PSH-01", "PARTNERSHIP_NOT_ACTIVE", a_reseller_without_a_partnership()),
    case!("EstablishEdges", "PSH-11", "RELATIONSHIP_TYPE_CONFLICT", the_tenant_of_the_sellers_own_reseller()),
];

/// A request for the edges of the customer tailspin, whose tenant is `tenant`.
fn edges(tenant: &str, seller: &Seller, reseller: Option<&Seller>) -> EstablishCustomerRequest {
    EstablishCustomerRequest {
        operation: "operations/tailspin".to_owned(),
        customer: "customers/tailspin".to_owned(),
        customer_tenant_id: tenant.to_owned(),
        seller: seller.name.clone(),
        reseller: reseller.map(|reseller| reseller.name.clone()).unwrap_or_default(),
        as_of_date: "2026-11-21".to_owned(),
        ..Default::default()
    }
}

async fn chain(suite: &Running) -> (Seller, Seller) {
    (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "FR").await)
}

async fn a_reseller_without_a_partnership() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = chain(&suite).await;
    let inside = suite.inside().await;
    let wanted = edges("tailspin.tenant", &contoso, Some(&fabrikam));
    let refused = inside.establish(&contoso, wanted.clone()).await;
    suite.partnership(&contoso, &fabrikam).await;
    let twin = inside.establish(&contoso, wanted).await;
    inside.close().await;
    played(refused, twin)
}

async fn the_tenant_of_the_sellers_own_reseller() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = chain(&suite).await;
    let partnership = suite.partnership(&contoso, &fabrikam).await;
    let inside = suite.inside().await;
    let wanted = edges(&fabrikam.people.tenant, &contoso, None);
    let refused = inside.establish(&contoso, wanted.clone()).await;
    contoso.remove_partnership(&partnership).await.unwrap();
    let twin = inside.establish(&contoso, wanted).await;
    inside.close().await;
    played(refused, twin)
}
