//! The boundary `AssociateReseller`: its facts and its rules.

use crate::boundary::row;
use crate::rules::{
    agreement::*, order::*, partnership::*, region::*, selling::*, standing::*, subscription::*,
};
use crate::{Act, Advisory, Boundary, Buyer, Caller, Chain, NamedAccount, NamedMpnId, Partner, Row, Verdict};

/// A seller names the reseller of record of an existing subscription. It is new business with that reseller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssociateReseller {
    /// Instant, day, subject and revisions of the act.
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
        row(&SAL_01, |it| it.judged(seller_must_sell_through_resellers)),
        row(&ENR_11, |it| it.judged(sellers_must_be_enrolled)),
        row(&ENR_14, |it| it.judged(sellers_must_be_in_good_standing)),
        row(&AGR_04, |it| it.judged(resellers_must_be_onboarded)),
        row(&RGN_04, |it| it.judged(|chain| parties_must_share_a_cloud(chain, Some(&it.buyer)))),
        row(&PSH_01, |it| {
            it.judged(|chain| partnership_of_the_chain_must_be_active(chain, it.partnership_active))
        }),
        row(&SAL_04, |it| it.judged(|chain| buyer_must_be_another_company(chain, &it.buyer))),
        row(&SAL_05, |it| it.judged(|chain| buyer_must_be_unaffiliated(chain, &it.buyer))),
        row(&AGR_02, |it| it.judged(|chain| reseller_of_record_must_have_signed(chain.reseller, it.act.day))),
        row(&PSH_13, |it| it.judged(|_| account_must_have_one_location(it.reseller_account.as_ref()))),
        row(&SUB_04, |it| {
            it.judged(|chain| mpn_id_must_be_the_resellers_location(it.reseller_mpn_id.as_ref(), chain))
        }),
    ];

    fn act(&self) -> &Act {
        &self.act
    }

    fn advisories(&self) -> Vec<Advisory> {
        let reseller = self.reseller.as_ref().filter(|_| !self.reseller_serves);
        let notice =
            |reseller: &Partner| does_not_serve(&reseller.name, self.buyer.told(), &self.act.subject);
        reseller.map(notice).into_iter().collect()
    }
}

impl AssociateReseller {
    /// Judges a rule about the new chain; not applicable to a caller that may not change the chain: it learns
    /// nothing about the partner that it names.
    fn judged(&self, judge: impl FnOnce(Chain<'_>) -> Verdict) -> Verdict {
        if acts_as_the_seller(&self.caller, &self.seller) {
            judge(self.chain())
        } else {
            Verdict::NotApplicable
        }
    }

    fn chain(&self) -> Chain<'_> {
        Chain { seller: &self.seller, reseller: self.reseller.as_ref() }
    }
}
