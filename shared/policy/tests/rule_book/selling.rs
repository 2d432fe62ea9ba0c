//! SAL-01 to SAL-05.

use crate::cases::{Cases, Expect::*};
use crate::fixtures::*;
use csp_policy::boundaries::{AcceptInvitation, AssociateReseller, InviteCustomer, SubmitOrder};
use csp_policy::rules::selling::*;
use csp_policy::*;

registered! {
    tables: only_two_chains_of_sellers_may_order, a_partner_buys_for_its_own_use_from_a_reseller_or_direct_bill, nothing_is_sold_to_a_csp_tenant, no_partner_sells_to_its_own_company, a_direct_bill_partner_associates_no_reseller, no_partner_sells_to_an_affiliate;
    tests: a_sale_without_a_reseller_or_through_one_that_does_not_serve_carries_a_notice;
}

const UNSUPPORTED: &[Reason] = &[Reason::ChainNotSupported];

/// A provider orders without a reseller.
fn alone() -> SubmitOrder {
    with(submit_direct_order(), |sale| sale.seller = contoso())
}

fn only_two_chains_of_sellers_may_order(cases: &mut Cases) {
    let by_reseller = with(submit_direct_order(), |sale| sale.seller = fabrikam());
    cases.check(
        &SAL_01,
        [
            ("provider and reseller", submit_order(), Allowed),
            ("a direct-bill partner", submit_direct_order(), Allowed),
            ("a reseller orders", by_reseller, Denied(&[Reason::ResellerCannotOrder])),
            ("a provider without a reseller", alone(), Denied(UNSUPPORTED)),
            (
                "a provider without a reseller, allowed by the setting",
                with(alone(), |sale| sale.reseller_required = false),
                Allowed,
            ),
            (
                "an operator records an order without a reseller",
                SubmitOrder { recorded: true, ..with(alone(), |sale| sale.reseller_required = false) },
                Allowed,
            ),
            (
                "a direct-bill partner with a reseller",
                with(submit_order(), |sale| sale.seller = northwind()),
                Denied(UNSUPPORTED),
            ),
            (
                "a direct-bill partner in the reseller's place",
                with(submit_order(), |sale| sale.reseller = Some(northwind())),
                Denied(UNSUPPORTED),
            ),
        ],
    );
}

fn a_sale_without_a_reseller_or_through_one_that_does_not_serve_carries_a_notice() {
    let permit = decide(with(alone(), |sale| sale.reseller_required = false)).unwrap();
    let notices: Vec<_> = permit.decision().advisories.iter().map(|notice| notice.reason).collect();
    assert_eq!(notices, [AdvisoryReason::NoResellerNamed]);
    let unserved = decide(with(submit_order(), |sale| sale.reseller_serves = false)).unwrap();
    let notices: Vec<_> = unserved.decision().advisories.iter().map(|notice| notice.reason).collect();
    assert_eq!(notices, [AdvisoryReason::ResellerDoesNotServeCustomer]);
    assert!(decide(submit_order()).unwrap().decision().advisories.is_empty());
    assert!(decide(submit_direct_order()).unwrap().decision().advisories.is_empty());
}

fn a_partner_buys_for_its_own_use_from_a_reseller_or_direct_bill(cases: &mut Cases) {
    let own_use = || Buyer { is_partner: true, ..tailspin() };
    cases.check(
        &SAL_02,
        [
            ("through a reseller", with(submit_order(), |sale| sale.buyer = own_use()), Allowed),
            (
                "from a direct-bill partner",
                with(submit_direct_order(), |sale| sale.buyer = own_use()),
                Allowed,
            ),
            (
                "from a provider, although the setting needs no reseller",
                with(alone(), |sale| {
                    sale.buyer = own_use();
                    sale.reseller_required = false;
                }),
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
            ("a partner's CSP tenant", with(submit_order(), |sale| sale.buyer = csp()), Denied(CSP_TENANT)),
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
    let of = |id: &str| {
        with(submit_order(), |sale| sale.buyer = Buyer { organization: Some(company(id)), ..tailspin() })
    };
    cases.check(
        &SAL_04,
        [
            ("another company", submit_order(), Allowed),
            ("the reseller's own company", of("fabrikam"), Denied(&[Reason::SelfSale])),
            ("the provider's own company", of("contoso"), Denied(&[Reason::SelfSale])),
            (
                "the reseller's own tenant, company undeclared",
                with(submit_order(), |sale| {
                    sale.buyer = Buyer { tenant: "fabrikam-csp".to_owned(), organization: None, ..tailspin() }
                }),
                Denied(&[Reason::SelfSale]),
            ),
        ],
    );
}

fn a_direct_bill_partner_associates_no_reseller(cases: &mut Cases) {
    let by =
        |seller: Partner| AssociateReseller { caller: agent_of(&seller), seller, ..associate_reseller() };
    cases.check(
        &SAL_01,
        [
            ("a provider associates a reseller", by(contoso()), Allowed),
            (
                "a direct-bill partner associates a reseller",
                by(northwind()),
                Denied(&[Reason::ChainNotSupported]),
            ),
            (
                "another partner associates a reseller",
                AssociateReseller { caller: agent_of(&fabrikam()), ..by(northwind()) },
                Irrelevant,
            ),
        ],
    );
}

fn no_partner_sells_to_an_affiliate(cases: &mut Cases) {
    let order = |buyer, seller| {
        with(submit_order(), |sale| {
            sale.buyer = Buyer { organization: buyer, ..tailspin() };
            sale.reseller = Some(Partner { organization: seller, ..fabrikam() });
        })
    };
    let associated = |organization| AssociateReseller {
        reseller: Some(Partner { organization, ..fabrikam() }),
        buyer: Buyer { organization: Some(grouped("tailspin")), ..tailspin() },
        ..associate_reseller()
    };
    cases.check(
        &SAL_05,
        [
            (
                "an affiliate as reseller of record",
                associated(grouped("fabrikam")),
                Denied(&[Reason::AffiliateSale]),
            ),
            ("another company as reseller of record", associated(company("fabrikam")), Allowed),
        ],
    );
    cases.check(
        &SAL_04,
        [(
            "the buyer's own company as reseller of record",
            associated(grouped("tailspin")),
            Denied(&[Reason::SelfSale]),
        )],
    );
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
