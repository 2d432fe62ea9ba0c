//! Cases for the parties of an order: seller, reseller and customer.

use csp_proto::customer::v1::{
    RecordCustomerRequest, SetCustomerOrganizationRequest, WithdrawCustomerAgreementRequest,
};
use csp_proto::partner_registry::v1::{MpnKind, RegisterMpnIdRequest, Standing};
use csp_proto::relationship::v1::AcceptInvitationResponse;
use csp_proto::subscription::v1::SubmitOrderResponse;
use csp_proto::r#type::v1::{Cloud, CustomerProfile, PartnerKind};
use csp_tests::{
    Answer, Described, OfferTerms, Running, Seller, agreement_of, attested, company, draft, evidence, lines,
    profile, submission,
};

use super::scene::{Direct, Indirect, named_by};
use crate::scene::{Played, played};

/// The twin is ordered by a direct-bill partner that serves the same customer.
pub(crate) async fn a_reseller_orders() -> Played {
    let scene = Indirect::open().await;
    let litware = scene.suite.direct_bill("litware", "DE").await;
    invite_and_accept(&scene.suite, &litware, &scene.tailspin).await.unwrap();
    litware.confirm_agreement(&scene.tailspin).await.unwrap();
    let refused = scene.fabrikam.order(&scene.tailspin, None, &scene.offer, 10).await;
    played(refused, litware.order(&scene.tailspin, None, &scene.offer, 10).await)
}

pub(crate) async fn a_provider_without_its_reseller() -> Played {
    let scene = Indirect::open().await;
    played(scene.order(None).await, scene.order(Some(&scene.fabrikam)).await)
}

pub(crate) async fn a_direct_bill_partner_with_a_reseller() -> Played {
    let scene = Direct::open().await;
    let fabrikam = scene.suite.reseller("fabrikam", "FR").await;
    let refused = scene.litware.order(&scene.tailspin, Some(&fabrikam), &scene.offer, 10).await;
    played(refused, scene.order().await)
}

pub(crate) async fn a_tenant_without_an_account() -> Played {
    let scene = Direct::open().await;
    let stranger = Seller { people: scene.suite.partner("stranger.example"), ..scene.litware.clone() };
    played(stranger.order(&scene.tailspin, None, &scene.offer, 10).await, scene.order().await)
}

pub(crate) async fn a_seller_in_bad_standing(standing: Standing) -> Played {
    let scene = Direct::open().await;
    scene.suite.set_standing(&scene.litware.name, standing).await;
    let refused = scene.order().await;
    scene.suite.set_standing(&scene.litware.name, Standing::Active).await;
    played(refused, scene.order().await)
}

/// American Samoa left the region of New Zealand in August 2023. Both customers were recorded with a date in
/// 2022.
pub(crate) async fn a_customer_whose_country_left_the_region() -> Played {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "NZ").await;
    let terms = OfferTerms { countries: vec!["NZ", "AS"], ..OfferTerms::default() };
    let offer = suite.offer_on("e3", terms).await;
    let gone = recorded(&suite, profile("gone", "AS"), &litware).await;
    let near = recorded(&suite, profile("near", "NZ"), &litware).await;
    played(litware.order(&gone, None, &offer, 10).await, litware.order(&near, None, &offer, 10).await)
}

/// A company registers a customer account as one of no company, and enrols afterwards. From then on every
/// sale to the account is refused: it might be a sale to the seller's own company. An operator sets the
/// company.
pub(crate) async fn a_customer_of_none_whose_company_enrolled() -> Played {
    let scene = Direct::open().await;
    scene.order().await.unwrap();
    let tailspin = scene.suite.company_known_by("tailspin", &["tailspin.example"], "").await;
    let refused = scene.order().await;
    let request = SetCustomerOrganizationRequest {
        name: scene.tailspin.clone(),
        organization: company(&tailspin),
        evidence: Some(evidence("2026-11-20")),
        ..Default::default()
    };
    scene.suite.operator().customers().set_customer_organization(request).await.unwrap();
    played(refused, scene.order().await)
}

