//! RPCs of the relationship service. Only the parties of an edge and operators see the edge.

use csp_proto::relationship::v1::{
    AdminAccess, AdminGrantOrigin, AdminGrantState, GetAdminGrantRequest, GetInvitationDraftRequest,
    GetInvitationRequest, GetPartnershipRequest, GetResellerRelationshipRequest, InvitationState,
    InviteCustomerRequest, InviteCustomerResponse, ListAdminGrantsRequest, ListInvitationsRequest,
    ListPartnershipsRequest, ListResellerRelationshipsRequest, PartnershipFilter, PartnershipState,
    RecordPartnershipRequest, RecordResellerRelationshipRequest, RelationshipOrigin, RelationshipState,
    RemovePartnershipRequest, RequestPartnershipRequest, ResellerRelationshipFilter, RevokeAdminGrantRequest,
    RevokeProviderAdminAccessRequest, WithdrawInvitationRequest, WithdrawPartnershipRequest,
};
use csp_tests::{Running, Seller, attested, evidence, invited, refusal_of};

use crate::scene::Scene;

pub(crate) const SCENES: &[Scene<()>] = &[
    scene!(a_partnership_is_read_by_its_parties()),
    scene!(the_draft_of_a_partnership_request_is_read_until_the_request_is_withdrawn()),
    scene!(a_reseller_revokes_its_providers_admin_access()),
    scene!(a_partnership_is_recorded()),
    scene!(an_invitation_is_read_by_its_sender()),
    scene!(an_invitation_is_withdrawn()),
    scene!(a_reseller_relationship_is_recorded_and_read()),
    scene!(the_removal_of_a_partnership_tells_what_names_the_reseller()),
    scene!(an_admin_grant_is_read_listed_and_revoked()),
    scene!(two_customers_have_a_relationship_with_the_same_id()),
    scene!(an_ended_relationship_is_listed_only_when_it_is_asked_for()),
    scene!(an_external_id_finds_the_callers_own_key_only()),
    scene!(a_tenant_accepts_for_itself_only()),
];

/// A provider, a reseller without a partnership, and a partner unrelated to both.
async fn provider_reseller_and_stranger(suite: &Running) -> (Seller, Seller, Seller) {
    (
        suite.provider("contoso", "DE").await,
        suite.reseller("fabrikam", "FR").await,
        suite.direct_bill("wingtip", "DE").await,
    )
}

async fn a_partnership_is_read_by_its_parties() {
    let suite = Running::start().await;
    let (contoso, fabrikam, wingtip) = provider_reseller_and_stranger(&suite).await;
    let name = suite.partnership(&contoso, &fabrikam).await;
    let read = GetPartnershipRequest { name: name.clone() };
    let partnership =
        fabrikam.people.relationship().get_partnership(read.clone()).await.unwrap().into_inner();
    let partnership = partnership.partnership.unwrap();
    assert_eq!(
        (partnership.provider.as_str(), partnership.state()),
        (contoso.name.as_str(), PartnershipState::Active)
    );
    assert_eq!(refusal_of(wingtip.people.relationship().get_partnership(read).await).reason, "NOT_FOUND");

    for party in [&contoso, &fabrikam] {
        let listed = party.people.relationship().list_partnerships(ListPartnershipsRequest::default()).await;
        assert_eq!(listed.unwrap().into_inner().partnerships, std::slice::from_ref(&partnership));
    }
    let foreign = ListPartnershipsRequest { page_token: "made-up".to_owned(), ..Default::default() };
    let refusal = refusal_of(contoso.people.relationship().list_partnerships(foreign).await);
    assert_eq!(refusal.reason, "PAGE_TOKEN_INVALID");
}

