//! Cases for a support contact whose relationship with the customer has ended: it still sees the
//! subscription, but may not manage the subscription.

use csp_proto::subscription::v1 as pb;
use csp_tests::{Answer, Seller, attested};

use super::acts::{name_contact, reactivate, suspend, switch_auto_renew_off};
use crate::order::scene::Indirect;
use crate::scene::{Played, played};

/// A subscription with Fabrikam as its support contact. Adatum is the reseller of record, so that the
/// relationship of Fabrikam may be removed.
pub(crate) struct Supported {
    pub(crate) scene: Indirect,
    pub(crate) bought: String,
}

impl Supported {
    /// Fabrikam still has a relationship with the customer.
    pub(crate) async fn by_fabrikam() -> Supported {
        let scene = Indirect::open().await;
        let adatum = scene.suite.reseller("adatum", "FR").await;
        scene.suite.partnership(&scene.contoso, &adatum).await;
        let bought = scene.order(Some(&adatum)).await.unwrap().into_inner().subscriptions.remove(0).name;
        name_contact(&scene.contoso, &bought, &scene.fabrikam).await.unwrap();
        Supported { scene, bought }
    }

    /// Fabrikam removes its relationship with the customer.
    pub(crate) async fn end_relationship_of_fabrikam(&self) {
        let fabrikam = &self.scene.fabrikam;
        let relationship = fabrikam.relationship(&self.scene.tailspin).await;
        fabrikam.people.remove_relationship(&relationship, Some(attested())).await.unwrap();
    }

    fn fabrikam(&self) -> &Seller {
        &self.scene.fabrikam
    }

    async fn name_contoso_as_contact(&self) -> Answer<pb::SetSupportContactResponse> {
        name_contact(self.fabrikam(), &self.bought, &self.scene.contoso).await
    }
}

pub(crate) async fn a_support_contact_without_a_relationship_names_another() -> Played {
    let it = Supported::by_fabrikam().await;
    let twin = it.name_contoso_as_contact().await;
    name_contact(&it.scene.contoso, &it.bought, it.fabrikam()).await.unwrap();
    it.end_relationship_of_fabrikam().await;
    played(it.name_contoso_as_contact().await, twin)
}

pub(crate) async fn a_support_contact_without_a_relationship_suspends() -> Played {
    let it = Supported::by_fabrikam().await;
    let twin = suspend(it.fabrikam(), &it.bought).await;
    reactivate(&it.scene.contoso, &it.bought).await.unwrap();
    it.end_relationship_of_fabrikam().await;
    played(suspend(it.fabrikam(), &it.bought).await, twin)
}

pub(crate) async fn a_support_contact_without_a_relationship_reactivates() -> Played {
    let it = Supported::by_fabrikam().await;
    suspend(&it.scene.contoso, &it.bought).await.unwrap();
    let twin = reactivate(it.fabrikam(), &it.bought).await;
    suspend(&it.scene.contoso, &it.bought).await.unwrap();
    it.end_relationship_of_fabrikam().await;
    played(reactivate(it.fabrikam(), &it.bought).await, twin)
}

pub(crate) async fn a_support_contact_without_a_relationship_switches_auto_renew_off() -> Played {
    let it = Supported::by_fabrikam().await;
    let twin = switch_auto_renew_off(it.fabrikam(), &it.bought).await;
    it.end_relationship_of_fabrikam().await;
    played(switch_auto_renew_off(it.fabrikam(), &it.bought).await, twin)
}
