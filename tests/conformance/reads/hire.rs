//! Partners that read and manage what another partner sold: a partner that the customer hired, a designated
//! reseller, a support contact.

use csp_proto::customer::v1::GetCustomerRequest;
use csp_proto::feed::v1::Start;
use csp_proto::partner_registry::v1::Standing;
use csp_proto::relationship::v1::{AdminGrantOrigin, GetAdminGrantRequest};
use csp_proto::subscription::v1 as pb;
use csp_tests::{Answer, HIRED_DAYS, MANAGING, Party, READING, Seller, attested, refusal_of};
use jiff::SignedDuration;

use crate::order::scene::{Indirect, MOMENT};
use crate::scene::Scene;
use crate::subscription::acts::{
    associate, cancel, change_seats, name_contact, reactivate, suspend, switch_auto_renew, to_offer, upgrade,
};
use crate::subscription::contact::Supported;

pub(crate) const SCENES: &[Scene<()>] = &[
    scene!(a_hired_partner_reads_every_subscription_of_its_customer()),
    scene!(a_hired_partner_manages_on_the_customers_behalf_and_never_buys()),
    scene!(what_a_grant_opened_ends_with_the_grant()),
    scene!(what_a_grant_opened_ends_by_the_clock()),
    scene!(what_a_grant_opened_ends_with_its_relationship()),
    scene!(a_grant_sleeps_while_its_partner_is_suspended()),
    scene!(a_grant_that_came_with_the_customer_opens_what_its_provider_sells()),
    scene!(a_support_contact_reads_while_it_is_eligible()),
    scene!(the_reseller_just_put_on_a_subscription_may_be_its_support_contact()),
];

/// A subscription that Contoso sold through Fabrikam, and Litware, a direct-bill partner.
struct Hiring {
    scene: Indirect,
    tailspin: Party,
    litware: Seller,
    bought: String,
}

impl Hiring {
    async fn open() -> Hiring {
        let scene = Indirect::open().await;
        let (tailspin, litware) =
            (scene.suite.customer("tailspin.tenant"), scene.suite.direct_bill("litware", "DE").await);
        let bought = scene.buy().await.name;
        Hiring { scene, tailspin, litware, bought }
    }

    /// Litware is refused as if the subscription did not exist.
    async fn must_hide_it_from_litware(&self) {
        assert_eq!(refusal_of(get(&self.litware, &self.bought).await).reason, "NOT_FOUND");
        assert_eq!(refusal_of(suspend(&self.litware, &self.bought).await).reason, "NOT_FOUND");
        assert_eq!(listed(&self.litware, &self.scene.tailspin).await, [""; 0]);
    }
}

async fn get(partner: &Seller, name: &str) -> Answer<pb::GetSubscriptionResponse> {
    let request = pb::GetSubscriptionRequest { name: name.to_owned() };
    partner.people.subscription().get_subscription(request).await
}

async fn listed(partner: &Seller, parent: &str) -> Vec<String> {
    let request = pb::ListSubscriptionsRequest { parent: parent.to_owned(), ..Default::default() };
    let listed = partner.people.subscription().list_subscriptions(request).await.unwrap().into_inner();
    listed.subscriptions.into_iter().map(|subscription| subscription.name).collect()
}

async fn a_hired_partner_reads_every_subscription_of_its_customer() {
    let it = Hiring::open().await;
    let (scene, litware) = (&it.scene, &it.litware);
    it.must_hide_it_from_litware().await;
    let grant = litware.hired_by(&it.tailspin, READING).await;
    assert_eq!(grant.origin(), AdminGrantOrigin::Customer);
    let read = get(litware, &it.bought).await.unwrap().into_inner().subscription.unwrap();
    assert_eq!((read.name.as_str(), read.external_id.as_str()), (it.bought.as_str(), ""));
    assert_eq!(listed(litware, &scene.tailspin).await, [it.bought.as_str()]);
    assert_eq!(listed(litware, "customers/-").await, [""; 0], "only the list for the customer shows it");
    let request = GetCustomerRequest { name: scene.tailspin.clone() };
    let customer = litware.people.customers().get_customer(request).await.unwrap().into_inner();
    assert_eq!(customer.customer.unwrap().name, scene.tailspin);
    let order = get(&scene.contoso, &it.bought).await.unwrap().into_inner().subscription.unwrap().order;
    let request = pb::GetOrderRequest { name: order };
    let refused = litware.people.subscription().get_order(request).await;
    assert_eq!(refusal_of(refused).reason, "NOT_FOUND", "orders stay between seller and customer");
}

async fn a_hired_partner_manages_on_the_customers_behalf_and_never_buys() {
    let it = Hiring::open().await;
    let (scene, litware) = (&it.scene, &it.litware);
    let grant = litware.hired_by(&it.tailspin, MANAGING).await.name;
    let mut watched = scene.suite.operator().watch_from(Start::Now).await;
    suspend(litware, &it.bought).await.unwrap();
    let actor = watched.event().await.actor.unwrap();
    assert_eq!((actor.on_behalf_of, actor.admin_grant), (scene.tailspin.clone(), grant.clone()));
    let seen = get(&scene.contoso, &it.bought).await.unwrap().into_inner().subscription.unwrap();
    assert_eq!((seen.state(), seen.acting_grant), (pb::SubscriptionState::Suspended, grant));

    let reactivated = reactivate(&scene.contoso, &it.bought).await.unwrap().into_inner();
    assert_eq!(reactivated.subscription.unwrap().acting_grant, "", "the seller acts for itself");
    switch_auto_renew(litware, &it.bought, false).await.unwrap();
    name_contact(litware, &it.bought, litware).await.unwrap();
    for refused in [
        refusal_of(change_seats(litware, &it.bought, 11).await),
        refusal_of(cancel(litware, &it.bought).await),
        refusal_of(upgrade(litware, to_offer(&it.bought, &scene.offer, None)).await),
        refusal_of(associate(litware, &it.bought, scene.fabrikam.by_number()).await),
    ] {
        assert_eq!(refused.reason, "RESELLER_CANNOT_ORDER");
    }
}

