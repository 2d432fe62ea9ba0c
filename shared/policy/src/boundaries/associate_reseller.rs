//! The boundary `AssociateReseller`: its facts and its rules.

use crate::boundary::row;
use crate::rules::{
    agreement::*, order::*, partnership::*, region::*, selling::*, standing::*, subscription::*,
};
use crate::{Act, Advisory, Boundary, Buyer, Caller, Chain, NamedAccount, NamedMpnId, Partner, Row};

/// A seller names the reseller of record of an existing subscription. It is new business with that reseller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssociateReseller {
    /// Day, subject and revisions of the act.
    pub act: Act,
    /// Who calls.
    pub caller: Caller,
    /// The partner that buys from Microsoft: the provider, or a direct-bill partner.
    pub seller: Partner,
    /// The partner account with which the MPN ID is associated; `None` when the MPN ID is associated with no
    /// account.
    pub reseller: Option<Partner>,
    /// The account by which the reseller is named; `None` when an MPN ID names it.
    pub reseller_account: Option<NamedAccount>,
    /// The MPN ID that becomes the subscription's reseller of record; `None` when the account does not tell
    /// it.
    pub reseller_mpn_id: Option<NamedMpnId>,
    /// Whether an active partnership connects seller and reseller; irrelevant without a reseller.
    pub partnership_active: bool,
    /// Whether the reseller has an active relationship with the customer; irrelevant without a reseller.
    pub reseller_serves: bool,
    /// The customer of the subscription.
    pub buyer: Buyer,
}

impl Boundary for AssociateReseller {
    const NAME: &'static str = "AssociateReseller";
    const ROWS: &'static [Row<Self>] = &[
        row(&SUB_15, |it| reseller_must_be_associated_by_the_seller(&it.caller, &it.seller, &it.act)),
        row(&ENR_11, |it| sellers_must_be_enrolled(it.chain())),
        row(&ENR_14, |it| sellers_must_be_in_good_standing(it.chain())),
        row(&AGR_04, |it| resellers_must_be_onboarded(it.chain())),
        row(&RGN_04, |it| parties_must_share_a_cloud(it.chain(), Some(&it.buyer))),
        row(&PSH_01, |it| partnership_must_be_active(it.chain(), it.partnership_active)),
        row(&SAL_04, |it| buyer_must_be_another_company(it.chain(), &it.buyer)),
        row(&SAL_05, |it| buyer_must_be_unaffiliated(it.chain(), &it.buyer)),
        row(&AGR_02, |it| reseller_of_record_must_have_signed(it.reseller.as_ref(), it.act.day)),
        row(&PSH_13, |it| account_must_have_one_location(it.reseller_account.as_ref())),
        row(&SUB_04, |it| mpn_id_must_be_the_resellers_location(it.reseller_mpn_id.as_ref(), it.chain())),
    ];

    fn act(&self) -> &Act {
        &self.act
    }

    fn advisories(&self) -> Vec<Advisory> {
        let reseller = self.reseller.as_ref().filter(|_| !self.reseller_serves);
        let notice = |reseller: &Partner| does_not_serve(&reseller.name, &self.buyer.name, &self.act.subject);
        reseller.map(notice).into_iter().collect()
    }
}

impl AssociateReseller {
    fn chain(&self) -> Chain<'_> {
        Chain { seller: &self.seller, reseller: self.reseller.as_ref() }
    }
}
