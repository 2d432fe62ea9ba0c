//! Cases for a change of the reseller of record, and for naming a support contact.

use csp_proto::partner_registry::v1::Standing;
use csp_proto::r#type::v1::{Cloud, PartnerKind};
use csp_service::order::Reseller;
use csp_tests::{Described, Running, Seller, profile};

use super::acts::{associate, name_contact};
use crate::order::scene::{Direct, Indirect, named_by};
use crate::order::{global_mpn_id, second_location, set_organization};
use crate::scene::{Played, played};

/// A subscription with Fabrikam as reseller of record, and Adatum, the reseller that will replace Fabrikam.
struct Handover {
    scene: Indirect,
    adatum: Seller,
    bought: String,
}

impl Handover {
    async fn prepared() -> Handover {
        let scene = Indirect::open().await;
        let adatum = scene.suite.reseller("adatum", "FR").await;
        Handover::to(scene, adatum).await
    }

    async fn to(scene: Indirect, adatum: Seller) -> Handover {
        let bought = scene.buy().await.name;
        Handover { scene, adatum, bought }
    }

    async fn with_partnership(self) -> Handover {
        self.scene.suite.partnership(&self.scene.contoso, &self.adatum).await;
        self
    }
}

pub(crate) async fn a_reseller_associates_another_reseller() -> Played {
    let Handover { scene, adatum, bought } = Handover::prepared().await.with_partnership().await;
    let refused = associate(&scene.fabrikam, &bought, adatum.by_number()).await;
    played(refused, associate(&scene.contoso, &bought, adatum.by_number()).await)
}

/// The twin is associated by a provider.
pub(crate) async fn a_direct_bill_partner_associates_a_reseller() -> Played {
    let direct = Direct::open().await;
    let fabrikam = direct.suite.reseller("fabrikam", "FR").await;
    let sold = direct.buy(&direct.offer, 10).await.name;
    let refused = associate(&direct.litware, &sold, fabrikam.by_number()).await;
    let Handover { scene, adatum, bought } = Handover::prepared().await.with_partnership().await;
    played(refused, associate(&scene.contoso, &bought, adatum.by_number()).await)
}

/// PSH-01 and AGR-02 refuse this act too: a partner under review has neither a partnership nor an agreement.
pub(crate) async fn a_reseller_under_review() -> Played {
    let scene = Indirect::open().await;
    let newcomer = scene.suite.newcomer("adatum", "FR").await;
    let Handover { scene, adatum, bought } = Handover::to(scene, newcomer).await;
    let refused = associate(&scene.contoso, &bought, adatum.by_number()).await;
    scene.suite.authorize(&adatum).await;
    scene.suite.sign(&adatum).await;
    scene.suite.partnership(&scene.contoso, &adatum).await;
    played(refused, associate(&scene.contoso, &bought, adatum.by_number()).await)
}

pub(crate) async fn a_reseller_in_bad_standing(standing: Standing) -> Played {
    let Handover { scene, adatum, bought } = Handover::prepared().await.with_partnership().await;
    scene.suite.set_standing(&adatum.name, standing).await;
    let refused = associate(&scene.contoso, &bought, adatum.by_number()).await;
    scene.suite.set_standing(&adatum.name, Standing::Active).await;
    played(refused, associate(&scene.contoso, &bought, adatum.by_number()).await)
}

/// PSH-01 refuses this act too, because no partnership joins two clouds. The twin names a reseller in the
/// cloud of the provider.
pub(crate) async fn a_reseller_in_another_cloud() -> Played {
    let Handover { scene, adatum, bought } = Handover::prepared().await.with_partnership().await;
    let german =
        scene.suite.seller_in_cloud("german", "FR", PartnerKind::IndirectReseller, Cloud::Germany).await;
    let refused = associate(&scene.contoso, &bought, german.by_number()).await;
    played(refused, associate(&scene.contoso, &bought, adatum.by_number()).await)
}

/// SAL-01 refuses this act too: only direct-bill partners sell in the US government cloud. The twin plays in
/// the global cloud.
pub(crate) async fn a_reseller_in_the_us_government_cloud() -> Played {
    let suite = Running::start().await;
    let (cloud, kind) = (Cloud::UsGovernment, PartnerKind::IndirectReseller);
    let litware = suite.seller_in_cloud("litware", "US", PartnerKind::DirectBill, cloud).await;
    let reseller = suite.seller_in_cloud("agency", "US", kind, cloud).await;
    let wanted = profile("bureau", "US").in_cloud(cloud);
    let bureau = litware.create_customer(wanted, None).await.unwrap().into_inner().customer.unwrap().name;
    litware.confirm_agreement(&bureau).await.unwrap();
    let offer = suite.offer("e3").await;
    let sold = litware.order(&bureau, None, &offer, 10).await.unwrap().into_inner();
    let refused = associate(&litware, &sold.subscriptions[0].name, reseller.by_number()).await;
    let Handover { scene, adatum, bought } = Handover::prepared().await.with_partnership().await;
    played(refused, associate(&scene.contoso, &bought, adatum.by_number()).await)
}

