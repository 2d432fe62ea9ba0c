//! Cases for the submission of a cart – once, within seven days – and for the capacity that the seller
//! attests.

use csp_proto::subscription::v1::{Capacity, OrderDraft, SubmitOrderRequest, SubmitOrderResponse};
use csp_tests::{Answer, Seller, lines};

use super::scene::{Direct, Indirect, MOMENT, WINDOW};
use crate::scene::{Played, played};

/// Two carts, created at the same instant. One is submitted at the end of its window, the other [`MOMENT`]
/// later.
pub(crate) async fn a_cart_submitted_after_seven_days() -> Played {
    let scene = Direct::open().await;
    let (in_time, late) = (scene.cart().await, scene.cart().await);
    scene.suite.wait(WINDOW);
    let twin = scene.submit(&in_time).await;
    scene.suite.wait(MOMENT);
    played(scene.submit(&late).await, twin)
}

pub(crate) async fn a_cart_submitted_twice() -> Played {
    let scene = Direct::open().await;
    let cart = scene.cart().await;
    let twin = scene.submit(&cart).await;
    played(scene.submit(&cart).await, twin)
}

pub(crate) async fn an_order_that_attests_no_capacity() -> Played {
    let scene = Direct::open().await;
    let refused = order_in_capacity(&scene, Capacity::Unspecified).await;
    played(refused, order_in_capacity(&scene, Capacity::Direct).await)
}

pub(crate) async fn an_order_that_attests_the_wrong_capacity() -> Played {
    let scene = Indirect::open().await;
    let direct = draft(Some(&scene.fabrikam), &scene.offer, Capacity::Direct);
    let request =
        SubmitOrderRequest { customer: scene.tailspin.clone(), order: Some(direct), ..Default::default() };
    let refused = scene.contoso.people.subscription().submit_order(request).await;
    played(refused, scene.order(Some(&scene.fabrikam)).await)
}

async fn order_in_capacity(scene: &Direct, capacity: Capacity) -> Answer<SubmitOrderResponse> {
    let order = draft(None, &scene.offer, capacity);
    let request =
        SubmitOrderRequest { customer: scene.tailspin.clone(), order: Some(order), ..Default::default() };
    scene.litware.people.subscription().submit_order(request).await
}

fn draft(reseller: Option<&Seller>, offer: &str, capacity: Capacity) -> OrderDraft {
    OrderDraft {
        lines: lines(&[(offer, 10)]),
        reseller_mpn_id: reseller.map(|reseller| reseller.mpn_id.clone()).unwrap_or_default(),
        attested_capacity: capacity.into(),
    }
}
