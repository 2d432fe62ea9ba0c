//! Upgrades: SUB-12.

use super::subscription::ADD_ONS_FIRST;
use crate::source::{document, partnering_with_resellers};
use crate::{Act, Denial, Finding, Reason, Remedy, Rule, Upgrade, Verdict};

pub static SUB_12: Rule = Rule::deny(
    "SUB-12",
    "within a term, a subscription is upgraded to a target of its offer, or to a longer term, in the same \
     currency; the billing cycle does not exceed the term, and no add-on loses its base",
    &[
        Denial::of(
            Reason::TermCannotShorten,
            &[
                Remedy::of("Choose a term that is as long as the present one, or longer."),
                Remedy::by(
                    "SetAutoRenew",
                    "Switch auto-renewal off, and order the shorter term when the present one ends.",
                ),
            ],
        ),
        Denial::of(
            Reason::BillingCycleExceedsTerm,
            &[Remedy::of("Choose a billing cycle that is no longer than the term.")],
        ),
        Denial::of(
            Reason::UpgradeTargetNotEligible,
            &[Remedy::of("Choose one of the targets that ListUpgradeTargets lists for the subscription.")],
        ),
        Denial::of(Reason::AddOnsRemain, ADD_ONS_FIRST),
    ],
    &[
        partnering_with_resellers("209"),
        document("Create, manage, suspend or cancel subscriptions (new commerce)"),
    ],
);

/// Judges SUB-12 by the terms.
pub fn term_must_not_shorten(upgrade: &Upgrade, Act { subject, .. }: &Act) -> Verdict {
    let (before, after) = upgrade.term_months;
    Verdict::require(after >= before, || {
        let message = format!("the term of `{subject}` cannot shorten from {before} to {after} months");
        Finding::new(Reason::TermCannotShorten, subject, message)
            .fact("subscription", subject)
            .fact("term_months_before", before)
            .fact("term_months", after)
    })
}

/// Judges SUB-12 by the billing cycle.
pub fn billing_cycle_must_fit_the_term(upgrade: &Upgrade, Act { subject, .. }: &Act) -> Verdict {
    let (cycle, (_, term)) = (upgrade.cycle_months, upgrade.term_months);
    Verdict::require(cycle <= term, || {
        let message = format!(
            "the billing cycle of `{subject}` would be {cycle} months, longer than its term of {term}"
        );
        Finding::new(Reason::BillingCycleExceedsTerm, subject, message)
            .fact("subscription", subject)
            .fact("cycle_months", cycle)
            .fact("term_months", term)
    })
}

/// Judges SUB-12 by the target. A partial upgrade keeps the term, so its target is another offer.
pub fn target_must_be_eligible(upgrade: &Upgrade, Act { subject, .. }: &Act) -> Verdict {
    let Upgrade { offer, target, is_listed, term_months: (before, after), currencies, source, .. } = upgrade;
    let is_partial = source.is_some();
    let flaw = if target == offer && after <= before {
        "it is the present offer, and the term does not lengthen"
    } else if target != offer && !is_listed {
        "the present offer does not list it"
    } else if currencies.0 != currencies.1 {
        "its price is in another currency"
    } else if is_partial && after > before {
        "some of the seats cannot get a longer term"
    } else {
        return Verdict::Holds;
    };
    let message = format!("`{subject}` of `{offer}` cannot be upgraded to `{target}`: {flaw}");
    Finding::new(Reason::UpgradeTargetNotEligible, target, message)
        .fact("subscription", subject)
        .fact("offer", offer)
        .fact("target", target)
        .into()
}
