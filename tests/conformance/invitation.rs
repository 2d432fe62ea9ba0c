//! Rules for the invitation of an existing customer, the customer's answer, and the removal of a
//! reseller relationship.
//!
//! Some rules of AcceptInvitation never refuse an answer to an invitation, because InviteCustomer has refused
//! the invitation itself: the rules about a partner that is not enrolled or not onboarded, and about a chain
//! in a cloud that allows none. Their cases use RecordResellerRelationship, which is judged at the same
//! boundary.

use csp_proto::customer::v1::{RecordCustomerRequest, SetCustomerOrganizationRequest};
use csp_proto::partner_registry::v1::{EnrollPartnerRequest, Standing};
use csp_proto::relationship::v1::{
    DeclineInvitationRequest, DeclineInvitationResponse, InviteCustomerRequest, InviteCustomerResponse,
    RecordResellerRelationshipRequest, RecordResellerRelationshipResponse, WithdrawInvitationRequest,
};
use csp_proto::subscription::v1::CancelSubscriptionRequest;
use csp_proto::r#type::v1::{Cloud, CustomerProfile, PartnerKind};
use csp_tests::{
    Answer, Described, InvitedTenant, Party, Running, Seller, attested, company, evidence, invited,
    partner_profile, profile,
};

use crate::scene::{Case, Played, played};

