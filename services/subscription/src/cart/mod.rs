//! A cart: lines that are to become an order (rule SUB-02).
//!
//! ```text
//!             submit
//! (create) → OPEN ──→ SUBMITTED
//!             ├─ cancel ──→ CANCELLED
//!             └─ (7 days pass) → EXPIRED, which is read off the clock and never stored
//! ```

pub(crate) mod cancel;
pub(crate) mod create;
pub(crate) mod read;
pub(crate) mod review;
pub(crate) mod table;

#[cfg(test)]
mod tests;

pub(crate) use self::cancel::cancel;
pub(crate) use self::create::create;
pub(crate) use self::read::{get, visible};
pub(crate) use self::review::review;

use csp_policy::{self as policy, Partner, WINDOW_HOURS, is_within_window};
use csp_proto::subscription::v1::{self as pb, BillingCycle, CartState, Term};
use csp_service::order::OrderLine;
use csp_service::{Call, Effect, Fault, Result, etag, wire};
use jiff::{SignedDuration, Timestamp};

use crate::calendar::instant;
use crate::cart::table::CartLineRow;
use crate::cart::table::CartRow;
use crate::order::line::PricedLine;
use crate::stored_words::Word;

/// Collection of the resource name.
pub(crate) const COLLECTION: &str = "carts";

/// A cart with its lines. It changes only by the transitions below.
#[derive(Debug, Clone)]
pub(crate) struct Cart {
    row: CartRow,
    lines: Vec<OrderLine>,
}

/// What the creator hands in.
pub(crate) struct Contents {
    pub(crate) id: String,
    pub(crate) external_id: Option<String>,
    pub(crate) customer: String,
    pub(crate) customer_tenant: String,
    pub(crate) reseller_mpn_id: String,
    pub(crate) lines: Vec<PricedLine>,
}

impl Cart {
    /// An open cart that `seller` may submit.
    pub(crate) fn open(contents: Contents, creator: &Partner, seller: &Partner, now: Timestamp) -> Self {
        let row = CartRow {
            id: contents.id,
            revision: 1,
            create_time: now.as_microsecond(),
            update_time: now.as_microsecond(),
            external_id: contents.external_id,
            customer: contents.customer,
            customer_tenant: contents.customer_tenant,
            creator: creator.name.clone(),
            creator_tenant: creator.tenant.clone(),
            seller: seller.name.clone(),
            seller_tenant: seller.tenant.clone(),
            reseller_mpn_id: contents.reseller_mpn_id,
            state: CartState::Open.word().to_owned(),
            order_name: String::new(),
        };
        Cart { row, lines: contents.lines.iter().map(PricedLine::line).collect() }
    }

    /// It becomes that order.
    pub(crate) fn submit(&mut self, order: &str, now: Timestamp) -> Result<()> {
        self.must_be(CartState::Open, now)?;
        self.row.state = CartState::Submitted.word().to_owned();
        order.clone_into(&mut self.row.order_name);
        self.touch(now);
        Ok(())
    }

    /// It is called off.
    pub(crate) fn cancel(&mut self, now: Timestamp) -> Result<()> {
        self.must_be(CartState::Open, now)?;
        self.row.state = CartState::Cancelled.word().to_owned();
        self.touch(now);
        Ok(())
    }

    /// A cart that was called off is good for nothing any more.
    pub(crate) fn must_not_be_cancelled(&self) -> Result<()> {
        if self.row.state == CartState::Cancelled.word() {
            return Err(self.conflict(CartState::Cancelled, CartState::Open));
        }
        Ok(())
    }

    pub(crate) fn name(&self) -> String {
        format!("{COLLECTION}/{}", self.row.id)
    }

    pub(crate) fn row(&self) -> &CartRow {
        &self.row
    }

    pub(crate) fn lines(&self) -> &[OrderLine] {
        &self.lines
    }

    /// Resource name of the MPN ID of the reseller of record, where one is named.
    pub(crate) fn reseller_mpn_id(&self) -> Option<String> {
        Some(self.row.reseller_mpn_id.clone()).filter(|name| !name.is_empty())
    }

    /// Its lines as they are stored.
    pub(crate) fn line_rows(&self) -> Vec<CartLineRow> {
        let numbered = (0..).zip(&self.lines);
        let row = |(position, line): (i64, &OrderLine)| CartLineRow {
            cart: self.row.id.clone(),
            position,
            customer_tenant: self.row.customer_tenant.clone(),
            offer: line.offer.clone(),
            quantity: i64::from(line.quantity),
            term: line.term.unwrap_or_default().word().to_owned(),
            billing_cycle: line.billing_cycle.unwrap_or_default().word().to_owned(),
            external_id: line.external_id.clone(),
        };
        numbered.map(row).collect()
    }

