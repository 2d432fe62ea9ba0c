//! The commands under test. Each is prepared first, so that its call alone is counted or made to fail.

use std::future::Future;
use std::pin::Pin;

use csp_proto::partner_registry::v1 as registry;
use csp_proto::subscription::v1 as subscription;
use csp_tests::{draft, lines, profile, submission};
use tonic::Status;

use crate::statements::scene::Scene;

/// The call of a prepared command, not started yet.
pub(crate) type Call<'s> = Pin<Box<dyn Future<Output = Result<(), Status>> + Send + 's>>;

/// The commands under test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Command {
    CreateOrganization,
    SetPartnerStanding,
    RequestPartnership,
    AcceptPartnership,
    RemovePartnership,
    CreateCustomer,
    ConfirmCustomerAgreement,
    SubmitOrder,
    ChangeQuantity,
    SuspendSubscription,
    RemoveResellerRelationship,
}

impl Command {
    pub(crate) const ALL: [Command; 11] = [
        Command::CreateOrganization,
        Command::SetPartnerStanding,
        Command::RequestPartnership,
        Command::AcceptPartnership,
        Command::RemovePartnership,
        Command::CreateCustomer,
        Command::ConfirmCustomerAgreement,
        Command::SubmitOrder,
        Command::ChangeQuantity,
        Command::SuspendSubscription,
        Command::RemoveResellerRelationship,
    ];

    /// Prepares the command on resources of its own, which have `tag` in their ids where ids must differ.
    pub(crate) async fn ready<'s>(self, scene: &'s Scene, tag: &str) -> Call<'s> {
        match self {
            Command::CreateOrganization => create_organization(scene, tag),
            Command::SetPartnerStanding => set_partner_standing(scene, tag),
            Command::RequestPartnership => request_partnership(scene, tag).await,
            Command::AcceptPartnership => accept_partnership(scene, tag).await,
            Command::RemovePartnership => remove_partnership(scene, tag).await,
            Command::CreateCustomer => create_customer(scene, tag),
            Command::ConfirmCustomerAgreement => confirm_customer_agreement(scene, tag).await,
            Command::SubmitOrder => submit_order(scene),
            Command::ChangeQuantity => change_quantity(scene).await,
            Command::SuspendSubscription => suspend_subscription(scene).await,
            Command::RemoveResellerRelationship => remove_reseller_relationship(scene, tag).await,
        }
    }
}

fn create_organization<'s>(scene: &'s Scene, tag: &str) -> Call<'s> {
    let request = registry::CreateOrganizationRequest {
        organization_id: format!("org-{tag}"),
        legal_name: "Any Ltd".to_owned(),
        country: "DE".to_owned(),
        ..Default::default()
    };
    Box::pin(async move { scene.suite.operator().registry().create_organization(request).await.map(drop) })
}

fn set_partner_standing<'s>(scene: &'s Scene, tag: &str) -> Call<'s> {
    let request = registry::SetPartnerStandingRequest {
        name: scene.reseller.name.clone(),
        standing: registry::Standing::Active.into(),
        reason: tag.to_owned(),
        ..Default::default()
    };
    Box::pin(async move { scene.suite.operator().registry().set_partner_standing(request).await.map(drop) })
}

async fn request_partnership<'s>(scene: &'s Scene, tag: &str) -> Call<'s> {
    let reseller = scene.suite.reseller(&format!("r-{tag}"), "DE").await;
    Box::pin(async move { scene.provider.request_partnership(&reseller).await.map(drop) })
}

async fn accept_partnership<'s>(scene: &'s Scene, tag: &str) -> Call<'s> {
    let reseller = scene.suite.reseller(&format!("r-{tag}"), "DE").await;
    let requested = scene.provider.request_partnership(&reseller).await.unwrap().into_inner();
    let link_token = requested.draft.unwrap().link_token;
    Box::pin(async move { reseller.accept_partnership(&link_token).await.map(drop) })
}

async fn remove_partnership<'s>(scene: &'s Scene, tag: &str) -> Call<'s> {
    let reseller = scene.suite.reseller(&format!("r-{tag}"), "DE").await;
    let partnership = scene.suite.partnership(&scene.provider, &reseller).await;
    Box::pin(async move { scene.provider.remove_partnership(&partnership).await.map(drop) })
}

fn create_customer<'s>(scene: &'s Scene, tag: &str) -> Call<'s> {
    let profile = profile(&format!("c-{tag}"), "DE");
    Box::pin(async move { scene.provider.create_customer(profile, Some(&scene.reseller)).await.map(drop) })
}

async fn confirm_customer_agreement<'s>(scene: &'s Scene, tag: &str) -> Call<'s> {
    let profile = profile(&format!("c-{tag}"), "DE");
    let created = scene.provider.create_customer(profile, None).await.unwrap().into_inner();
    let customer = created.customer.unwrap().name;
    Box::pin(async move { scene.provider.confirm_agreement(&customer).await.map(drop) })
}

fn submit_order(scene: &Scene) -> Call<'_> {
    let order = draft(lines(&[(&scene.offer, 1)]), Some(scene.reseller.by_number()));
    let request = submission(&scene.customer, order);
    Box::pin(async move { scene.provider.people.subscription().submit_order(request).await.map(drop) })
}

async fn change_quantity(scene: &Scene) -> Call<'_> {
    let name = subscription(scene).await;
    let request = subscription::ChangeQuantityRequest { name, quantity: Some(2), ..Default::default() };
    Box::pin(async move { scene.provider.people.subscription().change_quantity(request).await.map(drop) })
}

async fn suspend_subscription(scene: &Scene) -> Call<'_> {
    let name = subscription(scene).await;
    let request = subscription::SuspendSubscriptionRequest { name, ..Default::default() };
    Box::pin(
        async move { scene.provider.people.subscription().suspend_subscription(request).await.map(drop) },
    )
}

async fn remove_reseller_relationship<'s>(scene: &'s Scene, tag: &str) -> Call<'s> {
    let id = format!("c-{tag}");
    scene.provider.create_customer(profile(&id, "DE"), None).await.unwrap();
    let relationship = scene.provider.relationship(&format!("customers/{id}")).await;
    let good_faith = Some(csp_tests::attested());
    Box::pin(
        async move { scene.provider.people.remove_relationship(&relationship, good_faith).await.map(drop) },
    )
}

/// Orders a subscription of one seat. Returns its name.
async fn subscription(scene: &Scene) -> String {
    let ordered =
        scene.provider.order(&scene.customer, Some(&scene.reseller), &scene.offer, 1).await.unwrap();
    ordered.into_inner().subscriptions[0].name.clone()
}
