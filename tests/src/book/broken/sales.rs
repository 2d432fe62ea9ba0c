//! Breaches about offers, orders and older subscriptions.

use super::{Breach, Scene};
use crate::book::cast::{Cast, DIRECT_BILL, Has, PROVIDER, READY, RESELLER};
use crate::book::valid::{ADD_ON, GERMAN, LIMITED, PLAIN};

pub(super) const BREACHES: &[(&str, Breach)] = &[
    ("offer_with_a_cycle_beyond_its_term", offer_with_a_cycle_beyond_its_term),
    ("offer_with_a_maximum_of_seats_below_its_minimum", offer_with_a_maximum_of_seats_below_its_minimum),
    ("order_without_its_reseller", order_without_its_reseller),
    ("order_of_a_direct_bill_partner_with_a_reseller", order_of_a_direct_bill_partner_with_a_reseller),
    ("order_of_a_reseller_itself", order_of_a_reseller_itself),
    ("order_for_somebody_elses_customer", order_for_somebody_elses_customer),
    ("order_without_customer_agreement", order_without_customer_agreement),
    ("order_of_an_unsigned_provider", order_of_an_unsigned_provider),
    ("order_of_an_unsigned_direct_bill_partner", order_of_an_unsigned_direct_bill_partner),
    ("order_of_an_unsigned_reseller", order_of_an_unsigned_reseller),
    ("order_through_a_stranger", order_through_a_stranger),
    ("order_through_a_suspended_reseller", order_through_a_suspended_reseller),
    ("order_with_an_unknown_mpn_id", order_with_an_unknown_mpn_id),
    ("order_with_a_global_mpn_id", order_with_a_global_mpn_id),
    ("order_with_the_providers_own_mpn_id", order_with_the_providers_own_mpn_id),
    ("order_of_an_offer_not_sold_there", order_of_an_offer_not_sold_there),
    ("order_of_too_many_seats", order_of_too_many_seats),
    ("order_beyond_the_customers_limit", order_beyond_the_customers_limit),
    ("add_on_without_its_base", add_on_without_its_base),
    ("order_in_the_wrong_capacity", order_in_the_wrong_capacity),
    ("order_without_attestation", order_without_attestation),
    ("order_of_an_unknown_offer", order_of_an_unknown_offer),
    ("subscription_before_the_acceptance", subscription_before_the_acceptance),
    ("subscription_that_a_reseller_sold", subscription_that_a_reseller_sold),
    ("subscription_of_an_unknown_offer", subscription_of_an_unknown_offer),
    ("order_beyond_what_older_seats_leave", order_beyond_what_older_seats_leave),
];

fn offer_with_a_cycle_beyond_its_term(cast: &mut Cast, _: &Scene<'_>) {
    let at = offer(cast);
    cast.set(at, "plans", "P1M:ANNUAL");
    cast.breaks(at, &["-:FIELD_INVALID"]);
}

fn offer_with_a_maximum_of_seats_below_its_minimum(cast: &mut Cast, _: &Scene<'_>) {
    let at = offer(cast);
    cast.set(at, "seat_max", "4");
    cast.breaks(at, &["-:FIELD_INVALID"]);
}

fn offer(cast: &mut Cast) -> usize {
    let id = cast.next("offer");
    cast.push(
        "offers",
        &id,
        &[],
        [
            ("offer_id", id.as_str()),
            ("display_name", "Planner"),
            ("publisher", "Microsoft"),
            ("party", "FIRST"),
            ("countries", "DE;FR"),
            ("unit", "license"),
            ("seat_min", "5"),
            ("seat_max", "300"),
            ("plans", "P1Y:MONTHLY"),
            ("currency", "EUR"),
            ("list_price", "9.90"),
        ],
    )
}

/// Order lines that every customer may order.
fn plain(quantity: u32) -> String {
    format!("{PLAIN}:{quantity}")
}

/// An order of a provider names its reseller.
fn order_without_its_reseller(cast: &mut Cast, scene: &Scene<'_>) {
    let customer = scene.customer(cast);
    let at = cast.order(scene.provider, None, &customer, &plain(5));
    cast.breaks(at, &["SAL-01:CHAIN_NOT_SUPPORTED"]);
}

/// A direct-bill partner sells without a reseller, and has no partnership with one.
fn order_of_a_direct_bill_partner_with_a_reseller(cast: &mut Cast, scene: &Scene<'_>) {
    let customer = cast.customer(scene.direct_bill, None, scene.country);
    let at = cast.order(scene.direct_bill, Some(scene.reseller), &customer, &plain(5));
    cast.breaks(at, &["SAL-01:CHAIN_NOT_SUPPORTED"]);
}

