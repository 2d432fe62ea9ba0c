//! Parses the offers of an import.

use std::collections::HashSet;

use csp_policy::Country;
use csp_proto::google::r#type::Money;
use csp_proto::subscription::v1::{self as pb, BillingCycle, OfferParty, Term};
use csp_service::wire::id_of;
use csp_service::{Fields, Storable, Stored};
use jiff::Timestamp;

use super::plan::{Plan, months_of_cycle, months_of_term};
use super::spaced::Spaced;
use super::table::OfferRow;
use super::{COLLECTION, Offer};
use crate::seats::Seats;

/// Maximum length of a display name and of a publisher, in characters.
const NAME_CHARS_MAX: usize = 200;
/// Maximum length of a unit, in characters.
const UNIT_CHARS_MAX: usize = 40;
/// Maximum number of countries of an offer.
const COUNTRIES_MAX: usize = 250;
/// Maximum number of prerequisites of an offer, and of its upgrade targets.
const OFFERS_NAMED_MAX: usize = 20;
/// Maximum number of plans of an offer: each of the 3 terms with each of the 3 billing cycles.
const PLANS_MAX: usize = 9;
/// Highest value of an offer's seat limits.
const SEATS_MAX: i32 = 1_000_000;
/// Highest list price in micros: a million units of the currency. Multiplied by [`SEATS_MAX`] it fits 64
/// bits.
const LIST_PRICE_MICROS_MAX: i64 = 1_000_000_000_000;

/// Parses an offer as the first version, imported at `now`. Violations go to `fields`, under `path`.
pub(crate) fn offer(fields: &mut Fields, path: &str, offer: &pb::Offer, now: Timestamp) -> Option<Offer> {
    let at = |field: &str| format!("{path}.{field}");
    let name = fields.resource_name(&at("name"), &offer.name, COLLECTION);
    let display_name = fields.text(&at("display_name"), &offer.display_name, 1..=NAME_CHARS_MAX);
    let publisher = fields.text(&at("publisher"), &offer.publisher, 1..=NAME_CHARS_MAX);
    let party = fields.enum_value::<OfferParty>(&at("party"), offer.party);
    let countries = countries(fields, &at("countries"), &offer.countries);
    let unit = fields.text(&at("unit"), &offer.unit, 1..=UNIT_CHARS_MAX);
    let seat_min = fields.number(&at("seat_min"), offer.seat_min, 1..=SEATS_MAX);
    let seat_max = fields.number(&at("seat_max"), offer.seat_max, offer.seat_min.max(1)..=SEATS_MAX);
    let customer_seats_max = match offer.customer_seats_max {
        Some(limit) => fields.number(&at("customer_seats_max"), limit, 1..=SEATS_MAX),
        None => Some(0),
    };
    let prerequisites = offers(fields, &at("prerequisites"), &offer.prerequisites, &offer.name);
    let plans = plans(fields, &at("plans"), &offer.plans);
    let price = price(fields, &at("list_price"), offer.list_price.as_ref());
    let upgrade_targets = offers(fields, &at("upgrade_targets"), &offer.upgrade_targets, &offer.name);
    let (currency, list_price) = price?;
    let row = OfferRow {
        id: id_of(&name?).to_owned(),
        revision: 1,
        create_time: now,
        update_time: now,
        display_name: display_name?,
        publisher: publisher?,
        party: Stored(party?),
        countries: Spaced(countries?),
        unit: unit?,
        seat_min: Seats::try_from(seat_min?).ok()?,
        seat_max: Seats::try_from(seat_max?).ok()?,
        customer_seats_max: Seats::try_from(customer_seats_max?).ok()?,
        prerequisites: Spaced(prerequisites?),
        plans: Spaced(plans?),
        currency,
        list_price,
        upgrade_targets: Spaced(upgrade_targets?),
        withdrawn: offer.withdrawn,
    };
    Some(Offer::from(row))
}

/// Parses the price of a unit for a month: currency and micros.
pub(crate) fn price(fields: &mut Fields, path: &str, price: Option<&Money>) -> Option<(String, i64)> {
    fields.money(path, price, 0..=LIST_PRICE_MICROS_MAX)
}

fn countries(fields: &mut Fields, path: &str, codes: &[String]) -> Option<Vec<Country>> {
    fields.number(path, codes.len(), 1..=COUNTRIES_MAX)?;
    refuse_repeats(fields, path, codes)?;
    // All codes are parsed before collecting, so that every violation is reported.
    let read: Vec<_> =
        codes.iter().enumerate().map(|(at, code)| fields.country(&format!("{path}[{at}]"), code)).collect();
    read.into_iter().collect()
}

fn offers(fields: &mut Fields, path: &str, names: &[String], own_name: &str) -> Option<Vec<String>> {
    fields.number(path, names.len(), 0..=OFFERS_NAMED_MAX)?;
    refuse_repeats(fields, path, names)?;
    let mut read = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let path = format!("{path}[{at}]");
        if name == own_name {
            fields.refuse(&path, "must not be the offer itself");
        }
        read.push(fields.resource_name(&path, name, COLLECTION));
    }
    read.into_iter().collect()
}

fn plans(fields: &mut Fields, path: &str, sent: &[pb::Plan]) -> Option<Vec<Plan>> {
    fields.number(path, sent.len(), 1..=PLANS_MAX)?;
    let mut plans = Vec::new();
    for (at, plan) in sent.iter().enumerate() {
        let term = fields.enum_value::<Term>(&format!("{path}[{at}].term"), plan.term)?;
        let cycle_path = format!("{path}[{at}].billing_cycle");
        let billing_cycle = fields.enum_value::<BillingCycle>(&cycle_path, plan.billing_cycle)?;
        if months_of_cycle(billing_cycle) > months_of_term(term) {
            fields.refuse(&cycle_path, "must not be longer than the term");
        }
        plans.push(Plan { term, billing_cycle });
    }
    refuse_repeats(fields, path, &plans.iter().map(Storable::text).collect::<Vec<_>>())?;
    Some(plans)
}

fn refuse_repeats(fields: &mut Fields, path: &str, entries: &[String]) -> Option<()> {
    let mut seen = HashSet::new();
    match entries.iter().find(|entry| !seen.insert(entry.as_str())) {
        Some(_) => {
            fields.refuse(path, "must name each entry once");
            None
        }
        None => Some(()),
    }
}