pub(crate) async fn a_reseller_without_a_partnership() -> Played {
    let Handover { scene, adatum, bought } = Handover::prepared().await;
    let refused = associate(&scene.contoso, &bought, adatum.by_number()).await;
    scene.suite.partnership(&scene.contoso, &adatum).await;
    played(refused, associate(&scene.contoso, &bought, adatum.by_number()).await)
}

pub(crate) async fn a_reseller_that_has_not_signed() -> Played {
    let scene = Indirect::open().await;
    let unsigned = scene.suite.unsigned_seller("adatum", "FR", PartnerKind::IndirectReseller, "adatum").await;
    let Handover { scene, adatum, bought } = Handover::to(scene, unsigned).await.with_partnership().await;
    let refused = associate(&scene.contoso, &bought, adatum.by_number()).await;
    scene.suite.sign(&adatum).await;
    played(refused, associate(&scene.contoso, &bought, adatum.by_number()).await)
}

/// The twin is associated before the customer joins the reseller's company.
pub(crate) async fn a_reseller_of_the_customers_own_company() -> Played {
    let Handover { scene, adatum, bought } = Handover::prepared().await.with_partnership().await;
    let twin = associate(&scene.contoso, &bought, adatum.by_number()).await;
    set_organization(&scene.suite, &scene.tailspin, &adatum.organization).await;
    played(associate(&scene.contoso, &bought, adatum.by_number()).await, twin)
}

pub(crate) async fn an_affiliate_of_the_customer() -> Played {
    let Handover { scene, adatum, bought } = Handover::prepared().await.with_partnership().await;
    let sister = scene.suite.organization("tailspin", "FR").await;
    set_organization(&scene.suite, &scene.tailspin, &sister).await;
    let twin = associate(&scene.contoso, &bought, adatum.by_number()).await;
    scene.suite.affiliates(&[&adatum.organization, &sister]).await;
    played(associate(&scene.contoso, &bought, adatum.by_number()).await, twin)
}

/// PSH-01, AGR-02 and PSH-13 refuse this act too.
pub(crate) async fn a_reseller_that_is_not_onboarded() -> Played {
    let scene = Indirect::open().await;
    let newcomer = scene.suite.reseller_not_onboarded("newcomer", "FR").await;
    let Handover { scene, adatum, bought } = Handover::to(scene, newcomer).await;
    let refused = associate(&scene.contoso, &bought, adatum.by_account()).await;
    played(refused, associate(&scene.contoso, &bought, scene.fabrikam.by_account()).await)
}

pub(crate) async fn a_number_that_no_account_holds() -> Played {
    let Handover { scene, adatum, bought } = Handover::prepared().await.with_partnership().await;
    let free = scene.suite.free_mpn_id(&adatum.organization, "FR", "not associated").await;
    let refused = associate(&scene.contoso, &bought, named_by(&free, &adatum).by_number()).await;
    played(refused, associate(&scene.contoso, &bought, adatum.by_number()).await)
}

pub(crate) async fn an_unknown_mpn_id() -> Played {
    let Handover { scene, adatum, bought } = Handover::prepared().await.with_partnership().await;
    let refused = associate(&scene.contoso, &bought, Reseller::MpnId("4711".to_owned())).await;
    played(refused, associate(&scene.contoso, &bought, adatum.by_number()).await)
}

pub(crate) async fn a_global_mpn_id() -> Played {
    let Handover { scene, adatum, bought } = Handover::prepared().await.with_partnership().await;
    let global = global_mpn_id(&scene.suite, &adatum).await;
    let refused = associate(&scene.contoso, &bought, named_by(&global, &adatum).by_number()).await;
    played(refused, associate(&scene.contoso, &bought, adatum.by_number()).await)
}

pub(crate) async fn the_providers_own_mpn_id() -> Played {
    let Handover { scene, adatum, bought } = Handover::prepared().await.with_partnership().await;
    let refused = associate(&scene.contoso, &bought, scene.contoso.by_number()).await;
    played(refused, associate(&scene.contoso, &bought, adatum.by_number()).await)
}

pub(crate) async fn a_support_contact_whose_partnership_ended() -> Played {
    let scene = Indirect::open().await;
    let bought = scene.buy().await.name;
    let twin = name_contact(&scene.contoso, &bought, &scene.fabrikam).await;
    scene.contoso.remove_partnership(&scene.partnership).await.unwrap();
    played(name_contact(&scene.contoso, &bought, &scene.fabrikam).await, twin)
}

pub(crate) async fn a_support_contact_that_does_not_serve_the_customer() -> Played {
    let Handover { scene, adatum, bought } = Handover::prepared().await.with_partnership().await;
    let refused = name_contact(&scene.contoso, &bought, &adatum).await;
    played(refused, name_contact(&scene.contoso, &bought, &scene.fabrikam).await)
}

/// The twin names the same reseller by the number of one of its two locations.
pub(crate) async fn an_account_with_two_locations() -> Played {
    let Handover { scene, adatum, bought } = Handover::prepared().await.with_partnership().await;
    second_location(&scene.suite, &adatum).await;
    let refused = associate(&scene.contoso, &bought, adatum.by_account()).await;
    played(refused, associate(&scene.contoso, &bought, adatum.by_number()).await)
}
