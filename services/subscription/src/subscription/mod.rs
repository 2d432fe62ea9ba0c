//! A subscription: seats of an offer that a customer has bought (rule SUB-11).
//!
//! ```text
//!                        suspend
//! (buy, record) → ACTIVE ⇄ SUSPENDED
//!                   │  ↑ reactivate
//!                   ├─ cancel ──→ CANCELLED
//!                   └─ (its term ends while auto-renew is off; also from SUSPENDED) → EXPIRED, which is
//!                      computed from the clock and never stored
//! ```
//!
//! The policy judges every transition (SUB-10, SUB-11, SUB-15) before the transition is made, so the methods
//! below do not check the rules. A transition that does not change a field does not change the revision.

mod add_ons;
mod amendment;
mod associate_reseller;
mod cancel;
mod change_quantity;
mod count_of_record;
mod customers_of_record;
mod eligible_contacts;
pub(crate) mod histories;
mod list_resellers;
mod partners;
mod reactivate;
mod read;
mod record;
mod render;
mod seats;
pub(crate) mod set_auto_renew;
mod set_support_contact;
mod suspend;
mod terms;
mod upgrade;
mod upgrade_targets;
mod upgraded;
pub(crate) mod table;

#[cfg(test)]
pub(crate) mod tests;

#[cfg(test)]
use self::read::name as read_name;

pub(crate) use self::associate_reseller::associate_reseller;
pub(crate) use self::cancel::cancel;
pub(crate) use self::change_quantity::change_quantity;
pub(crate) use self::count_of_record::count_of_record;
pub(crate) use self::customers_of_record::customers_of_record;
pub(crate) use self::eligible_contacts::list_eligible_contacts;
pub(crate) use self::list_resellers::list_resellers;
pub(crate) use self::partners::list_partners;
pub(crate) use self::reactivate::reactivate;
pub(crate) use self::read::{get, list, list_changes};
pub(crate) use self::record::record;
pub(crate) use self::set_auto_renew::set_auto_renew;
pub(crate) use self::set_support_contact::set_support_contact;
pub(crate) use self::suspend::suspend;
pub(crate) use self::upgrade::upgrade;
pub(crate) use self::upgrade_targets::list_targets;

use csp_policy::{self as policy, Caller, Partner, Party, Sale};
use csp_proto::subscription::v1::SubscriptionState;
use csp_service::{Effect, Evidence, ExternalId, Result, Stored, wire};
use jiff::Timestamp;

use self::histories::ResellerRow;
use self::table::{State, SubscriptionRow};
use crate::calendar::months_after;
use crate::offer::plan::months_of_term;
use crate::offer::spaced::Spaced;
use crate::order::line::PricedLine;
use crate::seats::Seats;
use crate::visibility::Concerned;

/// Collection of the resource name.
pub(crate) use crate::holding::SUBSCRIPTIONS as COLLECTION;
/// Resource type in errors.
pub(crate) const TYPE: &str = "subscription";

/// An accepted sale from which a subscription is made.
pub(crate) struct Sold<'s> {
    /// The facts on which the sale was allowed.
    pub(crate) sale: &'s Sale,
    pub(crate) line: PricedLine,
    pub(crate) auto_renew: bool,
    /// The instant of the sale: term and cancellation window begin here.
    pub(crate) at: Timestamp,
}

/// A subscription. A subscription changes only by the transitions below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subscription {
    row: SubscriptionRow,
}

impl Subscription {
    /// The subscription that a line of the customer's order with that id creates.
    pub(crate) fn buy(id: String, order_id: &str, sold: &Sold<'_>) -> Result<Self> {
        let mut bought = Self::begin(id, sold)?;
        order_id.clone_into(&mut bought.row.order_id);
        Ok(bought)
    }

    /// A subscription that was sold elsewhere and is recorded at `now`. Its term and its window began with
    /// the sale.
    pub(crate) fn record(id: String, sold: &Sold<'_>, evidence: Evidence, now: Timestamp) -> Result<Self> {
        let mut recorded = Self::begin(id, sold)?;
        (recorded.row.create_time, recorded.row.update_time) = (now, now);
        recorded.row.external_id = ExternalId::of(&Party::Operator, &sold.line.external_id);
        recorded.row.evidence_date = Some(evidence.day);
        recorded.row.evidence_source = Some(evidence.source);
        Ok(recorded)
    }

