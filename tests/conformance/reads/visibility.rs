//! What a partner reads of a customer: a present partner, a past partner, the reseller of record.

use csp_proto::customer::v1::{Customer, GetCustomerAgreementRequest, GetCustomerRequest};
use csp_tests::{Answer, Seller, agreement_of, attested, refusal_of};

use crate::order::scene::Indirect;
use crate::scene::Scene;
use crate::subscription::acts::{associate, cancel};

pub(crate) const SCENES: &[Scene<()>] = &[
    scene!(a_past_partner_reads_name_and_tenant_of_its_customer()),
    scene!(the_reseller_of_record_reads_the_customer_while_the_subscription_lives()),
];

async fn read(partner: &Seller, name: &str) -> Answer<Customer> {
    let request = GetCustomerRequest { name: name.to_owned() };
    let read = partner.people.customers().get_customer(request).await;
    read.map(|answer| answer.map(|answer| answer.customer.unwrap()))
}

async fn a_past_partner_reads_name_and_tenant_of_its_customer() {
    let scene = Indirect::open().await;
    let present = read(&scene.fabrikam, &scene.tailspin).await.unwrap().into_inner().profile.unwrap();
    assert!(present.billing_contact.is_some() && !present.tenant.as_ref().unwrap().domains.is_empty());
    let relationship = scene.fabrikam.relationship(&scene.tailspin).await;
    scene.fabrikam.people.remove_relationship(&relationship, Some(attested())).await.unwrap();
    let past = read(&scene.fabrikam, &scene.tailspin).await.unwrap().into_inner();
    assert_eq!((past.name.as_str(), past.etag.as_str(), past.revision), (scene.tailspin.as_str(), "", 0));
    let profile = past.profile.unwrap();
    assert_eq!((profile.company_name, profile.billing_contact), (present.company_name, None));
    let tenant = profile.tenant.unwrap();
    assert_eq!(
        (tenant.tenant_id.as_str(), tenant.domains.len(), tenant.country.as_str()),
        ("tailspin.tenant", 0, "")
    );
    let request = GetCustomerAgreementRequest { name: agreement_of(&scene.tailspin) };
    let agreement = scene.fabrikam.people.customers().get_customer_agreement(request).await;
    assert_eq!(refusal_of(agreement).reason, "NOT_FOUND");
}

async fn the_reseller_of_record_reads_the_customer_while_the_subscription_lives() {
    let scene = Indirect::open().await;
    let bought = scene.buy().await.name;
    let adatum = scene.suite.reseller("adatum", "FR").await;
    scene.suite.partnership(&scene.contoso, &adatum).await;
    assert_eq!(refusal_of(read(&adatum, &scene.tailspin).await).reason, "NOT_FOUND");
    associate(&scene.contoso, &bought, adatum.by_number()).await.unwrap();
    let seen = read(&adatum, &scene.tailspin).await.unwrap().into_inner();
    assert!(seen.profile.unwrap().billing_contact.is_some());
    cancel(&scene.contoso, &bought).await.unwrap();
    assert_eq!(refusal_of(read(&adatum, &scene.tailspin).await).reason, "NOT_FOUND");
}
