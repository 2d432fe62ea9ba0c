//! The boundary `UpgradeSubscription`: its facts and its rules.

use super::sale::{Sells, sale_rows};
use crate::boundary::row;
use crate::rules::{
    agreement::*, customer::*, offer::*, order::*, partnership::*, region::*, selling::*, standing::*,
    subscription::*, upgrade::*,
};
use crate::{Act, Advisory, Boundary, Caller, Row, Sale, SubscriptionState, Upgrade, Verdict};

/// The seller upgrades all seats of a subscription or some of them, which is a sale of the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpgradeSubscription {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// Who calls.
    pub caller: Caller,
    /// State of the subscription.
    pub state: SubscriptionState,
    /// The sale of the target: the one line has the upgraded seats.
    pub sale: Sale,
    /// The subscription before the upgrade, and the target.
    pub upgrade: Upgrade,
    /// The seller's active add-ons that would be left without any active base, by resource name.
    pub add_ons_left: Vec<String>,
}

impl Boundary for UpgradeSubscription {
    const NAME: &'static str = "UpgradeSubscription";
    const ROWS: &'static [Row<Self>] = sale_rows! {
        caller: [row(&SUB_15, |it| seats_must_be_changed_by_the_seller(&it.caller, &it.sale.seller, &it.act))],
        state: [],
        last: [
            row(&SUB_08, |it| it.seats_left_must_reach_the_minimum()),
            row(&SUB_11, |it| subscription_must_be_active(it.state, false, &it.act)),
            row(&SUB_12, |it| target_must_be_eligible(&it.upgrade, &it.act)),
            row(&SUB_12, |it| term_must_not_shorten(&it.upgrade, &it.act)),
            row(&SUB_12, |it| billing_cycle_must_fit_the_term(&it.upgrade, &it.act)),
            row(&SUB_12, |it| add_ons_must_keep_a_base(&it.add_ons_left, &it.act)),
        ],
    };

    fn act(&self) -> &Act {
        &self.act
    }

    fn advisories(&self) -> Vec<Advisory> {
        self.notices()
    }
}

impl Sells for UpgradeSubscription {
    fn sale(&self) -> Option<&Sale> {
        Some(&self.sale)
    }
}

impl UpgradeSubscription {
    fn seats_left_must_reach_the_minimum(&self) -> Verdict {
        let Upgrade { seats, source, .. } = &self.upgrade;
        seats_left_must_reach_the_minimum(*seats, source.as_slice())
    }
}
