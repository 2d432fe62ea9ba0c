//! The rows of `offers.csv`, `subscriptions.csv` and `orders.csv`.

use csp_proto::subscription::v1::order_draft::Content;
use csp_proto::subscription::v1::{
    BillingCycle, Capacity, ImportOffersRequest, Offer, OfferParty, OrderDraft, OrderLine, OrderLines, Plan,
    RecordSubscriptionRequest, SubmitOrderRequest, Term,
};
use csp_service::order::{ORDERS, Reseller};
use csp_service::wire;

use super::row::{Action, Row, named};
use crate::import::cells::Cells;

pub(super) fn offer(cells: &mut Cells<'_>) -> Row {
    let id = cells.id("offer_id");
    let name = format!("offers/{id}");
    let offer = Offer {
        name: name.clone(),
        display_name: cells.text("display_name"),
        publisher: cells.text("publisher"),
        party: cells
            .word("party", |word| OfferParty::from_str_name(&format!("OFFER_PARTY_{word}")).map(i32::from)),
        countries: cells.list("countries"),
        unit: cells.text("unit"),
        seat_min: cells.count("seat_min"),
        seat_max: cells.count("seat_max"),
        customer_seats_max: Some(cells.count("customer_seats_max")).filter(|limit| *limit > 0),
        prerequisites: cells.names("prerequisites", "offers"),
        plans: plans(cells),
        list_price: Some(cells.money("list_price", "currency")),
        upgrade_targets: cells.names("upgrade_targets", "offers"),
        withdrawn: cells.flag("withdrawn"),
        ..Default::default()
    };
    Row {
        line: 0,
        lane: id.clone(),
        needs: Vec::new(),
        brings: name,
        id,
        action: Action::Offer(ImportOffersRequest { offers: vec![offer], ..Default::default() }),
    }
}

fn plans(cells: &mut Cells<'_>) -> Vec<Plan> {
    let entries = cells.list("plans");
    let mut plans = Vec::new();
    for entry in &entries {
        let Some((term, cycle)) = entry.split_once(':') else {
            cells.must_be("plans", "entries like `P1Y:MONTHLY`", entry);
            continue;
        };
        plans.push(Plan {
            term: cells.word_of("plans", term, term_number),
            billing_cycle: cells.word_of("plans", cycle, cycle_number),
        });
    }
    plans
}

pub(super) fn subscription(cells: &mut Cells<'_>) -> Row {
    let id = cells.id("subscription_id");
    let customer = cells.name("customer", "customers");
    let mpn_id = cells.name("reseller_mpn_id", "mpnIds");
    let request = RecordSubscriptionRequest {
        subscription_id: id.clone(),
        external_id: id.clone(),
        parent: customer.clone(),
        seller: cells.name("seller", "partners"),
        reseller_of_record: reseller(&mpn_id).map(Into::into),
        offer: cells.name("offer", "offers"),
        quantity: cells.count("quantity"),
        term: cells.word("term", term_number),
        billing_cycle: cells.word("billing_cycle", cycle_number),
        unit_price: cells.price("unit_price", "currency"),
        auto_renew: cells.choice("auto_renew"),
        evidence: cells.evidence(),
        ..Default::default()
    };
    let needs = [&customer, &request.seller, &mpn_id, &request.offer];
    Row {
        line: 0,
        lane: customer.clone(),
        needs: named(needs.into_iter().cloned()),
        brings: wire::customers_name(&customer, "subscriptions", &id),
        id,
        action: Action::Subscription(Box::new(request)),
    }
}

pub(super) fn order(cells: &mut Cells<'_>) -> Row {
    let id = cells.id("order_id");
    let seller = cells.name("seller", "partners");
    let customer = cells.name("customer", "customers");
    let mpn_id = cells.name("reseller_mpn_id", "mpnIds");
    let lines = lines(cells);
    let offers: Vec<String> = lines.iter().map(|line| line.offer.clone()).collect();
    let draft = OrderDraft {
        content: Some(Content::Lines(OrderLines { lines })),
        reseller_of_record: reseller(&mpn_id).map(Into::into),
        attested_capacity: cells.word("attested_capacity", |word| {
            Capacity::from_str_name(&format!("CAPACITY_{word}")).map(i32::from)
        }),
    };
    let request = SubmitOrderRequest {
        order_id: id.clone(),
        external_id: id.clone(),
        parent: customer.clone(),
        order: Some(draft),
        ..Default::default()
    };
    Row {
        line: 0,
        lane: customer.clone(),
        needs: named([seller.clone(), customer.clone(), mpn_id].into_iter().chain(offers)),
        brings: wire::customers_name(&customer, ORDERS, &id),
        id,
        action: Action::Order { seller, request: Box::new(request) },
    }
}

/// The reseller of record with this MPN ID; `None` for an empty name.
fn reseller(mpn_id: &str) -> Option<Reseller> {
    if mpn_id.is_empty() { None } else { Some(Reseller::MpnId(wire::id_of(mpn_id).to_owned())) }
}

fn lines(cells: &mut Cells<'_>) -> Vec<OrderLine> {
    let entries = cells.list("lines");
    let mut lines = Vec::new();
    for entry in &entries {
        let parts: Vec<&str> = entry.split(':').collect();
        let (offer, quantity, plan) = match parts.as_slice() {
            [offer, quantity] => (*offer, *quantity, ("", "")),
            [offer, quantity, term, cycle] => (*offer, *quantity, (*term, *cycle)),
            _ => {
                cells.must_be("lines", "entries like `office:5` or `office:5:P1Y:MONTHLY`", entry);
                continue;
            }
        };
        let Some(quantity) = quantity.parse().ok().filter(|quantity: &i32| *quantity >= 0) else {
            cells.must_be("lines", "entries with a whole number after the offer", entry);
            continue;
        };
        lines.push(OrderLine {
            offer: format!("offers/{offer}"),
            quantity,
            term: cells.word_of("lines", plan.0, term_number),
            billing_cycle: cells.word_of("lines", plan.1, cycle_number),
            external_id: String::new(),
        });
    }
    lines
}

fn term_number(word: &str) -> Option<i32> {
    Term::from_str_name(&format!("TERM_{word}")).map(i32::from)
}

fn cycle_number(word: &str) -> Option<i32> {
    BillingCycle::from_str_name(&format!("BILLING_CYCLE_{word}")).map(i32::from)
}