async fn the_draft_of_a_partnership_request_is_read_until_the_request_is_withdrawn() {
    let suite = Running::start().await;
    let (contoso, fabrikam, wingtip) = provider_reseller_and_stranger(&suite).await;
    let asked = contoso.request_partnership(&fabrikam).await.unwrap().into_inner();
    let name = asked.partnership.unwrap().name;
    let mut relationship = contoso.people.relationship();
    let draft = GetInvitationDraftRequest { name: name.clone() };
    let again = relationship.get_invitation_draft(draft.clone()).await.unwrap().into_inner();
    assert_eq!(again.draft, asked.draft);
    let withdraw = WithdrawPartnershipRequest { name, ..Default::default() };
    let of_stranger = wingtip.people.relationship().withdraw_partnership(withdraw.clone()).await;
    assert_eq!(refusal_of(of_stranger).reason, "NOT_FOUND");
    let withdrawn = relationship.withdraw_partnership(withdraw.clone()).await.unwrap().into_inner();
    assert_eq!(withdrawn.partnership.as_ref().unwrap().state(), PartnershipState::Withdrawn);

    assert_eq!(refusal_of(relationship.get_invitation_draft(draft).await).reason, "STATE_CONFLICT");
    let again = relationship.withdraw_partnership(withdraw).await.unwrap().into_inner();
    assert_eq!(again.partnership, withdrawn.partnership);
}

async fn a_reseller_revokes_its_providers_admin_access() {
    let suite = Running::start().await;
    let (contoso, fabrikam, wingtip) = provider_reseller_and_stranger(&suite).await;
    let name = suite.partnership(&contoso, &fabrikam).await;
    let request = RevokeProviderAdminAccessRequest { name, ..Default::default() };
    let of_stranger = wingtip.people.relationship().revoke_provider_admin_access(request.clone()).await;
    assert_eq!(refusal_of(of_stranger).reason, "NOT_FOUND");
    let revoked = fabrikam.people.relationship().revoke_provider_admin_access(request.clone()).await.unwrap();
    let partnership = revoked.into_inner().partnership.unwrap();
    assert_eq!((partnership.provider_admin_access, partnership.state()), (false, PartnershipState::Active));
    let again = fabrikam.people.relationship().revoke_provider_admin_access(request).await.unwrap();
    assert_eq!(again.into_inner().partnership, Some(partnership));
}

async fn a_partnership_is_recorded() {
    let suite = Running::start().await;
    let (contoso, fabrikam, _) = provider_reseller_and_stranger(&suite).await;
    let request = RecordPartnershipRequest {
        provider: contoso.name,
        reseller: fabrikam.name,
        provider_admin_access: Some(false),
        evidence: Some(evidence("2021-03-01")),
        ..Default::default()
    };
    let mut operator = suite.operator().relationship();
    let recorded =
        operator.record_partnership(request.clone()).await.unwrap().into_inner().partnership.unwrap();
    assert_eq!((recorded.state(), recorded.provider_admin_access), (PartnershipState::Active, false));
    assert_eq!(recorded.evidence, request.evidence);
    let refusal = refusal_of(operator.record_partnership(request).await);
    assert_eq!(refusal.reason, "RESOURCE_ALREADY_EXISTS");
}

/// Invites a customer whose e-mail address is all that the sender knows.
async fn invite(sender: &Seller) -> InviteCustomerResponse {
    let request = InviteCustomerRequest {
        customer_email: "it@customer.example".to_owned(),
        note: "See you on Monday.".to_owned(),
        ..Default::default()
    };
    sender.people.relationship().invite_customer(request).await.unwrap().into_inner()
}

async fn an_invitation_is_read_by_its_sender() {
    let suite = Running::start().await;
    let (contoso, _, wingtip) = provider_reseller_and_stranger(&suite).await;
    let sent = invite(&contoso).await;
    assert!(sent.draft.unwrap().body.contains("See you on Monday."));
    let read = GetInvitationRequest { name: sent.invitation.clone().unwrap().name };
    let again = contoso.people.relationship().get_invitation(read.clone()).await.unwrap().into_inner();
    assert_eq!(again.invitation, sent.invitation);
    assert_eq!(refusal_of(wingtip.people.relationship().get_invitation(read).await).reason, "NOT_FOUND");

    let every = ListInvitationsRequest::default();
    let listed = contoso.people.relationship().list_invitations(every.clone()).await.unwrap().into_inner();
    assert_eq!(listed.invitations, [again.invitation.unwrap()]);
    let stranger = suite.customer("tailspin.tenant");
    assert_eq!(refusal_of(stranger.relationship().list_invitations(every).await).reason, "ROLE_MISSING");
}

