//! What guards the partnership of a provider and a reseller.

use csp_policy::Role;
use csp_proto::partner_registry::v1::Standing;
use csp_proto::relationship::v1 as relationship;
use csp_proto::r#type::v1::{Cloud, PartnerKind};
use csp_tests::{Answer, Party, Running, Seller, attested, evidence};
use jiff::SignedDuration;

use crate::scene::{Case, Played, played};

pub(crate) const CASES: &[Case] = &[
    case!("RequestPartnership", "PSH-02", "NOT_A_PROVIDER", direct_bill_partner_asks()),
    case!("RequestPartnership", "PSH-02", "NOT_A_RESELLER", direct_bill_partner_is_asked()),
    case!("RequestPartnership", "ENR-11", "PARTNER_NOT_ENROLLED", newcomer_is_asked()),
    case!("RequestPartnership", "ENR-11", "PARTNER_NOT_ENROLLED", outsider_asks()),
    case!("RequestPartnership", "ENR-14", "PARTNER_RESTRICTED", asked_while(Standing::Restricted)),
    case!("RequestPartnership", "ENR-14", "PARTNER_SUSPENDED", asked_while(Standing::Suspended)),
    case!("RequestPartnership", "ENR-14", "PARTNER_DEAUTHORIZED", asked_while(Standing::Deauthorized)),
    case!("RequestPartnership", "AGR-04", "RESELLER_NOT_ONBOARDED", asked_before_onboarding()),
    case!("RequestPartnership", "RGN-01", "PARTNERS_IN_DIFFERENT_REGIONS", asked_in_another_region()),
    case!("RequestPartnership", "RGN-04", "CLOUDS_DIFFER", asked_in_another_cloud()),
    case!("RequestPartnership", "RGN-04", "CHAIN_NOT_IN_CLOUD", asked_in_the_us_government_cloud()),
    case!("AcceptPartnership", "PSH-04", "ACCEPTER_NOT_GLOBAL_ADMIN", admin_agent_accepts()),
    case!("AcceptPartnership", "PSH-04", "CONFIRMATION_MISSING", accepting_unconfirmed()),
    case!("AcceptPartnership", "PSH-02", "NOT_A_PROVIDER", recorded_for_a_direct_bill_partner()),
    case!("AcceptPartnership", "PSH-02", "NOT_A_RESELLER", recorded_with_a_direct_bill_partner()),
    case!("AcceptPartnership", "PSH-03", "INVITATION_EXPIRED", accepting_too_late()),
    case!("AcceptPartnership", "PSH-03", "INVITATION_USED", accepting_what_was_declined()),
    case!("AcceptPartnership", "PSH-03", "INVITATION_USED", accepting_what_was_withdrawn()),
    case!("AcceptPartnership", "ENR-11", "PARTNER_NOT_ENROLLED", recorded_with_a_newcomer()),
    case!("AcceptPartnership", "ENR-14", "PARTNER_RESTRICTED", accepted_while(Standing::Restricted)),
    case!("AcceptPartnership", "ENR-14", "PARTNER_SUSPENDED", accepted_while(Standing::Suspended)),
    case!("AcceptPartnership", "ENR-14", "PARTNER_DEAUTHORIZED", accepted_while(Standing::Deauthorized)),
    case!("AcceptPartnership", "AGR-04", "RESELLER_NOT_ONBOARDED", recorded_before_onboarding()),
    case!(
        "AcceptPartnership",
        "RGN-01",
        "PARTNERS_IN_DIFFERENT_REGIONS",
        accepting_after_the_country_moved()
    ),
    case!("AcceptPartnership", "RGN-04", "CLOUDS_DIFFER", recorded_across_clouds()),
    case!("AcceptPartnership", "RGN-04", "CHAIN_NOT_IN_CLOUD", recorded_in_the_us_government_cloud()),
    case!(
        "AcceptPartnership",
        "PSH-11",
        "RELATIONSHIP_TYPE_CONFLICT",
        customer_becomes_reseller_of_its_provider()
    ),
    case!("DeclinePartnership", "PSH-04", "ACCEPTER_NOT_GLOBAL_ADMIN", admin_agent_declines()),
    case!("DeclinePartnership", "PSH-03", "INVITATION_EXPIRED", declining_too_late()),
    case!("DeclinePartnership", "PSH-03", "INVITATION_USED", declining_what_was_withdrawn()),
    case!("RemovePartnership", "PSH-09", "NOT_A_PROVIDER", reseller_removes()),
    case!("RemovePartnership", "PSH-09", "CONFIRMATION_MISSING", removing_unconfirmed()),
    case!("RemovePartnership", "PSH-09", "ATTESTATION_MISSING", removing_without_statement()),
];