/// PSH-01 refuses this act too, because no partnership joins two clouds.
pub(crate) async fn a_reseller_in_another_cloud() -> Played {
    let scene = Indirect::open().await;
    let german =
        scene.suite.seller_in_cloud("adatum", "FR", PartnerKind::IndirectReseller, Cloud::Germany).await;
    played(scene.order(Some(&german)).await, scene.order(Some(&scene.fabrikam)).await)
}

pub(crate) async fn a_chain_in_the_us_government_cloud() -> Played {
    played(sold_by_a_chain_in(Cloud::UsGovernment).await, sold_by_a_chain_in(Cloud::Global).await)
}

async fn sold_by_a_chain_in(cloud: Cloud) -> Answer<SubmitOrderResponse> {
    let suite = Running::start().await;
    let contoso = suite.seller_in_cloud("contoso", "US", PartnerKind::IndirectProvider, cloud).await;
    let fabrikam = suite.seller_in_cloud("fabrikam", "US", PartnerKind::IndirectReseller, cloud).await;
    // In the US government cloud the request is refused: partnerships do not exist there.
    if let Ok(requested) = contoso.request_partnership(&fabrikam).await {
        fabrikam.accept_partnership(&requested.into_inner().draft.unwrap().link_token).await.unwrap();
    }
    let wanted = profile("tailspin", "US").in_cloud(cloud);
    let tailspin = contoso.create_customer(wanted, None).await.unwrap().into_inner().customer.unwrap().name;
    contoso.confirm_agreement(&tailspin).await.unwrap();
    let offer = suite.offer("e3").await;
    contoso.order(&tailspin, Some(&fabrikam), &offer, 10).await
}

pub(crate) async fn a_seller_whose_relationship_ended() -> Played {
    let scene = Direct::open().await;
    let relationship = scene.litware.relationship(&scene.tailspin).await;
    scene.litware.people.remove_relationship(&relationship, Some(attested())).await.unwrap();
    let refused = scene.order().await;
    invite_and_accept(&scene.suite, &scene.litware, &scene.tailspin).await.unwrap();
    played(refused, scene.order().await)
}

pub(crate) async fn a_reseller_whose_partnership_ended() -> Played {
    let scene = Indirect::open().await;
    let twin = scene.order(Some(&scene.fabrikam)).await;
    scene.contoso.remove_partnership(&scene.partnership).await.unwrap();
    played(scene.order(Some(&scene.fabrikam)).await, twin)
}

pub(crate) async fn a_partner_buys_from_a_provider_without_a_reseller() -> Played {
    let scene = Indirect::open().await;
    let wingtip = scene.suite.direct_bill("wingtip", "DE").await;
    set_organization(&scene.suite, &scene.tailspin, &wingtip.organization).await;
    played(scene.order(None).await, scene.order(Some(&scene.fabrikam)).await)
}

pub(crate) async fn a_customer_whose_tenant_became_a_csp_tenant() -> Played {
    let scene = Direct::open().await;
    let twin = scene.order().await;
    scene.suite.reseller_on_tenant("tailspin", "FR", "tailspin.tenant").await;
    played(scene.order().await, twin)
}

pub(crate) async fn a_sale_to_the_sellers_own_company() -> Played {
    let scene = Direct::open().await;
    let twin = scene.order().await;
    set_organization(&scene.suite, &scene.tailspin, &scene.litware.organization).await;
    played(scene.order().await, twin)
}

pub(crate) async fn a_sale_to_the_resellers_own_company() -> Played {
    let scene = Indirect::open().await;
    let twin = scene.order(Some(&scene.fabrikam)).await;
    set_organization(&scene.suite, &scene.tailspin, &scene.fabrikam.organization).await;
    played(scene.order(Some(&scene.fabrikam)).await, twin)
}