/// A reseller never submits an order itself.
fn order_of_a_reseller_itself(cast: &mut Cast, scene: &Scene<'_>) {
    let customer = scene.customer(cast);
    let at = cast.order(scene.reseller, None, &customer, &plain(5));
    cast.breaks(at, &["SAL-01:RESELLER_CANNOT_ORDER"]);
}

/// Only the customer's own partners can see the customer.
fn order_for_somebody_elses_customer(cast: &mut Cast, scene: &Scene<'_>) {
    let customer = scene.customer(cast);
    let at = cast.order(scene.direct_bill, None, &customer, &plain(5));
    cast.breaks(at, &["-:NOT_FOUND"]);
}

fn order_without_customer_agreement(cast: &mut Cast, scene: &Scene<'_>) {
    let customer = cast.customer_without_agreement(scene.provider, Some(scene.reseller), scene.country);
    let at = cast.order(scene.provider, Some(scene.reseller), &customer, &plain(5));
    cast.breaks(at, &["CUS-10:CUSTOMER_AGREEMENT_MISSING"]);
}

const UNSIGNED: Has = Has { mpn_id: true, agreement: false };

/// Creating the customer does not ask for the provider's signature; the sale does.
fn order_of_an_unsigned_provider(cast: &mut Cast, scene: &Scene<'_>) {
    let provider = cast.partner(PROVIDER, scene.country, UNSIGNED);
    cast.partnership(&provider, scene.reseller);
    let customer = cast.customer(&provider, Some(scene.reseller), scene.country);
    let at = cast.order(&provider, Some(scene.reseller), &customer, &plain(5));
    cast.breaks(at, &["AGR-01:PARTNER_AGREEMENT_UNSIGNED"]);
}

fn order_of_an_unsigned_direct_bill_partner(cast: &mut Cast, scene: &Scene<'_>) {
    let partner = cast.partner(DIRECT_BILL, scene.country, UNSIGNED);
    let customer = cast.customer(&partner, None, scene.country);
    let at = cast.order(&partner, None, &customer, &plain(5));
    cast.breaks(at, &["AGR-01:PARTNER_AGREEMENT_UNSIGNED"]);
}

/// The reseller's MPN ID cannot be put on a subscription, and the provider cannot do new business with the
/// reseller.
fn order_of_an_unsigned_reseller(cast: &mut Cast, scene: &Scene<'_>) {
    let customer = scene.customer(cast);
    let reseller = cast.partner(RESELLER, scene.country, UNSIGNED);
    cast.partnership(scene.provider, &reseller);
    let at = cast.order(scene.provider, Some(&reseller), &customer, &plain(5));
    cast.breaks(at, &["AGR-02:PARTNER_AGREEMENT_UNSIGNED", "AGR-03:PARTNER_AGREEMENT_UNSIGNED"]);
}

fn order_through_a_stranger(cast: &mut Cast, scene: &Scene<'_>) {
    let (customer, stranger) = (scene.customer(cast), scene.stranger(cast));
    let at = cast.order(scene.provider, Some(&stranger), &customer, &plain(5));
    cast.breaks(at, &["PSH-01:PARTNERSHIP_NOT_ACTIVE"]);
}

fn order_through_a_suspended_reseller(cast: &mut Cast, scene: &Scene<'_>) {
    let (customer, reseller) = (scene.customer(cast), scene.stranger(cast));
    cast.set(reseller.at, "standing", "SUSPENDED");
    let at = cast.order(scene.provider, Some(&reseller), &customer, &plain(5));
    cast.breaks(at, &["ENR-14:PARTNER_SUSPENDED", "PSH-01:PARTNERSHIP_NOT_ACTIVE"]);
}

fn order_with_an_unknown_mpn_id(cast: &mut Cast, scene: &Scene<'_>) {
    named_by_number(cast, scene, "9999999999", "SUB-04:MPN_ID_UNKNOWN");
}

/// The headquarters' MPN ID never transacts.
fn order_with_a_global_mpn_id(cast: &mut Cast, scene: &Scene<'_>) {
    let number = cast.global_mpn_id(scene.reseller);
    named_by_number(cast, scene, &number, "SUB-04:MPN_ID_NOT_A_LOCATION");
}

fn order_with_the_providers_own_mpn_id(cast: &mut Cast, scene: &Scene<'_>) {
    named_by_number(cast, scene, &scene.provider.mpn_id, "SUB-04:MPN_ID_NOT_A_RESELLER");
}

fn named_by_number(cast: &mut Cast, scene: &Scene<'_>, number: &str, breach: &'static str) {
    let customer = scene.customer(cast);
    let at = cast.order(scene.provider, Some(scene.reseller), &customer, &plain(5));
    cast.set(at, "reseller_mpn_id", number);
    cast.breaks(at, &[breach]);
}