async fn direct_bill_partner_asks() -> Played {
    let suite = Running::start().await;
    let (direct, contoso) = (suite.direct_bill("direct", "DE").await, suite.provider("contoso", "DE").await);
    let fabrikam = suite.reseller("fabrikam", "DE").await;
    played(direct.request_partnership(&fabrikam).await, contoso.request_partnership(&fabrikam).await)
}

async fn direct_bill_partner_is_asked() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let direct = suite.direct_bill("direct", "DE").await;
    played(contoso.request_partnership(&direct).await, contoso.request_partnership(&fabrikam).await)
}

async fn newcomer_is_asked() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.newcomer("fabrikam", "DE").await);
    let refused = contoso.request_partnership(&fabrikam).await;
    suite.authorize(&fabrikam).await;
    played(refused, contoso.request_partnership(&fabrikam).await)
}

async fn outsider_asks() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let outsider = Seller { people: suite.partner("nobody.example"), ..contoso.clone() };
    played(outsider.request_partnership(&fabrikam).await, contoso.request_partnership(&fabrikam).await)
}

async fn asked_while(standing: Standing) -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    suite.set_standing(&fabrikam.name, standing).await;
    let refused = contoso.request_partnership(&fabrikam).await;
    suite.set_standing(&fabrikam.name, Standing::Active).await;
    played(refused, contoso.request_partnership(&fabrikam).await)
}

async fn asked_before_onboarding() -> Played {
    let suite = Running::start().await;
    let contoso = suite.provider("contoso", "DE").await;
    let fabrikam = suite.reseller_not_onboarded("fabrikam", "DE").await;
    let refused = contoso.request_partnership(&fabrikam).await;
    suite.mpn_id(&fabrikam.organization, "DE", &fabrikam.name).await;
    played(refused, contoso.request_partnership(&fabrikam).await)
}

async fn asked_in_another_region() -> Played {
    let suite = Running::start().await;
    let contoso = suite.provider("contoso", "DE").await;
    let (elsewhere, near) = (suite.reseller("elsewhere", "US").await, suite.reseller("near", "FR").await);
    played(contoso.request_partnership(&elsewhere).await, contoso.request_partnership(&near).await)
}

async fn asked_in_another_cloud() -> Played {
    let suite = Running::start().await;
    let (contoso, near) = provider_and_reseller(&suite).await;
    let reseller = PartnerKind::IndirectReseller;
    let elsewhere = suite.seller_in_cloud("elsewhere", "DE", reseller, Cloud::Germany).await;
    played(contoso.request_partnership(&elsewhere).await, contoso.request_partnership(&near).await)
}

async fn asked_in_the_us_government_cloud() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = pair_in_cloud(&suite, "gov", Cloud::UsGovernment).await;
    let (litware, proseware) = pair_in_cloud(&suite, "public", Cloud::Global).await;
    played(contoso.request_partnership(&fabrikam).await, litware.request_partnership(&proseware).await)
}

async fn admin_agent_accepts() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let link = link_to(&contoso, &fabrikam).await;
    let agent = admin_agent_of(&fabrikam);
    played(agent.accept_partnership(&link).await, fabrikam.accept_partnership(&link).await)
}

async fn accepting_unconfirmed() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let link_token = link_to(&contoso, &fabrikam).await;
    let unconfirmed =
        relationship::AcceptPartnershipRequest { link_token: link_token.clone(), ..Default::default() };
    let refused = fabrikam.people.relationship().accept_partnership(unconfirmed).await;
    played(refused, fabrikam.accept_partnership(&link_token).await)
}

async fn recorded_for_a_direct_bill_partner() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let direct = suite.direct_bill("direct", "DE").await;
    played(record(&suite, &direct, &fabrikam).await, record(&suite, &contoso, &fabrikam).await)
}

async fn recorded_with_a_direct_bill_partner() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let direct = suite.direct_bill("direct", "DE").await;
    played(record(&suite, &contoso, &direct).await, record(&suite, &contoso, &fabrikam).await)
}

