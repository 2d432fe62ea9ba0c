//! A line of an order, with its plan and price.

use csp_proto::subscription::v1 as pb;
use csp_service::order::OrderLine;
use csp_service::{Fault, Result, Storable, wire};
use jiff::Timestamp;

use crate::calendar::months_after;
use crate::offer::Offer;
use crate::offer::plan::{Plan, months_of_term};

/// An ordered line with a plan and the list price of its offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PricedLine {
    pub(crate) offer: String,
    pub(crate) quantity: u32,
    pub(crate) plan: Plan,
    /// The caller's own key for the line; empty for none.
    pub(crate) external_id: String,
    /// The version of the offer that the price comes from.
    pub(crate) offer_revision: i64,
    pub(crate) currency: String,
    /// Price of one seat for a month, in micros of `currency`.
    pub(crate) unit_price: i64,
}

impl PricedLine {
    /// Finds the plan of `offer` that fits the line, and prices the line at the list price. `path` is the
    /// line's field in the request.
    ///
    /// # Errors
    /// [`Fault::Invalid`] when no plan of the offer fits.
    pub(crate) fn of(line: &OrderLine, path: &str, offer: &Offer) -> Result<Self> {
        let row = offer.row();
        Ok(PricedLine {
            offer: line.offer.clone(),
            quantity: line.quantity,
            plan: offer.plan(line.term, line.billing_cycle).ok_or_else(|| no_plan(line, path))?,
            external_id: line.external_id.clone(),
            offer_revision: row.revision,
            currency: row.currency.clone(),
            unit_price: row.list_price,
        })
    }

    /// The line as a request would order it, with its plan stated.
    pub(crate) fn line(&self) -> OrderLine {
        OrderLine {
            offer: self.offer.clone(),
            quantity: self.quantity,
            term: Some(self.plan.term),
            billing_cycle: Some(self.plan.billing_cycle),
            external_id: self.external_id.clone(),
        }
    }

    /// The API message of a line whose term begins at `start`.
    pub(crate) fn render(&self, start: Timestamp) -> pb::PricedLine {
        let money = |micros| Some(wire::money(&self.currency, micros));
        let term_end = months_after(start, months_of_term(self.plan.term));
        pb::PricedLine {
            line: Some(self.line().render()),
            offer_revision: self.offer_revision,
            unit_price: money(self.unit_price),
            monthly_total: money(self.unit_price.saturating_mul(i64::from(self.quantity))),
            term_end_time: term_end.ok().map(wire::timestamp),
        }
    }
}

fn no_plan(line: &OrderLine, path: &str) -> Fault {
    let (term, cycle) = (line.term.unwrap_or_default(), line.billing_cycle.unwrap_or_default());
    let (name, term, cycle) = (&line.offer, term.text(), cycle.text());
    Fault::field(
        path,
        format!("must have a plan of offer `{name}`, had term `{term}` with billing cycle `{cycle}`"),
    )
}