#[rustfmt::skip]
pub(crate) const CASES: &[Case] = &[
    case!("InviteCustomer", "ENR-11", "PARTNER_NOT_ENROLLED", a_tenant_without_an_account_invites_a_customer()),
    case!("InviteCustomer", "ENR-14", "PARTNER_RESTRICTED", a_partner_invites_while_its_standing_is(Standing::Restricted)),
    case!("InviteCustomer", "ENR-14", "PARTNER_SUSPENDED", a_partner_invites_while_its_standing_is(Standing::Suspended)),
    case!("InviteCustomer", "ENR-14", "PARTNER_DEAUTHORIZED", a_partner_invites_while_its_standing_is(Standing::Deauthorized)),
    case!("InviteCustomer", "AGR-04", "RESELLER_NOT_ONBOARDED", a_joint_invitation_with_a_reseller_that_is_not_onboarded()),
    case!("InviteCustomer", "AGR-04", "RESELLER_NOT_ONBOARDED", a_reseller_that_is_not_onboarded_invites_alone()),
    case!("InviteCustomer", "RGN-02", "CUSTOMER_OUT_OF_REGION", a_customer_whose_country_left_the_region()),
    case!("InviteCustomer", "RGN-04", "CLOUDS_DIFFER", a_joint_invitation_with_a_reseller_in_another_cloud()),
    case!("InviteCustomer", "RGN-04", "CHAIN_NOT_IN_CLOUD", a_joint_invitation_in_the_us_government_cloud()),
    case!("InviteCustomer", "PSH-01", "PARTNERSHIP_NOT_ACTIVE", a_joint_invitation_without_a_partnership()),
    case!("InviteCustomer", "PSH-11", "RELATIONSHIP_TYPE_CONFLICT", a_former_customer_that_became_the_providers_reseller()),
    case!("InviteCustomer", "SAL-03", "TENANT_IS_CSP_TENANT", a_customer_whose_tenant_became_a_csp_tenant()),
    case!("InviteCustomer", "SAL-04", "SELF_SALE", a_customer_that_belongs_to_the_senders_own_company()),
    case!("InviteCustomer", "SAL-05", "AFFILIATE_SALE", a_customer_that_became_an_affiliate_of_the_sender()),
    case!("InviteCustomer", "AGR-03", "PARTNER_AGREEMENT_UNSIGNED", a_joint_invitation_with_a_reseller_that_has_not_signed()),
    case!("AcceptInvitation", "CUS-07", "SIGNER_NOT_GLOBAL_ADMIN", a_customer_user_without_the_global_admin_role_accepts()),
    case!("AcceptInvitation", "PSH-03", "INVITATION_EXPIRED", accepted_after_30_days()),
    case!("AcceptInvitation", "PSH-03", "INVITATION_USED", accepted_after_withdrawal()),
    case!("AcceptInvitation", "ENR-11", "PARTNER_NOT_ENROLLED", an_operator_records_a_partner_under_review()),
    case!("AcceptInvitation", "ENR-14", "PARTNER_RESTRICTED", accepted_while_the_sender_is(Standing::Restricted)),
    case!("AcceptInvitation", "ENR-14", "PARTNER_SUSPENDED", accepted_while_the_sender_is(Standing::Suspended)),
    case!("AcceptInvitation", "ENR-14", "PARTNER_DEAUTHORIZED", accepted_while_the_sender_is(Standing::Deauthorized)),
    case!("AcceptInvitation", "AGR-04", "RESELLER_NOT_ONBOARDED", an_operator_records_a_reseller_that_is_not_onboarded()),
    case!("AcceptInvitation", "AGR-04", "RESELLER_NOT_ONBOARDED", an_operator_records_a_lone_reseller_that_is_not_onboarded()),
    case!("AcceptInvitation", "RGN-03", "COUNTRY_HAS_NO_CSP_REGION", a_customer_in_a_country_without_a_region_accepts()),
    case!("AcceptInvitation", "RGN-02", "CUSTOMER_OUT_OF_REGION", a_customer_in_another_region_accepts()),
    case!("AcceptInvitation", "RGN-04", "CLOUDS_DIFFER", a_customer_in_another_cloud_accepts()),
    case!("AcceptInvitation", "RGN-04", "CHAIN_NOT_IN_CLOUD", an_operator_records_a_chain_in_the_us_government_cloud()),
    case!("AcceptInvitation", "CUS-13", "ORGANIZATION_UNDECLARED", an_unknown_tenant_accepts_without_a_word_about_its_company()),
    case!("AcceptInvitation", "CUS-13", "ORGANIZATION_CONTRADICTED", an_unknown_tenant_with_the_domain_of_a_company_accepts()),
    case!("AcceptInvitation", "PSH-01", "PARTNERSHIP_NOT_ACTIVE", accepted_after_the_partnership_ended()),
    case!("AcceptInvitation", "PSH-11", "RELATIONSHIP_TYPE_CONFLICT", the_providers_own_reseller_accepts()),
    case!("AcceptInvitation", "SAL-03", "TENANT_IS_CSP_TENANT", another_partners_csp_tenant_accepts()),
    case!("AcceptInvitation", "SAL-04", "SELF_SALE", the_senders_own_company_accepts()),
    case!("AcceptInvitation", "SAL-05", "AFFILIATE_SALE", an_affiliate_of_the_sender_accepts()),
    case!("AcceptInvitation", "ENR-15", "REGISTRATION_ID_REQUIRED", an_unknown_tenant_in_hungary_accepts_without_a_registration_id()),
    case!("DeclineInvitation", "CUS-07", "SIGNER_NOT_GLOBAL_ADMIN", a_customer_user_without_the_global_admin_role_declines()),
    case!("DeclineInvitation", "PSH-03", "INVITATION_EXPIRED", declined_after_30_days()),
    case!("DeclineInvitation", "PSH-03", "INVITATION_USED", declined_twice()),
    case!("RemoveResellerRelationship", "CUS-09", "ACTIVE_SUBSCRIPTIONS_REMAIN", a_relationship_with_an_active_subscription_is_removed()),
    case!("RemoveResellerRelationship", "CUS-09", "ATTESTATION_MISSING", removed_by_a_partner_without_the_good_faith_statement()),
];

/// 30 days and one second after the start of a scene: links of the first day have expired.
const AFTER_30_DAYS: &str = "2026-12-21T12:00:01Z";