async fn accepting_too_late() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let late = link_to(&contoso, &fabrikam).await;
    suite.wait(LINK_LIFE + SignedDuration::from_secs(1));
    let refused = fabrikam.accept_partnership(&late).await;
    // Thirty days to the second are in time.
    let renewed = link_to(&contoso, &fabrikam).await;
    suite.wait(LINK_LIFE);
    played(refused, fabrikam.accept_partnership(&renewed).await)
}

async fn accepting_what_was_declined() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let declined = link_to(&contoso, &fabrikam).await;
    decline(&fabrikam, &declined).await.unwrap();
    let fresh = link_to(&contoso, &fabrikam).await;
    played(fabrikam.accept_partnership(&declined).await, fabrikam.accept_partnership(&fresh).await)
}

async fn accepting_what_was_withdrawn() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let withdrawn = withdrawn_link(&contoso, &fabrikam).await;
    let fresh = link_to(&contoso, &fabrikam).await;
    played(fabrikam.accept_partnership(&withdrawn).await, fabrikam.accept_partnership(&fresh).await)
}

async fn recorded_with_a_newcomer() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.newcomer("fabrikam", "DE").await);
    let refused = record(&suite, &contoso, &fabrikam).await;
    suite.authorize(&fabrikam).await;
    played(refused, record(&suite, &contoso, &fabrikam).await)
}

async fn accepted_while(standing: Standing) -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let link = link_to(&contoso, &fabrikam).await;
    suite.set_standing(&contoso.name, standing).await;
    let refused = fabrikam.accept_partnership(&link).await;
    suite.set_standing(&contoso.name, Standing::Active).await;
    played(refused, fabrikam.accept_partnership(&link).await)
}

async fn recorded_before_onboarding() -> Played {
    let suite = Running::start().await;
    let contoso = suite.provider("contoso", "DE").await;
    let fabrikam = suite.reseller_not_onboarded("fabrikam", "DE").await;
    let refused = record(&suite, &contoso, &fabrikam).await;
    suite.mpn_id(&fabrikam.organization, "DE", &fabrikam.name).await;
    played(refused, record(&suite, &contoso, &fabrikam).await)
}

async fn accepting_after_the_country_moved() -> Played {
    // Guam leaves the region Australia on 17 August 2023.
    let suite = Running::start_at("2023-08-16T12:00:00Z").await;
    let contoso = suite.provider("contoso", "AU").await;
    let (guam, sydney) = (suite.reseller("guam", "GU").await, suite.reseller("sydney", "AU").await);
    let (to_guam, to_sydney) = (link_to(&contoso, &guam).await, link_to(&contoso, &sydney).await);
    suite.wait(SignedDuration::from_hours(24));
    played(guam.accept_partnership(&to_guam).await, sydney.accept_partnership(&to_sydney).await)
}

async fn recorded_across_clouds() -> Played {
    let suite = Running::start().await;
    let (contoso, near) = provider_and_reseller(&suite).await;
    let reseller = PartnerKind::IndirectReseller;
    let elsewhere = suite.seller_in_cloud("elsewhere", "DE", reseller, Cloud::Germany).await;
    played(record(&suite, &contoso, &elsewhere).await, record(&suite, &contoso, &near).await)
}

async fn recorded_in_the_us_government_cloud() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = pair_in_cloud(&suite, "gov", Cloud::UsGovernment).await;
    let (litware, proseware) = pair_in_cloud(&suite, "public", Cloud::Global).await;
    played(record(&suite, &contoso, &fabrikam).await, record(&suite, &litware, &proseware).await)
}

async fn customer_becomes_reseller_of_its_provider() -> Played {
    let suite = Running::start().await;
    let (contoso, litware) = (suite.provider("contoso", "DE").await, suite.provider("litware", "DE").await);
    suite.customer_of("tailspin", "DE", &contoso, None).await;
    let tailspin = suite.reseller_on_tenant("tailspin", "DE", "tailspin.tenant").await;
    let (of_its_own, of_another) = (link_to(&contoso, &tailspin).await, link_to(&litware, &tailspin).await);
    played(tailspin.accept_partnership(&of_its_own).await, tailspin.accept_partnership(&of_another).await)
}

