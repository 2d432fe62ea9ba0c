//! A sale is a sale: every rule that refuses an order refuses an increase of seats too.

use crate::fixtures::*;
use csp_policy::boundaries::*;
use csp_policy::*;

registered! {
    tests: every_row_of_an_order_stands_at_every_sale, every_row_of_a_sale_is_broken_by_a_breach, a_broken_rule_of_an_order_is_broken_by_every_sale, a_reduction_breaks_no_rule_of_a_sale;
}

/// The rules of an order that concern no other sale: an increase has no cart and attests nothing.
const OF_ORDERS_ONLY: &[&str] = &["SUB-02", "SUB-09"];

/// A change of a sale.
type Change = fn(&mut Sale);

/// A change with the rule and the reason by which it is refused: one at least for every row of a sale.
const BREACHES: &[(&str, Reason, Change)] = &[
    ("SAL-01", Reason::ChainNotSupported, |sale| (sale.reseller, sale.reseller_mpn_id) = (None, None)),
    ("SAL-01", Reason::ResellerCannotOrder, |sale| sale.seller.kind = PartnerKind::IndirectReseller),
    ("ENR-11", Reason::PartnerNotEnrolled, |sale| sale.seller.enrollment = Enrollment::Pending),
    ("ENR-14", Reason::PartnerRestricted, |sale| sale.seller.standing = Standing::Restricted),
    ("ENR-14", Reason::PartnerSuspended, |sale| sale.seller.standing = Standing::Suspended),
    ("ENR-14", Reason::PartnerDeauthorized, |sale| sale.seller.standing = Standing::Deauthorized),
    ("AGR-04", Reason::ResellerNotOnboarded, |sale| reseller(sale, |reseller| reseller.onboarded = false)),
    ("RGN-02", Reason::CustomerOutOfRegion, |sale| sale.buyer.country = country("US")),
    ("RGN-04", Reason::CloudsDiffer, |sale| sale.buyer.cloud = Cloud::China),
    ("RGN-04", Reason::ChainNotInCloud, |sale| {
        sale.seller.cloud = Cloud::UsGovernment;
        sale.buyer.cloud = Cloud::UsGovernment;
        reseller(sale, |reseller| reseller.cloud = Cloud::UsGovernment);
    }),
    ("CUS-13", Reason::OrganizationContradicted, |sale| {
        sale.buyer.identifiers = vec![Identifier {
            kind: IdentifierKind::Domain,
            value: "fabrikam.example".to_owned(),
            holders: vec!["organizations/fabrikam".to_owned()],
        }];
    }),
    ("CUS-06", Reason::ResellerRelationshipMissing, |sale| sale.relationship_active = false),
    ("PSH-01", Reason::PartnershipNotActive, |sale| sale.partnership_active = false),
    ("SAL-02", Reason::ChainNotSupported, |sale| {
        (sale.reseller, sale.reseller_mpn_id) = (None, None);
        (sale.reseller_required, sale.buyer.is_partner) = (false, true);
    }),
    ("SAL-03", Reason::TenantIsCspTenant, |sale| {
        sale.buyer.csp_tenant_of = Some("partners/other".to_owned());
    }),
    ("SAL-04", Reason::SelfSale, |sale| sale.buyer.organization = Some(company("contoso"))),
    ("SAL-05", Reason::AffiliateSale, |sale| {
        sale.buyer.organization = Some(grouped("tailspin"));
        sale.seller.organization = grouped("contoso");
    }),
    ("AGR-01", Reason::PartnerAgreementUnsigned, |sale| sale.seller.agreement_since = None),
    ("AGR-02", Reason::PartnerAgreementUnsigned, |sale| {
        reseller(sale, |reseller| reseller.agreement_since = None);
    }),
    ("AGR-03", Reason::PartnerAgreementUnsigned, |sale| {
        reseller(sale, |reseller| reseller.agreement_since = None);
    }),
    ("CUS-10", Reason::CustomerAgreementMissing, |sale| sale.customer_agreement_since = None),
    ("PSH-13", Reason::MpnIdAmbiguous, |sale| {
        sale.reseller_account = Some(NamedAccount { name: "partners/fabrikam".to_owned(), locations: 2 });
    }),
    ("SUB-04", Reason::MpnIdUnknown, |sale| {
        sale.reseller_mpn_id = Some(NamedMpnId { id: "9".to_owned(), known: None });
    }),
    ("SUB-04", Reason::MpnIdNotALocation, |sale| mpn_id(sale, |known| known.kind = MpnKind::Global)),
    ("SUB-04", Reason::MpnIdNotAReseller, |sale| {
        mpn_id(sale, |known| known.partner = Some("partners/contoso".to_owned()));
    }),
    ("SUB-07", Reason::OfferNotInCountry, |sale| line(sale, |line| line.countries.clear())),
    ("SUB-08", Reason::QuantityOutOfRange, |sale| line(sale, |line| line.quantity = 301)),
    ("SUB-08", Reason::OfferLimitReached, |sale| line(sale, |line| line.customer_seat_max = Some(1))),
    ("SUB-08", Reason::PrerequisiteMissing, |sale| {
        line(sale, |line| line.prerequisites = vec!["offers/base".to_owned()]);
    }),
];

