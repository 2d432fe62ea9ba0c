//! Rules for the partnership of a provider and a reseller.
//!
//! Some rules of AcceptPartnership never refuse an answer to a partnership request, because
//! RequestPartnership has refused the request itself. Their cases use RecordPartnership, which is judged at
//! the same boundary.

use csp_policy::Role;
use csp_proto::partner_registry::v1::Standing;
use csp_proto::relationship::v1 as relationship;
use csp_proto::r#type::v1::{Cloud, PartnerKind};
use csp_tests::{Answer, Party, Running, Seller, attested, evidence};
use jiff::SignedDuration;

use crate::scene::{Case, Played, played};

pub(crate) const CASES: &[Case] = &[
    case!("RequestPartnership", "PSH-02", "NOT_A_PROVIDER", a_direct_bill_partner_requests_a_partnership()),
    case!("RequestPartnership", "PSH-02", "NOT_A_RESELLER", a_request_to_a_direct_bill_partner()),
    case!("RequestPartnership", "ENR-11", "PARTNER_NOT_ENROLLED", a_request_to_a_reseller_under_review()),
    case!(
        "RequestPartnership",
        "ENR-11",
        "PARTNER_NOT_ENROLLED",
        a_tenant_without_an_account_requests_a_partnership()
    ),
    case!(
        "RequestPartnership",
        "ENR-14",
        "PARTNER_RESTRICTED",
        a_request_to_a_reseller_whose_standing_is(Standing::Restricted)
    ),
    case!(
        "RequestPartnership",
        "ENR-14",
        "PARTNER_SUSPENDED",
        a_request_to_a_reseller_whose_standing_is(Standing::Suspended)
    ),
    case!(
        "RequestPartnership",
        "ENR-14",
        "PARTNER_DEAUTHORIZED",
        a_request_to_a_reseller_whose_standing_is(Standing::Deauthorized)
    ),
    case!(
        "RequestPartnership",
        "AGR-04",
        "RESELLER_NOT_ONBOARDED",
        a_request_to_a_reseller_that_is_not_onboarded()
    ),
    case!(
        "RequestPartnership",
        "RGN-01",
        "PARTNERS_IN_DIFFERENT_REGIONS",
        a_request_to_a_reseller_in_another_region()
    ),
    case!("RequestPartnership", "RGN-04", "CLOUDS_DIFFER", a_request_to_a_reseller_in_another_cloud()),
    case!("RequestPartnership", "RGN-04", "CHAIN_NOT_IN_CLOUD", a_request_in_the_us_government_cloud()),
    case!("AcceptPartnership", "PSH-04", "ACCEPTER_NOT_GLOBAL_ADMIN", an_admin_agent_accepts()),
    case!("AcceptPartnership", "PSH-04", "CONFIRMATION_MISSING", accepted_without_confirmation()),
    case!(
        "AcceptPartnership",
        "PSH-02",
        "NOT_A_PROVIDER",
        an_operator_records_a_direct_bill_partner_as_provider()
    ),
    case!(
        "AcceptPartnership",
        "PSH-02",
        "NOT_A_RESELLER",
        an_operator_records_a_direct_bill_partner_as_reseller()
    ),
    case!("AcceptPartnership", "PSH-03", "INVITATION_EXPIRED", accepted_after_30_days()),
    case!("AcceptPartnership", "PSH-03", "INVITATION_USED", a_declined_request_is_accepted()),
    case!("AcceptPartnership", "PSH-03", "INVITATION_USED", a_withdrawn_request_is_accepted()),
    case!(
        "AcceptPartnership",
        "ENR-11",
        "PARTNER_NOT_ENROLLED",
        an_operator_records_a_reseller_under_review()
    ),
    case!(
        "AcceptPartnership",
        "ENR-14",
        "PARTNER_RESTRICTED",
        accepted_while_the_provider_is(Standing::Restricted)
    ),
    case!(
        "AcceptPartnership",
        "ENR-14",
        "PARTNER_SUSPENDED",
        accepted_while_the_provider_is(Standing::Suspended)
    ),
    case!(
        "AcceptPartnership",
        "ENR-14",
        "PARTNER_DEAUTHORIZED",
        accepted_while_the_provider_is(Standing::Deauthorized)
    ),
    case!(
        "AcceptPartnership",
        "AGR-04",
        "RESELLER_NOT_ONBOARDED",
        an_operator_records_a_reseller_that_is_not_onboarded()
    ),
    case!(
        "AcceptPartnership",
        "RGN-01",
        "PARTNERS_IN_DIFFERENT_REGIONS",
        accepted_after_the_resellers_country_left_the_region()
    ),
    case!("AcceptPartnership", "RGN-04", "CLOUDS_DIFFER", an_operator_records_a_reseller_in_another_cloud()),
    case!(
        "AcceptPartnership",
        "RGN-04",
        "CHAIN_NOT_IN_CLOUD",
        an_operator_records_a_partnership_in_the_us_government_cloud()
    ),
    case!(
        "AcceptPartnership",
        "PSH-11",
        "RELATIONSHIP_TYPE_CONFLICT",
        a_customer_becomes_the_reseller_of_its_own_provider()
    ),
    case!("DeclinePartnership", "PSH-04", "ACCEPTER_NOT_GLOBAL_ADMIN", an_admin_agent_declines()),
    case!("DeclinePartnership", "PSH-03", "INVITATION_EXPIRED", declined_after_30_days()),
    case!("DeclinePartnership", "PSH-03", "INVITATION_USED", a_withdrawn_request_is_declined()),
    case!("RemovePartnership", "PSH-09", "NOT_A_PROVIDER", a_reseller_removes_the_partnership()),
    case!("RemovePartnership", "PSH-09", "CONFIRMATION_MISSING", removed_without_confirmation()),
    case!("RemovePartnership", "PSH-09", "ATTESTATION_MISSING", removed_without_the_good_faith_statement()),
];

