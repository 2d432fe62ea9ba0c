//! A sale is a sale: every rule that refuses an order refuses an increase of seats too.

use crate::fixtures::*;
use csp_policy::boundaries::*;
use csp_policy::*;

registered! {
    tests: every_row_of_an_order_stands_at_every_sale, a_broken_rule_of_an_order_is_broken_by_every_sale, a_reduction_breaks_no_rule_of_a_sale;
}

/// The rules of an order that concern no other sale: an increase has no cart and attests nothing.
const OF_ORDERS_ONLY: &[&str] = &["SUB-02", "SUB-09"];

/// A change of a sale.
type Change = fn(&mut Sale);

/// A change that its rule refuses, for every rule of a sale.
const BREACHES: &[(&str, Change)] = &[
    ("SAL-01", |sale| (sale.reseller, sale.reseller_mpn_id) = (None, None)),
    ("ENR-11", |sale| sale.seller.enrollment = Enrollment::Pending),
    ("ENR-14", |sale| sale.seller.standing = Standing::Suspended),
    ("AGR-04", |sale| reseller(sale, |reseller| reseller.onboarded = false)),
    ("RGN-02", |sale| sale.buyer.country = country("US")),
    ("RGN-04", |sale| sale.buyer.cloud = Cloud::China),
    ("CUS-13", |sale| {
        sale.buyer.identifiers = vec![Identifier {
            kind: IdentifierKind::Domain,
            value: "fabrikam.example".to_owned(),
            holders: vec!["organizations/fabrikam".to_owned()],
        }];
    }),
    ("CUS-06", |sale| sale.relationship_active = false),
    ("PSH-01", |sale| sale.partnership_active = false),
    ("SAL-02", |sale| {
        (sale.reseller, sale.reseller_mpn_id) = (None, None);
        (sale.reseller_required, sale.buyer.is_partner) = (false, true);
    }),
    ("SAL-03", |sale| sale.buyer.csp_tenant_of = Some("partners/other".to_owned())),
    ("SAL-04", |sale| sale.buyer.organization = Some(company("contoso"))),
    ("SAL-05", |sale| {
        sale.buyer.organization = Some(grouped("tailspin"));
        sale.seller.organization = grouped("contoso");
    }),
    ("AGR-01", |sale| sale.seller.agreement_since = None),
    ("AGR-02", |sale| reseller(sale, |reseller| reseller.agreement_since = None)),
    ("AGR-03", |sale| reseller(sale, |reseller| reseller.agreement_since = None)),
    ("CUS-10", |sale| sale.customer_agreement_since = None),
    ("PSH-13", |sale| {
        sale.reseller_account = Some(NamedAccount { name: "partners/fabrikam".to_owned(), locations: 2 });
    }),
    ("SUB-04", |sale| sale.reseller_mpn_id = Some(NamedMpnId { id: "9".to_owned(), known: None })),
    ("SUB-07", |sale| sale.lines.iter_mut().for_each(|line| line.countries.clear())),
    ("SUB-08", |sale| sale.lines.iter_mut().for_each(|line| line.quantity = 301)),
];

fn reseller(sale: &mut Sale, change: impl FnOnce(&mut Partner)) {
    change(sale.reseller.as_mut().unwrap());
}

/// The rules that the act breaks.
fn broken<B: Boundary>(facts: B) -> Vec<&'static str> {
    let refused = decide(facts).err().map(|decision| decision.violations).unwrap_or_default();
    refused.iter().map(|violation| violation.rule.id).collect()
}

/// The rules that refuse a sale at the boundary.
fn rules_of_sales<B: Boundary>() -> Vec<&'static str> {
    let rows = B::ROWS.iter().map(|row| row.rule.id);
    rows.filter(|id| BREACHES.iter().any(|(rule, _)| rule == id)).collect()
}

fn every_row_of_an_order_stands_at_every_sale() {
    let order: Vec<&str> = SubmitOrder::ROWS.iter().map(|row| row.rule.id).collect();
    let of_sales: Vec<&str> = order.iter().copied().filter(|id| !OF_ORDERS_ONLY.contains(id)).collect();
    assert_eq!(rules_of_sales::<SubmitOrder>(), of_sales, "every rule of a sale has a breach");
    for other in [rules_of_sales::<ChangeQuantity>(), rules_of_sales::<UpgradeSubscription>()] {
        assert!(of_sales.iter().all(|id| other.contains(id)), "{other:?}");
    }
}

fn a_broken_rule_of_an_order_is_broken_by_every_sale() {
    for (rule, breach) in BREACHES {
        let order = SubmitOrder { cart: None, ..with(submit_order(), breach) };
        assert!(broken(order).contains(rule), "{rule} at SubmitOrder");
        assert!(broken(with(change_quantity(), breach)).contains(rule), "{rule} at ChangeQuantity");
        let upgrade = with(upgrade_subscription(), breach);
        assert!(broken(upgrade).contains(rule), "{rule} at UpgradeSubscription");
    }
}

fn a_reduction_breaks_no_rule_of_a_sale() {
    for (rule, breach) in BREACHES.iter().filter(|(rule, _)| *rule != "SUB-08") {
        let fewer = with(take_seats_back(), breach);
        assert_eq!(broken(fewer), Vec::<&str>::new(), "{rule}");
    }
}
