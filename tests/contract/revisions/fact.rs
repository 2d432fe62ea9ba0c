//! The facts that change, one after another: the resource of each, and how it changes.

use csp_proto::customer::v1::{Customer, UpdateCustomerRequest};
use csp_proto::partner_registry::v1::{RecordPartnerAgreementRequest, Standing};
use csp_proto::relationship::v1 as relationship;
use csp_proto::subscription::v1 as subscription;
use csp_proto::r#type::v1::CustomerProfile;
use csp_tests::{OfferTerms, Party, agreement_of, attested, evidence, mask};

use super::scene::{Scene, add_on, base, premium};

/// A fact of the scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fact {
    /// The MPN ID that names the reseller is associated with its account.
    Number,
    /// The standing of this account changes.
    Standing(&'static str),
    /// This account signed earlier than it was known, or signs at all.
    Signature(&'static str),
    /// This company gets affiliates.
    Affiliation(&'static str),
    /// The profile of this customer changes.
    Customer(&'static str),
    CustomerAgreement,
    Partnership,
    TenantPartnership,
    Offer(&'static str),
    Base,
    Premium,
    AddOn(usize),
    Remaining,
    Cart,
    Grant,
    /// The relationship by which the reseller that accepts a partnership is the provider's customer.
    OtherEdge,
    Request,
    Invitation,
    ResellerRelationship,
    SellerRelationship,
}

impl Fact {
    /// The resource whose revision tells the change.
    pub(super) async fn resource(self, scene: &Scene) -> String {
        match self {
            Fact::Number => scene.free_number.clone(),
            Fact::Standing(id) => format!("partners/{id}"),
            Fact::Signature(id) => format!("partners/{id}/agreement"),
            Fact::Affiliation(id) => format!("organizations/{id}"),
            Fact::Customer(id) => format!("customers/{id}"),
            Fact::CustomerAgreement => agreement_of(&scene.tailspin),
            Fact::Partnership => scene.partnership.clone(),
            Fact::TenantPartnership => scene.tenant_partnership.clone(),
            Fact::Offer(id) => format!("offers/{id}"),
            Fact::Base => scene.base.clone(),
            Fact::Premium => scene.premium.clone(),
            Fact::AddOn(at) => scene.add_ons[at].clone(),
            Fact::Remaining => scene.remaining.clone(),
            Fact::Cart => scene.cart.clone(),
            Fact::Grant => scene.grant.clone(),
            Fact::OtherEdge => scene.contoso.relationship("customers/adatum").await,
            Fact::Request => scene.request_name.clone(),
            Fact::Invitation => scene.invitation_name.clone(),
            Fact::ResellerRelationship => scene.fabrikam.relationship(&scene.tailspin).await,
            Fact::SellerRelationship => scene.contoso.relationship(&scene.tailspin).await,
        }
    }

    /// Changes the fact.
    pub(super) async fn change(self, scene: &Scene) {
        let Scene { suite, contoso, .. } = scene;
        match self {
            Fact::Number => {
                suite.operator().associate_mpn_id("partners/fabrikam", &scene.free_number).await.unwrap();
            }
            Fact::Standing("contoso") => suite.set_standing(&contoso.name, Standing::Suspended).await,
            Fact::Standing(id) => suite.set_standing(&format!("partners/{id}"), Standing::Restricted).await,
            Fact::Signature(id) => sign_earlier(scene, id).await,
            Fact::Affiliation(id) => suite.affiliates(&[&format!("organizations/{id}")]).await,
            Fact::Customer(id) => rename(contoso, id).await,
            Fact::CustomerAgreement => {
                suite.customer("tailspin.tenant").accept_agreement(&scene.tailspin).await.unwrap();
            }
            Fact::Partnership => revoke_access(&scene.fabrikam.people, &scene.partnership).await,
            Fact::TenantPartnership => {
                revoke_access(&scene.woodgrove.people, &scene.tenant_partnership).await
            }
            Fact::Offer(id) => sell_elsewhere(scene, id).await,
            Fact::Base => keep_from_renewing(scene, &scene.base).await,
            Fact::Premium => keep_from_renewing(scene, &scene.premium).await,
            Fact::AddOn(at) => keep_from_renewing(scene, &scene.add_ons[at]).await,
            Fact::Remaining => keep_from_renewing(scene, &scene.remaining).await,
            Fact::Cart => {
                contoso.people.change_cart(&scene.cart, &[("offers/add-on", 5)]).await.unwrap();
            }
            Fact::Grant => {
                suite.customer("tailspin.tenant").revoke(&scene.grant).await.unwrap();
            }
            Fact::Request => {
                let name = scene.request_name.clone();
                let request = relationship::WithdrawPartnershipRequest { name, ..Default::default() };
                contoso.people.relationship().withdraw_partnership(request).await.unwrap();
            }
            Fact::Invitation => {
                let name = scene.invitation_name.clone();
                let request = relationship::WithdrawInvitationRequest { name, ..Default::default() };
                contoso.people.relationship().withdraw_invitation(request).await.unwrap();
            }
            Fact::ResellerRelationship => {
                suspend(scene).await;
                end(scene, &self.resource(scene).await).await;
            }
            Fact::OtherEdge | Fact::SellerRelationship => end(scene, &self.resource(scene).await).await,
        }
    }
}

async fn sign_earlier(scene: &Scene, id: &str) {
    let request = RecordPartnerAgreementRequest {
        name: format!("partners/{id}/agreement"),
        text_version: "2020".to_owned(),
        signer_name: "Ada Signer".to_owned(),
        evidence: Some(evidence("2020-02-20")),
        ..Default::default()
    };
    scene.suite.operator().registry().record_partner_agreement(request).await.unwrap();
}

async fn rename(seller: &csp_tests::Seller, id: &str) {
    let profile = CustomerProfile { company_name: format!("{id} and Sons"), ..Default::default() };
    let customer = Customer { name: format!("customers/{id}"), profile: Some(profile), ..Default::default() };
    let request = UpdateCustomerRequest {
        customer: Some(customer),
        update_mask: Some(mask(&["profile.company_name"])),
        ..Default::default()
    };
    seller.people.customers().update_customer(request).await.unwrap();
}

async fn revoke_access(reseller: &Party, partnership: &str) {
    let name = partnership.to_owned();
    let request = relationship::RevokeProviderAdminAccessRequest { name, ..Default::default() };
    reseller.relationship().revoke_provider_admin_access(request).await.unwrap();
}

async fn sell_elsewhere(scene: &Scene, id: &str) {
    let terms = match id {
        "add-on" => add_on,
        "base" => base,
        _ => premium as fn(Vec<&'static str>) -> OfferTerms,
    };
    scene.suite.offer_on(id, terms(vec!["DE", "FR"])).await;
}

async fn keep_from_renewing(scene: &Scene, subscription: &str) {
    let request = subscription::SetAutoRenewRequest {
        name: subscription.to_owned(),
        auto_renew: Some(false),
        ..Default::default()
    };
    scene.contoso.people.subscription().set_auto_renew(request).await.unwrap();
}

/// Suspends the subscriptions of tailspin: a relationship does not end while one of them is active.
async fn suspend(scene: &Scene) {
    for name in [&scene.base, &scene.premium, &scene.add_ons[0], &scene.add_ons[1]] {
        let request = subscription::SuspendSubscriptionRequest { name: name.clone(), ..Default::default() };
        scene.contoso.people.subscription().suspend_subscription(request).await.unwrap();
    }
}

async fn end(scene: &Scene, relationship: &str) {
    scene.suite.operator().remove_relationship(relationship, Some(attested())).await.unwrap();
}
