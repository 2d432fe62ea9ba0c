//! Who can act on a customer's tenant: `ExplainAccess`, the record of an Azure owner, and the eligible
//! support contacts.

use csp_proto::partner_registry::v1::Standing;
use csp_proto::relationship::v1::{
    AccessPath, AccessPathKind, AccessPathState, AccessStep, AccessStepKind, AdminGrantKind,
    EndAzureOwnerRequest, ExplainAccessRequest, ExplainAccessResponse, RecordAzureOwnerRequest,
    RecordAzureOwnerResponse,
};
use csp_proto::subscription::v1::{ListEligibleSupportContactsRequest, SupportContact};
use csp_tests::{Answer, MANAGING, Party, READING, Seller, attested, evidence, refusal_of};

use crate::order::scene::Indirect;
use crate::scene::Scene;
use crate::subscription::acts::name_contact;

pub(crate) const SCENES: &[Scene<()>] = &[
    scene!(the_customer_learns_every_path_to_its_tenant()),
    scene!(a_partner_learns_its_own_paths_and_what_it_lacks()),
    scene!(a_provider_that_serves_through_its_reseller_only_learns_what_it_lacks()),
    scene!(an_azure_owner_is_recorded_and_outlives_its_relationship()),
    scene!(eligible_support_contacts_are_listed_by_who_asks()),
    scene!(an_account_under_review_is_answered_like_one_that_does_not_exist()),
];

async fn explain(party: &Party, customer: &str, partner: &str) -> Answer<ExplainAccessResponse> {
    let request = ExplainAccessRequest { parent: customer.to_owned(), partner: partner.to_owned() };
    party.relationship().explain_access(request).await
}

/// Each path as its partner's id, its kind and its state.
fn told(paths: &[AccessPath]) -> Vec<(&str, AccessPathKind, AccessPathState)> {
    let id = |path: &'_ AccessPath| path.partner.len() - path.partner.trim_start_matches("partners/").len();
    paths.iter().map(|path| (&path.partner[id(path)..], path.kind(), path.state())).collect()
}

async fn the_customer_learns_every_path_to_its_tenant() {
    use AccessPathKind::*;
    use AccessPathState::*;
    let scene = Indirect::open().await;
    scene.buy().await;
    let tailspin = scene.suite.customer("tailspin.tenant");
    let litware = scene.suite.direct_bill("litware", "DE").await;
    litware.hired_by(&tailspin, MANAGING).await;
    scene.suite.set_standing(&litware.name, Standing::Suspended).await;
    for party in [&tailspin, &scene.suite.operator()] {
        let paths = explain(party, &scene.tailspin, "").await.unwrap().into_inner().paths;
        assert_eq!(
            told(&paths),
            [
                ("contoso", Seller, InForce),
                ("contoso", Relationship, InForce),
                ("contoso", AzureOwner, Absent),
                ("fabrikam", ResellerOfRecord, InForce),
                ("fabrikam", Relationship, InForce),
                ("fabrikam", AdminGrant, InForce),
                ("fabrikam", AzureOwner, Absent),
                ("litware", Relationship, InForce),
                ("litware", AdminGrant, Asleep),
                ("litware", AzureOwner, Absent),
            ]
        );
        let grant = paths.iter().find(|path| path.kind() == AdminGrant && path.partner == litware.name);
        let grant = grant.unwrap();
        assert_eq!(grant.roles, [MANAGING]);
        assert!(grant.start_time.is_some() && grant.end_time.is_some());
    }
    let stranger = scene.suite.customer("stranger.tenant");
    assert_eq!(refusal_of(explain(&stranger, &scene.tailspin, "").await).reason, "NOT_FOUND");
}