pub(crate) async fn a_sale_to_an_affiliate_of_the_seller() -> Played {
    let scene = Direct::open().await;
    let sister = scene.suite.organization("tailspin", "FR").await;
    set_organization(&scene.suite, &scene.tailspin, &sister).await;
    let twin = scene.order().await;
    scene.suite.affiliates(&[&scene.litware.organization, &sister]).await;
    played(scene.order().await, twin)
}

pub(crate) async fn a_seller_that_has_not_signed() -> Played {
    let scene = Direct::unsigned(Running::start().await, "DE", "FR").await;
    let refused = scene.order().await;
    scene.suite.sign(&scene.litware).await;
    played(refused, scene.order().await)
}

/// Both AGR-02 and AGR-03 refuse this act: the reseller can neither be reseller of record nor do business
/// with the provider.
pub(crate) async fn a_reseller_that_has_not_signed() -> Played {
    let scene = Indirect::open().await;
    let adatum = scene.suite.unsigned_seller("adatum", "FR", PartnerKind::IndirectReseller, "adatum").await;
    scene.suite.partnership(&scene.contoso, &adatum).await;
    let refused = scene.order(Some(&adatum)).await;
    scene.suite.sign(&adatum).await;
    played(refused, scene.order(Some(&adatum)).await)
}

pub(crate) async fn a_customer_that_has_not_accepted_its_agreement() -> Played {
    let scene = Direct::open().await;
    let created = scene.litware.create_customer(profile("wingtip", "FR"), None).await.unwrap().into_inner();
    let wingtip = created.customer.unwrap().name;
    let refused = scene.litware.order(&wingtip, None, &scene.offer, 10).await;
    scene.litware.confirm_agreement(&wingtip).await.unwrap();
    played(refused, scene.litware.order(&wingtip, None, &scene.offer, 10).await)
}

/// The twin is ordered after the customer itself accepted, which serves every partner.
pub(crate) async fn an_acceptance_that_another_partner_attested() -> Played {
    let scene = Direct::open().await;
    let wingtip = scene.suite.direct_bill("wingtip", "DE").await;
    invite_and_accept(&scene.suite, &wingtip, &scene.tailspin).await.unwrap();
    let order = async || wingtip.order(&scene.tailspin, None, &scene.offer, 10).await;
    let refused = order().await;
    scene.suite.customer("tailspin.tenant").accept_agreement(&scene.tailspin).await.unwrap();
    played(refused, order().await)
}

/// The twin is ordered after the seller attested anew.
pub(crate) async fn an_attestation_that_was_withdrawn() -> Played {
    let scene = Direct::open().await;
    scene.order().await.unwrap();
    withdraw_attestation(&scene).await;
    let refused = scene.order().await;
    scene.litware.confirm_agreement(&scene.tailspin).await.unwrap();
    played(refused, scene.order().await)
}

/// An operator withdraws what the seller attested about the customer's agreement.
pub(crate) async fn withdraw_attestation(scene: &Direct) {
    let request = WithdrawCustomerAgreementRequest {
        name: agreement_of(&scene.tailspin),
        attester: scene.litware.name.clone(),
        reason: "the signer did not work for the customer".to_owned(),
        evidence: Some(evidence("2026-11-20")),
        ..Default::default()
    };
    scene.suite.operator().customers().withdraw_customer_agreement(request).await.unwrap();
}

pub(crate) async fn a_reseller_named_by_an_unknown_mpn_id() -> Played {
    let scene = Indirect::open().await;
    let unknown = named_by("mpnIds/4711", &scene.fabrikam);
    played(scene.order(Some(&unknown)).await, scene.order(Some(&scene.fabrikam)).await)
}

pub(crate) async fn a_reseller_named_by_a_number_that_no_account_holds() -> Played {
    let scene = Indirect::open().await;
    let free = scene.suite.free_mpn_id(&scene.fabrikam.organization, "FR", "not associated").await;
    let unheld = named_by(&free, &scene.fabrikam);
    played(scene.order(Some(&unheld)).await, scene.order(Some(&scene.fabrikam)).await)
}

