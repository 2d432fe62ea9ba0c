//! Cases for carts – who prepares one for whom, and that a cart is changed and submitted within seven days
//! and until it is submitted – and for the capacity that the seller attests.

use csp_proto::subscription::v1::{
    Capacity, CreateCartRequest, CreateCartResponse, OrderDraft, SubmitOrderResponse, UpdateCartResponse,
};
use csp_tests::{Answer, Seller, attested, draft, lines, submission};

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

/// The provider has a partnership with the reseller, but no relationship with the customer.
pub(crate) async fn a_cart_for_a_provider_that_does_not_serve_the_customer() -> Played {
    let scene = Indirect::open().await;
    let wingtip = scene.suite.provider("wingtip", "DE").await;
    scene.suite.partnership(&wingtip, &scene.fabrikam).await;
    played(prepare(&scene, &wingtip).await, prepare(&scene, &scene.contoso).await)
}

pub(crate) async fn a_cart_of_a_reseller_that_served_the_customer() -> Played {
    let scene = Indirect::open().await;
    let twin = prepare(&scene, &scene.contoso).await;
    end_relationship(&scene, &scene.fabrikam).await;
    played(prepare(&scene, &scene.contoso).await, twin)
}

pub(crate) async fn a_cart_for_a_provider_without_partnership() -> Played {
    let scene = Indirect::open().await;
    let wingtip = scene.suite.provider("wingtip", "DE").await;
    played(prepare(&scene, &wingtip).await, prepare(&scene, &scene.contoso).await)
}

/// A change within the seven days does not prolong them.
pub(crate) async fn a_cart_changed_after_seven_days() -> Played {
    let scene = Direct::open().await;
    let cart = scene.cart().await;
    scene.suite.wait(WINDOW);
    let twin = change(&scene.litware, &cart, &scene.offer).await;
    scene.suite.wait(MOMENT);
    played(change(&scene.litware, &cart, &scene.offer).await, twin)
}

pub(crate) async fn a_submitted_cart_changed() -> Played {
    let scene = Direct::open().await;
    let cart = scene.cart().await;
    let twin = change(&scene.litware, &cart, &scene.offer).await;
    scene.submit(&cart).await.unwrap();
    played(change(&scene.litware, &cart, &scene.offer).await, twin)
}

pub(crate) async fn a_cart_changed_after_the_relationship_ended() -> Played {
    let scene = Indirect::open().await;
    let cart = prepare(&scene, &scene.contoso).await.unwrap().into_inner().cart.unwrap().name;
    let twin = change(&scene.contoso, &cart, &scene.offer).await;
    end_relationship(&scene, &scene.contoso).await;
    played(change(&scene.contoso, &cart, &scene.offer).await, twin)
}

pub(crate) async fn a_cart_changed_after_the_partnership_ended() -> Played {
    let scene = Indirect::open().await;
    let cart = prepare(&scene, &scene.contoso).await.unwrap().into_inner().cart.unwrap().name;
    let twin = change(&scene.fabrikam, &cart, &scene.offer).await;
    scene.contoso.remove_partnership(&scene.partnership).await.unwrap();
    played(change(&scene.fabrikam, &cart, &scene.offer).await, twin)
}

/// The reseller prepares a cart that `provider` is to submit.
async fn prepare(scene: &Indirect, provider: &Seller) -> Answer<CreateCartResponse> {
    let request = CreateCartRequest {
        parent: scene.tailspin.clone(),
        seller: provider.name.clone(),
        lines: lines(&[(&scene.offer, 10)]),
        ..Default::default()
    };
    scene.fabrikam.people.subscription().create_cart(request).await
}

async fn change(partner: &Seller, cart: &str, offer: &str) -> Answer<UpdateCartResponse> {
    partner.people.change_cart(cart, &[(offer, 20)]).await
}

/// The partner ends its relationship with the customer.
async fn end_relationship(scene: &Indirect, partner: &Seller) {
    let relationship = partner.relationship(&scene.tailspin).await;
    partner.people.remove_relationship(&relationship, Some(attested())).await.unwrap();
}
