//! Cases for suspending, reactivating, renewing and cancelling a subscription.

use super::acts::{cancel, reactivate, suspend, switch_auto_renew};
use crate::order::scene::{Direct, Indirect, MOMENT, WINDOW};
use crate::scene::{Played, played};
use csp_tests::{OfferTerms, attested};

pub(crate) async fn a_cancelled_subscription_is_suspended() -> Played {
    let scene = Direct::open().await;
    let (cancelled, bought) = (scene.buy(&scene.offer, 10).await, scene.buy(&scene.offer, 10).await);
    cancel(&scene.litware, &cancelled.name).await.unwrap();
    let refused = suspend(&scene.litware, &cancelled.name).await;
    played(refused, suspend(&scene.litware, &bought.name).await)
}

pub(crate) async fn a_cancelled_subscription_is_reactivated() -> Played {
    let scene = Direct::open().await;
    let bought = scene.buy(&scene.offer, 10).await;
    suspend(&scene.litware, &bought.name).await.unwrap();
    let twin = reactivate(&scene.litware, &bought.name).await;
    cancel(&scene.litware, &bought.name).await.unwrap();
    played(reactivate(&scene.litware, &bought.name).await, twin)
}

/// A suspended subscription does not hold the relationship. It comes back when the customer accepts the
/// seller again.
pub(crate) async fn a_suspended_subscription_outlives_its_relationship() -> Played {
    let scene = Direct::open().await;
    let bought = scene.buy(&scene.offer, 10).await;
    suspend(&scene.litware, &bought.name).await.unwrap();
    let relationship = scene.litware.relationship(&scene.tailspin).await;
    scene.litware.people.remove_relationship(&relationship, Some(attested())).await.unwrap();
    let refused = reactivate(&scene.litware, &bought.name).await;
    let sent = scene.litware.invite(&scene.tailspin, None, None).await.unwrap().into_inner();
    let people = scene.suite.customer("tailspin.tenant");
    people.accept_invitation(&sent.draft.unwrap().link_token).await.unwrap();
    played(refused, reactivate(&scene.litware, &bought.name).await)
}

pub(crate) async fn auto_renew_of_a_suspended_subscription_is_switched_on() -> Played {
    let scene = Direct::open().await;
    let bought = scene.buy(&scene.offer, 10).await;
    suspend(&scene.litware, &bought.name).await.unwrap();
    let refused = switch_auto_renew(&scene.litware, &bought.name, true).await;
    reactivate(&scene.litware, &bought.name).await.unwrap();
    played(refused, switch_auto_renew(&scene.litware, &bought.name, true).await)
}

pub(crate) async fn a_reseller_cancels_a_subscription() -> Played {
    let scene = Indirect::open().await;
    let bought = scene.buy().await;
    let refused = cancel(&scene.fabrikam, &bought.name).await;
    played(refused, cancel(&scene.contoso, &bought.name).await)
}

/// Two subscriptions, sold at the same instant. One is cancelled at the end of its window, the other
/// [`MOMENT`] later.
pub(crate) async fn a_subscription_is_cancelled_after_seven_days() -> Played {
    let scene = Direct::open().await;
    let (in_time, late) = (scene.buy(&scene.offer, 10).await, scene.buy(&scene.offer, 10).await);
    scene.suite.wait(WINDOW);
    let twin = cancel(&scene.litware, &in_time.name).await;
    scene.suite.wait(MOMENT);
    played(cancel(&scene.litware, &late.name).await, twin)
}

/// The twin cancels the base after its add-on.
pub(crate) async fn the_base_of_an_add_on_is_cancelled() -> Played {
    let scene = Direct::open().await;
    let terms = OfferTerms { prerequisites: vec!["e3"], ..OfferTerms::default() };
    let phone = scene.suite.offer_on("phone", terms).await;
    let base = scene.buy(&scene.offer, 10).await;
    let add_on = scene.buy(&phone, 10).await;
    let refused = cancel(&scene.litware, &base.name).await;
    cancel(&scene.litware, &add_on.name).await.unwrap();
    played(refused, cancel(&scene.litware, &base.name).await)
}

pub(crate) async fn a_suspended_subscription_is_cancelled() -> Played {
    let scene = Direct::open().await;
    let bought = scene.buy(&scene.offer, 10).await;
    suspend(&scene.litware, &bought.name).await.unwrap();
    let refused = cancel(&scene.litware, &bought.name).await;
    reactivate(&scene.litware, &bought.name).await.unwrap();
    played(refused, cancel(&scene.litware, &bought.name).await)
}
