//! RGN-01 to RGN-04, and the table of countries.

use crate::cases::{Cases, Expect::*, day};
use crate::fixtures::*;
use csp_policy::boundaries::*;
use csp_policy::rules::region::*;
use csp_policy::*;

registered! {
    tables: a_partnership_stays_within_one_region, a_partner_sells_only_within_its_region, a_partner_enrols_only_in_a_country_with_a_region, all_parties_of_a_sale_are_in_one_cloud;
    tests: the_refusal_of_a_partnership_names_both_regions, the_market_table_has_244_countries, every_region_has_a_country, a_country_may_have_several_or_no_known_currencies, a_country_is_two_upper_case_letters;
}

fn in_country(code: &str, partner: Partner) -> Partner {
    Partner { country: country(code), ..partner }
}

fn a_partnership_stays_within_one_region(cases: &mut Cases) {
    const DIFFERENT: &[Reason] = &[Reason::PartnersInDifferentRegions];
    let between = |provider: &str, reseller: &str, on: &str| RequestPartnership {
        act: crate::fixtures::on(on),
        provider: in_country(provider, contoso()),
        reseller: in_country(reseller, fabrikam()),
    };
    cases.check(
        &RGN_01,
        [
            ("two countries of Europe", between("IT", "FR", "2023-10-02"), Allowed),
            ("Europe and the United States", between("IT", "US", "2023-10-02"), Denied(DIFFERENT)),
            ("Guam before its change of region", between("US", "GU", "2023-08-16"), Denied(DIFFERENT)),
            ("Guam after its change of region", between("US", "GU", "2023-08-17"), Allowed),
            ("two countries without a region", between("RU", "BY", "2023-08-17"), Denied(DIFFERENT)),
        ],
    );
}

fn the_refusal_of_a_partnership_names_both_regions() {
    let act = RequestPartnership {
        provider: contoso(),
        reseller: in_country("US", fabrikam()),
        ..request_partnership()
    };
    let refused = decide(act).unwrap_err();
    assert_eq!(
        refused.violations[0].finding.message,
        "reseller `partners/fabrikam` in region `United States` cannot become a reseller of `partners/contoso` \
         in region `Europe`: a partnership stays within one CSP region"
    );
}

fn a_partner_sells_only_within_its_region(cases: &mut Cases) {
    const OUT: &[Reason] = &[Reason::CustomerOutOfRegion];
    let to =
        |code: &str| with(submit_order(), |sale| sale.buyer = Buyer { country: country(code), ..tailspin() });
    cases.check(
        &RGN_02,
        [
            ("a customer in France", to("FR"), Allowed),
            (
                "a customer in the United States: neither seller is there",
                to("US"),
                Denied(&[Reason::CustomerOutOfRegion, Reason::CustomerOutOfRegion]),
            ),
            (
                "only the reseller is in another region",
                with(submit_order(), |sale| sale.reseller = Some(in_country("US", fabrikam()))),
                Denied(OUT),
            ),
        ],
    );
    let unknown = InviteCustomer { buyer: None, ..invite_customer() };
    cases.check(&RGN_02, [("an unknown tenant", unknown, Irrelevant)]);
}

fn a_partner_enrols_only_in_a_country_with_a_region(cases: &mut Cases) {
    const NONE: &[Reason] = &[Reason::CountryHasNoCspRegion];
    let enrol =
        |code: &str, day: &str| EnrollPartner { act: on(day), country: country(code), ..enroll_partner() };
    cases.check(
        &RGN_03,
        [
            ("Italy", enrol("IT", "2023-10-02"), Allowed),
            ("Russia before it left", enrol("RU", "2023-08-16"), Allowed),
            ("Russia after it left", enrol("RU", "2023-08-17"), Denied(NONE)),
            ("China before it joined", enrol("CN", "2023-08-16"), Denied(NONE)),
            ("China after it joined", enrol("CN", "2023-08-17"), Allowed),
            ("a country that no source document lists", enrol("KP", "2023-10-02"), Denied(NONE)),
        ],
    );
    let accepted = |code: &str| {
        let mut accepted = accept_invitation();
        accepted.buyer.country = country(code);
        accepted
    };
    cases.check(
        &RGN_03,
        [
            ("a customer in Italy accepts", accepted("IT"), Allowed),
            ("a customer in Russia accepts", accepted("RU"), Denied(NONE)),
        ],
    );
}

fn all_parties_of_a_sale_are_in_one_cloud(cases: &mut Cases) {
    let clouds = |seller, reseller, buyer| {
        with(submit_order(), |sale| {
            sale.seller = Partner { cloud: seller, ..contoso() };
            sale.reseller = Some(Partner { cloud: reseller, ..fabrikam() });
            sale.buyer = Buyer { cloud: buyer, ..tailspin() };
        })
    };
    use Cloud::*;
    cases.check(
        &RGN_04,
        [
            ("all in the global cloud", clouds(Global, Global, Global), Allowed),
            ("all in one national cloud", clouds(Germany, Germany, Germany), Allowed),
            ("a customer in another cloud", clouds(Global, Global, China), Denied(&[Reason::CloudsDiffer])),
            (
                "a reseller in another cloud",
                clouds(Germany, Global, Germany),
                Denied(&[Reason::CloudsDiffer]),
            ),
            (
                "a reseller in the US Government cloud",
                clouds(UsGovernment, UsGovernment, UsGovernment),
                Denied(&[Reason::ChainNotInCloud]),
            ),
        ],
    );
    let direct = with(submit_direct_order(), |sale| {
        sale.seller = Partner { cloud: UsGovernment, ..northwind() };
        sale.buyer = Buyer { cloud: UsGovernment, ..tailspin() };
    });
    cases.check(&RGN_04, [("direct-bill in the US Government cloud", direct, Allowed)]);
    let alone = InviteCustomer { reseller: None, buyer: None, ..invite_customer() };
    cases.check(&RGN_04, [("one party alone", alone, Irrelevant)]);
}

fn the_market_table_has_244_countries() {
    let with_region = |on: &str| countries().filter(|country| region_of(*country, day(on)).is_some()).count();
    assert_eq!(countries().count(), 244);
    assert_eq!(with_region("2023-08-16"), 243);
    assert_eq!(with_region("2023-08-17"), 242);
}

fn every_region_has_a_country() {
    for region in Region::ALL {
        let held = countries().any(|country| {
            [day("2023-08-16"), day("2023-08-17")].iter().any(|on| region_of(country, *on) == Some(*region))
        });
        assert!(held, "{region} has no country");
    }
}

fn a_country_may_have_several_or_no_known_currencies() {
    assert_eq!(currencies(country("BR"), day("2023-08-16")), ["USD"]);
    assert_eq!(currencies(country("BR"), day("2023-08-17")), ["USD", "BRL"]);
    assert!(currencies(country("VA"), today()).is_empty(), "the source documents name no currency");
    assert!(currencies(country("RU"), today()).is_empty(), "a country without a region");
}

fn a_country_is_two_upper_case_letters() {
    assert_eq!(Country::try_from("IT").unwrap().as_str(), "IT");
    for text in ["", "I", "it", "It", "ITA", "I1", "È"] {
        assert_eq!(Country::try_from(text), Err(InvalidCountry), "{text}");
    }
}
