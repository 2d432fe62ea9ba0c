//! A cart: lines that are prepared for an order (rule SUB-02).
//!
//! ```text
//!             submit
//! (create) → OPEN ──→ SUBMITTED
//!             ├─ update ──→ OPEN, without a new window of 7 days
//!             ├─ cancel ──→ CANCELLED
//!             └─ (7 days pass) → EXPIRED, which is computed from the clock and never stored
//! ```

mod cancel;
mod create;
mod preparation;
mod read;
mod review;
pub(crate) mod table;
mod update;

#[cfg(test)]
mod tests;

pub(crate) use self::cancel::cancel;
pub(crate) use self::create::create;
pub(crate) use self::read::{get, list, visible};
pub(crate) use self::review::review;
pub(crate) use self::update::update;

use csp_policy::{self as policy, Caller, Partner, Revision, WINDOW_HOURS, is_within_window};
use csp_proto::subscription::v1::{self as pb, CartState};
use csp_service::order::{CARTS, ORDERS, OrderLine, Reseller};
use csp_service::{Call, Effect, ExternalId, Fault, Result, Storable, Stored, etag, wire};
use jiff::{SignedDuration, Timestamp};

use self::table::{CartLineRow, CartRow, State};
use crate::order::line::PricedLine;
use crate::seats::Seats;

/// Resource type in errors.
pub(crate) const TYPE: &str = "cart";

/// A cart with its lines. A cart changes only by the transitions below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cart {
    row: CartRow,
    lines: Vec<CartLineRow>,
}

/// The contents of a new cart.
pub(crate) struct Contents {
    pub(crate) id: String,
    pub(crate) external_id: Option<ExternalId>,
    pub(crate) customer: String,
    pub(crate) customer_tenant: String,
    pub(crate) reseller: Option<Reseller>,
    pub(crate) lines: Vec<PricedLine>,
}

/// A change of a cart.
pub(crate) struct Update {
    /// The new lines; `None` to keep them.
    pub(crate) lines: Option<Vec<PricedLine>>,
    /// The new reseller of record, or none; `None` to keep it.
    pub(crate) reseller: Option<Option<Reseller>>,
}

impl Cart {
    /// An open cart that `seller` may submit.
    pub(crate) fn open(contents: Contents, creator: &Partner, seller: &Partner, now: Timestamp) -> Self {
        let (reseller_mpn_id, reseller) = reseller_columns(contents.reseller);
        let row = CartRow {
            id: contents.id,
            revision: 1,
            create_time: now,
            update_time: now,
            external_id: contents.external_id,
            customer: contents.customer,
            customer_tenant: contents.customer_tenant,
            creator: creator.name.clone(),
            creator_tenant: creator.tenant.clone(),
            seller: seller.name.clone(),
            seller_tenant: seller.tenant.clone(),
            reseller_mpn_id,
            reseller,
            state: State::Open,
            order_id: String::new(),
        };
        let lines = line_rows(&row, &contents.lines, &creator.tenant);
        Cart { row, lines }
    }

    /// Changes the lines, which become those of the calling partner, or the reseller of record. The policy
    /// judged before that the cart is open.
    pub(crate) fn update(&mut self, update: Update, call: &Call, now: Timestamp) {
        let before = self.clone();
        if let Some(lines) = update.lines {
            self.lines = line_rows(&self.row, &lines, call.tenant().unwrap_or_default());
        }
        if let Some(reseller) = update.reseller {
            (self.row.reseller_mpn_id, self.row.reseller) = reseller_columns(reseller);
        }
        if *self != before {
            self.touch(now);
        }
    }

    /// The cart becomes the customer's order with that id.
    ///
    /// # Errors
    /// [`Fault::StateConflict`] unless the cart is open.
    pub(crate) fn submit(&mut self, order_id: &str, now: Timestamp) -> Result<()> {
        self.must_be_open(now)?;
        self.row.state = State::Submitted;
        order_id.clone_into(&mut self.row.order_id);
        self.touch(now);
        Ok(())
    }

