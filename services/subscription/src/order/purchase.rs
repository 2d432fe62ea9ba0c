//! The result of an accepted sale: an order, one subscription for each line, and the submitted cart.

use csp_policy::Caller;
use csp_policy::boundaries::SubmitOrder;
use csp_proto::policy::v1::Decision;
use csp_proto::subscription::v1 as pb;
use csp_service::order::quote;
use csp_service::{Accepted, Effect, ExternalId, Result};
use csp_store::Tx;
use jiff::Timestamp;

use super::line::PricedLine;
use super::{Contents, Order, table};
use crate::SubscriptionService;
use crate::cart::{self, Cart};
use crate::subscription::{self, Sold, Subscription};

/// The ids of a new order.
pub(crate) struct Named {
    pub(crate) id: String,
    pub(crate) external_id: Option<ExternalId>,
}

/// The result of an accepted sale.
pub(crate) struct Purchase {
    pub(crate) order: Order,
    subscriptions: Vec<Subscription>,
    /// The cart before and after it is submitted.
    cart: Option<(Cart, Cart)>,
}

impl Purchase {
    /// Makes the order and the subscriptions for the lines, and submits the cart, at `now`.
    pub(crate) fn of(
        service: &SubscriptionService,
        facts: &SubmitOrder,
        lines: &[PricedLine],
        named: Named,
        cart: Option<Cart>,
        now: Timestamp,
    ) -> Result<Self> {
        let ids: Vec<String> = lines.iter().map(|_| service.book.next_id()).collect();
        let sale = &facts.sale;
        let mpn_id = sale.reseller_mpn_id.as_ref().map(|named| named.id.clone());
        let contents = Contents {
            id: named.id,
            external_id: named.external_id,
            customer: sale.buyer.name.clone(),
            customer_tenant: sale.buyer.tenant.clone(),
            seller: &sale.seller,
            reseller: sale.reseller.as_ref(),
            // The attested capacity is the fitting one: rule SUB-09 refuses any other.
            capacity: super::sale::fitting_capacity(mpn_id.is_some()),
            reseller_mpn_id: mpn_id.unwrap_or_default(),
            lines,
            subscriptions: &ids,
        };
        let order = Order::of(contents, now);
        let order_id = order.row().id.as_str();
        let bought = ids.iter().zip(lines).map(|(id, line)| {
            let sold = Sold { sale, line: line.clone(), auto_renew: true, at: now };
            Subscription::buy(id.clone(), order_id, &sold)
        });
        let subscriptions = bought.collect::<Result<_>>()?;
        let submitted = |before: Cart| -> Result<(Cart, Cart)> {
            let mut after = before.clone();
            after.submit(order_id, now)?;
            Ok((before, after))
        };
        let cart = cart.map(submitted).transpose()?;
        Ok(Purchase { order, subscriptions, cart })
    }

    /// Stores the order, the subscriptions and the cart.
    pub(crate) fn save(&self, tx: &mut Tx, allowed: &Accepted<SubmitOrder>) {
        let rows: Vec<_> = self.subscriptions.iter().map(|bought| bought.row().clone()).collect();
        table::insert(tx, self.order.row(), self.order.lines(), allowed);
        subscription::table::insert(tx, &rows, allowed);
        if let Some((_, after)) = &self.cart {
            cart::table::save_submitted(tx, after.row(), allowed);
        }
    }

    /// The response to the seller.
    pub(crate) fn response(
        &self,
        caller: &Caller,
        decision: Decision,
        now: Timestamp,
    ) -> pb::SubmitOrderResponse {
        let order = self.order.render(caller);
        pb::SubmitOrderResponse {
            quote: Some(quote(order.lines.clone())),
            order: Some(order),
            subscriptions: self.subscriptions.iter().map(|bought| bought.render(caller, now)).collect(),
            decision: Some(decision),
        }
    }

    /// The journal entries of the sale.
    pub(crate) fn effects(&self, now: Timestamp) -> Result<Vec<Effect>> {
        let order = self.order.render(&Caller::operator());
        let mut effects = vec![Effect::created(&order.name, order.revision, &order)?];
        for bought in &self.subscriptions {
            effects.push(bought.creation(now)?);
        }
        if let Some((before, after)) = &self.cart {
            effects.push(after.effect(before, now)?);
        }
        Ok(effects)
    }
}
