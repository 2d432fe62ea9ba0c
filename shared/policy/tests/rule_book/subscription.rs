//! SUB-06, SUB-10, SUB-11 and SUB-15.

use crate::cases::{Cases, Expect::*};
use crate::fixtures::*;
use csp_policy::boundaries::*;
use csp_policy::rules::subscription::*;
use csp_policy::*;

registered! {
    tables: the_support_contact_serves_the_customer, a_subscription_is_cancelled_within_168_hours, seats_are_removed_within_168_hours, a_subscription_changes_only_from_the_required_state, a_designated_reseller_manages_but_only_the_seller_buys;
    tests: a_refusal_names_the_windows_and_the_next_renewal;
}

fn the_support_contact_serves_the_customer(cases: &mut Cases) {
    const NOT_ELIGIBLE: &[Reason] = &[Reason::SupportContactNotEligible];
    let contact = |contact, contact_serves_customer| SetSupportContact {
        contact,
        contact_serves_customer,
        ..set_support_contact()
    };
    cases.check(
        &SUB_06,
        [
            ("a reseller that serves the customer", contact(fabrikam(), true), Allowed),
            ("a reseller that does not serve the customer", contact(fabrikam(), false), Denied(NOT_ELIGIBLE)),
            ("the seller", contact(contoso(), false), Allowed),
            ("another direct-bill partner", contact(northwind(), true), Denied(NOT_ELIGIBLE)),
        ],
    );
}

fn a_subscription_is_cancelled_within_168_hours(cases: &mut Cases) {
    const CLOSED: &[Reason] = &[Reason::CancellationWindowClosed];
    let of = |held| CancelSubscription { held, ..cancel_subscription() };
    let bought = |time: &str| of(held(10, &[(time, 10)]));
    let suspended =
        CancelSubscription { state: SubscriptionState::Suspended, ..bought("2023-01-01T12:00:00Z") };
    let base = |add_ons_left| CancelSubscription { add_ons_left, ..cancel_subscription() };
    cases.check(
        &SUB_10,
        [
            ("two days after the purchase", cancel_subscription(), Allowed),
            ("168 hours after the purchase", bought("2023-09-25T12:00:00Z"), Allowed),
            ("just after 168 hours", bought("2023-09-25T11:59:59.999999Z"), Denied(CLOSED)),
            (
                "seats that were added later are open, those of the purchase are not",
                of(held(10, &[("2023-10-01T12:00:00Z", 5), ("2023-09-01T12:00:00Z", 5)])),
                Denied(CLOSED),
            ),
            ("a suspended subscription", suspended, Irrelevant),
            (
                "a base of add-ons",
                base(vec!["customers/tailspin/subscriptions/2".to_owned()]),
                Denied(&[Reason::AddOnsRemain]),
            ),
        ],
    );
}

fn seats_are_removed_within_168_hours(cases: &mut Cases) {
    const CLOSED: &[Reason] = &[Reason::SeatReductionWindowClosed];
    let of = |seats, additions: &[(&str, u32)]| ChangeQuantity {
        held: held(seats, additions),
        ..take_seats_back()
    };
    let edge = [("2023-10-02T12:00:00Z", 2), ("2023-09-25T12:00:00Z", 3), ("2023-09-25T11:59:59Z", 5)];
    cases.check(
        &SUB_10,
        [
            ("as many seats as are open", of(10, &edge), Allowed),
            ("one seat too many", of(11, &edge), Denied(CLOSED)),
            ("no window is open", of(10, &[]), Denied(CLOSED)),
            ("seats are added", change_quantity(), Irrelevant),
        ],
    );
}

fn a_refusal_names_the_windows_and_the_next_renewal() {
    let late = CancelSubscription { held: held(10, &[("2023-10-01T12:00:00Z", 4)]), ..cancel_subscription() };
    let refused = decide(late).unwrap_err();
    let violation = &refused.violations[0];
    let (message, facts) = (&violation.finding.message, &violation.finding.facts);
    assert!(message.ends_with("of its 10 seats are: 4 until 2023-10-08T12:00:00Z"), "{message}");
    let remedies = violation.remedies().iter().map(|remedy| remedy.text_with(facts)).collect::<Vec<_>>();
    assert_eq!(remedies[1], "If it renews, cancel within 7 days after the renewal at 2024-09-01T12:00:00Z.");
}

fn a_subscription_changes_only_from_the_required_state(cases: &mut Cases) {
    use SubscriptionState::*;
    const NOT_ACTIVE: &[Reason] = &[Reason::SubscriptionNotActive];
    let suspend = |state| SuspendSubscription { state, ..suspend_subscription() };
    cases.check(
        &SUB_11,
        [
            ("an active subscription is suspended", suspend(Active), Allowed),
            ("a pending subscription is not suspended", suspend(Pending), Denied(NOT_ACTIVE)),
            ("a cancelled subscription is not suspended", suspend(Cancelled), Denied(NOT_ACTIVE)),
        ],
    );
    let reactivate = reactivate_subscription();
    cases.check(
        &SUB_11,
        [
            ("a suspended subscription is reactivated", reactivate.clone(), Allowed),
            (
                "an expired subscription is not reactivated",
                ReactivateSubscription { state: Expired, ..reactivate },
                Denied(NOT_ACTIVE),
            ),
        ],
    );
    cases.check(
        &SUB_11,
        [
            ("seats of an active subscription", change_quantity(), Allowed),
            (
                "seats of a suspended subscription",
                ChangeQuantity { state: Suspended, ..change_quantity() },
                Denied(NOT_ACTIVE),
            ),
        ],
    );
}

fn a_designated_reseller_manages_but_only_the_seller_buys(cases: &mut Cases) {
    let by = |caller, designated| SuspendSubscription { caller, designated, ..suspend_subscription() };
    let reseller = || agent_of(&fabrikam());
    cases.check(
        &SUB_15,
        [
            ("the seller", suspend_subscription(), Allowed),
            ("a designated reseller", by(reseller(), true), Allowed),
            ("another reseller", by(reseller(), false), Denied(&[Reason::ResellerNotDesignated])),
            ("an operator", by(Caller::operator(), false), Irrelevant),
        ],
    );
    let seats_by = |caller| ChangeQuantity { caller, ..change_quantity() };
    cases.check(
        &SUB_15,
        [
            ("the seller adds seats", change_quantity(), Allowed),
            ("a reseller adds seats", seats_by(reseller()), Denied(&[Reason::ResellerCannotOrder])),
        ],
    );
    let associated_by = AssociateReseller { caller: reseller(), ..associate_reseller() };
    cases.check(
        &SUB_15,
        [("a reseller associates itself", associated_by, Denied(&[Reason::ResellerCannotOrder]))],
    );
}