    /// Whether the caller may see it: its creator, its seller, operators.
    pub(crate) fn is_seen_by(&self, call: &Call) -> bool {
        let caller = &call.caller;
        caller.is_operator()
            || caller.is_partner(&self.row.creator_tenant)
            || caller.is_partner(&self.row.seller_tenant)
    }

    /// The cart as the policy judges it.
    pub(crate) fn facts(&self) -> policy::Cart {
        policy::Cart {
            name: self.name(),
            create_time: instant(self.row.create_time),
            submitted: self.row.state == CartState::Submitted.word(),
        }
    }

    /// Where it stands at `now`.
    pub(crate) fn state(&self, now: Timestamp) -> CartState {
        match CartState::of_word(&self.row.state) {
            CartState::Open if !is_within_window(instant(self.row.create_time), now) => CartState::Expired,
            state => state,
        }
    }

    /// As the contract shows it at `now`.
    pub(crate) fn render(&self, now: Timestamp) -> pb::Cart {
        let row = &self.row;
        let created = instant(row.create_time);
        let expire_time = created.checked_add(SignedDuration::from_hours(WINDOW_HOURS)).unwrap_or(created);
        pb::Cart {
            name: self.name(),
            etag: etag::of(row.revision),
            revision: row.revision,
            create_time: Some(wire::timestamp(created)),
            update_time: Some(wire::timestamp_of_micros(row.update_time)),
            external_id: row.external_id.clone().unwrap_or_default(),
            customer: row.customer.clone(),
            creator: row.creator.clone(),
            seller: row.seller.clone(),
            reseller_mpn_id: row.reseller_mpn_id.clone(),
            lines: self.lines.iter().map(OrderLine::render).collect(),
            state: self.state(now).into(),
            expire_time: Some(wire::timestamp(expire_time)),
            order: row.order_name.clone(),
        }
    }

    /// What a transition from `before` did, for the journal.
    pub(crate) fn effect(&self, before: &Cart, now: Timestamp) -> Result<Effect> {
        Effect::changed(&self.name(), self.row.revision, &before.render(now), &self.render(now))
    }

    /// What came to be, for the journal.
    pub(crate) fn creation(&self, now: Timestamp) -> Result<Effect> {
        Effect::created(&self.name(), self.row.revision, &self.render(now))
    }

    fn must_be(&self, needs: CartState, now: Timestamp) -> Result<()> {
        let state = self.state(now);
        if state == needs { Ok(()) } else { Err(self.conflict(state, needs)) }
    }

    fn conflict(&self, state: CartState, needs: CartState) -> Fault {
        let (state, needs) = (state.word().to_owned(), needs.word().to_owned());
        Fault::StateConflict { resource: self.name(), state, needs }
    }

    fn touch(&mut self, now: Timestamp) {
        self.row.revision += 1;
        self.row.update_time = now.as_microsecond();
    }
}

impl From<(CartRow, Vec<CartLineRow>)> for Cart {
    fn from((row, lines): (CartRow, Vec<CartLineRow>)) -> Self {
        Cart { row, lines: lines.iter().map(wanted).collect() }
    }
}

fn wanted(row: &CartLineRow) -> OrderLine {
    OrderLine {
        offer: row.offer.clone(),
        quantity: u32::try_from(row.quantity).unwrap_or(u32::MAX),
        term: Some(Term::of_word(&row.term)),
        billing_cycle: Some(BillingCycle::of_word(&row.billing_cycle)),
        external_id: row.external_id.clone(),
    }
}

#[cfg(test)]
mod states {
    use super::*;

    fn cart(state: CartState) -> Cart {
        let row = CartRow {
            id: "1".to_owned(),
            revision: 1,
            create_time: 0,
            update_time: 0,
            external_id: None,
            customer: String::new(),
            customer_tenant: String::new(),
            creator: String::new(),
            creator_tenant: String::new(),
            seller: String::new(),
            seller_tenant: String::new(),
            reseller_mpn_id: String::new(),
            state: state.word().to_owned(),
            order_name: String::new(),
        };
        Cart { row, lines: Vec::new() }
    }

    #[test]
    fn only_an_open_cart_changes() {
        let last = instant(WINDOW_HOURS * 3_600_000_000);
        let late = instant(WINDOW_HOURS * 3_600_000_000 + 1);
        for (stored, now, shown, changes) in [
            (CartState::Open, last, CartState::Open, true),
            (CartState::Open, late, CartState::Expired, false),
            (CartState::Submitted, last, CartState::Submitted, false),
            (CartState::Cancelled, last, CartState::Cancelled, false),
        ] {
            assert_eq!(cart(stored).state(now), shown);
            assert_eq!(cart(stored).submit("orders/1", now).is_ok(), changes, "submit {shown:?}");
            assert_eq!(cart(stored).cancel(now).is_ok(), changes, "cancel {shown:?}");
        }
    }
}