fn line(sale: &mut Sale, change: impl FnMut(&mut OrderLine)) {
    sale.lines.iter_mut().for_each(change);
}

fn mpn_id(sale: &mut Sale, change: impl FnOnce(&mut MpnId)) {
    change(sale.reseller_mpn_id.as_mut().unwrap().known.as_mut().unwrap());
}

fn reseller(sale: &mut Sale, change: impl FnOnce(&mut Partner)) {
    change(sale.reseller.as_mut().unwrap());
}

/// The rules that the act breaks, with the reasons.
fn broken<B: Boundary>(facts: B) -> Vec<(&'static str, Reason)> {
    let refused = decide(facts).err().map(|decision| decision.violations).unwrap_or_default();
    refused.iter().map(|violation| (violation.rule.id, violation.finding.reason)).collect()
}

/// The rules that refuse a sale at the boundary.
fn rules_of_sales<B: Boundary>() -> Vec<&'static str> {
    let rows = B::ROWS.iter().map(|row| row.rule.id);
    rows.filter(|id| BREACHES.iter().any(|(rule, ..)| rule == id)).collect()
}

fn every_row_of_an_order_stands_at_every_sale() {
    let order: Vec<&str> = SubmitOrder::ROWS.iter().map(|row| row.rule.id).collect();
    let of_sales: Vec<&str> = order.iter().copied().filter(|id| !OF_ORDERS_ONLY.contains(id)).collect();
    assert_eq!(rules_of_sales::<SubmitOrder>(), of_sales, "every rule of a sale has a breach");
    for other in [rules_of_sales::<ChangeQuantity>(), rules_of_sales::<UpgradeSubscription>()] {
        assert!(of_sales.iter().all(|id| other.contains(id)), "{other:?}");
    }
}

fn every_row_of_a_sale_is_broken_by_a_breach() {
    let orders: Vec<_> = BREACHES.iter().map(|(.., breach)| with(submit_order(), breach)).collect();
    for (at, row) in SubmitOrder::ROWS.iter().enumerate() {
        let is_broken = |order| matches!((row.judge)(order), Verdict::Violated(_));
        let is_of_orders = OF_ORDERS_ONLY.contains(&row.rule.id);
        assert!(is_of_orders || orders.iter().any(is_broken), "no breach for row {at}, {}", row.rule.id);
    }
}

fn a_broken_rule_of_an_order_is_broken_by_every_sale() {
    for (rule, reason, breach) in BREACHES {
        let order = SubmitOrder { cart: None, ..with(submit_order(), breach) };
        let refused = &(*rule, *reason);
        assert!(broken(order).contains(refused), "{refused:?} at SubmitOrder");
        assert!(broken(with(change_quantity(), breach)).contains(refused), "{refused:?} at ChangeQuantity");
        let upgrade = with(upgrade_subscription(), breach);
        assert!(broken(upgrade).contains(refused), "{refused:?} at UpgradeSubscription");
    }
}

fn a_reduction_breaks_no_rule_of_a_sale() {
    let breaches = BREACHES.iter().filter(|(rule, reason, _)| {
        // Who gives seats back, and to how many, is judged of a reduction too.
        !matches!((*rule, *reason), ("SUB-08", Reason::QuantityOutOfRange) | (_, Reason::ResellerCannotOrder))
    });
    for (rule, reason, breach) in breaches {
        let fewer = with(take_seats_back(), breach);
        assert_eq!(broken(fewer), [], "{rule} {reason}");
    }
}