async fn a_direct_bill_partner_requests_a_partnership() -> Played {
    let suite = Running::start().await;
    let (direct, contoso) = (suite.direct_bill("direct", "DE").await, suite.provider("contoso", "DE").await);
    let fabrikam = suite.reseller("fabrikam", "DE").await;
    played(direct.request_partnership(&fabrikam).await, contoso.request_partnership(&fabrikam).await)
}

async fn a_request_to_a_direct_bill_partner() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let direct = suite.direct_bill("direct", "DE").await;
    played(contoso.request_partnership(&direct).await, contoso.request_partnership(&fabrikam).await)
}

async fn a_request_to_a_reseller_under_review() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.newcomer("fabrikam", "DE").await);
    let refused = contoso.request_partnership(&fabrikam).await;
    suite.authorize(&fabrikam).await;
    played(refused, contoso.request_partnership(&fabrikam).await)
}

async fn a_tenant_without_an_account_requests_a_partnership() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let outsider = Seller { people: suite.partner("nobody.example"), ..contoso.clone() };
    played(outsider.request_partnership(&fabrikam).await, contoso.request_partnership(&fabrikam).await)
}

async fn a_request_to_a_reseller_whose_standing_is(standing: Standing) -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    suite.set_standing(&fabrikam.name, standing).await;
    let refused = contoso.request_partnership(&fabrikam).await;
    suite.set_standing(&fabrikam.name, Standing::Active).await;
    played(refused, contoso.request_partnership(&fabrikam).await)
}

async fn a_request_to_a_reseller_that_is_not_onboarded() -> Played {
    let suite = Running::start().await;
    let contoso = suite.provider("contoso", "DE").await;
    let fabrikam = suite.reseller_not_onboarded("fabrikam", "DE").await;
    let refused = contoso.request_partnership(&fabrikam).await;
    suite.mpn_id(&fabrikam.organization, "DE", &fabrikam.name).await;
    played(refused, contoso.request_partnership(&fabrikam).await)
}

async fn a_request_to_a_reseller_in_another_region() -> Played {
    let suite = Running::start().await;
    let contoso = suite.provider("contoso", "DE").await;
    let (elsewhere, near) = (suite.reseller("elsewhere", "US").await, suite.reseller("near", "FR").await);
    played(contoso.request_partnership(&elsewhere).await, contoso.request_partnership(&near).await)
}

async fn a_request_to_a_reseller_in_another_cloud() -> Played {
    let suite = Running::start().await;
    let (contoso, near) = provider_and_reseller(&suite).await;
    let reseller = PartnerKind::IndirectReseller;
    let elsewhere = suite.seller_in_cloud("elsewhere", "DE", reseller, Cloud::Germany).await;
    played(contoso.request_partnership(&elsewhere).await, contoso.request_partnership(&near).await)
}