async fn an_invitation_is_withdrawn() {
    let suite = Running::start().await;
    let (contoso, _, wingtip) = provider_reseller_and_stranger(&suite).await;
    let name = invite(&contoso).await.invitation.unwrap().name;
    let mut relationship = contoso.people.relationship();
    let request = WithdrawInvitationRequest { name, ..Default::default() };
    let of_stranger = wingtip.people.relationship().withdraw_invitation(request.clone()).await;
    assert_eq!(refusal_of(of_stranger).reason, "NOT_FOUND");
    let withdrawn = relationship.withdraw_invitation(request.clone()).await.unwrap().into_inner();
    assert_eq!(withdrawn.invitation.as_ref().unwrap().state(), InvitationState::Withdrawn);
    let again = relationship.withdraw_invitation(request).await.unwrap().into_inner();
    assert_eq!(again.invitation, withdrawn.invitation);
}

async fn a_reseller_relationship_is_recorded_and_read() {
    let suite = Running::start().await;
    let (contoso, fabrikam, wingtip) = provider_reseller_and_stranger(&suite).await;
    suite.partnership(&contoso, &fabrikam).await;
    let tailspin = suite.customer_of("tailspin", "FR", &contoso, None).await;
    let request = RecordResellerRelationshipRequest {
        partner: fabrikam.name.clone(),
        provider: contoso.name.clone(),
        parent: tailspin.clone(),
        evidence: Some(evidence("2024-05-01")),
        admin_access: Some(AdminAccess {
            roles: vec!["license-administrator".to_owned()],
            duration_days: 30,
        }),
        ..Default::default()
    };
    let mut operator = suite.operator().relationship();
    let recorded = operator.record_reseller_relationship(request.clone()).await.unwrap().into_inner();
    let grant = recorded.admin_grant.unwrap();
    let recorded = recorded.relationship.unwrap();
    assert_eq!(recorded.origin(), RelationshipOrigin::Recorded);
    assert_eq!((grant.origin(), &grant.relationship), (AdminGrantOrigin::Customer, &recorded.name));
    assert_eq!(
        (grant.roles, grant.evidence),
        (vec!["license-administrator".to_owned()], request.evidence.clone())
    );
    let refusal = refusal_of(operator.record_reseller_relationship(request).await);
    assert_eq!(refusal.reason, "RESOURCE_ALREADY_EXISTS");

    let read = GetResellerRelationshipRequest { name: recorded.name.clone() };
    let mut of_reseller = fabrikam.people.relationship();
    let again = of_reseller.get_reseller_relationship(read.clone()).await.unwrap().into_inner().relationship;
    assert_eq!(again, Some(recorded.clone()));
    let refusal = refusal_of(wingtip.people.relationship().get_reseller_relationship(read).await);
    assert_eq!(refusal.reason, "NOT_FOUND");

    let of_customer = ListResellerRelationshipsRequest { parent: tailspin, ..Default::default() };
    let listed = of_reseller.list_reseller_relationships(of_customer.clone()).await.unwrap().into_inner();
    assert_eq!(listed.relationships, [recorded]);
    let negative = ListResellerRelationshipsRequest { page_size: -1, ..of_customer };
    let refusal = refusal_of(of_reseller.list_reseller_relationships(negative).await);
    assert_eq!(refusal.reason, "FIELD_INVALID");
}

/// The field of the first role of an admin grant.
const ROLE: &str = "admin_access.roles[0]";