    /// Cancels the cart. Nothing changes when it is cancelled already.
    ///
    /// # Errors
    /// [`Fault::StateConflict`] when the cart was submitted or has expired.
    pub(crate) fn cancel(&mut self, now: Timestamp) -> Result<()> {
        if self.row.state == State::Cancelled {
            return Ok(());
        }
        self.must_be_open(now)?;
        self.row.state = State::Cancelled;
        self.touch(now);
        Ok(())
    }

    /// Refuses a cancelled cart, which can be neither reviewed nor submitted. The policy judges expired and
    /// submitted carts (rule SUB-02).
    ///
    /// # Errors
    /// [`Fault::StateConflict`] when the cart is cancelled.
    pub(crate) fn must_not_be_cancelled(&self) -> Result<()> {
        match self.row.state {
            State::Cancelled => Err(self.conflict(CartState::Cancelled)),
            State::Open | State::Submitted => Ok(()),
        }
    }

    pub(crate) fn name(&self) -> String {
        wire::customers_name(&self.row.customer, CARTS, &self.row.id)
    }

    pub(crate) fn row(&self) -> &CartRow {
        &self.row
    }

    pub(crate) fn line_rows(&self) -> &[CartLineRow] {
        &self.lines
    }

    /// The lines as a request of the caller would order them. The keys of the lines are the creator's.
    pub(crate) fn lines(&self, caller: &Caller) -> Vec<OrderLine> {
        let wanted = |line: &CartLineRow| OrderLine {
            offer: line.offer.clone(),
            quantity: line.quantity.0,
            term: Some(line.term.0),
            billing_cycle: Some(line.billing_cycle.0),
            external_id: ExternalId::shown(line.external_id.as_ref(), caller),
        };
        self.lines.iter().map(wanted).collect()
    }

    /// The reseller of record; `None` when the cart names none.
    pub(crate) fn reseller(&self) -> Option<Reseller> {
        match (self.row.reseller_mpn_id.as_str(), self.row.reseller.as_str()) {
            ("", "") => None,
            ("", account) => Some(Reseller::Account(account.to_owned())),
            (number, _) => Some(Reseller::MpnId(number.to_owned())),
        }
    }

    /// Whether the caller may see the cart: its creator, its seller, or an operator.
    pub(crate) fn is_seen_by(&self, call: &Call) -> bool {
        let caller = &call.caller;
        caller.is_operator()
            || caller.is_partner(&self.row.creator_tenant)
            || caller.is_partner(&self.row.seller_tenant)
    }

    /// The revision that was read, for the decision.
    pub(crate) fn revision(&self) -> Revision {
        Revision::undated(self.name(), self.row.revision)
    }

    /// The cart as the policy judges it.
    pub(crate) fn facts(&self) -> policy::Cart {
        policy::Cart {
            name: self.name(),
            create_time: self.row.create_time,
            submitted: self.row.state == State::Submitted,
        }
    }

    /// The state at `now`.
    pub(crate) fn state(&self, now: Timestamp) -> CartState {
        match self.row.state {
            State::Open if !is_within_window(self.row.create_time, now) => CartState::Expired,
            State::Open => CartState::Open,
            State::Submitted => CartState::Submitted,
            State::Cancelled => CartState::Cancelled,
        }
    }

    /// The API message for the caller, with the state at `now`.
    pub(crate) fn render(&self, caller: &Caller, now: Timestamp) -> pb::Cart {
        let row = &self.row;
        let created = row.create_time;
        let expire_time = created.checked_add(SignedDuration::from_hours(WINDOW_HOURS)).unwrap_or(created);
        pb::Cart {
            name: self.name(),
            etag: etag::of(row.revision),
            revision: row.revision,
            create_time: Some(wire::timestamp(created)),
            update_time: Some(wire::timestamp(row.update_time)),
            external_id: ExternalId::shown(row.external_id.as_ref(), caller),
            customer: row.customer.clone(),
            creator: row.creator.clone(),
            seller: row.seller.clone(),
            reseller_of_record: self.reseller().map(Into::into),
            lines: self.lines(caller).iter().map(OrderLine::render).collect(),
            state: self.state(now).into(),
            expire_time: Some(wire::timestamp(expire_time)),
            order: order(row),
        }
    }