async fn a_partner_learns_its_own_paths_and_what_it_lacks() {
    use AccessStepKind::*;
    let scene = Indirect::open().await;
    let tailspin = scene.suite.customer("tailspin.tenant");
    let litware = scene.suite.direct_bill("litware", "DE").await;
    let unknown = explain(&litware.people, &scene.tailspin, "").await;
    assert_eq!(refusal_of(unknown).reason, "NOT_FOUND");
    litware.hired_by(&tailspin, READING).await;
    let own = explain(&litware.people, &scene.tailspin, "").await.unwrap().into_inner();
    assert!(own.paths.iter().all(|path| path.partner == litware.name), "{:?}", own.paths);
    let steps = |answer: &ExplainAccessResponse| {
        answer.steps.iter().map(|step| (step.kind(), step.done, step.rpc.clone())).collect::<Vec<_>>()
    };
    assert_eq!(
        steps(&own),
        [
            (Relationship, true, "AcceptInvitation".to_owned()),
            (AdminGrant, true, "AcceptInvitation".to_owned()),
            (ManagingRole, false, "AcceptInvitation".to_owned()),
            (Standing, true, "SetPartnerStanding".to_owned()),
            (AzureOwner, false, "RecordAzureOwner".to_owned()),
        ]
    );
    let foreign = explain(&litware.people, &scene.tailspin, &scene.contoso.name).await;
    assert_eq!(refusal_of(foreign).reason, "NOT_FOUND", "a partner asks about itself only");
    let of_reseller = explain(&tailspin, &scene.tailspin, &scene.fabrikam.name).await.unwrap().into_inner();
    let done: Vec<_> = steps(&of_reseller).into_iter().filter(|step| step.1).map(|step| step.0).collect();
    let of_the_chain = [Relationship, AdminGrant, ManagingRole, Standing, Partnership];
    assert_eq!(done, of_the_chain, "fabrikam serves the customer through contoso");
    let nobody = explain(&tailspin, &scene.tailspin, "partners/nobody").await;
    assert_eq!(refusal_of(nobody).reason, "NOT_FOUND");
}

/// The provider's own relationship has ended; its reseller's goes on and names it.
async fn a_provider_that_serves_through_its_reseller_only_learns_what_it_lacks() {
    let scene = Indirect::open().await;
    let own = scene.contoso.relationship(&scene.tailspin).await;
    scene.contoso.people.remove_relationship(&own, Some(attested())).await.unwrap();
    let told = explain(&scene.contoso.people, &scene.tailspin, "").await.unwrap().into_inner();
    assert_eq!(told.paths, []);
    let lacks = |step: &AccessStep| step.kind() == AccessStepKind::Relationship && !step.done;
    assert!(told.steps.iter().any(lacks), "{:?}", told.steps);
    let of_reseller = explain(&scene.contoso.people, &scene.tailspin, &scene.fabrikam.name).await;
    assert_eq!(refusal_of(of_reseller).reason, "NOT_FOUND", "a partner asks about itself only");
    let served = scene.fabrikam.relationship(&scene.tailspin).await;
    scene.fabrikam.people.remove_relationship(&served, Some(attested())).await.unwrap();
    let past = explain(&scene.contoso.people, &scene.tailspin, "").await;
    assert_eq!(refusal_of(past).reason, "NOT_FOUND");
}