/// The offer is sold in Germany only; provider, reseller and customer are in another country.
fn order_of_an_offer_not_sold_there(cast: &mut Cast, scene: &Scene<'_>) {
    let country = scene.region.countries.iter().rev().find(|country| **country != "DE").unwrap();
    let provider = cast.partner(PROVIDER, country, READY);
    let reseller = cast.partner(RESELLER, country, READY);
    cast.partnership(&provider, &reseller);
    let customer = cast.customer(&provider, Some(&reseller), country);
    let at = cast.order(&provider, Some(&reseller), &customer, &format!("{};{GERMAN}:5", plain(1)));
    cast.breaks(at, &["SUB-07:OFFER_NOT_IN_COUNTRY"]);
}

fn order_of_too_many_seats(cast: &mut Cast, scene: &Scene<'_>) {
    let customer = scene.customer(cast);
    let at = cast.order(scene.provider, Some(scene.reseller), &customer, &plain(301));
    cast.breaks(at, &["SUB-08:QUANTITY_OUT_OF_RANGE"]);
}

/// The limit is 25 seats a customer, over all its subscriptions.
fn order_beyond_the_customers_limit(cast: &mut Cast, scene: &Scene<'_>) {
    let customer = scene.customer(cast);
    cast.order(scene.provider, Some(scene.reseller), &customer, &format!("{LIMITED}:20"));
    let at = cast.order(scene.provider, Some(scene.reseller), &customer, &format!("{LIMITED}:6"));
    cast.breaks(at, &["SUB-08:OFFER_LIMIT_REACHED"]);
    cast.order(scene.provider, Some(scene.reseller), &customer, &format!("{LIMITED}:5"));
}

fn add_on_without_its_base(cast: &mut Cast, scene: &Scene<'_>) {
    let customer = scene.customer(cast);
    let at = cast.order(scene.provider, Some(scene.reseller), &customer, &format!("{ADD_ON}:5"));
    cast.breaks(at, &["SUB-08:PREREQUISITE_MISSING"]);
}

/// An order through a reseller is indirect.
fn order_in_the_wrong_capacity(cast: &mut Cast, scene: &Scene<'_>) {
    let customer = scene.customer(cast);
    let at = cast.order(scene.provider, Some(scene.reseller), &customer, &plain(5));
    cast.set(at, "attested_capacity", "DIRECT");
    cast.breaks(at, &["SUB-09:ATTESTATION_MISSING"]);
}

fn order_without_attestation(cast: &mut Cast, scene: &Scene<'_>) {
    let customer = cast.customer(scene.direct_bill, None, scene.country);
    let at = cast.order(scene.direct_bill, None, &customer, &plain(5));
    cast.set(at, "attested_capacity", "");
    cast.breaks(at, &["SUB-09:ATTESTATION_MISSING"]);
}

fn order_of_an_unknown_offer(cast: &mut Cast, scene: &Scene<'_>) {
    let customer = scene.customer(cast);
    let at = cast.order(scene.provider, Some(scene.reseller), &customer, "offer-of-nobody:5");
    cast.breaks(at, &["-:NOT_FOUND"]);
}

/// The book's customers accept the agreement in 2025, after the date of this subscription.
fn subscription_before_the_acceptance(cast: &mut Cast, scene: &Scene<'_>) {
    let customer = scene.customer(cast);
    let at = cast.subscription(scene.provider, None, &customer, PLAIN, 5);
    cast.set(at, "date", "2024-12-31");
    cast.breaks(at, &["CUS-10:CUSTOMER_AGREEMENT_MISSING"]);
}

fn subscription_that_a_reseller_sold(cast: &mut Cast, scene: &Scene<'_>) {
    let customer = scene.customer(cast);
    let at = cast.subscription(scene.reseller, None, &customer, PLAIN, 5);
    cast.breaks(at, &["SAL-01:RESELLER_CANNOT_ORDER"]);
}

fn subscription_of_an_unknown_offer(cast: &mut Cast, scene: &Scene<'_>) {
    let customer = scene.customer(cast);
    let at = cast.subscription(scene.provider, None, &customer, "offer-of-nobody", 5);
    cast.breaks(at, &["-:NOT_FOUND"]);
}

/// The limit of 25 seats a customer includes the seats of recorded older subscriptions.
fn order_beyond_what_older_seats_leave(cast: &mut Cast, scene: &Scene<'_>) {
    let customer = scene.customer(cast);
    cast.subscription(scene.provider, Some(scene.reseller), &customer, LIMITED, 20);
    let at = cast.order(scene.provider, Some(scene.reseller), &customer, &format!("{LIMITED}:6"));
    cast.breaks(at, &["SUB-08:OFFER_LIMIT_REACHED"]);
}