/// Invites a customer known only by its e-mail address, and returns the token of the link.
async fn link_token_of(sender: &Seller) -> String {
    link_token_in(sender.invite("", None, None).await)
}

fn link_token_in(invited: Answer<InviteCustomerResponse>) -> String {
    invited.unwrap().into_inner().draft.unwrap().link_token
}

async fn decline(people: &Party, link_token: &str) -> Answer<DeclineInvitationResponse> {
    let request = DeclineInvitationRequest { link_token: link_token.to_owned(), ..Default::default() };
    people.relationship().decline_invitation(request).await
}

/// An operator records that the partner serves the customer, through `provider` if given.
async fn record(
    suite: &Running,
    partner: &str,
    provider: Option<&Seller>,
    customer: &str,
) -> Answer<RecordResellerRelationshipResponse> {
    let request = RecordResellerRelationshipRequest {
        partner: partner.to_owned(),
        provider: provider.map(|provider| provider.name.clone()).unwrap_or_default(),
        parent: customer.to_owned(),
        evidence: Some(evidence("2026-11-20")),
        ..Default::default()
    };
    suite.operator().relationship().record_reseller_relationship(request).await
}

/// Creates a customer that belongs to the company `organization`, and returns its name.
async fn customer_of_company(seller: &Seller, id: &str, organization: &str) -> String {
    let wanted = profile(id, "DE").of_company(organization);
    seller.create_customer(wanted, None).await.unwrap().into_inner().customer.unwrap().name
}

async fn a_tenant_without_an_account_invites_a_customer() -> Played {
    let suite = Running::start().await;
    let request =
        InviteCustomerRequest { customer_email: "it@customer.example".to_owned(), ..Default::default() };
    let refused = suite.partner("litware.example").relationship().invite_customer(request).await;
    played(refused, suite.direct_bill("litware", "DE").await.invite("", None, None).await)
}

async fn a_partner_invites_while_its_standing_is(standing: Standing) -> Played {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    suite.set_standing(&litware.name, standing).await;
    let refused = litware.invite("", None, None).await;
    suite.set_standing(&litware.name, Standing::Active).await;
    played(refused, litware.invite("", None, None).await)
}

async fn a_joint_invitation_with_a_reseller_that_is_not_onboarded() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "FR").await);
    suite.partnership(&contoso, &fabrikam).await;
    // A reseller that is not onboarded cannot have a partnership either.
    let newcomer = suite.reseller_not_onboarded("newcomer", "FR").await;
    played(contoso.invite("", Some(&newcomer), None).await, contoso.invite("", Some(&fabrikam), None).await)
}

async fn a_reseller_that_is_not_onboarded_invites_alone() -> Played {
    let suite = Running::start().await;
    let newcomer = suite.reseller_not_onboarded("newcomer", "FR").await;
    let fabrikam = suite.reseller("fabrikam", "FR").await;
    played(newcomer.invite("", None, None).await, fabrikam.invite("", None, None).await)
}

async fn a_customer_whose_country_left_the_region() -> Played {
    let suite = Running::start().await;
    let wingtip = suite.direct_bill("wingtip", "AU").await;
    // Guam moved from the region Australia to the United States in August 2023.
    for (id, country) in [("moved", "GU"), ("stayed", "AU")] {
        let request = RecordCustomerRequest {
            customer_id: id.to_owned(),
            profile: Some(profile(id, country)),
            seller: wingtip.name.clone(),
            evidence: Some(evidence("2022-06-01")),
            ..Default::default()
        };
        suite.operator().customers().record_customer(request).await.unwrap();
    }
    played(
        wingtip.invite("customers/moved", None, None).await,
        wingtip.invite("customers/stayed", None, None).await,
    )
}

async fn a_joint_invitation_with_a_reseller_in_another_cloud() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "DE").await);
    suite.partnership(&contoso, &fabrikam).await;
    let apart = suite.seller_in_cloud("apart", "DE", PartnerKind::IndirectReseller, Cloud::Germany).await;
    played(contoso.invite("", Some(&apart), None).await, contoso.invite("", Some(&fabrikam), None).await)
}

