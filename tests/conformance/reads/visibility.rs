//! What a partner reads of a customer: a present partner, a past partner, an inviting partner, the reseller
//! of record. What a customer reads of a partner.

use csp_proto::customer::v1::{Customer, GetCustomerAgreementRequest, GetCustomerRequest};
use csp_proto::partner_registry::v1::{GetPartnerRequest, Partner, PartnerProfile};
use csp_proto::relationship::v1::WithdrawInvitationRequest;
use csp_tests::{Answer, Party, Seller, agreement_of, attested, refusal_of};

use crate::order::scene::Indirect;
use crate::scene::Scene;
use crate::subscription::acts::{associate, cancel, name_contact};

pub(crate) const SCENES: &[Scene<()>] = &[
    scene!(a_past_partner_reads_name_and_tenant_of_its_customer()),
    scene!(the_reseller_of_record_reads_the_customer_while_the_subscription_lives()),
    scene!(a_pending_invitation_shows_name_and_tenant_to_the_partners_that_it_names()),
    scene!(a_customer_reads_name_capabilities_and_support_contact_of_its_partners()),
    scene!(a_customer_reads_the_partners_that_its_living_subscriptions_name()),
];

async fn read(partner: &Seller, name: &str) -> Answer<Customer> {
    let request = GetCustomerRequest { name: name.to_owned() };
    let read = partner.people.customers().get_customer(request).await;
    read.map(|answer| answer.map(|answer| answer.customer.unwrap()))
}

async fn partner_of(party: &Party, name: &str) -> Answer<Partner> {
    let request = GetPartnerRequest { name: name.to_owned() };
    let read = party.registry().get_partner(request).await;
    read.map(|answer| answer.map(|answer| answer.partner.unwrap()))
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

async fn a_pending_invitation_shows_name_and_tenant_to_the_partners_that_it_names() {
    let scene = Indirect::open().await;
    let adatum = scene.suite.reseller("adatum", "FR").await;
    scene.suite.partnership(&scene.contoso, &adatum).await;
    let invited = scene.contoso.invite(&scene.tailspin, Some(&adatum), None).await.unwrap().into_inner();
    let seen = read(&adatum, &scene.tailspin).await.unwrap().into_inner().profile.unwrap();
    assert_eq!((seen.company_name.is_empty(), seen.billing_contact), (false, None));
    assert_eq!(seen.tenant.unwrap().tenant_id, "tailspin.tenant");
    let stranger = scene.suite.reseller("stranger", "FR").await;
    assert_eq!(refusal_of(read(&stranger, &scene.tailspin).await).reason, "NOT_FOUND");
    let withdraw = WithdrawInvitationRequest { name: invited.invitation.unwrap().name, ..Default::default() };
    scene.contoso.people.relationship().withdraw_invitation(withdraw).await.unwrap();
    assert_eq!(refusal_of(read(&adatum, &scene.tailspin).await).reason, "NOT_FOUND");
}

async fn a_customer_reads_name_capabilities_and_support_contact_of_its_partners() {
    let scene = Indirect::open().await;
    let (tailspin, operator) = (scene.suite.customer("tailspin.tenant"), scene.suite.operator());
    for partner in [&scene.contoso, &scene.fabrikam] {
        let whole = partner_of(&operator, &partner.name).await.unwrap().into_inner().profile.unwrap();
        let PartnerProfile { legal_name, support_contact, capabilities, .. } = whole;
        assert!(support_contact.is_some());
        let profile = PartnerProfile { legal_name, support_contact, capabilities, ..Default::default() };
        let shown = Partner { name: partner.name.clone(), profile: Some(profile), ..Default::default() };
        assert_eq!(partner_of(&tailspin, &partner.name).await.unwrap().into_inner(), shown);
    }
    let litware = scene.suite.direct_bill("litware", "DE").await;
    assert_eq!(refusal_of(partner_of(&tailspin, &litware.name).await).reason, "NOT_FOUND");
    let other = scene.suite.customer("other.tenant");
    assert_eq!(refusal_of(partner_of(&other, &scene.contoso.name).await).reason, "NOT_FOUND");
    let relationship = scene.fabrikam.relationship(&scene.tailspin).await;
    tailspin.remove_relationship(&relationship, None).await.unwrap();
    assert_eq!(refusal_of(partner_of(&tailspin, &scene.fabrikam.name).await).reason, "NOT_FOUND");
}

async fn a_customer_reads_the_partners_that_its_living_subscriptions_name() {
    let scene = Indirect::open().await;
    let tailspin = scene.suite.customer("tailspin.tenant");
    let bought = scene.buy().await.name;
    let [of_record, contact] =
        [scene.suite.reseller("adatum", "FR").await, scene.suite.reseller("wingtip", "FR").await];
    for reseller in [&of_record, &contact] {
        scene.suite.partnership(&scene.contoso, reseller).await;
        assert_eq!(refusal_of(partner_of(&tailspin, &reseller.name).await).reason, "NOT_FOUND");
    }
    associate(&scene.contoso, &bought, contact.by_number()).await.unwrap();
    name_contact(&scene.contoso, &bought, &contact).await.unwrap();
    associate(&scene.contoso, &bought, of_record.by_number()).await.unwrap();
    for reseller in [&of_record, &contact] {
        partner_of(&tailspin, &reseller.name).await.expect("reseller of record, or lapsed support contact");
    }
    cancel(&scene.contoso, &bought).await.unwrap();
    for reseller in [&of_record, &contact] {
        assert_eq!(refusal_of(partner_of(&tailspin, &reseller.name).await).reason, "NOT_FOUND");
    }
}
