//! SUB-12.

use crate::cases::{Cases, Expect::*};
use crate::fixtures::*;
use csp_policy::boundaries::UpgradeSubscription;
use csp_policy::rules::offer::*;
use csp_policy::rules::upgrade::*;
use csp_policy::*;

registered! {
    tables: an_upgrade_goes_to_an_eligible_target_for_the_same_term_or_a_longer_one, a_partial_upgrade_leaves_the_minimum_of_seats, an_upgrade_leaves_no_add_on_without_a_base;
}

fn to(change: impl FnOnce(&mut Upgrade)) -> UpgradeSubscription {
    let mut act = upgrade_subscription();
    change(&mut act.upgrade);
    act
}

fn an_upgrade_goes_to_an_eligible_target_for_the_same_term_or_a_longer_one(cases: &mut Cases) {
    const NOT_ELIGIBLE: &[Reason] = &[Reason::UpgradeTargetNotEligible];
    let same_offer = |after| {
        to(|upgrade| {
            upgrade.target.clone_from(&upgrade.offer);
            (upgrade.is_listed, upgrade.term_months) = (false, (12, after));
        })
    };
    let partial = |after| to(|upgrade| (upgrade.source, upgrade.term_months) = (Some(line()), (12, after)));
    cases.check(
        &SUB_12,
        [
            ("a listed target", upgrade_subscription(), Allowed),
            ("a listed target for a longer term", to(|it| it.term_months = (12, 36)), Allowed),
            ("the same offer for a longer term", same_offer(36), Allowed),
            ("the same offer for the same term", same_offer(12), Denied(NOT_ELIGIBLE)),
            ("a target that is not listed", to(|it| it.is_listed = false), Denied(NOT_ELIGIBLE)),
            (
                "a target in another currency",
                to(|it| it.currencies.1 = "USD".to_owned()),
                Denied(NOT_ELIGIBLE),
            ),
            ("some of the seats", partial(12), Allowed),
            ("some of the seats for a longer term", partial(36), Denied(NOT_ELIGIBLE)),
            ("a shorter term", to(|it| it.term_months = (12, 1)), Denied(&[Reason::TermCannotShorten])),
            ("a billing cycle as long as the term", to(|it| it.cycle_months = 12), Allowed),
            (
                "a billing cycle that is longer than the term",
                to(|it| it.cycle_months = 36),
                Denied(&[Reason::BillingCycleExceedsTerm]),
            ),
        ],
    );
}

fn a_partial_upgrade_leaves_the_minimum_of_seats(cases: &mut Cases) {
    let left = |quantity| to(|it| it.source = Some(OrderLine { quantity, seat_min: 5, ..line() }));
    cases.check(
        &SUB_08,
        [
            ("the minimum is left", left(5), Allowed),
            ("fewer seats are left", left(4), Denied(&[Reason::QuantityOutOfRange])),
        ],
    );
}

fn an_upgrade_leaves_no_add_on_without_a_base(cases: &mut Cases) {
    let add_ons_left = vec!["customers/tailspin/subscriptions/2".to_owned()];
    let base = UpgradeSubscription { add_ons_left, ..upgrade_subscription() };
    cases.check(&SUB_12, [("a base of add-ons", base, Denied(&[Reason::AddOnsRemain]))]);
}