async fn a_joint_invitation_in_the_us_government_cloud() -> Played {
    let suite = Running::start().await;
    let (provider, reseller) = (PartnerKind::IndirectProvider, PartnerKind::IndirectReseller);
    let contoso = suite.seller_in_cloud("contoso", "US", provider, Cloud::UsGovernment).await;
    let fabrikam = suite.seller_in_cloud("fabrikam", "US", reseller, Cloud::UsGovernment).await;
    played(contoso.invite("", Some(&fabrikam), None).await, contoso.invite("", None, None).await)
}

async fn a_joint_invitation_without_a_partnership() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "FR").await);
    let refused = fabrikam.invite("", Some(&contoso), None).await;
    suite.partnership(&contoso, &fabrikam).await;
    played(refused, fabrikam.invite("", Some(&contoso), None).await)
}

async fn a_former_customer_that_became_the_providers_reseller() -> Played {
    let suite = Running::start().await;
    let contoso = suite.provider("contoso", "DE").await;
    let tailspin = suite.customer_of("tailspin", "FR", &contoso, None).await;
    let relationship = contoso.relationship(&tailspin).await;
    contoso.people.remove_relationship(&relationship, Some(attested())).await.unwrap();
    let twin = contoso.invite(&tailspin, None, None).await;
    let reseller = suite.reseller_on_tenant("tailspin-sales", "FR", "tailspin.tenant").await;
    suite.partnership(&contoso, &reseller).await;
    played(contoso.invite(&tailspin, None, None).await, twin)
}

async fn a_customer_whose_tenant_became_a_csp_tenant() -> Played {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let tailspin = suite.customer_of("tailspin", "FR", &litware, None).await;
    let twin = litware.invite(&tailspin, None, None).await;
    suite.reseller_on_tenant("tailspin-sales", "FR", "tailspin.tenant").await;
    played(litware.invite(&tailspin, None, None).await, twin)
}

async fn a_customer_that_belongs_to_the_senders_own_company() -> Played {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let tailspin = suite.customer_of("tailspin", "DE", &litware, None).await;
    let twin = litware.invite(&tailspin, None, None).await;
    let request = SetCustomerOrganizationRequest {
        name: tailspin.clone(),
        organization: company(&litware.organization),
        evidence: Some(evidence("2026-11-20")),
        ..Default::default()
    };
    suite.operator().customers().set_customer_organization(request).await.unwrap();
    played(litware.invite(&tailspin, None, None).await, twin)
}

async fn a_customer_that_became_an_affiliate_of_the_sender() -> Played {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let bought = suite.organization("bought", "DE").await;
    let customer = customer_of_company(&litware, "bought", &bought).await;
    let twin = litware.invite(&customer, None, None).await;
    suite.affiliates(&[&litware.organization, &bought]).await;
    played(litware.invite(&customer, None, None).await, twin)
}

async fn a_joint_invitation_with_a_reseller_that_has_not_signed() -> Played {
    let suite = Running::start().await;
    let contoso = suite.provider("contoso", "DE").await;
    let kind = PartnerKind::IndirectReseller;
    let fabrikam = suite.unsigned_seller("fabrikam", "FR", kind, "fabrikam").await;
    suite.partnership(&contoso, &fabrikam).await;
    let refused = contoso.invite("", Some(&fabrikam), None).await;
    suite.sign(&fabrikam).await;
    played(refused, contoso.invite("", Some(&fabrikam), None).await)
}

async fn a_customer_user_without_the_global_admin_role_accepts() -> Played {
    let suite = Running::start().await;
    let link = link_token_of(&suite.direct_bill("litware", "DE").await).await;
    let (user, admin) = (suite.customer_user("tailspin.tenant"), suite.customer("tailspin.tenant"));
    let refused = user.accept_as(invited("tailspin", "FR"), &link).await;
    played(refused, admin.accept_as(invited("tailspin", "FR"), &link).await)
}

