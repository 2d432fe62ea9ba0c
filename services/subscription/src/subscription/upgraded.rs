//! The transition of an upgrade, and the changes that histories keep.

use csp_service::{Result, Stored};
use jiff::Timestamp;

use super::Subscription;
use super::histories::ChangeRow;
use super::table::SubscriptionRow;
use crate::calendar::months_after;
use crate::offer::plan::months_of_term;
use crate::offer::spaced::Spaced;
use crate::order::line::PricedLine;
use crate::seats::Seats;

impl Subscription {
    /// Upgrades all seats to the line at `now`. A longer term begins now; the same term keeps its end. The
    /// windows that are open close.
    pub(crate) fn upgrade(&mut self, line: &PricedLine, now: Timestamp) -> Result<()> {
        let lengthens = months_of_term(line.plan.term) > months_of_term(self.row.term.0);
        let term_end = months_after(now, months_of_term(line.plan.term))?;
        self.change(now, |row| {
            row.take_line(line);
            row.upgrade_time = Some(now);
            row.seat_additions = Spaced(Vec::new());
            if lengthens {
                (row.term_start, row.term_end) = (now, term_end);
            }
        });
        Ok(())
    }

    /// The subscription with that id for the seats of the line, which a partial upgrade takes from this one
    /// at `now`. It ends with this one, and has the same partners. No window is open.
    pub(crate) fn split(&self, id: String, line: &PricedLine, now: Timestamp) -> Self {
        let mut row = SubscriptionRow {
            id,
            revision: 1,
            create_time: now,
            update_time: now,
            external_id: None,
            order_id: String::new(),
            quantity: Seats(line.quantity),
            term_end: self.running_term_end(now),
            upgrade_time: Some(now),
            seat_additions: Spaced(Vec::new()),
            reseller_since: now,
            reseller_revision: 1,
            evidence_date: None,
            evidence_source: None,
            ..self.row.clone()
        };
        row.take_line(line);
        Subscription { row }
    }

    /// The change of a subscription that a partial upgrade made from seats of `source`.
    pub(crate) fn change_from(&self, source: &Subscription, decision_id: &str) -> ChangeRow {
        let (was, is) = (&source.row, &self.row);
        ChangeRow { seats_before: Seats(0), other: source.name(), ..Self::change_row(was, is, decision_id) }
    }

    fn change_row(was: &SubscriptionRow, is: &SubscriptionRow, decision_id: &str) -> ChangeRow {
        ChangeRow {
            customer: is.customer.clone(),
            subscription: is.id.clone(),
            revision: is.revision,
            customer_tenant: is.customer_tenant.clone(),
            time: is.update_time,
            offer_before: was.offer.clone(),
            offer: is.offer.clone(),
            term_before: was.term,
            term: is.term,
            seats_before: was.quantity,
            seats: is.quantity,
            other: String::new(),
            decision_id: decision_id.to_owned(),
        }
    }

    /// The change of offer, term or seats since `before`; `None` when all are the same. `other` is the other
    /// subscription of a partial upgrade.
    pub(crate) fn change_since(
        &self,
        before: &Subscription,
        other: &str,
        decision_id: &str,
    ) -> Option<ChangeRow> {
        let (was, is) = (&before.row, &self.row);
        let differs = (&was.offer, was.term, was.quantity) != (&is.offer, is.term, is.quantity);
        let row = || ChangeRow { other: other.to_owned(), ..Self::change_row(was, is, decision_id) };
        differs.then(row)
    }
}

impl SubscriptionRow {
    /// Takes offer, plan and price of the line.
    fn take_line(&mut self, line: &PricedLine) {
        self.offer.clone_from(&line.offer);
        self.offer_revision = line.offer_revision;
        self.term = Stored(line.plan.term);
        self.billing_cycle = Stored(line.plan.billing_cycle);
        self.currency.clone_from(&line.currency);
        self.unit_price = line.unit_price;
    }
}
