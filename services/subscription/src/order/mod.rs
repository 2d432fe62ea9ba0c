//! An order: an accepted purchase. It never changes.

pub(crate) mod line;
pub(crate) mod purchase;
pub(crate) mod read;
pub(crate) mod sale;
pub(crate) mod submit;
pub(crate) mod table;
pub(crate) mod void;

#[cfg(test)]
pub(crate) mod tests;

pub(crate) use self::read::{get, list};
pub(crate) use self::submit::submit;
pub(crate) use self::void::void;

use csp_policy::{Capacity, Partner};
use csp_proto::subscription::v1::{self as pb, BillingCycle, Term};
use csp_service::{etag, wire};
use jiff::Timestamp;

use crate::offer::plan::Plan;
use crate::order::line::PricedLine;
use crate::order::table::OrderLineRow;
use crate::order::table::OrderRow;
use crate::stored_words::Word;

/// Collection of the resource name.
pub(crate) const COLLECTION: &str = "orders";
/// An order has one revision.
const REVISION: i64 = 1;
const DIRECT: &str = "DIRECT";
const INDIRECT: &str = "INDIRECT";

/// An order with its lines.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    row: OrderRow,
    lines: Vec<OrderLineRow>,
}

/// Who buys what from whom.
pub(crate) struct Purchase<'p> {
    pub(crate) id: String,
    pub(crate) external_id: Option<String>,
    pub(crate) customer: String,
    pub(crate) customer_tenant: String,
    pub(crate) seller: &'p Partner,
    pub(crate) reseller: Option<&'p Partner>,
    pub(crate) reseller_mpn_id: String,
    pub(crate) capacity: Capacity,
    pub(crate) lines: &'p [PricedLine],
    /// Names of the subscriptions to be, one for each line.
    pub(crate) subscriptions: &'p [String],
}

impl Order {
    /// An order that is accepted at `now`.
    pub(crate) fn of(purchase: Purchase<'_>, now: Timestamp) -> Self {
        let lines = (0..).zip(purchase.lines).zip(purchase.subscriptions);
        let lines = lines.map(|((position, priced), subscription)| OrderLineRow {
            order_id: purchase.id.clone(),
            position,
            customer_tenant: purchase.customer_tenant.clone(),
            offer: priced.offer.clone(),
            offer_revision: priced.offer_revision,
            quantity: i64::from(priced.quantity),
            term: priced.plan.term.word().to_owned(),
            billing_cycle: priced.plan.billing_cycle.word().to_owned(),
            external_id: priced.external_id.clone(),
            currency: priced.currency.clone(),
            unit_price: priced.unit_price,
            subscription: subscription.clone(),
        });
        let lines = lines.collect();
        let of_reseller =
            |text: fn(&Partner) -> &String| purchase.reseller.map(text).cloned().unwrap_or_default();
        let row = OrderRow {
            create_time: now.as_microsecond(),
            seller: purchase.seller.name.clone(),
            seller_tenant: purchase.seller.tenant.clone(),
            reseller: of_reseller(|partner| &partner.name),
            reseller_tenant: of_reseller(|partner| &partner.tenant),
            reseller_mpn_id: purchase.reseller_mpn_id,
            attested_capacity: match purchase.capacity {
                Capacity::Direct => DIRECT.to_owned(),
                Capacity::Indirect => INDIRECT.to_owned(),
            },
            decision_id: String::new(),
            id: purchase.id,
            external_id: purchase.external_id,
            customer: purchase.customer,
            customer_tenant: purchase.customer_tenant,
        };
        Order { row, lines }
    }

    /// The decision that allowed it.
    pub(crate) fn allowed_by(&mut self, decision_id: &str) {
        decision_id.clone_into(&mut self.row.decision_id);
    }

    pub(crate) fn name(&self) -> String {
        format!("{COLLECTION}/{}", self.row.id)
    }

    pub(crate) fn row(&self) -> &OrderRow {
        &self.row
    }

    pub(crate) fn lines(&self) -> &[OrderLineRow] {
        &self.lines
    }

    /// As the contract shows it.
    pub(crate) fn render(&self) -> pb::Order {
        let row = &self.row;
        let time = Some(wire::timestamp_of_micros(row.create_time));
        let capacity =
            if row.attested_capacity == INDIRECT { pb::Capacity::Indirect } else { pb::Capacity::Direct };
        pb::Order {
            name: self.name(),
            etag: etag::of(REVISION),
            revision: REVISION,
            create_time: time,
            update_time: time,
            external_id: row.external_id.clone().unwrap_or_default(),
            customer: row.customer.clone(),
            seller: row.seller.clone(),
            reseller: row.reseller.clone(),
            reseller_mpn_id: row.reseller_mpn_id.clone(),
            attested_capacity: capacity.into(),
            lines: self.lines.iter().map(|line| priced(line).render()).collect(),
            subscriptions: self.lines.iter().map(|line| line.subscription.clone()).collect(),
            decision_id: row.decision_id.clone(),
        }
    }
}

impl From<(OrderRow, Vec<OrderLineRow>)> for Order {
    fn from((row, lines): (OrderRow, Vec<OrderLineRow>)) -> Self {
        Order { row, lines }
    }
}

fn priced(row: &OrderLineRow) -> PricedLine {
    PricedLine {
        offer: row.offer.clone(),
        quantity: u32::try_from(row.quantity).unwrap_or(u32::MAX),
        plan: Plan {
            term: Term::of_word(&row.term),
            billing_cycle: BillingCycle::of_word(&row.billing_cycle),
        },
        external_id: row.external_id.clone(),
        offer_revision: row.offer_revision,
        currency: row.currency.clone(),
        unit_price: row.unit_price,
    }
}
