//! An offer: what can be subscribed to, in versions (rule SUB-01).

pub(crate) mod catalogue;
pub(crate) mod import;
pub(crate) mod plan;
pub(crate) mod read;
pub(crate) mod table;

#[cfg(test)]
mod tests;

pub(crate) use self::import::import;
pub(crate) use self::read::{get, list};

use std::collections::HashSet;

use csp_policy::Country;
use csp_proto::subscription::v1::{self as pb, BillingCycle, OfferParty, Term};
use csp_proto::r#type::v1::Money;
use csp_service::{Fields, etag, wire};

use crate::offer::plan::{Plan, months_of_cycle, months_of_term};
use crate::offer::table::OfferRow;
use crate::stored_words::Word;

/// Collection of the resource name.
pub(crate) const COLLECTION: &str = "offers";
/// Longest name for people, and longest publisher.
const NAME_CHARS_MAX: usize = 200;
/// Longest unit.
const UNIT_CHARS_MAX: usize = 40;
/// Countries of an offer, at most.
const COUNTRIES_MAX: usize = 250;
/// Prerequisites of an offer, and upgrade targets, at most.
const OFFERS_NAMED_MAX: usize = 20;
/// Plans of an offer, at most: every term with every billing cycle.
const PLANS_MAX: usize = 9;
/// Seats that any limit of an offer may name, at most.
const SEATS_MAX: i32 = 1_000_000;
/// Highest list price in micros: a million of the currency's unit. Times seats it still fits 64 bits.
const LIST_PRICE_MICROS_MAX: i64 = 1_000_000_000_000;

/// An offer in one version.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    row: OfferRow,
}

impl Offer {
    /// Reads an offer that is imported at `now`, as its first version.
    pub(crate) fn read(fields: &mut Fields, path: &str, offer: &pb::Offer, now: i64) -> Option<Offer> {
        let at = |field: &str| format!("{path}.{field}");
        let name = fields.resource_name(&at("name"), &offer.name, COLLECTION);
        let display_name = fields.text(&at("display_name"), &offer.display_name, 1..=NAME_CHARS_MAX);
        let publisher = fields.text(&at("publisher"), &offer.publisher, 1..=NAME_CHARS_MAX);
        let party = fields.enum_value::<OfferParty>(&at("party"), offer.party);
        let countries = read_countries(fields, &at("countries"), &offer.countries);
        let unit = fields.text(&at("unit"), &offer.unit, 1..=UNIT_CHARS_MAX);
        let seat_min = fields.number(&at("seat_min"), offer.seat_min, 1..=SEATS_MAX);
        let seat_max = fields.number(&at("seat_max"), offer.seat_max, offer.seat_min.max(1)..=SEATS_MAX);
        let customer_seats_max =
            fields.number(&at("customer_seats_max"), offer.customer_seats_max, 0..=SEATS_MAX);
        let prerequisites = read_offers(fields, &at("prerequisites"), &offer.prerequisites, &offer.name);
        let plans = read_plans(fields, &at("plans"), &offer.plans);
        let price = read_price(fields, &at("list_price"), offer.list_price.as_ref());
        let upgrade_targets =
            read_offers(fields, &at("upgrade_targets"), &offer.upgrade_targets, &offer.name);
        let (currency, list_price) = price?;
        Some(Offer {
            row: OfferRow {
                id: id_of(&name?).to_owned(),
                revision: 1,
                create_time: now,
                update_time: now,
                display_name: display_name?,
                publisher: publisher?,
                party: party?.word().to_owned(),
                countries: countries?,
                unit: unit?,
                seat_min: i64::from(seat_min?),
                seat_max: i64::from(seat_max?),
                customer_seats_max: i64::from(customer_seats_max?),
                prerequisites: prerequisites?,
                plans: plans?,
                currency,
                list_price,
                upgrade_targets: upgrade_targets?,
                withdrawn: i64::from(offer.withdrawn),
            },
        })
    }

    /// This import as the version after `stored`; `None` when it differs in nothing.
    pub(crate) fn after(mut self, stored: &Offer) -> Option<Offer> {
        let (old, new) = (&stored.row, &mut self.row);
        let imported = new.update_time;
        (new.revision, new.create_time, new.update_time) = (old.revision, old.create_time, old.update_time);
        if new == old {
            return None;
        }
        new.revision += 1;
        new.update_time = imported;
        Some(self)
    }

    pub(crate) fn name(&self) -> String {
        format!("{COLLECTION}/{}", self.row.id)
    }

    pub(crate) fn row(&self) -> &OfferRow {
        &self.row
    }

    /// The plan that fits a wish, where the unset part of the wish takes the first that is offered.
    pub(crate) fn plan(&self, term: Option<Term>, cycle: Option<BillingCycle>) -> Option<Plan> {
        self.plans().into_iter().find(|plan| {
            term.is_none_or(|term| plan.term == term) && cycle.is_none_or(|cycle| plan.billing_cycle == cycle)
        })
    }

    /// Countries in which it is sold: none once it is withdrawn.
    pub(crate) fn countries(&self) -> Vec<Country> {
        if self.row.withdrawn == 0 { self.countries_before_withdrawal() } else { Vec::new() }
    }