async fn the_removal_of_a_partnership_tells_what_names_the_reseller() {
    let suite = Running::start().await;
    let (contoso, fabrikam, _) = provider_reseller_and_stranger(&suite).await;
    let partnership = suite.partnership(&contoso, &fabrikam).await;
    let offer = suite.offer("e3").await;
    for id in ["tailspin", "relecloud"] {
        let customer = suite.customer_of(id, "FR", &contoso, Some(&fabrikam)).await;
        contoso.order(&customer, Some(&fabrikam), &offer, 1).await.unwrap();
    }
    suite.customer_of("proseware", "FR", &contoso, Some(&fabrikam)).await;
    suite.customer_of("lucerne", "FR", &contoso, None).await;
    let request = RemovePartnershipRequest {
        name: partnership,
        confirmation: Some(attested()),
        good_faith: Some(attested()),
        reason: "the contract ended".to_owned(),
        legal_notice_date: "2026-11-20".to_owned(),
        ..Default::default()
    };
    let early = RemovePartnershipRequest { legal_notice_date: "2026-11-22".to_owned(), ..request.clone() };
    let mut relationship = contoso.people.relationship();
    assert_eq!(refusal_of(relationship.remove_partnership(early).await).fields, ["legal_notice_date"]);
    for validate_only in [true, false] {
        let request = RemovePartnershipRequest { validate_only, ..request.clone() };
        let told = relationship.remove_partnership(request).await.unwrap().into_inner();
        assert_eq!((told.customer_count, told.subscription_count), (3, 2), "{validate_only}");
        let removal = told.partnership.unwrap().removal.unwrap();
        assert_eq!(removal.legal_notice_date, "2026-11-20");
    }
}

async fn an_admin_grant_is_read_listed_and_revoked() {
    let suite = Running::start().await;
    let (contoso, _, wingtip) = provider_reseller_and_stranger(&suite).await;
    let tailspin = suite.customer_of("tailspin", "FR", &contoso, None).await;
    let access = AdminAccess { roles: vec!["helpdesk-administrator".to_owned()], duration_days: 30 };
    for roles in ["owner", "Helpdesk Administrator"] {
        let unknown = AdminAccess { roles: vec![roles.to_owned()], ..access.clone() };
        let refusal = refusal_of(wingtip.invite("", None, Some(unknown)).await);
        assert_eq!((refusal.reason.as_str(), refusal.fields), ("FIELD_INVALID", vec![ROLE.to_owned()]));
    }
    let link = wingtip.invite("", None, Some(access)).await.unwrap().into_inner().draft.unwrap().link_token;
    let people = suite.customer("tailspin.tenant");
    let grant = people.accept_invitation(&link).await.unwrap().into_inner().admin_grant.unwrap();

    let of_customer = ListAdminGrantsRequest { parent: tailspin, ..Default::default() };
    let listed = people.relationship().list_admin_grants(of_customer.clone()).await.unwrap().into_inner();
    assert_eq!(listed.admin_grants, std::slice::from_ref(&grant));
    let read = GetAdminGrantRequest { name: grant.name.clone() };
    let mut operator = suite.operator().relationship();
    let again = operator.get_admin_grant(read.clone()).await.unwrap().into_inner().admin_grant;
    assert_eq!(again.as_ref(), Some(&grant));
    assert_eq!(refusal_of(contoso.people.relationship().get_admin_grant(read).await).reason, "NOT_FOUND");
    let foreign = ListAdminGrantsRequest { page_token: "made-up".to_owned(), ..of_customer };
    let refusal = refusal_of(people.relationship().list_admin_grants(foreign).await);
    assert_eq!(refusal.reason, "PAGE_TOKEN_INVALID");

    let request = RevokeAdminGrantRequest { name: grant.name, ..Default::default() };
    let revoked =
        wingtip.people.relationship().revoke_admin_grant(request.clone()).await.unwrap().into_inner();
    assert_eq!(revoked.admin_grant.as_ref().unwrap().state(), AdminGrantState::Revoked);
    let again = people.relationship().revoke_admin_grant(request).await.unwrap().into_inner();
    assert_eq!(again.admin_grant, revoked.admin_grant);
}

