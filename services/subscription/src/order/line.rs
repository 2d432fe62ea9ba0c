//! Lines of carts and orders: as they are wanted, and priced by an offer.

use csp_proto::subscription::v1::{self as pb, BillingCycle, Term};
use csp_proto::r#type::v1::Money;
use csp_service::{Fault, Fields, Result};

use crate::cart::table::CartLineRow;
use crate::fields::{self, EXTERNAL_ID_CHARS_MAX};
use crate::offer::{self, Offer};
use crate::order::table::OrderLineRow;
use crate::stored_words::Word;

/// Lines of a cart or order, at most.
pub(crate) const LINES_MAX: usize = 50;

/// A line as it is wanted; term and billing cycle may be left open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) offer: String,
    pub(crate) quantity: u32,
    pub(crate) term: Term,
    pub(crate) billing_cycle: BillingCycle,
    pub(crate) external_id: String,
}

/// A line with a plan of its offer, at the offer's price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PricedLine {
    pub(crate) line: Line,
    pub(crate) offer_revision: i64,
    pub(crate) currency: String,
    pub(crate) unit_price: i64,
}

/// Reads the lines of a request.
pub(crate) fn read(fields: &mut Fields, path: &str, lines: &[pb::OrderLine]) -> Option<Vec<Line>> {
    fields.number(path, lines.len(), 1..=LINES_MAX)?;
    let lines = lines.iter().enumerate();
    // Every line is read, so that every violation is told.
    let read: Vec<_> = lines.map(|(at, line)| Line::read(fields, &format!("{path}[{at}]."), line)).collect();
    read.into_iter().collect()
}

impl Line {
    /// Reads one line; `prefix` stands before the names of its fields.
    pub(crate) fn read(fields: &mut Fields, prefix: &str, line: &pb::OrderLine) -> Option<Line> {
        let offer = fields.resource_name(&format!("{prefix}offer"), &line.offer, offer::COLLECTION);
        let quantity = fields.number(&format!("{prefix}quantity"), line.quantity, 0..=i32::MAX);
        let term = fields::unless_unset(fields, &format!("{prefix}term"), line.term);
        let billing_cycle =
            fields::unless_unset(fields, &format!("{prefix}billing_cycle"), line.billing_cycle);
        let external_id =
            fields.text(&format!("{prefix}external_id"), &line.external_id, 0..=EXTERNAL_ID_CHARS_MAX);
        Some(Line {
            offer: offer?,
            quantity: u32::try_from(quantity?).ok()?,
            term: term?,
            billing_cycle: billing_cycle?,
            external_id: external_id?,
        })
    }

    /// The line with a plan of its offer, priced. `path` is where the caller named it.
    pub(crate) fn priced(mut self, path: &str, offer: &Offer) -> Result<PricedLine> {
        let Some((term, cycle)) = offer.plan(self.term, self.billing_cycle) else {
            let (name, term, cycle) = (&self.offer, self.term.word(), self.billing_cycle.word());
            let must =
                format!("must have a plan of offer `{name}`, had term `{term}` with billing cycle `{cycle}`");
            return Err(Fault::field(path, must));
        };
        (self.term, self.billing_cycle) = (term, cycle);
        let row = offer.row();
        Ok(PricedLine {
            line: self,
            offer_revision: row.revision,
            currency: row.currency.clone(),
            unit_price: row.list_price,
        })
    }

    /// As the contract shows it.
    pub(crate) fn render(&self) -> pb::OrderLine {
        pb::OrderLine {
            offer: self.offer.clone(),
            quantity: i32::try_from(self.quantity).unwrap_or(i32::MAX),
            term: self.term.into(),
            billing_cycle: self.billing_cycle.into(),
            external_id: self.external_id.clone(),
        }
    }
}

impl PricedLine {
    /// As the contract shows it.
    pub(crate) fn render(&self) -> pb::PricedLine {
        let money = |micros| Some(Money { currency: self.currency.clone(), micros });
        pb::PricedLine {
            line: Some(self.line.render()),
            offer_revision: self.offer_revision,
            unit_price: money(self.unit_price),
            monthly_total: money(self.unit_price.saturating_mul(i64::from(self.line.quantity))),
        }
    }
}

impl From<&CartLineRow> for Line {
    fn from(row: &CartLineRow) -> Self {
        Line {
            offer: row.offer.clone(),
            quantity: u32::try_from(row.quantity).unwrap_or(u32::MAX),
            term: Term::of_word(&row.term),
            billing_cycle: BillingCycle::of_word(&row.billing_cycle),
            external_id: row.external_id.clone(),
        }
    }
}

impl From<&OrderLineRow> for PricedLine {
    fn from(row: &OrderLineRow) -> Self {
        PricedLine {
            line: Line {
                offer: row.offer.clone(),
                quantity: u32::try_from(row.quantity).unwrap_or(u32::MAX),
                term: Term::of_word(&row.term),
                billing_cycle: BillingCycle::of_word(&row.billing_cycle),
                external_id: row.external_id.clone(),
            },
            offer_revision: row.offer_revision,
            currency: row.currency.clone(),
            unit_price: row.unit_price,
        }
    }
}
