//! The story's sales: customers and subscriptions change, carts are filled and submitted.

use crate::{Running, draft_of_cart, evidence, lines, profile, submission};
use csp_proto::customer::v1 as customer;
use csp_proto::subscription::v1 as pb;
use csp_proto::r#type::v1::CustomerProfile;
use jiff::SignedDuration;
use prost_types::FieldMask;

use super::Cast;

pub(super) async fn play(suite: &Running, cast: &Cast) {
    let Cast { contoso, fabrikam, .. } = cast;
    let offer = suite.offer("e3").await;
    let tailspin = suite.customer_of("tailspin", "IT", contoso, Some(fabrikam)).await;
    a_customer_changes(suite, cast).await;
    an_offer_gets_its_next_version(suite, &offer).await;
    let addon = crate::OfferTerms { prerequisites: vec!["e3"], ..Default::default() };
    suite.offer_on("addon", addon).await;
    let sold = contoso.order(&tailspin, Some(fabrikam), &offer, 10).await.unwrap().into_inner();
    contoso.order(&tailspin, Some(fabrikam), "offers/addon", 2).await.unwrap();
    let recorded = pb::RecordSubscriptionRequest {
        parent: tailspin.clone(),
        seller: contoso.name.clone(),
        reseller_of_record: Some(fabrikam.by_number().into()),
        offer: offer.clone(),
        quantity: 10,
        evidence: Some(evidence("2026-11-20")),
        ..Default::default()
    };
    suite.operator().subscription().record_subscription(recorded).await.unwrap();
    a_subscription_changes(suite, cast, &sold.subscriptions[0].name).await;
    carts_are_filled(cast, &tailspin, &offer).await;
    let brief = contoso.order(&tailspin, Some(fabrikam), &offer, 1).await.unwrap().into_inner();
    let cancel =
        pb::CancelSubscriptionRequest { name: brief.subscriptions[0].name.clone(), ..Default::default() };
    contoso.people.subscription().cancel_subscription(cancel).await.unwrap();
}

async fn a_customer_changes(suite: &Running, cast: &Cast) {
    let litware = &cast.litware;
    let created = litware.create_customer(profile("wide", "FR"), None).await.unwrap().into_inner();
    let name = created.customer.unwrap().name;
    let mut customers = litware.people.customers();
    let renamed = customer::UpdateCustomerRequest {
        customer: Some(customer::Customer {
            name: name.clone(),
            profile: Some(CustomerProfile { company_name: "Wide World".to_owned(), ..Default::default() }),
            ..Default::default()
        }),
        update_mask: Some(FieldMask { paths: vec!["profile.company_name".to_owned()] }),
        ..Default::default()
    };
    customers.update_customer(renamed).await.unwrap();
    let organization = crate::company(&suite.organization("wide", "FR").await);
    let corrected = customer::SetCustomerOrganizationRequest {
        name: name.clone(),
        organization,
        evidence: Some(evidence("2026-11-20")),
        ..Default::default()
    };
    suite.operator().customers().set_customer_organization(corrected).await.unwrap();
    let reveal = customer::RevealSetupInfoRequest { name: name.clone() };
    customers.reveal_setup_info(reveal.clone()).await.unwrap();
    let rotate = customer::RotateSetupPasswordRequest { name: name.clone(), ..Default::default() };
    customers.rotate_setup_password(rotate).await.unwrap();
    customers.reveal_setup_info(reveal).await.unwrap();
    let agreement = customer::RecordCustomerAgreementRequest {
        name: crate::agreement_of(&name),
        signer: crate::attestation().signer,
        evidence: Some(evidence("2024-05-01")),
        ..Default::default()
    };
    suite.operator().customers().record_customer_agreement(agreement).await.unwrap();
    let refuted = customer::WithdrawCustomerAgreementRequest {
        name: crate::agreement_of(&name),
        reason: "the signer did not work for the customer".to_owned(),
        evidence: Some(evidence("2026-11-20")),
        ..Default::default()
    };
    suite.operator().customers().withdraw_customer_agreement(refuted).await.unwrap();
}

async fn an_offer_gets_its_next_version(suite: &Running, name: &str) {
    let mut operator = suite.operator().subscription();
    let read = pb::GetOfferRequest { name: name.to_owned() };
    let mut offer = operator.get_offer(read).await.unwrap().into_inner().offer.unwrap();
    offer.display_name = "Office, renamed".to_owned();
    let (term, billing_cycle) = (pb::Term::P3y.into(), pb::BillingCycle::Monthly.into());
    offer.plans.push(pb::Plan { term, billing_cycle });
    let request = pb::ImportOffersRequest { offers: vec![offer], ..Default::default() };
    operator.import_offers(request).await.unwrap();
}

async fn a_subscription_changes(suite: &Running, cast: &Cast, name: &str) {
    let Cast { contoso, fabrikam, adatum, .. } = cast;
    let (name, mut seller) = (name.to_owned(), contoso.people.subscription());
    let more = pb::ChangeQuantityRequest { name: name.clone(), quantity: Some(15), ..Default::default() };
    seller.change_quantity(more).await.unwrap();
    let targets = pb::ListUpgradeTargetsRequest { parent: name.clone(), ..Default::default() };
    let targets = seller.list_upgrade_targets(targets).await.unwrap().into_inner().targets;
    let longer = pb::UpgradeSubscriptionRequest {
        name: name.clone(),
        offer: targets[0].offer.clone(),
        term: pb::Term::P3y.into(),
        ..Default::default()
    };
    seller.upgrade_subscription(longer).await.unwrap();
    let suspend = pb::SuspendSubscriptionRequest { name: name.clone(), ..Default::default() };
    seller.suspend_subscription(suspend).await.unwrap();
    let reactivate = pb::ReactivateSubscriptionRequest { name: name.clone(), ..Default::default() };
    seller.reactivate_subscription(reactivate).await.unwrap();
    let renew = pb::SetAutoRenewRequest { name: name.clone(), auto_renew: Some(false), ..Default::default() };
    seller.set_auto_renew(renew).await.unwrap();
    let contact = pb::SetSupportContactRequest {
        name: name.clone(),
        support_contact: Some(fabrikam.name.clone()),
        ..Default::default()
    };
    seller.set_support_contact(contact).await.unwrap();
    suite.wait(SignedDuration::from_secs(1));
    let reseller_of_record = Some(adatum.by_account().into());
    let associate = pb::AssociateResellerRequest { name, reseller_of_record, ..Default::default() };
    seller.associate_reseller(associate).await.unwrap();
}

async fn carts_are_filled(cast: &Cast, customer: &str, offer: &str) {
    let Cast { contoso, fabrikam, .. } = cast;
    let cart = pb::CreateCartRequest {
        parent: customer.to_owned(),
        seller: contoso.name.clone(),
        reseller_of_record: Some(fabrikam.by_account().into()),
        lines: lines(&[(offer, 4)]),
        ..Default::default()
    };
    let mut carts = Vec::new();
    for _ in 0..3 {
        let created = fabrikam.people.subscription().create_cart(cart.clone()).await.unwrap().into_inner();
        carts.push(created.cart.unwrap().name);
    }
    contoso.people.change_cart(&carts[0], &[(offer, 5)]).await.unwrap();
    let submit = submission(customer, draft_of_cart(&carts[0], Some(fabrikam.by_number())));
    contoso.people.subscription().submit_order(submit).await.unwrap();
    let cancel = pb::CancelCartRequest { name: carts[1].clone(), ..Default::default() };
    fabrikam.people.subscription().cancel_cart(cancel).await.unwrap();
}