    fn begin(id: String, sold: &Sold<'_>) -> Result<Self> {
        let Sold { sale, line, auto_renew, at } = sold;
        let mpn_id = sale.reseller_mpn_id.as_ref().map(|named| named.id.clone());
        let term_end = months_after(*at, months_of_term(line.plan.term))?;
        let of_reseller =
            |text: fn(&Partner) -> &String| sale.reseller.as_ref().map(text).cloned().unwrap_or_default();
        Ok(Subscription {
            row: SubscriptionRow {
                id,
                revision: 1,
                create_time: *at,
                update_time: *at,
                external_id: ExternalId::of_partner(&sale.seller.tenant, &line.external_id),
                customer: sale.buyer.name.clone(),
                customer_tenant: sale.buyer.tenant.clone(),
                order_id: String::new(),
                offer: line.offer.clone(),
                offer_revision: line.offer_revision,
                quantity: Seats(line.quantity),
                term: Stored(line.plan.term),
                billing_cycle: Stored(line.plan.billing_cycle),
                currency: line.currency.clone(),
                unit_price: line.unit_price,
                term_start: *at,
                term_end,
                upgrade_time: None,
                seat_additions: Spaced(Vec::new()),
                auto_renew: *auto_renew,
                state: State::Active,
                seller: sale.seller.name.clone(),
                seller_tenant: sale.seller.tenant.clone(),
                reseller: of_reseller(|partner| &partner.name),
                reseller_tenant: of_reseller(|partner| &partner.tenant),
                reseller_mpn_id: mpn_id.unwrap_or_default(),
                reseller_since: *at,
                reseller_revision: 1,
                support_contact: sale.seller.name.clone(),
                support_contact_tenant: sale.seller.tenant.clone(),
                evidence_date: None,
                evidence_source: None,
                acting_grant: String::new(),
            },
        })
    }

    /// Sets the number of seats.
    pub(crate) fn set_quantity(&mut self, quantity: u32, now: Timestamp) {
        if quantity == self.seats() {
            return;
        }
        let additions = self.additions_after(quantity, now);
        self.change(now, |row| {
            row.quantity = Seats(quantity);
            row.seat_additions = Spaced(additions);
        });
    }

    /// Cancels the subscription.
    pub(crate) fn cancel(&mut self, now: Timestamp) {
        self.change(now, |row| {
            row.state = State::Cancelled;
            row.auto_renew = false;
        });
    }

    /// Suspends the subscription and switches auto-renew off: it expires at the end of the running term.
    pub(crate) fn suspend(&mut self, now: Timestamp) {
        let term_end = self.running_term_end(now);
        self.change(now, |row| {
            row.state = State::Suspended;
            row.auto_renew = false;
            row.term_end = term_end;
        });
    }

    /// Ends a suspension. Auto-renew stays off until SetAutoRenew switches it on.
    pub(crate) fn reactivate(&mut self, now: Timestamp) {
        self.change(now, |row| row.state = State::Active);
    }

    /// Sets whether the subscription renews at the end of its term.
    pub(crate) fn set_auto_renew(&mut self, auto_renew: bool, now: Timestamp) {
        let term_end = self.running_term_end(now);
        self.change(now, |row| {
            row.auto_renew = auto_renew;
            if !auto_renew {
                row.term_end = term_end;
            }
        });
    }

    /// Sets the partner that the customer calls for support.
    pub(crate) fn set_support_contact(&mut self, contact: &Partner, now: Timestamp) {
        self.change(now, |row| {
            row.support_contact.clone_from(&contact.name);
            row.support_contact_tenant.clone_from(&contact.tenant);
        });
    }

    /// Sets the reseller of record.
    pub(crate) fn associate(&mut self, reseller: &Partner, mpn_id: &str, now: Timestamp) {
        self.change(now, |row| {
            row.reseller.clone_from(&reseller.name);
            row.reseller_tenant.clone_from(&reseller.tenant);
            mpn_id.clone_into(&mut row.reseller_mpn_id);
        });
    }

    /// The present entry of the history of resellers of record and seats, as a row that ends at `end`; `None`
    /// for a cancelled subscription.
    pub(crate) fn entry(&self, end: Timestamp) -> Option<ResellerRow> {
        let row = &self.row;
        let (reseller, reseller_mpn_id, seats) = of_record(row)?;
        Some(ResellerRow {
            customer: row.customer.clone(),
            subscription: row.id.clone(),
            revision: row.reseller_revision,
            customer_tenant: row.customer_tenant.clone(),
            seller_tenant: row.seller_tenant.clone(),
            reseller: reseller.to_owned(),
            reseller_tenant: row.reseller_tenant.clone(),
            reseller_mpn_id: reseller_mpn_id.to_owned(),
            seats,
            start_time: row.reseller_since,
            end_time: end,
        })
    }