async fn what_a_grant_opened_ends_with_the_grant() {
    let it = Hiring::open().await;
    let grant = it.litware.hired_by(&it.tailspin, MANAGING).await.name;
    name_contact(&it.litware, &it.bought, &it.litware).await.unwrap();
    it.tailspin.revoke(&grant).await.unwrap();
    it.must_hide_it_from_litware().await;
    let named = get(&it.scene.contoso, &it.bought).await.unwrap().into_inner().subscription.unwrap();
    assert_eq!(named.support_contact, it.litware.name, "the contact stays named until it is changed");
}

async fn what_a_grant_opened_ends_by_the_clock() {
    let it = Hiring::open().await;
    it.litware.hired_by(&it.tailspin, MANAGING).await;
    it.scene.suite.wait(SignedDuration::from_hours(24 * i64::from(HIRED_DAYS)) - MOMENT);
    suspend(&it.litware, &it.bought).await.unwrap();
    it.scene.suite.wait(MOMENT);
    it.must_hide_it_from_litware().await;
}

async fn what_a_grant_opened_ends_with_its_relationship() {
    let it = Hiring::open().await;
    it.litware.hired_by(&it.tailspin, MANAGING).await;
    let relationship = it.litware.relationship(&it.scene.tailspin).await;
    it.tailspin.remove_relationship(&relationship, None).await.unwrap();
    it.must_hide_it_from_litware().await;
}

async fn a_grant_sleeps_while_its_partner_is_suspended() {
    let it = Hiring::open().await;
    let grant = it.litware.hired_by(&it.tailspin, MANAGING).await;
    for standing in [Standing::Suspended, Standing::Deauthorized] {
        it.scene.suite.set_standing(&it.litware.name, standing).await;
        it.must_hide_it_from_litware().await;
        let request = GetAdminGrantRequest { name: grant.name.clone() };
        let asleep = it.tailspin.relationship().get_admin_grant(request).await.unwrap().into_inner();
        assert_eq!(asleep.admin_grant.unwrap(), grant, "nothing is written");
    }
    it.scene.suite.set_standing(&it.litware.name, Standing::Restricted).await;
    suspend(&it.litware, &it.bought).await.unwrap();
    for partner in [&it.scene.contoso, &it.scene.fabrikam] {
        it.scene.suite.set_standing(&partner.name, Standing::Suspended).await;
        reactivate(partner, &it.bought).await.expect("seller and reseller of record go on");
    }
}

async fn a_grant_that_came_with_the_customer_opens_what_its_provider_sells() {
    let it = Hiring::open().await;
    let (scene, litware) = (&it.scene, &it.litware);
    let grant = scene.fabrikam.grants_on(&scene.tailspin).await.remove(0);
    let request = GetAdminGrantRequest { name: grant.clone() };
    let grant = scene.fabrikam.people.relationship().get_admin_grant(request).await.unwrap().into_inner();
    assert_eq!(grant.admin_grant.unwrap().origin(), AdminGrantOrigin::Creation);
    litware.serves(&it.tailspin).await;
    drop(litware.confirm_agreement(&scene.tailspin).await);
    let of_litware = litware.order(&scene.tailspin, None, &scene.offer, 1).await.unwrap().into_inner();
    let of_litware = of_litware.subscriptions[0].name.clone();
    for partner in [&scene.fabrikam, &scene.contoso] {
        assert_eq!(refusal_of(get(partner, &of_litware).await).reason, "NOT_FOUND");
        assert_eq!(listed(partner, &scene.tailspin).await, [it.bought.as_str()]);
    }
    assert_eq!(refusal_of(suspend(&scene.fabrikam, &of_litware).await).reason, "NOT_FOUND");
}

async fn a_support_contact_reads_while_it_is_eligible() {
    let Supported { scene, wingtip, bought } = Supported::by_wingtip().await;
    get(&wingtip, &bought).await.unwrap();
    assert_eq!(listed(&wingtip, &scene.tailspin).await, [bought.as_str()]);
    let relationship = wingtip.relationship(&scene.tailspin).await;
    wingtip.people.remove_relationship(&relationship, Some(attested())).await.unwrap();
    assert_eq!(refusal_of(get(&wingtip, &bought).await).reason, "NOT_FOUND");
    assert_eq!(listed(&wingtip, &scene.tailspin).await, [""; 0]);
    let named = get(&scene.contoso, &bought).await.unwrap().into_inner().subscription.unwrap();
    assert_eq!(named.support_contact, wingtip.name, "the contact stays named until it is changed");
}

async fn the_reseller_just_put_on_a_subscription_may_be_its_support_contact() {
    let it = Hiring::open().await;
    let scene = &it.scene;
    let adatum = scene.suite.reseller("adatum", "FR").await;
    scene.suite.partnership(&scene.contoso, &adatum).await;
    let refused = refusal_of(name_contact(&scene.contoso, &it.bought, &adatum).await);
    assert_eq!(refused.reason, "SUPPORT_CONTACT_NOT_ELIGIBLE");
    associate(&scene.contoso, &it.bought, adatum.by_number()).await.unwrap();
    name_contact(&scene.contoso, &it.bought, &adatum).await.unwrap();
}
