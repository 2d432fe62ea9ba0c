//! SUB-01 to SUB-04 and SUB-07 to SUB-09.

use crate::cases::{Cases, Expect::*};
use crate::fixtures::*;
use csp_policy::boundaries::{ChangeQuantity, SubmitOrder};
use csp_policy::rules::offer::*;
use csp_policy::rules::order::*;
use csp_policy::*;

registered! {
    tables: a_cart_is_submitted_once_and_in_time, the_reseller_of_record_is_a_location_mpn_id_of_the_reseller, an_offer_is_sold_in_both_countries, a_quantity_keeps_the_limits_of_the_offer, an_order_attests_the_capacity_of_the_seller;
    tests: a_violation_names_its_order_line;
}

fn of(lines: Vec<OrderLine>) -> SubmitOrder {
    with(submit_order(), |sale| sale.lines = lines)
}

fn a_cart_is_submitted_once_and_in_time(cases: &mut Cases) {
    let cart_of = |time: &str| Cart { create_time: instant(time), ..cart() };
    let created = |time: &str| SubmitOrder { cart: Some(cart_of(time)), ..submit_order() };
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
            (
                "a submitted cart that is older",
                SubmitOrder {
                    cart: Some(Cart { submitted: true, ..cart_of("2023-09-01T12:00:00Z") }),
                    ..submit_order()
                },
                Denied(&[Reason::CartAlreadySubmitted]),
            ),
            ("no cart", SubmitOrder { cart: None, ..submit_order() }, Irrelevant),
        ],
    );
}

fn the_reseller_of_record_is_a_location_mpn_id_of_the_reseller(cases: &mut Cases) {
    let named = |known| {
        with(submit_order(), |sale| sale.reseller_mpn_id = Some(NamedMpnId { id: "5551".to_owned(), known }))
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
            ("an MPN ID that no account holds", location(None), Denied(&[Reason::MpnIdUnknown])),
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
    let more = |before, quantity| ChangeQuantity {
        held: held(before, &[]),
        ..with(change_quantity(), |sale| {
            sale.lines = vec![OrderLine { quantity, seat_min: 5, customer_seat_max: None, ..line() }];
        })
    };
    const OUT_OF_RANGE: &[Reason] = &[Reason::QuantityOutOfRange];
    cases.check(
        &SUB_08,
        [
            ("one more seat, fewer than the offer's minimum of new ones", more(50, 51), Allowed),
            ("as many seats again, above the maximum together", more(200, 400), Denied(OUT_OF_RANGE)),
            ("fewer seats, still above the maximum", more(600, 400), Allowed),
            ("fewer seats than the minimum", more(10, 4), Denied(OUT_OF_RANGE)),
        ],
    );
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
    let nobody_between = |sale: &mut Sale| (sale.reseller, sale.reseller_mpn_id) = (None, None);
    let attested = |capacity| SubmitOrder { capacity, ..submit_order() };
    cases.check(
        &SUB_09,
        [
            ("indirect with a reseller", submit_order(), Allowed),
            ("direct without a reseller", submit_direct_order(), Allowed),
            ("direct with a reseller", attested(Some(Capacity::Direct)), Denied(MISSING)),
            ("nothing attested", attested(None), Denied(MISSING)),
            (
                "indirect by a provider that names no reseller: SAL-01 refuses it",
                with(attested(Some(Capacity::Indirect)), nobody_between),
                Allowed,
            ),
            (
                "direct by a provider that names no reseller: SAL-01 refuses it",
                with(attested(Some(Capacity::Direct)), nobody_between),
                Allowed,
            ),
            (
                "nothing by a provider that names no reseller",
                with(attested(None), nobody_between),
                Denied(MISSING),
            ),
            (
                "direct where the setting needs no reseller",
                with(attested(Some(Capacity::Direct)), |sale| {
                    nobody_between(sale);
                    sale.reseller_required = false;
                }),
                Allowed,
            ),
            ("a reseller that submits", with(attested(None), |sale| sale.seller = fabrikam()), Irrelevant),
            ("an operator records an order", SubmitOrder { recorded: true, ..attested(None) }, Irrelevant),
        ],
    );
}
