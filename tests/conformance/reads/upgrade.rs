//! RPCs about the upgrade of a subscription, and the windows in which its seats can be given back.

use csp_proto::subscription::v1::{self as pb, Term};
use csp_service::wire;
use csp_tests::{Answer, OfferTerms, Seller, refusal_of};
use jiff::SignedDuration;

use crate::order::scene::{Direct, WINDOW};
use crate::scene::Scene;
use crate::subscription::acts::{cancel, change_seats, to_offer, upgrade};
use crate::subscription::upgrades::upgradable;

pub(crate) const SCENES: &[Scene<()>] = &[
    scene!(the_targets_of_a_subscription_are_listed()),
    scene!(a_whole_upgrade_keeps_the_subscription_and_its_end()),
    scene!(a_longer_term_begins_with_the_upgrade()),
    scene!(a_partial_upgrade_makes_a_second_subscription_that_ends_with_the_first()),
    scene!(a_repeated_upgrade_has_one_effect()),
    scene!(seats_are_given_back_newest_first_within_their_windows()),
    scene!(a_renewal_opens_the_window_of_all_seats()),
];

async fn usual() -> (Direct, pb::Subscription) {
    let scene = upgradable(OfferTerms::default(), OfferTerms::default()).await;
    let bought = scene.buy(&scene.offer, 10).await;
    (scene, bought)
}

async fn targets(seller: &Seller, name: &str) -> Answer<pb::ListUpgradeTargetsResponse> {
    let request = pb::ListUpgradeTargetsRequest { parent: name.to_owned(), ..Default::default() };
    seller.people.subscription().list_upgrade_targets(request).await
}

async fn changes(seller: &Seller, name: &str) -> Answer<pb::ListSubscriptionChangesResponse> {
    let request = pb::ListSubscriptionChangesRequest { parent: name.to_owned(), ..Default::default() };
    seller.people.subscription().list_subscription_changes(request).await
}

async fn read(seller: &Seller, name: &str) -> pb::Subscription {
    let request = pb::GetSubscriptionRequest { name: name.to_owned() };
    seller.people.subscription().get_subscription(request).await.unwrap().into_inner().subscription.unwrap()
}

/// The open windows: seats, with the last instant at which they can be given back.
fn windows(subscription: &pb::Subscription) -> Vec<(i32, String)> {
    let window = |window: &pb::SeatWindow| (window.seats, window.close_time.unwrap().to_string());
    subscription.seat_windows.iter().map(window).collect()
}

async fn the_targets_of_a_subscription_are_listed() {
    let (scene, bought) = usual().await;
    let listed = targets(&scene.litware, &bought.name).await.unwrap().into_inner().targets;
    let told: Vec<_> =
        listed.iter().map(|it| (it.offer.as_str(), it.plan.as_ref().unwrap().term(), it.partial)).collect();
    assert_eq!(
        told,
        [("offers/e5", Term::P1y, true), ("offers/e5", Term::P3y, false), ("offers/e3", Term::P3y, false)]
    );
    let stranger = scene.suite.reseller("stranger", "FR").await;
    assert_eq!(refusal_of(targets(&stranger, &bought.name).await).reason, "NOT_FOUND");
    assert_eq!(refusal_of(changes(&stranger, &bought.name).await).reason, "NOT_FOUND");
}

async fn a_whole_upgrade_keeps_the_subscription_and_its_end() {
    let (scene, bought) = usual().await;
    let answer =
        upgrade(&scene.litware, to_offer(&bought.name, "offers/e5", None)).await.unwrap().into_inner();
    let after = answer.subscription.unwrap();
    assert_eq!(
        (after.name.as_str(), after.offer.as_str(), after.quantity),
        (bought.name.as_str(), "offers/e5", 10)
    );
    assert_eq!(after.term_end_time, bought.term_end_time);
    assert_eq!((answer.upgraded, answer.quote.unwrap().lines.len()), (None, 1));
    assert_eq!((windows(&after), after.cancel_until_time), (Vec::new(), None), "no window is open");
    assert_eq!(refusal_of(cancel(&scene.litware, &bought.name).await).reason, "CANCELLATION_WINDOW_CLOSED");
    let told = changes(&scene.litware, &bought.name).await.unwrap().into_inner().changes;
    let [change] = told.as_slice() else { panic!("one change: {told:?}") };
    assert_eq!((change.offer_before.as_str(), change.offer.as_str()), ("offers/e3", "offers/e5"));
    assert_eq!((change.quantity_before, change.quantity, change.revision), (10, 10, 2));
    assert_eq!(change.decision, answer.decision.unwrap().name);
}

async fn a_longer_term_begins_with_the_upgrade() {
    let (scene, bought) = usual().await;
    scene.suite.wait(SignedDuration::from_hours(24 * 40));
    let longer = pb::UpgradeSubscriptionRequest {
        term: Term::P3y.into(),
        ..to_offer(&bought.name, &scene.offer, None)
    };
    let preview = pb::UpgradeSubscriptionRequest { validate_only: true, ..longer.clone() };
    let previewed = upgrade(&scene.litware, preview).await.unwrap().into_inner();
    let after = upgrade(&scene.litware, longer).await.unwrap().into_inner();
    assert_eq!(previewed.quote, after.quote);
    let after = after.subscription.unwrap();
    let (term, end) = (after.term(), after.term_end_time.unwrap().to_string());
    assert_eq!((term, end.as_str()), (Term::P3y, "2029-12-31T12:00:00Z"));
}