async fn a_request_in_the_us_government_cloud() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = pair_in_cloud(&suite, "gov", Cloud::UsGovernment).await;
    let (litware, proseware) = pair_in_cloud(&suite, "public", Cloud::Global).await;
    played(contoso.request_partnership(&fabrikam).await, litware.request_partnership(&proseware).await)
}

async fn an_admin_agent_accepts() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let link = link_to(&contoso, &fabrikam).await;
    let agent = admin_agent_of(&fabrikam);
    played(agent.accept_partnership(&link).await, fabrikam.accept_partnership(&link).await)
}

async fn accepted_without_confirmation() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let link_token = link_to(&contoso, &fabrikam).await;
    let unconfirmed =
        relationship::AcceptPartnershipRequest { link_token: link_token.clone(), ..Default::default() };
    let refused = fabrikam.people.relationship().accept_partnership(unconfirmed).await;
    played(refused, fabrikam.accept_partnership(&link_token).await)
}

async fn an_operator_records_a_direct_bill_partner_as_provider() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let direct = suite.direct_bill("direct", "DE").await;
    played(record(&suite, &direct, &fabrikam).await, record(&suite, &contoso, &fabrikam).await)
}

async fn an_operator_records_a_direct_bill_partner_as_reseller() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let direct = suite.direct_bill("direct", "DE").await;
    played(record(&suite, &contoso, &direct).await, record(&suite, &contoso, &fabrikam).await)
}

async fn accepted_after_30_days() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let late = link_to(&contoso, &fabrikam).await;
    suite.wait(LINK_LIFE + SignedDuration::from_secs(1));
    let refused = fabrikam.accept_partnership(&late).await;
    // A link still works exactly 30 days after the request.
    let renewed = link_to(&contoso, &fabrikam).await;
    suite.wait(LINK_LIFE);
    played(refused, fabrikam.accept_partnership(&renewed).await)
}

async fn a_declined_request_is_accepted() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let declined = link_to(&contoso, &fabrikam).await;
    decline(&fabrikam, &declined).await.unwrap();
    let fresh = link_to(&contoso, &fabrikam).await;
    played(fabrikam.accept_partnership(&declined).await, fabrikam.accept_partnership(&fresh).await)
}

async fn a_withdrawn_request_is_accepted() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let withdrawn = withdrawn_link(&contoso, &fabrikam).await;
    let fresh = link_to(&contoso, &fabrikam).await;
    played(fabrikam.accept_partnership(&withdrawn).await, fabrikam.accept_partnership(&fresh).await)
}

async fn an_operator_records_a_reseller_under_review() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.newcomer("fabrikam", "DE").await);
    let refused = record(&suite, &contoso, &fabrikam).await;
    suite.authorize(&fabrikam).await;
    played(refused, record(&suite, &contoso, &fabrikam).await)
}

async fn accepted_while_the_provider_is(standing: Standing) -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let link = link_to(&contoso, &fabrikam).await;
    suite.set_standing(&contoso.name, standing).await;
    let refused = fabrikam.accept_partnership(&link).await;
    suite.set_standing(&contoso.name, Standing::Active).await;
    played(refused, fabrikam.accept_partnership(&link).await)
}

async fn an_operator_records_a_reseller_that_is_not_onboarded() -> Played {
    let suite = Running::start().await;
    let contoso = suite.provider("contoso", "DE").await;
    let fabrikam = suite.reseller_not_onboarded("fabrikam", "DE").await;
    let refused = record(&suite, &contoso, &fabrikam).await;
    suite.mpn_id(&fabrikam.organization, "DE", &fabrikam.name).await;
    played(refused, record(&suite, &contoso, &fabrikam).await)
}

async fn accepted_after_the_resellers_country_left_the_region() -> Played {
    // Guam left the region Australia on 17 August 2023.
    let suite = Running::start_at("2023-08-16T12:00:00Z").await;
    let contoso = suite.provider("contoso", "AU").await;
    let (guam, sydney) = (suite.reseller("guam", "GU").await, suite.reseller("sydney", "AU").await);
    let (to_guam, to_sydney) = (link_to(&contoso, &guam).await, link_to(&contoso, &sydney).await);
    suite.wait(SignedDuration::from_hours(24));
    played(guam.accept_partnership(&to_guam).await, sydney.accept_partnership(&to_sydney).await)
}