    /// Countries in which it is sold, or was until it was withdrawn.
    pub(crate) fn countries_before_withdrawal(&self) -> Vec<Country> {
        self.row.countries.split_whitespace().filter_map(|code| Country::try_from(code).ok()).collect()
    }

    /// Base offers of which the customer needs one.
    pub(crate) fn prerequisites(&self) -> Vec<String> {
        self.row.prerequisites.split_whitespace().map(str::to_owned).collect()
    }

    /// Most seats that one customer may hold.
    pub(crate) fn customer_seat_max(&self) -> Option<u32> {
        u32::try_from(self.row.customer_seats_max).ok().filter(|limit| *limit > 0)
    }

    /// As the contract shows it.
    pub(crate) fn render(&self) -> pb::Offer {
        let row = &self.row;
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        pb::Offer {
            name: self.name(),
            etag: etag::of(row.revision),
            revision: row.revision,
            create_time: Some(wire::timestamp_of_micros(row.create_time)),
            update_time: Some(wire::timestamp_of_micros(row.update_time)),
            display_name: row.display_name.clone(),
            publisher: row.publisher.clone(),
            party: OfferParty::of_word(&row.party).into(),
            countries: words(&row.countries),
            unit: row.unit.clone(),
            seat_min: count(row.seat_min),
            seat_max: count(row.seat_max),
            customer_seats_max: count(row.customer_seats_max),
            prerequisites: words(&row.prerequisites),
            plans: self
                .plans()
                .into_iter()
                .map(|plan| pb::Plan { term: plan.term.into(), billing_cycle: plan.billing_cycle.into() })
                .collect(),
            list_price: Some(Money { currency: row.currency.clone(), micros: row.list_price }),
            upgrade_targets: words(&row.upgrade_targets),
            withdrawn: row.withdrawn == 1,
        }
    }

    fn plans(&self) -> Vec<Plan> {
        let pairs = self.row.plans.split_whitespace().filter_map(|plan| plan.split_once('/'));
        pairs
            .map(|(term, cycle)| Plan {
                term: Term::of_word(term),
                billing_cycle: BillingCycle::of_word(cycle),
            })
            .collect()
    }
}

impl From<OfferRow> for Offer {
    fn from(row: OfferRow) -> Self {
        Offer { row }
    }
}

/// A count of the database as the contract carries it.
pub(crate) fn count(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// The id in a resource name.
pub(crate) fn id_of(name: &str) -> &str {
    name.split_once('/').map_or(name, |(_, id)| id)
}

/// Words between spaces, with one at each end, so that a word can be looked for.
fn spaced(words: &[&str]) -> String {
    if words.is_empty() { String::new() } else { format!(" {} ", words.join(" ")) }
}

fn read_countries(fields: &mut Fields, path: &str, codes: &[String]) -> Option<String> {
    fields.number(path, codes.len(), 1..=COUNTRIES_MAX)?;
    refuse_repeats(fields, path, codes)?;
    let known: Vec<_> =
        codes.iter().enumerate().map(|(at, code)| fields.country(&format!("{path}[{at}]"), code)).collect();
    known.iter().all(Option::is_some).then(|| spaced(&codes.iter().map(String::as_str).collect::<Vec<_>>()))
}

fn read_offers(fields: &mut Fields, path: &str, names: &[String], own_name: &str) -> Option<String> {
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
    read.iter().all(Option::is_some).then(|| spaced(&names.iter().map(String::as_str).collect::<Vec<_>>()))
}

fn read_plans(fields: &mut Fields, path: &str, plans: &[pb::Plan]) -> Option<String> {
    fields.number(path, plans.len(), 1..=PLANS_MAX)?;
    let mut words = Vec::new();
    for (at, plan) in plans.iter().enumerate() {
        let term = fields.enum_value::<Term>(&format!("{path}[{at}].term"), plan.term)?;
        let cycle_path = format!("{path}[{at}].billing_cycle");
        let cycle = fields.enum_value::<BillingCycle>(&cycle_path, plan.billing_cycle)?;
        if months_of_cycle(cycle) > months_of_term(term) {
            fields.refuse(&cycle_path, "must not be longer than the term");
        }
        words.push(format!("{}/{}", term.word(), cycle.word()));
    }
    refuse_repeats(fields, path, &words)?;
    Some(spaced(&words.iter().map(String::as_str).collect::<Vec<_>>()))
}

/// Reads the price of a unit for a month: currency and micros.
pub(crate) fn read_price(fields: &mut Fields, path: &str, price: Option<&Money>) -> Option<(String, i64)> {
    let price = fields.required(path, price)?;
    let is_code = price.currency.len() == 3 && price.currency.bytes().all(|byte| byte.is_ascii_uppercase());
    if !is_code {
        fields.refuse(
            &format!("{path}.currency"),
            "must be a currency code of three upper-case letters like `EUR`",
        );
    }
    let micros = fields.number(&format!("{path}.micros"), price.micros, 0..=LIST_PRICE_MICROS_MAX);
    is_code.then(|| Some((price.currency.clone(), micros?)))?
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