async fn a_partial_upgrade_makes_a_second_subscription_that_ends_with_the_first() {
    let (scene, bought) = usual().await;
    let terms = OfferTerms { prerequisites: vec!["e3"], ..OfferTerms::default() };
    let phone = scene.suite.offer_on("phone", terms).await;
    let add_on = scene.buy(&phone, 3).await;
    let answer =
        upgrade(&scene.litware, to_offer(&bought.name, "offers/e5", Some(4))).await.unwrap().into_inner();
    let (kept, new) = (answer.subscription.unwrap(), answer.upgraded.unwrap());
    assert_eq!((kept.offer.as_str(), kept.quantity), ("offers/e3", 6));
    assert_eq!((new.offer.as_str(), new.quantity, new.revision), ("offers/e5", 4, 1));
    assert_eq!((new.term_end_time, new.term()), (kept.term_end_time, kept.term()));
    assert_eq!((&new.seller, &new.support_contact), (&kept.seller, &kept.support_contact));
    assert_eq!((windows(&kept).len(), windows(&new).len()), (1, 0));
    let told = changes(&scene.litware, &new.name).await.unwrap().into_inner().changes;
    assert_eq!((told[0].quantity_before, told[0].quantity), (0, 4));
    assert_eq!(told[0].other_subscription, bought.name);
    // The base that is left keeps the add-on.
    let refused = refusal_of(upgrade(&scene.litware, to_offer(&bought.name, "offers/e5", None)).await);
    assert_eq!(refused.reason, "ADD_ONS_REMAIN");
    cancel(&scene.litware, &add_on.name).await.unwrap();
    upgrade(&scene.litware, to_offer(&bought.name, "offers/e5", None)).await.unwrap();
}

async fn a_repeated_upgrade_has_one_effect() {
    let (scene, bought) = usual().await;
    let once = pb::UpgradeSubscriptionRequest {
        request_id: "upgrade-1".to_owned(),
        ..to_offer(&bought.name, "offers/e5", Some(4))
    };
    let first = upgrade(&scene.litware, once.clone()).await.unwrap().into_inner();
    let again = upgrade(&scene.litware, once).await.unwrap().into_inner();
    assert_eq!(again, first);
    assert_eq!(read(&scene.litware, &bought.name).await.quantity, 6);
    let too_many = to_offer(&bought.name, "offers/e5", Some(7));
    assert_eq!(refusal_of(upgrade(&scene.litware, too_many).await).fields, ["quantity"]);
    let whole = pb::UpgradeSubscriptionRequest {
        request_id: "upgrade-2".to_owned(),
        ..to_offer(&bought.name, "offers/e5", None)
    };
    let first = upgrade(&scene.litware, whole.clone()).await.unwrap().into_inner();
    assert_eq!(upgrade(&scene.litware, whole).await.unwrap().into_inner(), first);
    let kept = read(&scene.litware, &bought.name).await;
    assert_eq!((kept.offer.as_str(), kept.quantity, kept.revision), ("offers/e5", 6, 3));
}

async fn seats_are_given_back_newest_first_within_their_windows() {
    let scene = Direct::open().await;
    let bought = scene.buy(&scene.offer, 10).await.name;
    scene.suite.wait(SignedDuration::from_hours(24));
    change_seats(&scene.litware, &bought, 15).await.unwrap();
    let open = windows(&read(&scene.litware, &bought).await);
    let (first, second) = ("2026-11-28T12:00:00Z".to_owned(), "2026-11-29T12:00:00Z".to_owned());
    assert_eq!(open, [(5, second.clone()), (10, first.clone())]);
    let answer = change_seats(&scene.litware, &bought, 12).await.unwrap().into_inner();
    // Three of the five newer seats, at 20 EUR for a month, on the second of its 30 days.
    assert_eq!(answer.quote.unwrap().refund, Some(wire::money("EUR", 3 * 20_000_000 * 29 / 30)));
    assert_eq!(windows(&answer.subscription.unwrap()), [(2, second.clone()), (10, first)]);
    scene.suite.wait(WINDOW);
    assert_eq!(windows(&read(&scene.litware, &bought).await), [(2, second)]);
}

async fn a_renewal_opens_the_window_of_all_seats() {
    let scene = Direct::open().await;
    let bought = scene.buy(&scene.offer, 10).await.name;
    scene.suite.wait(SignedDuration::from_hours(24 * 360));
    change_seats(&scene.litware, &bought, 15).await.unwrap();
    // The renewal, on 21 November 2027, comes within the window of the five seats.
    scene.suite.wait(SignedDuration::from_hours(24 * 6));
    let renewed = read(&scene.litware, &bought).await;
    assert_eq!(windows(&renewed), [(15, "2027-11-28T12:00:00Z".to_owned())]);
    assert_eq!(renewed.cancel_until_time.unwrap().to_string(), "2027-11-28T12:00:00Z");
    change_seats(&scene.litware, &bought, 3).await.unwrap();
    cancel(&scene.litware, &bought).await.unwrap();
}
