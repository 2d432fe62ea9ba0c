//! Cases for a sale to an existing subscription: the rules that refuse an order refuse it too, by the facts
//! of its day.

use csp_proto::partner_registry::v1::Standing;
use csp_proto::subscription::v1::RecordSubscriptionRequest;
use csp_proto::r#type::v1::PartnerKind;
use csp_tests::{OfferTerms, Running, Seller, attested, evidence, profile};
use jiff::SignedDuration;
use tonic::Status;

use super::acts::{associate, change_seats, switch_auto_renew, to_offer, upgrade};
use crate::order::parties::withdraw_attestation;
use crate::order::scene::{Direct, Indirect, confirm_early, set_clock};
use crate::order::set_organization;
use crate::scene::Played;

/// The act that sells more to a subscription of ten seats.
#[derive(Clone, Copy)]
pub(crate) enum By {
    /// ChangeQuantity: one seat more.
    Seats,
    /// UpgradeSubscription: one seat goes to another offer.
    Upgrade,
}

impl By {
    /// Sells one more time; `time` numbers the sales to one subscription from 1.
    async fn sell(self, seller: &Seller, subscription: &str, time: i32) -> Result<(), Status> {
        match self {
            By::Seats => change_seats(seller, subscription, 10 + time).await.map(drop),
            By::Upgrade => upgrade(seller, to_offer(subscription, "offers/e5", Some(1))).await.map(drop),
        }
    }

    /// Makes `e5`, on these terms, an upgrade target of `e3`.
    async fn prepare(self, suite: &Running, terms: OfferTerms) {
        if let By::Upgrade = self {
            suite.offer_on("e3", OfferTerms { upgrade_targets: vec!["e5"], ..terms.clone() }).await;
            suite.offer_on("e5", terms).await;
        }
    }
}

/// A subscription of ten seats to which more was sold once: the twin of a sale that follows.
struct Sold<S> {
    scene: S,
    bought: String,
    twin: Result<(), Status>,
}

async fn direct(by: By) -> Sold<Direct> {
    let scene = Direct::open().await;
    by.prepare(&scene.suite, OfferTerms::default()).await;
    let bought = scene.buy(&scene.offer, 10).await.name;
    let twin = by.sell(&scene.litware, &bought, 1).await;
    Sold { scene, bought, twin }
}

async fn indirect(by: By) -> Sold<Indirect> {
    let scene = Indirect::open().await;
    by.prepare(&scene.suite, OfferTerms::default()).await;
    let bought = scene.buy().await.name;
    let twin = by.sell(&scene.contoso, &bought, 1).await;
    Sold { scene, bought, twin }
}

impl Sold<Direct> {
    async fn again(self, by: By) -> Played {
        let Sold { scene, bought, twin } = self;
        Played { refused: by.sell(&scene.litware, &bought, 2).await, twin }
    }
}

impl Sold<Indirect> {
    async fn again(self, by: By) -> Played {
        let Sold { scene, bought, twin } = self;
        Played { refused: by.sell(&scene.contoso, &bought, 2).await, twin }
    }
}

pub(crate) async fn for_a_seller_in_bad_standing(by: By, standing: Standing) -> Played {
    let sold = direct(by).await;
    let scene = &sold.scene;
    scene.suite.set_standing(&scene.litware.name, standing).await;
    sold.again(by).await
}

/// American Samoa left the region of New Zealand at midnight between 16 and 17 August 2023.
pub(crate) async fn for_a_customer_whose_country_left_the_region(by: By) -> Played {
    let suite = Running::start_at("2023-08-16T12:00:00Z").await;
    let scene = Direct::unsigned(suite, "NZ", "AS").await;
    let terms = OfferTerms { countries: vec!["NZ", "AS"], ..OfferTerms::default() };
    by.prepare(&scene.suite, terms).await;
    scene.suite.sign(&scene.litware).await;
    let bought = scene.buy(&scene.offer, 10).await.name;
    set_clock(&scene.suite, "2023-08-16T23:59:59Z");
    let twin = by.sell(&scene.litware, &bought, 1).await;
    set_clock(&scene.suite, "2023-08-17T00:00:00Z");
    Played { refused: by.sell(&scene.litware, &bought, 2).await, twin }
}

/// The subscription is sold on 31 January 2020, the last day on which a sale needed no partner agreement.
pub(crate) async fn for_a_seller_that_has_not_signed(by: By) -> Played {
    let scene = Direct::unsigned(Running::start_at("2020-01-31T12:00:00Z").await, "DE", "FR").await;
    by.prepare(&scene.suite, OfferTerms::default()).await;
    let bought = scene.buy(&scene.offer, 10).await.name;
    set_clock(&scene.suite, "2020-03-01T12:00:00Z");
    let refused = by.sell(&scene.litware, &bought, 1).await;
    scene.suite.sign(&scene.litware).await;
    Played { refused, twin: by.sell(&scene.litware, &bought, 1).await }
}

/// The subscription is sold on 31 January 2020, the last day on which a reseller needed no partner agreement.
pub(crate) async fn through_a_reseller_that_has_not_signed(by: By) -> Played {
    let suite = Running::start_at("2020-01-31T12:00:00Z").await;
    let unsigned = async |id, country, kind| suite.unsigned_seller(id, country, kind, id).await;
    let contoso = unsigned("contoso", "DE", PartnerKind::IndirectProvider).await;
    let fabrikam = unsigned("fabrikam", "FR", PartnerKind::IndirectReseller).await;
    suite.partnership(&contoso, &fabrikam).await;
    let wanted = profile("tailspin", "IT");
    let created = contoso.create_customer(wanted, Some(&fabrikam)).await.unwrap().into_inner();
    let tailspin = created.customer.unwrap().name;
    confirm_early(&contoso, &tailspin).await;
    let offer = suite.offer("e3").await;
    by.prepare(&suite, OfferTerms::default()).await;
    let order = contoso.order(&tailspin, Some(&fabrikam), &offer, 10).await.unwrap().into_inner();
    let bought = order.subscriptions[0].name.clone();
    set_clock(&suite, "2020-03-01T12:00:00Z");
    suite.sign(&contoso).await;
    let refused = by.sell(&contoso, &bought, 1).await;
    suite.sign(&fabrikam).await;
    Played { refused, twin: by.sell(&contoso, &bought, 1).await }
}

