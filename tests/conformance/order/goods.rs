//! Cases for the terms of an offer, which hold for carts and for orders.

use csp_tests::OfferTerms;
use tonic::Status;

use super::scene::Direct;
use crate::scene::Played;

/// The call that asks for seats: CreateCart, UpdateCart or SubmitOrder.
#[derive(Clone, Copy)]
pub(crate) enum At {
    Cart,
    CartUpdate,
    Order,
}

impl At {
    async fn ask(self, scene: &Direct, offer: &str, seats: i32) -> Result<(), Status> {
        match self {
            At::Cart => scene.prepare(offer, seats).await.map(drop),
            At::CartUpdate => {
                let cart = scene.cart().await;
                scene.litware.people.change_cart(&cart, &[(offer, seats)]).await.map(drop)
            }
            At::Order => scene.litware.order(&scene.tailspin, None, offer, seats).await.map(drop),
        }
    }
}

/// The seller is in Germany, the customer in France: the offer must be sold in both countries.
pub(crate) async fn an_offer_sold_only_in(at: At, country: &'static str) -> Played {
    let scene = Direct::open().await;
    let local =
        scene.suite.offer_on("local", OfferTerms { countries: vec![country], ..Default::default() }).await;
    Played { refused: at.ask(&scene, &local, 10).await, twin: at.ask(&scene, &scene.offer, 10).await }
}

/// The offer is sold in 5 to 10 seats.
pub(crate) async fn a_quantity_outside_the_offers_range(at: At, outside: i32, inside: i32) -> Played {
    let scene = Direct::open().await;
    let small = scene.suite.offer_on("small", OfferTerms { seats: (5, 10), ..Default::default() }).await;
    Played { refused: at.ask(&scene, &small, outside).await, twin: at.ask(&scene, &small, inside).await }
}

/// The customer may hold 10 seats of the offer, and holds 6.
pub(crate) async fn more_seats_than_a_customer_may_hold(at: At) -> Played {
    let scene = Direct::open().await;
    let rare =
        scene.suite.offer_on("rare", OfferTerms { customer_seats_max: 10, ..Default::default() }).await;
    scene.buy(&rare, 6).await;
    Played { refused: at.ask(&scene, &rare, 5).await, twin: at.ask(&scene, &rare, 4).await }
}

pub(crate) async fn an_add_on_before_its_base(at: At) -> Played {
    let scene = Direct::open().await;
    let terms = OfferTerms { prerequisites: vec!["e3"], ..Default::default() };
    let add_on = scene.suite.offer_on("phone", terms).await;
    let refused = at.ask(&scene, &add_on, 10).await;
    scene.buy(&scene.offer, 10).await;
    Played { refused, twin: at.ask(&scene, &add_on, 10).await }
}
