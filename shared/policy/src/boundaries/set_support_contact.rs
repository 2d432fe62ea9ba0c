//! What guards `SetSupportContact`.

use crate::rules::{
    partnership::{self, PSH_01},
    subscription::{self, SUB_06, SUB_15},
};
use crate::{Act, Boundary, Caller, Chain, Partner, Row};

/// The seller, or a reseller that is designated, names the support contact of a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetSupportContact {
    /// What the act says of itself.
    pub act: Act,
    /// Who calls.
    pub caller: Caller,
    /// The partner that buys from Microsoft: the provider, or a direct-bill partner.
    pub seller: Partner,
    /// Whether the caller is a reseller that is designated for the customer, or of record on the
    /// subscription.
    pub designated: bool,
    /// The support contact to be: the seller itself, or a reseller.
    pub contact: Partner,
    /// Whether an active partnership connects seller and contact; irrelevant for the seller itself.
    pub partnership_active: bool,
    /// Whether the contact serves this customer.
    pub contact_serves_customer: bool,
}

impl Boundary for SetSupportContact {
    const NAME: &'static str = "SetSupportContact";
    const ROWS: &'static [Row<Self>] = &[
        Row::of(&SUB_15, |it| {
            subscription::caller_must_be_seller_or_designated(
                &it.caller,
                &it.seller,
                it.designated,
                it.subject(),
            )
        }),
        Row::of(&PSH_01, |it| partnership::partnership_must_be_active(it.chain(), it.partnership_active)),
        Row::of(&SUB_06, |it| {
            subscription::support_contact_must_serve_the_customer(
                &it.seller,
                &it.contact,
                it.contact_serves_customer,
                it.subject(),
            )
        }),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}

impl SetSupportContact {
    /// The seller, and whoever else is called.
    fn chain(&self) -> Chain<'_> {
        let reseller = subscription::foreign_contact(&self.seller, &self.contact);
        Chain { seller: &self.seller, reseller }
    }
}
