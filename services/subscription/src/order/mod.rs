//! An order: an accepted sale. An order never changes.

pub(crate) mod line;
mod purchase;
mod read;
pub(crate) mod sale;
mod submit;
pub(crate) mod table;
mod preview;
mod void;

#[cfg(test)]
pub(crate) mod tests;

pub(crate) use self::preview::{judged, preview};
pub(crate) use self::read::{get, list};
pub(crate) use self::submit::submit;
pub(crate) use self::void::void;

use csp_policy::{Caller, Capacity, Partner};
use csp_proto::subscription::v1 as pb;
use csp_service::order::{ORDERS, told};
use csp_service::{ExternalId, Stored, etag, wire};
use jiff::Timestamp;

use self::line::PricedLine;
use self::table::{OrderLineRow, OrderRow};
use crate::offer::plan::Plan;
use crate::seats::Seats;
use crate::subscription;
use crate::visibility::Concerned;

/// Resource type in errors.
pub(crate) const TYPE: &str = "order";
/// The revision of every order: an order never changes.
const REVISION: i64 = 1;

/// An order with its lines.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    row: OrderRow,
    lines: Vec<OrderLineRow>,
}

/// The parts of a new order. Parties are resource names.
pub(crate) struct Contents<'p> {
    pub(crate) id: String,
    pub(crate) external_id: Option<ExternalId>,
    pub(crate) customer: String,
    pub(crate) customer_tenant: String,
    pub(crate) seller: &'p Partner,
    pub(crate) reseller: Option<&'p Partner>,
    pub(crate) reseller_mpn_id: String,
    pub(crate) capacity: Capacity,
    pub(crate) lines: &'p [PricedLine],
    /// Ids of the subscriptions that the order creates, one for each line, in order.
    pub(crate) subscriptions: &'p [String],
}

impl Order {
    /// A new order that was accepted at `now`. [`Order::allowed_by`] adds the decision id.
    pub(crate) fn of(contents: Contents<'_>, now: Timestamp) -> Self {
        let lines = (0..).zip(contents.lines).zip(contents.subscriptions);
        let lines = lines.map(|((position, priced), subscription)| OrderLineRow {
            customer: contents.customer.clone(),
            order_id: contents.id.clone(),
            position,
            customer_tenant: contents.customer_tenant.clone(),
            offer: priced.offer.clone(),
            offer_revision: priced.offer_revision,
            quantity: Seats(priced.quantity),
            term: Stored(priced.plan.term),
            billing_cycle: Stored(priced.plan.billing_cycle),
            external_id: ExternalId::of_partner(&contents.seller.tenant, &priced.external_id),
            currency: priced.currency.clone(),
            unit_price: priced.unit_price,
            subscription_id: subscription.clone(),
        });
        let lines = lines.collect();
        let of_reseller =
            |text: fn(&Partner) -> &String| contents.reseller.map(text).cloned().unwrap_or_default();
        let row = OrderRow {
            create_time: now,
            seller: contents.seller.name.clone(),
            seller_tenant: contents.seller.tenant.clone(),
            reseller: of_reseller(|partner| &partner.name),
            reseller_tenant: of_reseller(|partner| &partner.tenant),
            reseller_mpn_id: contents.reseller_mpn_id,
            attested_capacity: Stored(told(contents.capacity)),
            decision_id: String::new(),
            id: contents.id,
            external_id: contents.external_id,
            customer: contents.customer,
            customer_tenant: contents.customer_tenant,
        };
        Order { row, lines }
    }

    /// Sets the id of the decision that allowed the order.
    pub(crate) fn allowed_by(&mut self, decision_id: &str) {
        decision_id.clone_into(&mut self.row.decision_id);
    }

    pub(crate) fn name(&self) -> String {
        wire::customers_name(&self.row.customer, ORDERS, &self.row.id)
    }

    pub(crate) fn row(&self) -> &OrderRow {
        &self.row
    }

    pub(crate) fn lines(&self) -> &[OrderLineRow] {
        &self.lines
    }

    /// The parties of the order.
    pub(crate) fn concerned(&self) -> Concerned<'_> {
        let row = &self.row;
        Concerned {
            customer: &row.customer,
            customer_tenant: &row.customer_tenant,
            seller: &row.seller,
            seller_tenant: &row.seller_tenant,
            reseller_tenant: &row.reseller_tenant,
            support_contact_tenant: None,
        }
    }

    /// The API message for the caller.
    pub(crate) fn render(&self, caller: &Caller) -> pb::Order {
        let row = &self.row;
        let subscription = |id: &str| wire::customers_name(&row.customer, subscription::COLLECTION, id);
        let time = Some(wire::timestamp(row.create_time));
        // A decision is read by the party that called, and by operators.
        let is_decider = caller.is_operator() || caller.is_partner(&row.seller_tenant);
        pb::Order {
            name: self.name(),
            etag: etag::of(REVISION),
            revision: REVISION,
            create_time: time,
            update_time: time,
            external_id: ExternalId::shown(row.external_id.as_ref(), caller),
            customer: row.customer.clone(),
            seller: row.seller.clone(),
            reseller: row.reseller.clone(),
            reseller_mpn_id: row.reseller_mpn_id.clone(),
            attested_capacity: row.attested_capacity.0.into(),
            lines: self.lines.iter().map(|line| priced(line, caller).render(row.create_time)).collect(),
            subscriptions: self.lines.iter().map(|line| subscription(&line.subscription_id)).collect(),
            decision: if is_decider { wire::decision_name(&row.decision_id) } else { String::new() },
        }
    }
}

impl From<(OrderRow, Vec<OrderLineRow>)> for Order {
    fn from((row, lines): (OrderRow, Vec<OrderLineRow>)) -> Self {
        Order { row, lines }
    }
}

/// The line as the caller sees it.
fn priced(row: &OrderLineRow, caller: &Caller) -> PricedLine {
    PricedLine {
        offer: row.offer.clone(),
        quantity: row.quantity.0,
        plan: Plan { term: row.term.0, billing_cycle: row.billing_cycle.0 },
        external_id: ExternalId::shown(row.external_id.as_ref(), caller),
        offer_revision: row.offer_revision,
        currency: row.currency.clone(),
        unit_price: row.unit_price,
    }
}