async fn admin_agent_declines() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let link = link_to(&contoso, &fabrikam).await;
    played(decline(&admin_agent_of(&fabrikam), &link).await, decline(&fabrikam, &link).await)
}

async fn declining_too_late() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let late = link_to(&contoso, &fabrikam).await;
    suite.wait(LINK_LIFE + SignedDuration::from_secs(1));
    let refused = decline(&fabrikam, &late).await;
    let renewed = link_to(&contoso, &fabrikam).await;
    suite.wait(LINK_LIFE);
    played(refused, decline(&fabrikam, &renewed).await)
}

async fn declining_what_was_withdrawn() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let withdrawn = withdrawn_link(&contoso, &fabrikam).await;
    let fresh = link_to(&contoso, &fabrikam).await;
    played(decline(&fabrikam, &withdrawn).await, decline(&fabrikam, &fresh).await)
}

async fn reseller_removes() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let name = suite.partnership(&contoso, &fabrikam).await;
    played(fabrikam.remove_partnership(&name).await, contoso.remove_partnership(&name).await)
}

async fn removing_unconfirmed() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let request = removal_of(suite.partnership(&contoso, &fabrikam).await);
    let unconfirmed = relationship::RemovePartnershipRequest { confirm: false, ..request.clone() };
    played(remove(&contoso.people, unconfirmed).await, remove(&contoso.people, request).await)
}

async fn removing_without_statement() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let request = removal_of(suite.partnership(&contoso, &fabrikam).await);
    let silent = relationship::RemovePartnershipRequest { good_faith: None, ..request.clone() };
    played(remove(&contoso.people, silent).await, remove(&contoso.people, request).await)
}

/// How long a request's link works.
const LINK_LIFE: SignedDuration = SignedDuration::from_hours(30 * 24);

async fn provider_and_reseller(suite: &Running) -> (Seller, Seller) {
    (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "DE").await)
}

async fn pair_in_cloud(suite: &Running, id: &str, cloud: Cloud) -> (Seller, Seller) {
    let (provider, reseller) = (PartnerKind::IndirectProvider, PartnerKind::IndirectReseller);
    let provider = suite.seller_in_cloud(&format!("{id}-provider"), "US", provider, cloud).await;
    (provider, suite.seller_in_cloud(&format!("{id}-reseller"), "US", reseller, cloud).await)
}

/// Asks for a partnership; gives the token of the link.
async fn link_to(provider: &Seller, reseller: &Seller) -> String {
    provider.request_partnership(reseller).await.unwrap().into_inner().draft.unwrap().link_token
}

async fn withdrawn_link(provider: &Seller, reseller: &Seller) -> String {
    let requested = provider.request_partnership(reseller).await.unwrap().into_inner();
    let name = requested.partnership.unwrap().name;
    let request = relationship::WithdrawPartnershipRequestRequest { name, ..Default::default() };
    provider.people.relationship().withdraw_partnership_request(request).await.unwrap();
    requested.draft.unwrap().link_token
}

fn admin_agent_of(seller: &Seller) -> Seller {
    Seller { people: seller.people.with_roles(&[Role::AdminAgent]), ..seller.clone() }
}

async fn record(
    suite: &Running,
    provider: &Seller,
    reseller: &Seller,
) -> Answer<relationship::RecordPartnershipResponse> {
    let request = relationship::RecordPartnershipRequest {
        provider: provider.name.clone(),
        reseller: reseller.name.clone(),
        evidence: Some(evidence("2026-06-30")),
        ..Default::default()
    };
    suite.operator().relationship().record_partnership(request).await
}

async fn decline(reseller: &Seller, link_token: &str) -> Answer<relationship::DeclinePartnershipResponse> {
    let request =
        relationship::DeclinePartnershipRequest { link_token: link_token.to_owned(), ..Default::default() };
    reseller.people.relationship().decline_partnership(request).await
}

fn removal_of(partnership: String) -> relationship::RemovePartnershipRequest {
    relationship::RemovePartnershipRequest {
        name: partnership,
        confirm: true,
        good_faith: Some(attested()),
        reason: "our ways part".to_owned(),
        ..Default::default()
    }
}

async fn remove(
    caller: &Party,
    request: relationship::RemovePartnershipRequest,
) -> Answer<relationship::RemovePartnershipResponse> {
    caller.relationship().remove_partnership(request).await
}
