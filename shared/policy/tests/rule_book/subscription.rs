//! SUB-06, SUB-10, SUB-11, SUB-15 and MUL-06.

use crate::cases::{Cases, Expect::*};
use crate::fixtures::*;
use csp_policy::boundaries::*;
use csp_policy::rules::multi_partner::MUL_06;
use csp_policy::rules::partnership::PSH_01;
use csp_policy::rules::subscription::*;
use csp_policy::*;

registered! {
    tables: the_support_contact_is_eligible, a_subscription_is_cancelled_within_168_hours, seats_are_removed_within_168_hours, a_subscription_changes_only_from_the_required_state, a_partner_with_a_managing_grant_manages_but_only_the_seller_buys, a_hired_partner_needs_a_managing_role;
    tests: a_refusal_names_the_windows_and_the_next_renewal, a_footing_follows_from_relationships_grants_and_standing;
}

fn the_support_contact_is_eligible(cases: &mut Cases) {
    const NOT_ELIGIBLE: &[Reason] = &[Reason::SupportContactNotEligible];
    let contact =
        |contact, contact_footing| SetSupportContact { contact, contact_footing, ..set_support_contact() };
    let partnered = || Footing { partnered: true, ..Footing::default() };
    let serving = || Footing { serves_customer: true, ..partnered() };
    let of_record = || Footing { of_record: true, ..partnered() };
    let hired =
        || Footing { hired: true, hired_to_manage: true, serves_customer: true, ..Footing::default() };
    cases.check(
        &SUB_06,
        [
            ("a reseller that serves the customer", contact(fabrikam(), serving()), Allowed),
            ("the reseller of record", contact(fabrikam(), of_record()), Allowed),
            ("a reseller that does neither", contact(fabrikam(), partnered()), Denied(NOT_ELIGIBLE)),
            ("a reseller that the customer hired to manage", contact(fabrikam(), hired()), Allowed),
            (
                "a direct-bill partner that the customer hired to manage",
                contact(northwind(), hired()),
                Allowed,
            ),
            (
                "a direct-bill partner that merely serves the customer",
                contact(northwind(), Footing { serves_customer: true, ..Footing::default() }),
                Denied(NOT_ELIGIBLE),
            ),
            (
                "a direct-bill partner that the customer hired for something else",
                contact(northwind(), Footing { hired_to_manage: false, ..hired() }),
                Denied(NOT_ELIGIBLE),
            ),
            ("the seller", contact(contoso(), Footing::default()), Allowed),
        ],
    );
    let by_a_stranger_to_the_edges = |contact_footing| SetSupportContact {
        caller: agent_of(&northwind()),
        footing: Footing { managing_grant: Some("adminGrants/1".to_owned()), ..hired() },
        ..contact(fabrikam(), contact_footing)
    };
    cases.check(
        &SUB_06,
        [
            ("a hired partner names an eligible reseller", by_a_stranger_to_the_edges(serving()), Allowed),
            (
                "a hired partner names a reseller without partnership",
                by_a_stranger_to_the_edges(Footing { partnered: false, ..serving() }),
                Denied(NOT_ELIGIBLE),
            ),
        ],
    );
    const NOT_ACTIVE: &[Reason] = &[Reason::PartnershipNotActive];
    let ended = || Footing { partnered: false, ..serving() };
    cases.check(
        &PSH_01,
        [
            (
                "the contact is no longer the seller's reseller",
                contact(fabrikam(), ended()),
                Denied(NOT_ACTIVE),
            ),
            ("the customer hired the contact", contact(fabrikam(), hired()), Irrelevant),
            ("the contact is no reseller", contact(northwind(), ended()), Irrelevant),
            ("the caller is no party to the partnership", by_a_stranger_to_the_edges(ended()), Irrelevant),
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
            ("a suspended subscription is suspended already", suspend(Suspended), Allowed),
        ],
    );
    let cancel = |state| CancelSubscription { state, ..cancel_subscription() };
    cases.check(
        &SUB_11,
        [
            ("a suspended subscription is not cancelled", cancel(Suspended), Denied(NOT_ACTIVE)),
            ("a cancelled subscription is cancelled already", cancel(Cancelled), Allowed),
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

/// A live grant with a managing role, for the facts of a footing.
fn managing() -> Option<String> {
    Some("customers/tailspin/adminGrants/1".to_owned())
}

fn a_partner_with_a_managing_grant_manages_but_only_the_seller_buys(cases: &mut Cases) {
    let by = |caller, footing| SuspendSubscription { caller, footing, ..suspend_subscription() };
    let reseller = || agent_of(&fabrikam());
    let designated = || Footing { designated: true, serves_customer: true, ..Footing::default() };
    let hired = || Footing { hired: true, serves_customer: true, ..Footing::default() };
    cases.check(
        &SUB_15,
        [
            ("the seller", suspend_subscription(), Allowed),
            (
                "the reseller of record",
                by(reseller(), Footing { of_record: true, ..Footing::default() }),
                Allowed,
            ),
            (
                "a designated reseller with a managing grant",
                by(reseller(), Footing { managing_grant: managing(), ..designated() }),
                Allowed,
            ),
            (
                "a designated reseller whose grant ended",
                by(reseller(), designated()),
                Denied(&[Reason::AdminGrantMissing]),
            ),
            ("a hired partner", by(agent_of(&northwind()), hired()), Irrelevant),
            (
                "another reseller",
                by(reseller(), Footing::default()),
                Denied(&[Reason::ResellerNotDesignated]),
            ),
            ("an operator", by(Caller::operator(), Footing::default()), Irrelevant),
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

fn a_hired_partner_needs_a_managing_role(cases: &mut Cases) {
    let by = |caller, footing| SuspendSubscription { caller, footing, ..suspend_subscription() };
    let northwind = || agent_of(&northwind());
    let hired = || Footing { hired: true, serves_customer: true, ..Footing::default() };
    let manager = || Footing { managing_grant: managing(), hired_to_manage: true, ..hired() };
    cases.check(
        &MUL_06,
        [
            ("a hired partner with a managing role", by(northwind(), manager()), Allowed),
            (
                "a hired partner without a managing role",
                by(northwind(), hired()),
                Denied(&[Reason::AdminGrantMissing]),
            ),
            ("a partner that is not hired", by(northwind(), Footing::default()), Irrelevant),
            ("the seller's reseller", by(northwind(), Footing { designated: true, ..hired() }), Irrelevant),
            ("the seller", suspend_subscription(), Irrelevant),
            ("an operator", by(Caller::operator(), hired()), Irrelevant),
        ],
    );
    let renewed_by = |footing| {
        let SuspendSubscription { act, seller, state, .. } = suspend_subscription();
        SetAutoRenew { act, caller: agent_of(&fabrikam()), seller, footing, state, is_set: false }
    };
    cases.check(
        &MUL_06,
        [
            ("a hired partner with a managing role switches auto-renew", renewed_by(manager()), Allowed),
            (
                "a hired partner without a managing role switches auto-renew",
                renewed_by(hired()),
                Denied(&[Reason::AdminGrantMissing]),
            ),
        ],
    );
}

/// The rights of Fabrikam, a reseller, on what Contoso sold, by the facts that connect it with the customer.
fn a_footing_follows_from_relationships_grants_and_standing() {
    const CONTOSO: &str = "partners/contoso";
    let grant = |given_by_customer, roles: &[&str]| Grant {
        name: "customers/tailspin/adminGrants/1".to_owned(),
        given_by_customer,
        provider: Some(CONTOSO.to_owned()),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
    };
    let through = |provider: Option<&str>, grants: Vec<Grant>| Ties {
        serves: vec![provider.map(str::to_owned)],
        grants,
        standing: Some(Standing::Active),
        ..Ties::default()
    };
    let rights = |ties: &Ties| {
        let Footing { designated, hired, managing_grant, .. } = ties.footing(CONTOSO, false);
        (designated, hired, managing_grant.is_some())
    };
    let license = || vec![grant(true, &["license-administrator"])];
    let set_up = || vec![grant(false, &["license-administrator"])];
    let of_another = || vec![Grant { provider: Some("partners/northwind".to_owned()), ..set_up().remove(0) }];
    assert_eq!(rights(&through(Some(CONTOSO), vec![])), (true, false, false));
    assert_eq!(rights(&through(Some(CONTOSO), set_up())), (true, false, true));
    assert_eq!(rights(&through(Some("partners/northwind"), of_another())), (false, false, false));
    assert_eq!(rights(&through(None, license())), (false, true, true));
    assert_eq!(rights(&through(None, vec![grant(true, &["helpdesk-administrator"])])), (false, true, false));
    let unserved = Ties { serves: vec![], ..through(None, license()) };
    assert_eq!(rights(&unserved), (false, false, false), "a grant needs an active relationship");
    for (standing, acts) in [
        (Some(Standing::Restricted), true),
        (Some(Standing::Suspended), false),
        (Some(Standing::Deauthorized), false),
        (None, false),
    ] {
        let ties = Ties { standing, ..through(Some(CONTOSO), license()) };
        assert_eq!(rights(&ties), (true, acts, acts), "{standing:?}");
    }
}