async fn an_operator_records_a_reseller_in_another_cloud() -> Played {
    let suite = Running::start().await;
    let (contoso, near) = provider_and_reseller(&suite).await;
    let reseller = PartnerKind::IndirectReseller;
    let elsewhere = suite.seller_in_cloud("elsewhere", "DE", reseller, Cloud::Germany).await;
    played(record(&suite, &contoso, &elsewhere).await, record(&suite, &contoso, &near).await)
}

async fn an_operator_records_a_partnership_in_the_us_government_cloud() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = pair_in_cloud(&suite, "gov", Cloud::UsGovernment).await;
    let (litware, proseware) = pair_in_cloud(&suite, "public", Cloud::Global).await;
    played(record(&suite, &contoso, &fabrikam).await, record(&suite, &litware, &proseware).await)
}

async fn a_customer_becomes_the_reseller_of_its_own_provider() -> Played {
    let suite = Running::start().await;
    let (contoso, litware) = (suite.provider("contoso", "DE").await, suite.provider("litware", "DE").await);
    suite.customer_of("tailspin", "DE", &contoso, None).await;
    let tailspin = suite.reseller_on_tenant("tailspin", "DE", "tailspin.tenant").await;
    let (of_its_own, of_another) = (link_to(&contoso, &tailspin).await, link_to(&litware, &tailspin).await);
    played(tailspin.accept_partnership(&of_its_own).await, tailspin.accept_partnership(&of_another).await)
}

async fn an_admin_agent_declines() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let link = link_to(&contoso, &fabrikam).await;
    played(decline(&admin_agent_of(&fabrikam), &link).await, decline(&fabrikam, &link).await)
}

async fn declined_after_30_days() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let late = link_to(&contoso, &fabrikam).await;
    suite.wait(LINK_LIFE + SignedDuration::from_secs(1));
    let refused = decline(&fabrikam, &late).await;
    let renewed = link_to(&contoso, &fabrikam).await;
    suite.wait(LINK_LIFE);
    played(refused, decline(&fabrikam, &renewed).await)
}

async fn a_withdrawn_request_is_declined() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let withdrawn = withdrawn_link(&contoso, &fabrikam).await;
    let fresh = link_to(&contoso, &fabrikam).await;
    played(decline(&fabrikam, &withdrawn).await, decline(&fabrikam, &fresh).await)
}

async fn a_reseller_removes_the_partnership() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let name = suite.partnership(&contoso, &fabrikam).await;
    played(fabrikam.remove_partnership(&name).await, contoso.remove_partnership(&name).await)
}

async fn removed_without_confirmation() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let request = removal_of(suite.partnership(&contoso, &fabrikam).await);
    let unconfirmed = relationship::RemovePartnershipRequest { confirmation: None, ..request.clone() };
    played(remove(&contoso.people, unconfirmed).await, remove(&contoso.people, request).await)
}

async fn removed_without_the_good_faith_statement() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let request = removal_of(suite.partnership(&contoso, &fabrikam).await);
    let silent = relationship::RemovePartnershipRequest { good_faith: None, ..request.clone() };
    played(remove(&contoso.people, silent).await, remove(&contoso.people, request).await)
}

/// Validity of the link in a partnership request.
const LINK_LIFE: SignedDuration = SignedDuration::from_hours(30 * 24);

async fn provider_and_reseller(suite: &Running) -> (Seller, Seller) {
    (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "DE").await)
}

async fn pair_in_cloud(suite: &Running, id: &str, cloud: Cloud) -> (Seller, Seller) {
    let (provider, reseller) = (PartnerKind::IndirectProvider, PartnerKind::IndirectReseller);
    let provider = suite.seller_in_cloud(&format!("{id}-provider"), "US", provider, cloud).await;
    (provider, suite.seller_in_cloud(&format!("{id}-reseller"), "US", reseller, cloud).await)
}

/// Requests a partnership and returns the token of the link.
async fn link_to(provider: &Seller, reseller: &Seller) -> String {
    provider.request_partnership(reseller).await.unwrap().into_inner().draft.unwrap().link_token
}

async fn withdrawn_link(provider: &Seller, reseller: &Seller) -> String {
    let requested = provider.request_partnership(reseller).await.unwrap().into_inner();
    let name = requested.partnership.unwrap().name;
    let request = relationship::WithdrawPartnershipRequest { name, ..Default::default() };
    provider.people.relationship().withdraw_partnership(request).await.unwrap();
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
        confirmation: Some(attested()),
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
