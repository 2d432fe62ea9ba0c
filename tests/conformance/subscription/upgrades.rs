//! Cases for an upgrade: its target, its term, the seats that stay, and the add-ons of a base.

use csp_proto::subscription::v1::{BillingCycle, Term, UpgradeSubscriptionRequest};
use csp_tests::OfferTerms;

use super::acts::{reactivate, suspend, to_offer, upgrade};
use crate::order::scene::{Direct, Indirect};
use crate::scene::{Played, played};

/// A direct-bill partner sells `e3`, which can be upgraded to `e5`; both are sold in all terms.
pub(crate) async fn upgradable(e3: OfferTerms, e5: OfferTerms) -> Direct {
    let scene = Direct::open().await;
    let terms = vec![Term::P1y, Term::P1m, Term::P3y];
    let e3 = OfferTerms { upgrade_targets: vec!["e5"], terms: terms.clone(), ..e3 };
    scene.suite.offer_on("e3", e3).await;
    scene.suite.offer_on("e5", OfferTerms { terms, ..e5 }).await;
    scene
}

async fn usual() -> (Direct, String) {
    let scene = upgradable(OfferTerms::default(), OfferTerms::default()).await;
    let bought = scene.buy(&scene.offer, 10).await.name;
    (scene, bought)
}

pub(crate) async fn a_reseller_upgrades() -> Played {
    let scene = Indirect::open().await;
    scene.suite.offer("e5").await;
    scene.suite.offer_on("e3", OfferTerms { upgrade_targets: vec!["e5"], ..OfferTerms::default() }).await;
    let bought = scene.buy().await.name;
    let all = to_offer(&bought, "offers/e5", None);
    played(upgrade(&scene.fabrikam, all.clone()).await, upgrade(&scene.contoso, all).await)
}

pub(crate) async fn an_offer_that_is_no_target() -> Played {
    let (scene, bought) = usual().await;
    let other = scene.suite.offer("other").await;
    let refused = upgrade(&scene.litware, to_offer(&bought, &other, None)).await;
    played(refused, upgrade(&scene.litware, to_offer(&bought, "offers/e5", None)).await)
}

pub(crate) async fn a_shorter_term() -> Played {
    let (scene, bought) = usual().await;
    let to =
        |term: Term| UpgradeSubscriptionRequest { term: term.into(), ..to_offer(&bought, "offers/e5", None) };
    let refused = upgrade(&scene.litware, to(Term::P1m)).await;
    played(refused, upgrade(&scene.litware, to(Term::P3y)).await)
}

pub(crate) async fn a_billing_cycle_longer_than_the_term() -> Played {
    let (scene, bought) = usual().await;
    let billed = |cycle: BillingCycle| UpgradeSubscriptionRequest {
        billing_cycle: cycle.into(),
        ..to_offer(&bought, "offers/e5", None)
    };
    let refused = upgrade(&scene.litware, billed(BillingCycle::Triennial)).await;
    played(refused, upgrade(&scene.litware, billed(BillingCycle::Monthly)).await)
}

/// The add-on needs the offer before the upgrade; the twin upgrades some of the seats, so that the base
/// stays.
pub(crate) async fn the_base_of_an_add_on() -> Played {
    let (scene, bought) = usual().await;
    let terms = OfferTerms { prerequisites: vec!["e3"], ..OfferTerms::default() };
    let phone = scene.suite.offer_on("phone", terms).await;
    scene.buy(&phone, 10).await;
    let refused = upgrade(&scene.litware, to_offer(&bought, "offers/e5", None)).await;
    played(refused, upgrade(&scene.litware, to_offer(&bought, "offers/e5", Some(4))).await)
}

/// Both offers need at least 4 seats; the subscription has 10.
pub(crate) async fn fewer_seats_left_than_the_offer_allows() -> Played {
    let small = || OfferTerms { seats: (4, 300), ..OfferTerms::default() };
    let scene = upgradable(small(), small()).await;
    let bought = scene.buy(&scene.offer, 10).await.name;
    let refused = upgrade(&scene.litware, to_offer(&bought, "offers/e5", Some(7))).await;
    played(refused, upgrade(&scene.litware, to_offer(&bought, "offers/e5", Some(6))).await)
}

/// The customer may hold 10 seats of the target, and holds 6.
pub(crate) async fn more_seats_of_the_target_than_a_customer_may_hold() -> Played {
    let limited = OfferTerms { customer_seats_max: 10, ..OfferTerms::default() };
    let scene = upgradable(OfferTerms::default(), limited).await;
    scene.buy("offers/e5", 6).await;
    let bought = scene.buy(&scene.offer, 10).await.name;
    let refused = upgrade(&scene.litware, to_offer(&bought, "offers/e5", Some(5))).await;
    played(refused, upgrade(&scene.litware, to_offer(&bought, "offers/e5", Some(4))).await)
}

pub(crate) async fn a_target_that_is_an_add_on() -> Played {
    let needs = OfferTerms { prerequisites: vec!["basis"], ..OfferTerms::default() };
    let scene = upgradable(OfferTerms::default(), needs).await;
    let basis = scene.suite.offer("basis").await;
    let bought = scene.buy(&scene.offer, 10).await.name;
    let refused = upgrade(&scene.litware, to_offer(&bought, "offers/e5", None)).await;
    scene.buy(&basis, 1).await;
    played(refused, upgrade(&scene.litware, to_offer(&bought, "offers/e5", None)).await)
}

pub(crate) async fn a_suspended_subscription() -> Played {
    let (scene, bought) = usual().await;
    suspend(&scene.litware, &bought).await.unwrap();
    let refused = upgrade(&scene.litware, to_offer(&bought, "offers/e5", None)).await;
    reactivate(&scene.litware, &bought).await.unwrap();
    played(refused, upgrade(&scene.litware, to_offer(&bought, "offers/e5", None)).await)
}
