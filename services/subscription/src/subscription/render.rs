//! The messages of a subscription: the resource and its quote.

use csp_policy::{Caller, SeatAddition};
use csp_proto::subscription::v1 as pb;
use csp_service::order::{ORDERS, quote};
use csp_service::{Evidence, ExternalId, etag, wire};
use jiff::Timestamp;

use super::Subscription;
use super::table::State;
use crate::offer::plan::Plan;
use crate::order::line::PricedLine;

impl Subscription {
    /// What the subscription costs at `now`. A cancelled subscription has a line of 0 seats, which ends at
    /// once.
    pub(crate) fn quote(&self, caller: &Caller, now: Timestamp) -> pb::Quote {
        let row = &self.row;
        let (seats, end) = match row.state {
            State::Cancelled => (0, now),
            State::Active | State::Suspended => (self.seats(), self.running_term_end(now)),
        };
        let line = PricedLine {
            offer: row.offer.clone(),
            quantity: seats,
            plan: Plan { term: row.term.0, billing_cycle: row.billing_cycle.0 },
            external_id: ExternalId::shown(row.external_id.as_ref(), caller),
            offer_revision: row.offer_revision,
            currency: row.currency.clone(),
            unit_price: row.unit_price,
        };
        let term_end_time = Some(wire::timestamp(end));
        quote(vec![pb::PricedLine { term_end_time, ..line.render(now) }])
    }

    /// Resource name of the order that the subscription came from; empty for a recorded subscription.
    fn order(&self) -> String {
        match self.row.order_id.as_str() {
            "" => String::new(),
            id => wire::customers_name(&self.row.customer, ORDERS, id),
        }
    }

    /// The API message for the caller, with state and term end at `now`.
    pub(crate) fn render(&self, caller: &Caller, now: Timestamp) -> pb::Subscription {
        let row = &self.row;
        let window = |time| SeatAddition { time, seats: self.seats() };
        let cancel_until = self.window_start(now).map(|start| window(start).close_time());
        pb::Subscription {
            name: self.name(),
            etag: etag::of(row.revision),
            revision: row.revision,
            create_time: Some(wire::timestamp(row.create_time)),
            update_time: Some(wire::timestamp(row.update_time)),
            external_id: ExternalId::shown(row.external_id.as_ref(), caller),
            customer: row.customer.clone(),
            order: self.order(),
            offer: row.offer.clone(),
            offer_revision: row.offer_revision,
            quantity: row.quantity.wire(),
            term: row.term.0.into(),
            billing_cycle: row.billing_cycle.0.into(),
            unit_price: Some(wire::money(&row.currency, row.unit_price)),
            term_end_time: Some(wire::timestamp(self.running_term_end(now))),
            cancel_until_time: cancel_until.map(wire::timestamp),
            auto_renew: row.auto_renew,
            state: self.state(now).into(),
            seller: row.seller.clone(),
            reseller: row.reseller.clone(),
            reseller_mpn_id: row.reseller_mpn_id.clone(),
            support_contact: row.support_contact.clone(),
            evidence: Evidence::of_row(row.evidence_date, row.evidence_source.as_deref()),
            seat_windows: self.windows(now),
        }
    }
}