async fn accepted_after_30_days() -> Played {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let (link, people) = (link_token_of(&litware).await, suite.customer("tailspin.tenant"));
    suite.clock.set(AFTER_30_DAYS.parse().unwrap()).unwrap();
    let refused = people.accept_as(invited("tailspin", "FR"), &link).await;
    played(refused, people.accept_as(invited("tailspin", "FR"), &link_token_of(&litware).await).await)
}

async fn accepted_after_withdrawal() -> Played {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let people = suite.customer("tailspin.tenant");
    let sent = litware.invite("", None, None).await.unwrap().into_inner();
    let request = WithdrawInvitationRequest { name: sent.invitation.unwrap().name, ..Default::default() };
    litware.people.relationship().withdraw_invitation(request).await.unwrap();
    let refused = people.accept_as(invited("tailspin", "FR"), &sent.draft.unwrap().link_token).await;
    played(refused, people.accept_as(invited("tailspin", "FR"), &link_token_of(&litware).await).await)
}

async fn an_operator_records_a_partner_under_review() -> Played {
    let suite = Running::start().await;
    let (litware, fabrikam) =
        (suite.direct_bill("litware", "DE").await, suite.reseller("fabrikam", "FR").await);
    let tailspin = suite.customer_of("tailspin", "FR", &litware, None).await;
    let company = suite.organization("newcomer", "FR").await;
    let request = EnrollPartnerRequest {
        profile: Some(partner_profile("newcomer", "FR", PartnerKind::IndirectReseller, &company)),
        ..Default::default()
    };
    let applied = suite.partner("newcomer.example").registry().enroll_partner(request).await.unwrap();
    let newcomer = applied.into_inner().partner.unwrap().name;
    played(
        record(&suite, &newcomer, None, &tailspin).await,
        record(&suite, &fabrikam.name, None, &tailspin).await,
    )
}

async fn accepted_while_the_sender_is(standing: Standing) -> Played {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let (link, people) = (link_token_of(&litware).await, suite.customer("tailspin.tenant"));
    suite.set_standing(&litware.name, standing).await;
    let refused = people.accept_as(invited("tailspin", "FR"), &link).await;
    suite.set_standing(&litware.name, Standing::Active).await;
    played(refused, people.accept_as(invited("tailspin", "FR"), &link).await)
}

async fn an_operator_records_a_reseller_that_is_not_onboarded() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "FR").await);
    suite.partnership(&contoso, &fabrikam).await;
    let tailspin = suite.customer_of("tailspin", "FR", &contoso, None).await;
    // A reseller that is not onboarded cannot have a partnership either.
    let newcomer = suite.reseller_not_onboarded("newcomer", "FR").await;
    played(
        record(&suite, &newcomer.name, Some(&contoso), &tailspin).await,
        record(&suite, &fabrikam.name, Some(&contoso), &tailspin).await,
    )
}

async fn an_operator_records_a_lone_reseller_that_is_not_onboarded() -> Played {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let tailspin = suite.customer_of("tailspin", "FR", &litware, None).await;
    let newcomer = suite.reseller_not_onboarded("newcomer", "FR").await;
    let fabrikam = suite.reseller("fabrikam", "FR").await;
    played(
        record(&suite, &newcomer.name, None, &tailspin).await,
        record(&suite, &fabrikam.name, None, &tailspin).await,
    )
}

/// The customer accepts as `refused`, then as `twin`.
async fn accepts(suite: &Running, refused: InvitedTenant, twin: InvitedTenant) -> Played {
    let link = link_token_of(&suite.direct_bill("litware", "DE").await).await;
    let people = suite.customer("tailspin.tenant");
    let refused = people.accept_as(refused, &link).await;
    played(refused, people.accept_as(twin, &link).await)
}