/// An operator records a subscription without a reseller. The twin is sold after a reseller was associated.
pub(crate) async fn without_a_reseller_of_record(by: By) -> Played {
    let scene = Indirect::open().await;
    by.prepare(&scene.suite, OfferTerms::default()).await;
    let older = recorded_alone(&scene).await;
    let refused = by.sell(&scene.contoso, &older, 1).await;
    associate(&scene.contoso, &older, scene.fabrikam.by_number()).await.unwrap();
    Played { refused, twin: by.sell(&scene.contoso, &older, 1).await }
}

/// The customer's company becomes a partner after its subscription was recorded.
pub(crate) async fn to_a_partner_that_buys_from_its_provider(by: By) -> Played {
    let scene = Indirect::open().await;
    by.prepare(&scene.suite, OfferTerms::default()).await;
    let older = recorded_alone(&scene).await;
    let wingtip = scene.suite.direct_bill("wingtip", "DE").await;
    set_organization(&scene.suite, &scene.tailspin, &wingtip.organization).await;
    let refused = by.sell(&scene.contoso, &older, 1).await;
    associate(&scene.contoso, &older, scene.fabrikam.by_number()).await.unwrap();
    Played { refused, twin: by.sell(&scene.contoso, &older, 1).await }
}

async fn recorded_alone(scene: &Indirect) -> String {
    let request = RecordSubscriptionRequest {
        parent: scene.tailspin.clone(),
        seller: scene.contoso.name.clone(),
        offer: scene.offer.clone(),
        quantity: 10,
        evidence: Some(evidence("2026-11-20")),
        ..Default::default()
    };
    let answer = scene.suite.operator().subscription().record_subscription(request).await;
    answer.unwrap().into_inner().subscription.unwrap().name
}

/// SUB-11 refuses this act too: a relationship ends only without active subscriptions.
pub(crate) async fn after_the_relationship_ended(by: By) -> Played {
    let scene = Direct::open().await;
    by.prepare(&scene.suite, OfferTerms::default()).await;
    let bought = scene.buy(&scene.offer, 10).await.name;
    switch_auto_renew(&scene.litware, &bought, false).await.unwrap();
    let twin = by.sell(&scene.litware, &bought, 1).await;
    scene.suite.wait(SignedDuration::from_hours(366 * 24));
    let relationship = scene.litware.relationship(&scene.tailspin).await;
    scene.litware.people.remove_relationship(&relationship, Some(attested())).await.unwrap();
    Played { refused: by.sell(&scene.litware, &bought, 2).await, twin }
}

pub(crate) async fn after_the_partnership_ended(by: By) -> Played {
    let sold = indirect(by).await;
    let scene = &sold.scene;
    scene.contoso.remove_partnership(&scene.partnership).await.unwrap();
    sold.again(by).await
}

pub(crate) async fn to_a_tenant_that_became_a_csp_tenant(by: By) -> Played {
    let sold = direct(by).await;
    let scene = &sold.scene;
    scene.suite.reseller_on_tenant("tailspin", "FR", "tailspin.tenant").await;
    sold.again(by).await
}

pub(crate) async fn to_a_customer_of_none_whose_company_enrolled(by: By) -> Played {
    let sold = direct(by).await;
    sold.scene.suite.company_known_by("tailspin", &["tailspin.example"], "").await;
    sold.again(by).await
}

pub(crate) async fn after_the_attestation_was_withdrawn(by: By) -> Played {
    let sold = direct(by).await;
    withdraw_attestation(&sold.scene).await;
    sold.again(by).await
}

pub(crate) async fn to_the_sellers_own_company(by: By) -> Played {
    let sold = direct(by).await;
    let scene = &sold.scene;
    set_organization(&scene.suite, &scene.tailspin, &scene.litware.organization).await;
    sold.again(by).await
}

pub(crate) async fn to_the_resellers_own_company(by: By) -> Played {
    let sold = indirect(by).await;
    let scene = &sold.scene;
    set_organization(&scene.suite, &scene.tailspin, &scene.fabrikam.organization).await;
    sold.again(by).await
}

pub(crate) async fn to_an_affiliate_of_the_seller(by: By) -> Played {
    let sold = direct(by).await;
    let scene = &sold.scene;
    let sister = scene.suite.organization("tailspin", "FR").await;
    set_organization(&scene.suite, &scene.tailspin, &sister).await;
    scene.suite.affiliates(&[&scene.litware.organization, &sister]).await;
    sold.again(by).await
}

/// The next version of the offer that is sold is not sold in France, where the customer is.
pub(crate) async fn of_an_offer_that_left_the_customers_country(by: By) -> Played {
    let sold = direct(by).await;
    let scene = &sold.scene;
    let terms = OfferTerms { countries: vec!["DE"], ..OfferTerms::default() };
    let sells = match by {
        By::Seats => "e3",
        By::Upgrade => "e5",
    };
    scene.suite.offer_on(sells, terms).await;
    sold.again(by).await
}