async fn two_customers_have_a_relationship_with_the_same_id() {
    let suite = Running::start().await;
    let (contoso, _, wingtip) = provider_reseller_and_stranger(&suite).await;
    for id in ["tailspin", "relecloud"] {
        let customer = suite.customer_of(id, "FR", &contoso, None).await;
        let request = RecordResellerRelationshipRequest {
            parent: customer.clone(),
            reseller_relationship_id: "main".to_owned(),
            partner: wingtip.name.clone(),
            evidence: Some(evidence("2024-05-01")),
            ..Default::default()
        };
        let recorded = suite.operator().relationship().record_reseller_relationship(request).await.unwrap();
        let name = recorded.into_inner().relationship.unwrap().name;
        assert_eq!(name, format!("{customer}/resellerRelationships/main"));
    }
    let every = ListResellerRelationshipsRequest { parent: "customers/-".to_owned(), ..Default::default() };
    let listed = wingtip.people.relationship().list_reseller_relationships(every).await.unwrap();
    assert_eq!(listed.into_inner().relationships.len(), 2);
}

async fn an_ended_relationship_is_listed_only_when_it_is_asked_for() {
    let suite = Running::start().await;
    let (contoso, _, _) = provider_reseller_and_stranger(&suite).await;
    let tailspin = suite.customer_of("tailspin", "FR", &contoso, None).await;
    let served = contoso.relationship(&tailspin).await;
    contoso.people.remove_relationship(&served, Some(attested())).await.unwrap();
    let live = ListResellerRelationshipsRequest { parent: tailspin, ..Default::default() };
    let ended =
        ResellerRelationshipFilter { states: vec![RelationshipState::Ended.into()], ..Default::default() };
    let ended = ListResellerRelationshipsRequest { filter: Some(ended), ..live.clone() };
    let unknown = ResellerRelationshipFilter { states: vec![99], ..Default::default() };
    let unknown = ListResellerRelationshipsRequest { filter: Some(unknown), ..live.clone() };
    let mut relationship = contoso.people.relationship();
    for (request, listed) in [(live, 0), (ended, 1)] {
        let found = relationship.list_reseller_relationships(request).await.unwrap().into_inner();
        assert_eq!(found.relationships.len(), listed);
    }
    let refusal = refusal_of(relationship.list_reseller_relationships(unknown).await);
    assert_eq!(refusal.fields, ["filter.states[0]"]);
}

async fn an_external_id_finds_the_callers_own_key_only() {
    let suite = Running::start().await;
    let (contoso, fabrikam, _) = provider_reseller_and_stranger(&suite).await;
    let request = RequestPartnershipRequest {
        reseller: fabrikam.name.clone(),
        reseller_email: "owner@fabrikam.example".to_owned(),
        external_id: "crm-7".to_owned(),
        ..Default::default()
    };
    contoso.people.relationship().request_partnership(request).await.unwrap();
    let filter = PartnershipFilter { external_id: "crm-7".to_owned(), ..Default::default() };
    let request = ListPartnershipsRequest { filter: Some(filter), ..Default::default() };
    for (people, keys) in
        [(&contoso.people, vec!["crm-7"]), (&fabrikam.people, vec![]), (&suite.operator(), vec![])]
    {
        let listed = people.relationship().list_partnerships(request.clone()).await.unwrap().into_inner();
        let shown: Vec<_> = listed.partnerships.iter().map(|it| it.external_id.as_str()).collect();
        assert_eq!(shown, keys);
    }
}

async fn a_tenant_accepts_for_itself_only() {
    let suite = Running::start().await;
    let (contoso, _, _) = provider_reseller_and_stranger(&suite).await;
    let link = contoso.invite("", None, None).await.unwrap().into_inner().draft.unwrap().link_token;
    let people = suite.customer("tailspin.tenant");
    let mut tenant = invited("tailspin", "FR");
    tenant.profile.tenant.as_mut().unwrap().tenant_id = "relecloud.tenant".to_owned();
    let refusal = refusal_of(people.accept_as(tenant.clone(), &link).await);
    assert_eq!(refusal.fields, ["profile.tenant.tenant_id"]);
    tenant.profile.tenant.as_mut().unwrap().tenant_id = "tailspin.tenant".to_owned();
    people.accept_as(tenant, &link).await.unwrap();
}
