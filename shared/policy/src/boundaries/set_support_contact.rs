//! The boundary `SetSupportContact`: its facts and its rules.

use crate::boundary::row;
use crate::rules::{multi_partner::*, partnership::*, subscription::*};
use crate::{Act, Boundary, Caller, Chain, Footing, Partner, PartnerKind, Row, Verdict};

/// The seller, or a partner that manages for the customer, names the support contact of a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetSupportContact {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// Who calls.
    pub caller: Caller,
    /// The partner that buys from Microsoft: the provider, or a direct-bill partner.
    pub seller: Partner,
    /// The caller's rights on a subscription that it did not sell.
    pub footing: Footing,
    /// The new support contact.
    pub contact: Partner,
    /// The contact's rights on the subscription; irrelevant for the seller itself.
    pub contact_footing: Footing,
}

impl Boundary for SetSupportContact {
    const NAME: &'static str = "SetSupportContact";
    const ROWS: &'static [Row<Self>] = &[
        row(&SUB_15, |it| caller_must_sell_or_manage(&it.caller, &it.seller, &it.footing, &it.act)),
        row(&MUL_06, |it| {
            hired_partner_must_hold_a_managing_role(&it.caller, &it.seller, &it.footing, &it.act)
        }),
        row(&PSH_01, partnership),
        row(&SUB_06, |it| {
            contact_must_be_eligible(it.chain(), &it.contact_footing, it.tells_edges(), &it.act)
        }),
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

    /// Whether the caller may learn how the contact is connected with the seller and the customer: seller,
    /// contact and operators may.
    fn tells_edges(&self) -> bool {
        let Self { caller, seller, contact, .. } = self;
        caller.is_operator() || caller.is_partner(&seller.tenant) || caller.is_partner(&contact.tenant)
    }
}

/// PSH-01 judges a reseller that the customer did not hire to manage.
fn partnership(it: &SetSupportContact) -> Verdict {
    let is_reseller = it.contact.kind == PartnerKind::IndirectReseller;
    if !is_reseller || it.contact_footing.hired_to_manage || !it.tells_edges() {
        return Verdict::NotApplicable;
    }
    partnership_must_be_active(it.chain(), it.contact_footing.partnered)
}
