//! Who sees a subscription and may not manage it: the support contact that it names, once its relationship with the
//! customer has ended. Adatum is of record, so that fabrikam's relationship may end.

use csp_proto::subscription::v1 as pb;
use csp_tests::{Answer, Seller, attested};

use super::acts::{name_contact, reactivate, suspend, switch_auto_renew_off};
use crate::order::scene::Indirect;
use crate::scene::{Played, played};

/// A subscription that names fabrikam as its support contact only.
pub(crate) struct Supported {
    pub(crate) scene: Indirect,
    pub(crate) bought: String,
}

impl Supported {
    /// Fabrikam serves the customer.
    pub(crate) async fn by_fabrikam() -> Supported {
        let scene = Indirect::open().await;
        let adatum = scene.suite.reseller("adatum", "FR").await;
        scene.suite.partnership(&scene.contoso, &adatum).await;
        let bought = scene.order(Some(&adatum)).await.unwrap().into_inner().subscriptions.remove(0).name;
        name_contact(&scene.contoso, &bought, &scene.fabrikam).await.unwrap();
        Supported { scene, bought }
    }

    /// Fabrikam serves the customer no more.
    pub(crate) async fn cut(&self) {
        let fabrikam = &self.scene.fabrikam;
        let relationship = fabrikam.relationship(&self.scene.tailspin).await;
        fabrikam.people.end_relationship(&relationship, Some(attested())).await.unwrap();
    }

    fn fabrikam(&self) -> &Seller {
        &self.scene.fabrikam
    }

    async fn contact_is_contoso(&self) -> Answer<pb::SetSupportContactResponse> {
        name_contact(self.fabrikam(), &self.bought, &self.scene.contoso).await
    }
}

pub(crate) async fn a_contact_names_another() -> Played {
    let it = Supported::by_fabrikam().await;
    let twin = it.contact_is_contoso().await;
    name_contact(&it.scene.contoso, &it.bought, it.fabrikam()).await.unwrap();
    it.cut().await;
    played(it.contact_is_contoso().await, twin)
}

pub(crate) async fn a_contact_suspends() -> Played {
    let it = Supported::by_fabrikam().await;
    let twin = suspend(it.fabrikam(), &it.bought).await;
    reactivate(&it.scene.contoso, &it.bought).await.unwrap();
    it.cut().await;
    played(suspend(it.fabrikam(), &it.bought).await, twin)
}

pub(crate) async fn a_contact_reactivates() -> Played {
    let it = Supported::by_fabrikam().await;
    suspend(&it.scene.contoso, &it.bought).await.unwrap();
    let twin = reactivate(it.fabrikam(), &it.bought).await;
    suspend(&it.scene.contoso, &it.bought).await.unwrap();
    it.cut().await;
    played(reactivate(it.fabrikam(), &it.bought).await, twin)
}

pub(crate) async fn a_contact_switches_auto_renew_off() -> Played {
    let it = Supported::by_fabrikam().await;
    let twin = switch_auto_renew_off(it.fabrikam(), &it.bought).await;
    it.cut().await;
    played(switch_auto_renew_off(it.fabrikam(), &it.bought).await, twin)
}