/// PSH-13 refuses this act too: an account without a location tells no number.
pub(crate) async fn a_reseller_that_is_not_onboarded() -> Played {
    let scene = Indirect::open().await;
    let newcomer = scene.suite.reseller_not_onboarded("adatum", "FR").await;
    let order = async |reseller: &Seller| {
        let order = draft(lines(&[(&scene.offer, 10)]), Some(reseller.by_account()));
        scene.contoso.people.subscription().submit_order(submission(&scene.tailspin, order)).await
    };
    played(order(&newcomer).await, order(&scene.fabrikam).await)
}

pub(crate) async fn a_reseller_named_by_its_global_mpn_id() -> Played {
    let scene = Indirect::open().await;
    let global = named_by(&global_mpn_id(&scene.suite, &scene.fabrikam).await, &scene.fabrikam);
    played(scene.order(Some(&global)).await, scene.order(Some(&scene.fabrikam)).await)
}

pub(crate) async fn a_provider_names_its_own_mpn_id() -> Played {
    let scene = Indirect::open().await;
    played(scene.order(Some(&scene.contoso)).await, scene.order(Some(&scene.fabrikam)).await)
}

/// Registers the global MPN ID (headquarters) of the partner's company and returns its name.
pub(crate) async fn global_mpn_id(suite: &Running, partner: &Seller) -> String {
    let request = RegisterMpnIdRequest {
        mpn_id: "4712".to_owned(),
        organization: partner.organization.clone(),
        kind: MpnKind::Global.into(),
        country: "FR".to_owned(),
        ..Default::default()
    };
    suite.operator().registry().register_mpn_id(request).await.unwrap().into_inner().mpn_id.unwrap().name
}

/// Gives the partner's account, which is in France, a second location.
pub(crate) async fn second_location(suite: &Running, partner: &Seller) {
    let mpn_id = suite.free_mpn_id(&partner.organization, "FR", "a second location").await;
    suite.operator().associate_mpn_id(&partner.name, &mpn_id).await.unwrap();
}

async fn invite_and_accept(
    suite: &Running,
    seller: &Seller,
    customer: &str,
) -> Answer<AcceptInvitationResponse> {
    let draft = seller.invite("", None, None).await.unwrap().into_inner().draft.unwrap();
    let tenant = format!("{}.tenant", customer.trim_start_matches("customers/"));
    suite.customer(&tenant).accept_invitation(&draft.link_token).await
}

/// An operator sets the company that a customer belongs to.
pub(crate) async fn set_organization(suite: &Running, customer: &str, organization: &str) {
    let request = SetCustomerOrganizationRequest {
        name: customer.to_owned(),
        organization: company(organization),
        evidence: Some(evidence("2026-11-20")),
        ..Default::default()
    };
    suite.operator().customers().set_customer_organization(request).await.unwrap();
}

/// An operator records a customer that the seller has served since 2022. The seller confirms its agreement.
async fn recorded(suite: &Running, profile: CustomerProfile, seller: &Seller) -> String {
    let request = RecordCustomerRequest {
        profile: Some(profile),
        seller: seller.name.clone(),
        evidence: Some(evidence("2022-05-01")),
        ..Default::default()
    };
    let recorded = suite.operator().customers().record_customer(request).await.unwrap().into_inner();
    let name = recorded.customer.unwrap().name;
    seller.confirm_agreement(&name).await.unwrap();
    name
}

/// The twin orders while the account has one location.
pub(crate) async fn a_reseller_named_by_an_account_with_two_locations() -> Played {
    let scene = Indirect::open().await;
    let order = async || {
        let order = draft(lines(&[(&scene.offer, 10)]), Some(scene.fabrikam.by_account()));
        scene.contoso.people.subscription().submit_order(submission(&scene.tailspin, order)).await
    };
    let twin = order().await;
    second_location(&scene.suite, &scene.fabrikam).await;
    played(order().await, twin)
}