    /// The journal entry of the transition from `before`.
    pub(crate) fn effect(&self, before: &Cart, now: Timestamp) -> Result<Effect> {
        let feed = Caller::operator();
        Effect::changed(&self.name(), self.row.revision, &before.render(&feed, now), &self.render(&feed, now))
    }

    /// The journal entry of the creation.
    pub(crate) fn creation(&self, now: Timestamp) -> Result<Effect> {
        Effect::created(&self.name(), self.row.revision, &self.render(&Caller::operator(), now))
    }

    fn must_be_open(&self, now: Timestamp) -> Result<()> {
        match self.state(now) {
            CartState::Open => Ok(()),
            other => Err(self.conflict(other)),
        }
    }

    fn conflict(&self, state: CartState) -> Fault {
        Fault::StateConflict {
            resource: self.name(),
            state: state.text(),
            needs: CartState::Open.text(),
            remedy: "prepare a new cart with `CreateCart`".to_owned(),
        }
    }

    fn touch(&mut self, now: Timestamp) {
        self.row.revision += 1;
        self.row.update_time = now;
    }
}

/// The lines of the cart, with external ids of the partner with that tenant.
fn line_rows(cart: &CartRow, lines: &[PricedLine], tenant: &str) -> Vec<CartLineRow> {
    let line = |(position, line): (i64, &PricedLine)| CartLineRow {
        customer: cart.customer.clone(),
        cart: cart.id.clone(),
        position,
        customer_tenant: cart.customer_tenant.clone(),
        offer: line.offer.clone(),
        quantity: Seats(line.quantity),
        term: Stored(line.plan.term),
        billing_cycle: Stored(line.plan.billing_cycle),
        external_id: ExternalId::of_partner(tenant, &line.external_id),
    };
    (0..).zip(lines).map(line).collect()
}

/// The columns `reseller_mpn_id` and `reseller`.
fn reseller_columns(reseller: Option<Reseller>) -> (String, String) {
    match reseller {
        None => (String::new(), String::new()),
        Some(Reseller::MpnId(number)) => (number, String::new()),
        Some(Reseller::Account(name)) => (String::new(), name),
    }
}

/// Resource name of the order that the cart became; empty before.
fn order(row: &CartRow) -> String {
    match row.order_id.as_str() {
        "" => String::new(),
        id => wire::customers_name(&row.customer, ORDERS, id),
    }
}

impl From<(CartRow, Vec<CartLineRow>)> for Cart {
    fn from((row, lines): (CartRow, Vec<CartLineRow>)) -> Self {
        Cart { row, lines }
    }
}

#[cfg(test)]
mod states {
    use super::*;

    fn cart(state: State) -> Cart {
        let row = CartRow {
            id: "1".to_owned(),
            revision: 1,
            create_time: Timestamp::UNIX_EPOCH,
            update_time: Timestamp::UNIX_EPOCH,
            external_id: None,
            customer: String::new(),
            customer_tenant: String::new(),
            creator: String::new(),
            creator_tenant: String::new(),
            seller: String::new(),
            seller_tenant: String::new(),
            reseller_mpn_id: String::new(),
            reseller: String::new(),
            state,
            order_id: String::new(),
        };
        Cart { row, lines: Vec::new() }
    }

    #[test]
    fn only_an_open_cart_changes() {
        let last = Timestamp::from_second(WINDOW_HOURS * 3_600).unwrap();
        let late = Timestamp::from_microsecond(WINDOW_HOURS * 3_600_000_000 + 1).unwrap();
        for (stored, now, shown, revision) in [
            (State::Open, last, CartState::Open, Some(2)),
            (State::Open, late, CartState::Expired, None),
            (State::Submitted, last, CartState::Submitted, None),
            (State::Cancelled, last, CartState::Cancelled, Some(1)),
        ] {
            assert_eq!(cart(stored).state(now), shown);
            assert_eq!(cart(stored).submit("1", now).is_ok(), revision == Some(2), "submit {shown:?}");
            let mut cancelled = cart(stored);
            let is_cancelled = cancelled.cancel(now).is_ok();
            assert_eq!(is_cancelled.then_some(cancelled.row.revision), revision, "cancel {shown:?}");
        }
    }
}