/// Tailspin, described by this change of its profile.
fn tailspin(country: &str, described: impl FnOnce(CustomerProfile) -> CustomerProfile) -> InvitedTenant {
    let InvitedTenant { customer_id, profile } = invited("tailspin", country);
    InvitedTenant { customer_id, profile: described(profile) }
}

async fn a_customer_in_a_country_without_a_region_accepts() -> Played {
    // Belarus has had no region since August 2023.
    let [refused, twin] = ["BY", "FR"].map(|code| tailspin(code, |it| it.registered("190000000")));
    accepts(&Running::start().await, refused, twin).await
}

async fn an_unknown_tenant_accepts_without_a_word_about_its_company() -> Played {
    accepts(&Running::start().await, tailspin("FR", Described::undeclared), invited("tailspin", "FR")).await
}

async fn an_unknown_tenant_with_the_domain_of_a_company_accepts() -> Played {
    let suite = Running::start().await;
    let fabrikam = suite.company_known_by("fabrikam", &["tailspin.example"], "").await;
    accepts(&suite, invited("tailspin", "DE"), tailspin("DE", |it| it.of_company(&fabrikam))).await
}

async fn an_unknown_tenant_in_hungary_accepts_without_a_registration_id() -> Played {
    let [refused, twin] = [invited("tailspin", "HU"), tailspin("HU", |it| it.registered("01-09-123456"))];
    accepts(&Running::start().await, refused, twin).await
}

async fn a_customer_in_another_region_accepts() -> Played {
    let suite = Running::start().await;
    let link = link_token_of(&suite.direct_bill("litware", "DE").await).await;
    let people = suite.customer("tailspin.tenant");
    let refused = people.accept_as(invited("tailspin", "US"), &link).await;
    played(refused, people.accept_as(invited("tailspin", "FR"), &link).await)
}

async fn a_customer_in_another_cloud_accepts() -> Played {
    let suite = Running::start().await;
    let link = link_token_of(&suite.direct_bill("litware", "DE").await).await;
    let people = suite.customer("tailspin.tenant");
    let mut apart = invited("tailspin", "DE");
    apart.profile.tenant.as_mut().unwrap().cloud = Cloud::Germany.into();
    let refused = people.accept_as(apart, &link).await;
    played(refused, people.accept_as(invited("tailspin", "DE"), &link).await)
}

async fn an_operator_records_a_chain_in_the_us_government_cloud() -> Played {
    let suite = Running::start().await;
    let cloud = Cloud::UsGovernment;
    let litware = suite.seller_in_cloud("litware", "US", PartnerKind::DirectBill, cloud).await;
    let contoso = suite.seller_in_cloud("contoso", "US", PartnerKind::IndirectProvider, cloud).await;
    let fabrikam = suite.seller_in_cloud("fabrikam", "US", PartnerKind::IndirectReseller, cloud).await;
    let agency = profile("agency", "US").in_cloud(cloud);
    let agency = litware.create_customer(agency, None).await.unwrap().into_inner().customer.unwrap().name;
    played(
        record(&suite, &fabrikam.name, Some(&contoso), &agency).await,
        record(&suite, &contoso.name, None, &agency).await,
    )
}

async fn accepted_after_the_partnership_ended() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "FR").await);
    let partnership = suite.partnership(&contoso, &fabrikam).await;
    let link = link_token_in(contoso.invite("", Some(&fabrikam), None).await);
    let people = suite.customer("tailspin.tenant");
    contoso.remove_partnership(&partnership).await.unwrap();
    let refused = people.accept_as(invited("tailspin", "FR"), &link).await;
    suite.partnership(&contoso, &fabrikam).await;
    played(refused, people.accept_as(invited("tailspin", "FR"), &link).await)
}

async fn the_providers_own_reseller_accepts() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "FR").await);
    suite.partnership(&contoso, &fabrikam).await;
    let link = link_token_of(&contoso).await;
    let refused = suite.customer("fabrikam.example").accept_as(invited("fabrikam", "FR"), &link).await;
    played(refused, suite.customer("fabrikam.tenant").accept_as(invited("fabrikam", "FR"), &link).await)
}

