//! The rules of every sale, written once: each boundary at which something is sold places its own rows around
//! them.

use crate::rules::order::reseller_should_serve;
use crate::rules::selling::reseller_should_be_named;
use crate::{Act, Advisory, Boundary, Sale, Verdict};

/// A boundary whose act is a sale, always or under a condition.
pub(super) trait Sells: Boundary {
    /// The sale; `None` when the act is no sale.
    fn sale(&self) -> Option<&Sale>;

    /// Judges a rule about sales; not applicable when the act is no sale.
    fn judged(&self, judge: impl FnOnce(&Sale, &Act) -> Verdict) -> Verdict {
        self.sale().map_or(Verdict::NotApplicable, |sale| judge(sale, self.act()))
    }

    /// The notices about an accepted sale.
    fn notices(&self) -> Vec<Advisory> {
        let Some(sale) = self.sale() else { return Vec::new() };
        let unnamed = reseller_should_be_named(sale, self.act());
        unnamed.into_iter().chain(reseller_should_serve(sale, self.act())).collect()
    }
}

/// The rows of a boundary that [`Sells`], in order of precedence: rows about the caller, about
/// the state of what is sold, the rows of every sale, and the rows that follow them.
///
/// A rule that is added here is enforced at every sale. The boundary's file imports the rule families.
macro_rules! sale_rows {
    (caller: [$($caller:expr),* $(,)?], state: [$($state:expr),* $(,)?], last: [$($last:expr),* $(,)?] $(,)?) => {
        &[
            $($caller,)*
            row(&SAL_01, |it: &Self| it.judged(|sale, _| submitter_must_be_provider_or_direct_bill(&sale.seller))),
            $($state,)*
            row(&ENR_11, |it: &Self| it.judged(|sale, _| sellers_must_be_enrolled(sale.chain()))),
            row(&ENR_14, |it: &Self| it.judged(|sale, _| sellers_must_be_in_good_standing(sale.chain()))),
            row(&AGR_04, |it: &Self| it.judged(|sale, _| resellers_must_be_onboarded(sale.chain()))),
            row(&RGN_02, |it: &Self| {
                it.judged(|sale, act| customer_must_be_in_region(sale.chain(), &sale.buyer, act.day))
            }),
            row(&RGN_04, |it: &Self| {
                it.judged(|sale, _| parties_must_share_a_cloud(sale.chain(), Some(&sale.buyer)))
            }),
            row(&CUS_13, |it: &Self| it.judged(|sale, _| organization_must_not_be_contradicted(&sale.buyer))),
            row(&CUS_06, |it: &Self| {
                it.judged(|sale, _| {
                    relationship_must_be_active(&sale.seller, || sale.buyer.told(), sale.relationship_active)
                })
            }),
            row(&PSH_01, |it: &Self| it.judged(|sale, _| partnership_of_the_chain_must_be_active(sale.chain(), sale.partnership_active))),
            row(&SAL_01, |it: &Self| it.judged(|sale, _| chain_must_be_supported(sale))),
            row(&SAL_02, |it: &Self| {
                it.judged(|sale, _| {
                    partner_must_buy_as_a_customer(&sale.seller, sale.names_reseller(), &sale.buyer)
                })
            }),
            row(&SAL_03, |it: &Self| it.judged(|sale, _| tenant_must_be_a_customer_tenant(&sale.buyer))),
            row(&SAL_04, |it: &Self| {
                it.judged(|sale, _| buyer_must_be_another_company(sale.chain(), &sale.buyer))
            }),
            row(&SAL_05, |it: &Self| {
                it.judged(|sale, _| buyer_must_be_unaffiliated(sale.chain(), &sale.buyer))
            }),
            row(&AGR_01, |it: &Self| it.judged(|sale, act| submitter_must_have_signed(&sale.seller, act.day))),
            row(&AGR_02, |it: &Self| {
                it.judged(|sale, act| reseller_of_record_must_have_signed(sale.reseller.as_ref(), act.day))
            }),
            row(&AGR_03, |it: &Self| {
                it.judged(|sale, act| {
                    reseller_must_have_signed_for_new_business(sale.reseller.as_ref(), act.day)
                })
            }),
            row(&CUS_10, |it: &Self| {
                it.judged(|sale, act| {
                    agreement_must_be_confirmed(sale.customer_agreement_since, act.day, &sale.buyer)
                })
            }),
            row(&PSH_13, |it: &Self| {
                it.judged(|sale, _| account_must_have_one_location(sale.reseller_account.as_ref()))
            }),
            row(&SUB_04, |it: &Self| {
                it.judged(|sale, _| {
                    mpn_id_must_be_the_resellers_location(sale.reseller_mpn_id.as_ref(), sale.chain())
                })
            }),
            row(&SUB_07, |it: &Self| {
                it.judged(|sale, _| {
                    offers_must_be_sold_in_both_countries(&sale.lines, &sale.seller, &sale.buyer)
                })
            }),
            row(&SUB_08, |it: &Self| it.judged(|sale, _| quantities_must_be_in_range(&sale.lines))),
            row(&SUB_08, |it: &Self| it.judged(|sale, _| customer_limits_must_hold(&sale.lines, &sale.buyer))),
            row(&SUB_08, |it: &Self| it.judged(|sale, _| add_ons_must_have_a_base(&sale.lines, &sale.buyer))),
            $($last,)*
        ]
    };
}

pub(super) use sale_rows;
