//! Cases for adding seats, which counts as a sale, and for removing seats.

use csp_tests::OfferTerms;
use jiff::SignedDuration;

use super::acts::{change_seats, reactivate, suspend};
use crate::order::scene::{Direct, Indirect, MOMENT, WINDOW};
use crate::scene::{Played, played};

pub(crate) async fn a_reseller_adds_seats() -> Played {
    let scene = Indirect::open().await;
    let bought = scene.buy().await;
    let refused = change_seats(&scene.fabrikam, &bought.name, 11).await;
    played(refused, change_seats(&scene.contoso, &bought.name, 11).await)
}

/// The offer is sold in 5 to 10 seats; the subscription has 7.
pub(crate) async fn a_quantity_outside_the_offers_range(outside: i32, inside: i32) -> Played {
    let scene = Direct::open().await;
    let small = scene.suite.offer_on("small", OfferTerms { seats: (5, 10), ..Default::default() }).await;
    let bought = scene.buy(&small, 7).await;
    let refused = change_seats(&scene.litware, &bought.name, outside).await;
    played(refused, change_seats(&scene.litware, &bought.name, inside).await)
}

/// The offer is sold in 5 to 1000 seats. One seat more than 50 is fewer than an order of its own may have.
pub(crate) async fn twice_as_many_seats_as_the_offer_allows() -> Played {
    let scene = Direct::open().await;
    let backup = scene.suite.offer_on("backup", OfferTerms { seats: (5, 1000), ..Default::default() }).await;
    let (few, many) = (scene.buy(&backup, 50).await, scene.buy(&backup, 600).await);
    let refused = change_seats(&scene.litware, &many.name, 1200).await;
    played(refused, change_seats(&scene.litware, &few.name, 51).await)
}

/// The customer may hold 10 seats of the offer, and holds 4 in another subscription.
pub(crate) async fn more_seats_than_a_customer_may_hold() -> Played {
    let scene = Direct::open().await;
    let rare =
        scene.suite.offer_on("rare", OfferTerms { customer_seats_max: 10, ..Default::default() }).await;
    scene.buy(&rare, 4).await;
    let bought = scene.buy(&rare, 5).await;
    let refused = change_seats(&scene.litware, &bought.name, 7).await;
    played(refused, change_seats(&scene.litware, &bought.name, 6).await)
}

pub(crate) async fn seats_for_an_add_on_whose_base_was_suspended() -> Played {
    let scene = Direct::open().await;
    let terms = OfferTerms { prerequisites: vec!["e3"], ..Default::default() };
    let phone = scene.suite.offer_on("phone", terms).await;
    let base = scene.buy(&scene.offer, 10).await;
    let add_on = scene.buy(&phone, 10).await;
    let twin = change_seats(&scene.litware, &add_on.name, 11).await;
    suspend(&scene.litware, &base.name).await.unwrap();
    played(change_seats(&scene.litware, &add_on.name, 12).await, twin)
}

pub(crate) async fn seats_for_a_suspended_subscription() -> Played {
    let scene = Direct::open().await;
    let bought = scene.buy(&scene.offer, 10).await;
    suspend(&scene.litware, &bought.name).await.unwrap();
    let refused = change_seats(&scene.litware, &bought.name, 11).await;
    reactivate(&scene.litware, &bought.name).await.unwrap();
    played(refused, change_seats(&scene.litware, &bought.name, 11).await)
}

pub(crate) async fn seats_removed_after_seven_days() -> Played {
    let scene = Direct::open().await;
    let bought = scene.buy(&scene.offer, 10).await;
    scene.suite.wait(WINDOW);
    let twin = change_seats(&scene.litware, &bought.name, 9).await;
    scene.suite.wait(MOMENT);
    played(change_seats(&scene.litware, &bought.name, 8).await, twin)
}

/// The scene starts on 21 November 2026; the year of the subscription ends a year later.
pub(crate) async fn seats_removed_after_the_window_of_the_renewal() -> Played {
    let scene = Direct::open().await;
    let bought = scene.buy(&scene.offer, 10).await;
    scene.suite.wait(SignedDuration::from_hours(365 * 24));
    scene.suite.wait(WINDOW);
    let twin = change_seats(&scene.litware, &bought.name, 9).await;
    scene.suite.wait(MOMENT);
    played(change_seats(&scene.litware, &bought.name, 8).await, twin)
}

/// 10 seats were bought, and 5 were added a day later. At the end of the window of the 5 added seats, only
/// those can be removed.
pub(crate) async fn more_seats_removed_than_were_added_in_seven_days() -> Played {
    let scene = Direct::open().await;
    let bought = scene.buy(&scene.offer, 10).await;
    scene.suite.wait(SignedDuration::from_hours(24));
    change_seats(&scene.litware, &bought.name, 15).await.unwrap();
    scene.suite.wait(WINDOW);
    let refused = change_seats(&scene.litware, &bought.name, 9).await;
    played(refused, change_seats(&scene.litware, &bought.name, 10).await)
}
