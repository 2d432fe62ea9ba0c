//! Cases for the submission of a cart – once, within seven days – and for the capacity that the seller
//! attests.

use csp_proto::subscription::v1::{Capacity, OrderDraft, SubmitOrderResponse};
use csp_tests::{Answer, draft, lines, submission};

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
    let indirect = draft(lines(&[(&scene.offer, 10)]), Some(scene.fabrikam.by_number()));
    let direct = OrderDraft { attested_capacity: Capacity::Direct.into(), ..indirect };
    let request = submission(&scene.tailspin, direct);
    let refused = scene.contoso.people.subscription().submit_order(request).await;
    played(refused, scene.order(Some(&scene.fabrikam)).await)
}

async fn order_in_capacity(scene: &Direct, capacity: Capacity) -> Answer<SubmitOrderResponse> {
    let order = draft(lines(&[(&scene.offer, 10)]), None);
    let order = OrderDraft { attested_capacity: capacity.into(), ..order };
    let request = submission(&scene.tailspin, order);
    scene.litware.people.subscription().submit_order(request).await
}