async fn another_partners_csp_tenant_accepts() -> Played {
    let suite = Running::start().await;
    let (litware, _) = (suite.direct_bill("litware", "DE").await, suite.reseller("fabrikam", "FR").await);
    let link = link_token_of(&litware).await;
    let refused = suite.customer("fabrikam.example").accept_as(invited("fabrikam", "FR"), &link).await;
    played(refused, suite.customer("fabrikam.tenant").accept_as(invited("fabrikam", "FR"), &link).await)
}

async fn the_senders_own_company_accepts() -> Played {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let (link, people) = (link_token_of(&litware).await, suite.customer("tailspin.tenant"));
    let mut own = invited("tailspin", "DE");
    own.profile.organization = company(&litware.organization);
    let refused = people.accept_as(own, &link).await;
    played(refused, people.accept_as(invited("tailspin", "DE"), &link).await)
}

async fn an_affiliate_of_the_sender_accepts() -> Played {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let (sister, stranger) =
        (suite.organization("sister", "DE").await, suite.organization("stranger", "DE").await);
    suite.affiliates(&[&litware.organization, &sister]).await;
    let (link, people) = (link_token_of(&litware).await, suite.customer("tailspin.tenant"));
    let (mut affiliate, mut other) = (invited("tailspin", "DE"), invited("tailspin", "DE"));
    affiliate.profile.organization = company(&sister);
    other.profile.organization = company(&stranger);
    let refused = people.accept_as(affiliate, &link).await;
    played(refused, people.accept_as(other, &link).await)
}

async fn a_customer_user_without_the_global_admin_role_declines() -> Played {
    let suite = Running::start().await;
    let link = link_token_of(&suite.direct_bill("litware", "DE").await).await;
    let refused = decline(&suite.customer_user("tailspin.tenant"), &link).await;
    played(refused, decline(&suite.customer("tailspin.tenant"), &link).await)
}

async fn declined_after_30_days() -> Played {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let (link, people) = (link_token_of(&litware).await, suite.customer("tailspin.tenant"));
    suite.clock.set(AFTER_30_DAYS.parse().unwrap()).unwrap();
    let refused = decline(&people, &link).await;
    played(refused, decline(&people, &link_token_of(&litware).await).await)
}

async fn declined_twice() -> Played {
    let suite = Running::start().await;
    let link = link_token_of(&suite.direct_bill("litware", "DE").await).await;
    let people = suite.customer("tailspin.tenant");
    let twin = decline(&people, &link).await;
    played(decline(&people, &link).await, twin)
}

async fn a_relationship_with_an_active_subscription_is_removed() -> Played {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let tailspin = suite.customer_of("tailspin", "FR", &litware, None).await;
    let offer = suite.offer("e3").await;
    let sold = litware.order(&tailspin, None, &offer, 1).await.unwrap().into_inner();
    let relationship = litware.relationship(&tailspin).await;
    let refused = litware.people.remove_relationship(&relationship, Some(attested())).await;
    let message = refused.as_ref().unwrap_err().message();
    assert!(message.contains(&sold.subscriptions[0].name), "the refusal names what remains: {message}");
    let request =
        CancelSubscriptionRequest { name: sold.subscriptions[0].name.clone(), ..Default::default() };
    litware.people.subscription().cancel_subscription(request).await.unwrap();
    played(refused, litware.people.remove_relationship(&relationship, Some(attested())).await)
}

async fn removed_by_a_partner_without_the_good_faith_statement() -> Played {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let tailspin = suite.customer_of("tailspin", "FR", &litware, None).await;
    let relationship = litware.relationship(&tailspin).await;
    let refused = litware.people.remove_relationship(&relationship, None).await;
    played(refused, litware.people.remove_relationship(&relationship, Some(attested())).await)
}
