//! SUB-01 to SUB-04 and SUB-07 to SUB-09.

use crate::cases::{Cases, Expect::*};
use crate::fixtures::*;
use csp_policy::boundaries::SubmitOrder;
use csp_policy::rules::offer::*;
use csp_policy::rules::order::*;
use csp_policy::*;

registered! {
    tables: a_cart_is_submitted_once_and_in_time, the_reseller_of_record_is_a_location_mpn_id_of_the_reseller, an_offer_is_sold_in_both_countries, a_quantity_keeps_the_limits_of_the_offer, an_order_attests_the_capacity_of_the_seller;
    tests: a_violation_names_its_order_line;
}

fn of(lines: Vec<OrderLine>) -> SubmitOrder {
    SubmitOrder { lines, ..submit_order() }
}

fn a_cart_is_submitted_once_and_in_time(cases: &mut Cases) {
    let created = |time: &str| SubmitOrder {
        cart: Some(Cart { create_time: instant(time), ..cart() }),
        ..submit_order()
    };
    cases.check(
        &SUB_02,
        [
            ("a fresh cart", submit_order(), Allowed),
            ("a cart of exactly 168 hours", created("2023-09-25T12:00:00Z"), Allowed),
            ("an older cart", created("2023-09-25T11:59:59.999999Z"), Denied(&[Reason::CartExpired])),
            (
                "a submitted cart",
                SubmitOrder { cart: Some(Cart { submitted: true, ..cart() }), ..submit_order() },
                Denied(&[Reason::CartAlreadySubmitted]),
            ),
            ("no cart", SubmitOrder { cart: None, ..submit_order() }, Irrelevant),
        ],
    );
}

fn the_reseller_of_record_is_a_location_mpn_id_of_the_reseller(cases: &mut Cases) {
    let named = |known| SubmitOrder {
        reseller_mpn_id: Some(NamedMpnId { id: "5551".to_owned(), known }),
        ..submit_order()
    };
    let location = |holder| named(Some(mpn("5551", MpnKind::Location, holder)));
    const NOT_RESELLER: &[Reason] = &[Reason::MpnIdNotAReseller];
    cases.check(
        &SUB_04,
        [
            ("the reseller's location MPN ID", submit_order(), Allowed),
            ("an unknown number", named(None), Denied(&[Reason::MpnIdUnknown])),
            (
                "a global MPN ID",
                named(Some(mpn("5551", MpnKind::Global, Some("partners/fabrikam")))),
                Denied(&[Reason::MpnIdNotALocation]),
            ),
            ("the provider's own MPN ID", location(Some("partners/contoso")), Denied(NOT_RESELLER)),
            ("another partner's MPN ID", location(Some("partners/other")), Denied(NOT_RESELLER)),
            ("an MPN ID without an account", location(None), Denied(NOT_RESELLER)),
            ("no reseller", submit_direct_order(), Irrelevant),
        ],
    );
}

fn an_offer_is_sold_in_both_countries(cases: &mut Cases) {
    const NOT_SOLD: &[Reason] = &[Reason::OfferNotInCountry];
    let sold_in = |codes: &[&str]| {
        of(vec![OrderLine { countries: codes.iter().map(|code| country(code)).collect(), ..line() }])
    };
    cases.check(
        &SUB_07,
        [
            ("sold in both countries", submit_order(), Allowed),
            ("not sold in the customer's country", sold_in(&["IT"]), Denied(NOT_SOLD)),
            ("not sold in the partner's country", sold_in(&["FR"]), Denied(NOT_SOLD)),
            (
                "sold in neither country",
                sold_in(&[]),
                Denied(&[Reason::OfferNotInCountry, Reason::OfferNotInCountry]),
            ),
            ("an order without lines", of(Vec::new()), Irrelevant),
        ],
    );
}

fn a_quantity_keeps_the_limits_of_the_offer(cases: &mut Cases) {
    let seats = |quantity| of(vec![OrderLine { quantity, ..line() }]);
    let limited = |seats_held| OrderLine { quantity: 10, customer_seat_max: Some(20), seats_held, ..line() };
    let add_on = |has_prerequisite| {
        of(vec![OrderLine { prerequisites: vec!["offers/base".to_owned()], has_prerequisite, ..line() }])
    };
    cases.check(
        &SUB_08,
        [
            ("the fewest seats", seats(1), Allowed),
            ("the most seats", seats(300), Allowed),
            ("no seats", seats(0), Denied(&[Reason::QuantityOutOfRange])),
            ("one seat too many", seats(301), Denied(&[Reason::QuantityOutOfRange])),
            ("up to the limit", of(vec![limited(10)]), Allowed),
            ("beyond the limit", of(vec![limited(11)]), Denied(&[Reason::OfferLimitReached])),
            (
                "two lines of one offer add up",
                of(vec![limited(5), limited(5)]),
                Denied(&[Reason::OfferLimitReached]),
            ),
            ("an add-on with its base", add_on(true), Allowed),
            ("an add-on without its base", add_on(false), Denied(&[Reason::PrerequisiteMissing])),
        ],
    );
}

fn a_violation_names_its_order_line() {
    let refused = decide(of(vec![line(), OrderLine { quantity: 0, ..line() }])).unwrap_err();
    assert_eq!(refused.violations[0].finding.line, Some(1));
}

fn an_order_attests_the_capacity_of_the_seller(cases: &mut Cases) {
    const MISSING: &[Reason] = &[Reason::AttestationMissing];
    let attested = |capacity| SubmitOrder { capacity, ..submit_order() };
    let lacking = |capacity| SubmitOrder { reseller: None, reseller_mpn_id: None, ..attested(capacity) };
    cases.check(
        &SUB_09,
        [
            ("indirect with a reseller", submit_order(), Allowed),
            ("direct without a reseller", submit_direct_order(), Allowed),
            ("direct with a reseller", attested(Some(Capacity::Direct)), Denied(MISSING)),
            ("nothing attested", attested(None), Denied(MISSING)),
            (
                "indirect without the reseller that the chain lacks",
                lacking(Some(Capacity::Indirect)),
                Allowed,
            ),
            ("direct without the reseller that the chain lacks", lacking(Some(Capacity::Direct)), Allowed),
            ("nothing attested for a chain that lacks its reseller", lacking(None), Denied(MISSING)),
            ("an operator records an order", SubmitOrder { recorded: true, ..attested(None) }, Irrelevant),
        ],
    );
}