    /// The entry of the history that ended with the change from `before`; `None` when the entry goes on.
    pub(crate) fn entry_ended(&self, before: &Subscription) -> Option<ResellerRow> {
        let goes_on = of_record(&self.row) == of_record(&before.row);
        if goes_on { None } else { before.entry(self.row.update_time) }
    }

    /// The instant at which the subscription expired; `None` while its state at `now` is another.
    pub(crate) fn expired_at(&self, now: Timestamp) -> Option<Timestamp> {
        (self.state(now) == SubscriptionState::Expired).then_some(self.row.term_end)
    }

    /// The journal entries of a change from `before`.
    pub(crate) fn effects_since(&self, before: &Subscription, now: Timestamp) -> Result<Vec<Effect>> {
        let feed = Caller::operator();
        let (was, is) = (before.render(&feed, now), self.render(&feed, now));
        Ok(vec![Effect::changed(&is.name, is.revision, &was, &is)?])
    }

    /// The journal entry of the creation.
    pub(crate) fn creation(&self, now: Timestamp) -> Result<Effect> {
        Effect::created(&self.name(), self.row.revision, &self.render(&Caller::operator(), now))
    }

    pub(crate) fn name(&self) -> String {
        wire::customers_name(&self.row.customer, COLLECTION, &self.row.id)
    }

    pub(crate) fn row(&self) -> &SubscriptionRow {
        &self.row
    }

    pub(crate) fn seats(&self) -> u32 {
        self.row.quantity.0
    }

    /// The instant at which the window opened for the seats that were not added later: the purchase or the
    /// last renewal (rule SUB-10). `None` when an upgrade closed the window.
    pub(crate) fn window_start(&self, now: Timestamp) -> Option<Timestamp> {
        let start = self.term_start(now);
        Some(start).filter(|start| self.row.upgrade_time.is_none_or(|upgraded| *start > upgraded))
    }

    /// The state at `now`.
    pub(crate) fn state(&self, now: Timestamp) -> SubscriptionState {
        let has_ended = !self.row.auto_renew && self.row.term_end <= now;
        match self.row.state {
            State::Cancelled => SubscriptionState::Cancelled,
            State::Active | State::Suspended if has_ended => SubscriptionState::Expired,
            State::Active => SubscriptionState::Active,
            State::Suspended => SubscriptionState::Suspended,
        }
    }

    /// Whether the stored state is active: true also for an expired subscription that was active when its
    /// term ended.
    pub(crate) fn is_active(&self) -> bool {
        self.row.state == State::Active
    }

    /// The state at `now` as a fact of the policy.
    pub(crate) fn policy_state(&self, now: Timestamp) -> policy::SubscriptionState {
        match self.state(now) {
            SubscriptionState::Active => policy::SubscriptionState::Active,
            SubscriptionState::Suspended => policy::SubscriptionState::Suspended,
            SubscriptionState::Expired => policy::SubscriptionState::Expired,
            SubscriptionState::Cancelled | SubscriptionState::Unspecified => {
                policy::SubscriptionState::Cancelled
            }
        }
    }

    /// The parties of the subscription.
    pub(crate) fn concerned(&self) -> Concerned<'_> {
        let row = &self.row;
        Concerned {
            customer: &row.customer,
            customer_tenant: &row.customer_tenant,
            seller: &row.seller,
            seller_tenant: &row.seller_tenant,
            reseller_tenant: &row.reseller_tenant,
            support_contact_tenant: Some(&row.support_contact_tenant),
        }
    }

    /// The revision that was read, for the decision.
    pub(crate) fn revision(&self) -> policy::Revision {
        policy::Revision::undated(self.name(), self.row.revision)
    }

    /// Names the admin grant by which the change was made on the customer's behalf; empty for none.
    pub(crate) fn name_grant(&mut self, grant: String) {
        self.row.acting_grant = grant;
    }

    fn change(&mut self, now: Timestamp, change: impl FnOnce(&mut SubscriptionRow)) {
        let before = self.row.clone();
        change(&mut self.row);
        if self.row != before {
            self.row.revision += 1;
            self.row.update_time = now;
            if of_record(&self.row) != of_record(&before) {
                self.row.reseller_since = now;
                self.row.reseller_revision = self.row.revision;
            }
            self.row.acting_grant.clear();
        }
    }
}

/// What stays the same in one entry of the history: reseller of record, its MPN ID, and the seats. `None` for
/// a cancelled subscription, which has no entry.
fn of_record(row: &SubscriptionRow) -> Option<(&str, &str, Seats)> {
    (row.state != State::Cancelled).then_some((&row.reseller, &row.reseller_mpn_id, row.quantity))
}

impl From<SubscriptionRow> for Subscription {
    fn from(row: SubscriptionRow) -> Self {
        Subscription { row }
    }
}
