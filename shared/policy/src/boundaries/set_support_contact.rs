//! The boundary `SetSupportContact`: its facts and its rules.

use crate::boundary::row;
use crate::rules::{partnership::*, subscription::*};
use crate::{Act, Boundary, Caller, Chain, Partner, Row};

/// The seller or a designated reseller names the support contact of a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetSupportContact {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// Who calls.
    pub caller: Caller,
    /// The partner that buys from Microsoft: the provider, or a direct-bill partner.
    pub seller: Partner,
    /// Whether the caller is a reseller that is designated for the customer, or of record on the
    /// subscription.
    pub designated: bool,
    /// The new support contact: the seller itself, or a reseller.
    pub contact: Partner,
    /// Whether an active partnership connects seller and contact; irrelevant for the seller itself.
    pub partnership_active: bool,
    /// Whether the contact serves this customer; irrelevant for the seller itself.
    pub contact_serves_customer: bool,
}

impl Boundary for SetSupportContact {
    const NAME: &'static str = "SetSupportContact";
    const ROWS: &'static [Row<Self>] = &[
        row(&SUB_15, |it| caller_must_sell_or_be_designated(&it.caller, &it.seller, it.designated, &it.act)),
        row(&PSH_01, |it| partnership_must_be_active(it.chain(), it.partnership_active)),
        row(&SUB_06, |it| contact_must_serve_the_customer(it.chain(), it.contact_serves_customer, &it.act)),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}

impl SetSupportContact {
    /// The seller, and the contact in the reseller's place unless the contact is the seller itself.
    fn chain(&self) -> Chain<'_> {
        let is_foreign = self.contact.name != self.seller.name;
        Chain { seller: &self.seller, reseller: is_foreign.then_some(&self.contact) }
    }
}
