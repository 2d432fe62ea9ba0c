//! The story's edges: partnerships and relationships are made in every way, and removed.

use crate::{Described, Running, Seller, attested, evidence, invited, profile};
use csp_proto::customer::v1 as customer;
use csp_proto::relationship::v1 as relationship;

use super::Cast;

pub(super) async fn play(suite: &Running, cast: &Cast) {
    partnerships_are_requested_and_answered(suite, cast).await;
    customers_are_invited(suite, cast).await;
    relationships_are_removed(suite, cast).await;
    failed_creations_are_undone(suite, cast).await;
}

async fn partnerships_are_requested_and_answered(suite: &Running, cast: &Cast) {
    let Cast { contoso, fabrikam, adatum, .. } = cast;
    let withdrawn = contoso.request_partnership(adatum).await.unwrap().into_inner().partnership.unwrap();
    let withdraw = relationship::WithdrawPartnershipRequest { name: withdrawn.name, ..Default::default() };
    contoso.people.relationship().withdraw_partnership(withdraw).await.unwrap();
    let declined = contoso.request_partnership(adatum).await.unwrap().into_inner().draft.unwrap();
    let decline =
        relationship::DeclinePartnershipRequest { link_token: declined.link_token, ..Default::default() };
    adatum.people.relationship().decline_partnership(decline).await.unwrap();
    let recorded = relationship::RecordPartnershipRequest {
        provider: contoso.name.clone(),
        reseller: adatum.name.clone(),
        evidence: Some(evidence("2021-03-01")),
        ..Default::default()
    };
    let recorded = suite.operator().relationship().record_partnership(recorded).await.unwrap().into_inner();
    contoso.remove_partnership(&recorded.partnership.unwrap().name).await.unwrap();
    suite.partnership(contoso, adatum).await;
    let lasting = suite.partnership(contoso, fabrikam).await;
    let revoke = relationship::RevokeProviderAdminAccessRequest { name: lasting, ..Default::default() };
    fabrikam.people.relationship().revoke_provider_admin_access(revoke).await.unwrap();
}

fn for_a_month() -> relationship::AdminAccess {
    relationship::AdminAccess { roles: vec!["helpdesk-administrator".to_owned()], duration_days: 30 }
}

async fn link(sender: &Seller, joint: Option<&Seller>, access: Option<relationship::AdminAccess>) -> String {
    sender.invite("", joint, access).await.unwrap().into_inner().draft.unwrap().link_token
}

async fn customers_are_invited(suite: &Running, cast: &Cast) {
    let Cast { contoso, adatum, litware, .. } = cast;
    let joint = link(contoso, Some(adatum), Some(for_a_month())).await;
    let people = suite.customer("invited.tenant");
    people.accept_as(invited("invited", "FR"), &joint).await.unwrap();
    let grant = link(litware, None, Some(for_a_month())).await;
    let given = people.accept_invitation(&grant).await.unwrap().into_inner().admin_grant.unwrap();
    let revoke = relationship::RevokeAdminGrantRequest { name: given.name, ..Default::default() };
    litware.people.relationship().revoke_admin_grant(revoke).await.unwrap();
    let azure = relationship::RecordAzureOwnerRequest {
        parent: given.customer,
        partner: litware.name.clone(),
        ..Default::default()
    };
    let azure = people.relationship().record_azure_owner(azure).await.unwrap().into_inner();
    let name = azure.admin_grant.unwrap().name;
    let end = relationship::EndAzureOwnerRequest { name, ..Default::default() };
    people.relationship().end_azure_owner(end).await.unwrap();

    let declined = link(litware, None, None).await;
    let decline = relationship::DeclineInvitationRequest { link_token: declined, ..Default::default() };
    people.relationship().decline_invitation(decline).await.unwrap();
    let withdrawn = litware.invite("", None, None).await.unwrap().into_inner().invitation.unwrap().name;
    let withdraw = relationship::WithdrawInvitationRequest { name: withdrawn, ..Default::default() };
    litware.people.relationship().withdraw_invitation(withdraw).await.unwrap();
    link(litware, None, None).await;
}

async fn relationships_are_removed(suite: &Running, cast: &Cast) {
    let Cast { contoso, fabrikam, litware, .. } = cast;
    let left = suite.customer_of("left", "IT", contoso, None).await;
    let recorded = relationship::RecordResellerRelationshipRequest {
        partner: fabrikam.name.clone(),
        provider: contoso.name.clone(),
        parent: left.clone(),
        evidence: Some(evidence("2024-05-01")),
        ..Default::default()
    };
    suite.operator().relationship().record_reseller_relationship(recorded).await.unwrap();
    let served = fabrikam.relationship(&left).await;
    suite.customer("left.tenant").remove_relationship(&served, None).await.unwrap();

    let people = suite.customer("left.tenant");
    let access = link(litware, None, Some(for_a_month())).await;
    people.accept_invitation(&access).await.unwrap();
    let ended = litware.relationship(&left).await;
    litware.people.remove_relationship(&ended, Some(attested())).await.unwrap();
}

/// Creations of customers that fail and leave nothing behind. The first one succeeds when it is repeated with
/// a valid order.
async fn failed_creations_are_undone(suite: &Running, cast: &Cast) {
    let Cast { litware, contoso, fabrikam, .. } = cast;
    let offer = suite.offer("small").await;
    let mut request = customer::AddCustomerWithOrderRequest {
        customer_id: "hasty".to_owned(),
        profile: Some(profile("hasty", "FR")),
        agreement: Some(crate::attestation()),
        order: Some(crate::draft(crate::lines(&[(&offer, 301)]), None)),
        ..Default::default()
    };
    let mut customers = litware.people.customers();
    customers.add_customer_with_order(request.clone()).await.unwrap_err();
    request.order = Some(crate::draft(crate::lines(&[(&offer, 3)]), None));
    customers.add_customer_with_order(request).await.unwrap();

    let taken = profile("taken", "FR").on_tenant("fabrikam.example");
    litware.create_customer(taken, None).await.unwrap_err();
    let recorded = customer::RecordCustomerRequest {
        profile: Some(profile("recorded", "FR")),
        seller: contoso.name.clone(),
        reseller: fabrikam.name.clone(),
        evidence: Some(evidence("2024-05-01")),
        ..Default::default()
    };
    suite.operator().customers().record_customer(recorded).await.unwrap();
}