async fn an_azure_owner_is_recorded_and_outlives_its_relationship() {
    let scene = Indirect::open().await;
    let tailspin = scene.suite.customer("tailspin.tenant");
    let request = |evidence| RecordAzureOwnerRequest {
        parent: scene.tailspin.clone(),
        partner: scene.fabrikam.name.clone(),
        evidence,
        ..Default::default()
    };
    let record = |party: Party, request| async move {
        let answer: Answer<RecordAzureOwnerResponse> = party.relationship().record_azure_owner(request).await;
        answer
    };
    let operator = scene.suite.operator();
    assert_eq!(refusal_of(record(operator.clone(), request(None)).await).fields, ["evidence"]);
    let recorded = record(operator, request(Some(evidence("2026-11-20")))).await.unwrap().into_inner();
    let grant = recorded.admin_grant.unwrap();
    assert_eq!((grant.kind(), grant.end_time), (AdminGrantKind::AzureOwner, None));
    let of_customer = record(tailspin.clone(), request(Some(evidence("2026-11-20")))).await;
    assert_eq!(refusal_of(of_customer).fields, ["evidence"], "only an operator gives evidence");
    let again = record(tailspin.clone(), request(None)).await.unwrap().into_inner();
    assert_eq!(again.admin_grant.as_ref(), Some(&grant), "the result is already there");
    assert_eq!(refusal_of(tailspin.revoke(&grant.name).await).fields, ["name"]);

    let relationship = scene.fabrikam.relationship(&scene.tailspin).await;
    tailspin.remove_relationship(&relationship, None).await.unwrap();
    let path = explain(&tailspin, &scene.tailspin, &scene.fabrikam.name).await.unwrap().into_inner().paths;
    assert_eq!(told(&path), [("fabrikam", AccessPathKind::AzureOwner, AccessPathState::InForce)]);
    let end = EndAzureOwnerRequest { name: grant.name.clone(), ..Default::default() };
    let of_stranger =
        scene.suite.customer("wingtip.tenant").relationship().end_azure_owner(end.clone()).await;
    assert_eq!(refusal_of(of_stranger).reason, "NOT_FOUND");
    let ended = tailspin.relationship().end_azure_owner(end.clone()).await.unwrap().into_inner();
    let again = tailspin.relationship().end_azure_owner(end).await.unwrap().into_inner();
    assert_eq!(again, ended, "the result is already there");
}

async fn eligible_support_contacts_are_listed_by_who_asks() {
    let scene = Indirect::open().await;
    let bought = scene.buy().await.name;
    let tailspin = scene.suite.customer("tailspin.tenant");
    let litware = scene.suite.direct_bill("litware", "DE").await;
    let grant = litware.hired_by(&tailspin, MANAGING).await.name;
    let list = |party: Party| {
        let request = ListEligibleSupportContactsRequest { parent: bought.clone() };
        async move { party.subscription().list_eligible_support_contacts(request).await }
    };
    let contact =
        |partner: &str, named, lapsed| SupportContact { partner: partner.to_owned(), named, lapsed };
    let (contoso, fabrikam) = (scene.contoso.name.as_str(), scene.fabrikam.name.as_str());
    let all = [
        contact(contoso, true, false),
        contact(fabrikam, false, false),
        contact(&litware.name, false, false),
    ];
    for (party, seen) in
        [(&tailspin, &all[..]), (&litware.people, &all[..]), (&scene.contoso.people, &all[..2])]
    {
        let listed = list(party.clone()).await.unwrap().into_inner().support_contacts;
        assert_eq!(listed, seen, "{}", party.tenant);
    }
    name_contact(&litware, &bought, &litware).await.unwrap();
    tailspin.revoke(&grant).await.unwrap();
    let listed = list(scene.contoso.people.clone()).await.unwrap().into_inner().support_contacts;
    assert_eq!(listed[2], contact(&litware.name, true, true), "a contact that lapsed stays named");
    assert_eq!(refusal_of(list(litware.people.clone()).await).reason, "NOT_FOUND");
}

async fn an_account_under_review_is_answered_like_one_that_does_not_exist() {
    let scene = Indirect::open().await;
    let bought = scene.buy().await.name;
    let tailspin = scene.suite.customer("tailspin.tenant");
    let newcomer = scene.suite.newcomer("newcomer", "FR").await;
    let nobody = Seller { name: "partners/nobody".to_owned(), ..newcomer.clone() };
    for partner in [&newcomer, &nobody] {
        let explained = explain(&tailspin, &scene.tailspin, &partner.name).await;
        let request = RecordAzureOwnerRequest {
            parent: scene.tailspin.clone(),
            partner: partner.name.clone(),
            ..Default::default()
        };
        let recorded = tailspin.relationship().record_azure_owner(request).await;
        let named = name_contact(&scene.contoso, &bought, partner).await;
        for refused in [refusal_of(explained), refusal_of(recorded), refusal_of(named)] {
            assert_eq!(refused.reason, "NOT_FOUND", "{}: {refused:?}", partner.name);
        }
    }
}
