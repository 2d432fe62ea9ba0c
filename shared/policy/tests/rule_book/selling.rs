//! SAL-01 to SAL-05.

use crate::cases::{Cases, Expect::*};
use crate::fixtures::*;
use csp_policy::boundaries::{AcceptInvitation, InviteCustomer, SubmitOrder};
use csp_policy::rules::selling::*;
use csp_policy::*;

registered! {
    tables: only_two_chains_of_sellers_may_order, a_partner_buys_for_its_own_use_from_a_reseller_or_direct_bill, nothing_is_sold_to_a_csp_tenant, no_partner_sells_to_its_own_company, no_partner_sells_to_an_affiliate;
    tests: a_providers_order_without_a_reseller_carries_a_notice;
}

const UNSUPPORTED: &[Reason] = &[Reason::ChainNotSupported];

/// A provider orders without a reseller.
fn alone() -> SubmitOrder {
    SubmitOrder { seller: contoso(), ..submit_direct_order() }
}

fn only_two_chains_of_sellers_may_order(cases: &mut Cases) {
    let by_reseller = SubmitOrder { seller: fabrikam(), ..submit_direct_order() };
    cases.check(
        &SAL_01,
        [
            ("provider and reseller", submit_order(), Allowed),
            ("a direct-bill partner", submit_direct_order(), Allowed),
            ("a reseller orders", by_reseller, Denied(&[Reason::ResellerCannotOrder])),
            ("a provider without a reseller", alone(), Denied(UNSUPPORTED)),
            (
                "a provider without a reseller, allowed by the setting",
                SubmitOrder { require_reseller: false, ..alone() },
                Allowed,
            ),
            (
                "an operator records an order without a reseller",
                SubmitOrder { recorded: true, ..alone() },
                Allowed,
            ),
            (
                "a direct-bill partner with a reseller",
                SubmitOrder { seller: northwind(), ..submit_order() },
                Denied(UNSUPPORTED),
            ),
            (
                "a direct-bill partner in the reseller's place",
                SubmitOrder { reseller: Some(northwind()), ..submit_order() },
                Denied(UNSUPPORTED),
            ),
        ],
    );
}

fn a_providers_order_without_a_reseller_carries_a_notice() {
    let permit = decide(SubmitOrder { require_reseller: false, ..alone() }).unwrap();
    let notices: Vec<_> = permit.decision().advisories.iter().map(|notice| notice.reason).collect();
    assert_eq!(notices, [AdvisoryReason::NoResellerNamed]);
    assert!(decide(submit_order()).unwrap().decision().advisories.is_empty());
    assert!(decide(submit_direct_order()).unwrap().decision().advisories.is_empty());
}

fn a_partner_buys_for_its_own_use_from_a_reseller_or_direct_bill(cases: &mut Cases) {
    let own_use = || Buyer { is_partner: true, ..tailspin() };
    cases.check(
        &SAL_02,
        [
            ("through a reseller", SubmitOrder { buyer: own_use(), ..submit_order() }, Allowed),
            (
                "from a direct-bill partner",
                SubmitOrder { buyer: own_use(), ..submit_direct_order() },
                Allowed,
            ),
            (
                "from a provider, although the setting needs no reseller",
                SubmitOrder { buyer: own_use(), require_reseller: false, ..alone() },
                Denied(UNSUPPORTED),
            ),
            ("a buyer that is not a partner", submit_order(), Irrelevant),
        ],
    );
}

fn nothing_is_sold_to_a_csp_tenant(cases: &mut Cases) {
    const CSP_TENANT: &[Reason] = &[Reason::TenantIsCspTenant];
    let csp = || Buyer { csp_tenant_of: Some("partners/other".to_owned()), ..tailspin() };
    cases.check(
        &SAL_03,
        [
            ("a customer tenant", submit_order(), Allowed),
            ("a partner's CSP tenant", SubmitOrder { buyer: csp(), ..submit_order() }, Denied(CSP_TENANT)),
        ],
    );
    cases.check(
        &SAL_03,
        [("an unknown tenant", InviteCustomer { buyer: None, ..invite_customer() }, Irrelevant)],
    );
    cases.check(
        &SAL_03,
        [(
            "a CSP tenant that becomes known at acceptance",
            AcceptInvitation { buyer: csp(), ..accept_invitation() },
            Denied(CSP_TENANT),
        )],
    );
}

fn no_partner_sells_to_its_own_company(cases: &mut Cases) {
    let of = |id: &str| SubmitOrder {
        buyer: Buyer { organization: Some(company(id)), ..tailspin() },
        ..submit_order()
    };
    cases.check(
        &SAL_04,
        [
            ("another company", submit_order(), Allowed),
            ("the reseller's own company", of("fabrikam"), Denied(&[Reason::SelfSale])),
            ("the provider's own company", of("contoso"), Denied(&[Reason::SelfSale])),
            (
                "the reseller's own tenant, company undeclared",
                SubmitOrder {
                    buyer: Buyer { tenant: "fabrikam-csp".to_owned(), organization: None, ..tailspin() },
                    ..submit_order()
                },
                Denied(&[Reason::SelfSale]),
            ),
        ],
    );
}

fn no_partner_sells_to_an_affiliate(cases: &mut Cases) {
    let order = |buyer, seller| SubmitOrder {
        buyer: Buyer { organization: buyer, ..tailspin() },
        reseller: Some(Partner { organization: seller, ..fabrikam() }),
        ..submit_order()
    };
    cases.check(
        &SAL_05,
        [
            ("no group of affiliates", submit_order(), Allowed),
            (
                "buyer and reseller in one group",
                order(Some(grouped("tailspin")), grouped("fabrikam")),
                Denied(&[Reason::AffiliateSale]),
            ),
            ("one company in a group", order(Some(grouped("fabrikam")), grouped("fabrikam")), Allowed),
            ("a buyer outside the group", order(Some(company("tailspin")), grouped("fabrikam")), Allowed),
            ("an undeclared company", order(None, grouped("fabrikam")), Irrelevant),
        ],
    );
}
