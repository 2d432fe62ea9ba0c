//! The facts that every sale has: an order, an increase of seats, an upgrade.

use crate::{Buyer, Chain, Day, NamedAccount, NamedMpnId, OrderLine, Partner};

/// A sale: who sells what to whom, through which reseller. For an existing subscription, its seller, reseller
/// of record, customer and offer stand in the places of the order's, with the facts of today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    /// The partner that buys from Microsoft. SAL-01 refuses every seller but a provider or a direct-bill
    /// partner.
    pub seller: Partner,
    /// The reseller between seller and customer; `None` when none is named.
    pub reseller: Option<Partner>,
    /// The account by which the reseller is named; `None` when an MPN ID names it.
    pub reseller_account: Option<NamedAccount>,
    /// The MPN ID of the reseller of record; `None` when no reseller is named, or when its account does not
    /// tell the MPN ID.
    pub reseller_mpn_id: Option<NamedMpnId>,
    /// Whether a provider's sale must name its reseller: the setting `orders.require_reseller`, except for a
    /// recorded sale.
    pub reseller_required: bool,
    /// Whether an active partnership connects seller and reseller; irrelevant without a reseller.
    pub partnership_active: bool,
    /// Whether the reseller has an active relationship with the customer; irrelevant without a reseller.
    pub reseller_serves: bool,
    /// The customer, with its tenant.
    pub buyer: Buyer,
    /// Whether the seller has an active reseller relationship with the customer.
    pub relationship_active: bool,
    /// The day on which the customer accepted the customer agreement; `None` without a confirmed acceptance.
    pub customer_agreement_since: Option<Day>,
    /// The lines, in the order of the request; exactly one for an existing subscription.
    pub lines: Vec<OrderLine>,
}

impl Sale {
    /// The partners between Microsoft and the customer.
    pub fn chain(&self) -> Chain<'_> {
        Chain { seller: &self.seller, reseller: self.reseller.as_ref() }
    }

    /// Whether the sale names a reseller, by account or by MPN ID; the MPN ID may be unknown to the registry.
    pub fn names_reseller(&self) -> bool {
        self.reseller.is_some() || self.reseller_mpn_id.is_some() || self.reseller_account.is_some()
    }
}
