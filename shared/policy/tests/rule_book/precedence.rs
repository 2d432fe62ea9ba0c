//! A boundary reports every violated rule, in order of precedence.

use crate::cases::reasons;
use crate::fixtures::*;
use csp_policy::boundaries::*;
use csp_policy::*;

registered! {
    tests: an_act_that_keeps_every_rule_is_permitted, a_reseller_may_accept_a_partnership_before_it_signs, a_refusal_lists_every_violation_in_order_of_precedence, a_consequence_is_no_violation_of_its_own, a_reseller_buying_on_its_csp_tenant_breaks_psh_11_and_sal_03, a_reseller_buys_for_its_own_use_with_a_customer_tenant, a_permit_carries_its_decision;
}

fn an_act_that_keeps_every_rule_is_permitted() {
    assert_eq!(reasons(enroll_partner()), []);
    assert_eq!(reasons(associate_mpn_id()), []);
    assert_eq!(reasons(sign_partner_agreement()), []);
    assert_eq!(reasons(request_partnership()), []);
    assert_eq!(reasons(accept_partnership()), []);
    assert_eq!(reasons(remove_partnership()), []);
    assert_eq!(reasons(create_customer()), []);
    assert_eq!(reasons(invite_customer()), []);
    assert_eq!(reasons(accept_invitation()), []);
    assert_eq!(reasons(create_cart()), []);
    assert_eq!(reasons(update_cart()), []);
    assert_eq!(reasons(submit_order()), []);
    assert_eq!(reasons(submit_direct_order()), []);
    assert_eq!(reasons(change_quantity()), []);
    assert_eq!(reasons(take_seats_back()), []);
    assert_eq!(reasons(upgrade_subscription()), []);
    assert_eq!(reasons(associate_reseller()), []);
    assert_eq!(reasons(set_support_contact()), []);
    assert_eq!(reasons(suspend_subscription()), []);
    assert_eq!(reasons(cancel_subscription()), []);
}

fn a_reseller_may_accept_a_partnership_before_it_signs() {
    let unsigned = Partner { agreement_since: None, ..fabrikam() };
    assert_eq!(reasons(AcceptPartnership { reseller: unsigned, ..accept_partnership() }), []);
}

fn a_refusal_lists_every_violation_in_order_of_precedence() {
    let order = SubmitOrder {
        cart: Some(Cart { submitted: true, ..cart() }),
        capacity: None,
        ..with(submit_order(), |sale| {
            sale.seller = fabrikam();
            sale.reseller = None;
            sale.reseller_mpn_id = None;
            sale.buyer = Buyer { country: country("US"), ..tailspin() };
            sale.relationship_active = false;
            sale.customer_agreement_since = None;
            sale.lines = vec![OrderLine { quantity: 0, ..line() }];
        })
    };
    use Reason::*;
    assert_eq!(
        reasons(order),
        [
            ResellerCannotOrder,
            CartAlreadySubmitted,
            CustomerOutOfRegion,
            ResellerRelationshipMissing,
            CustomerAgreementMissing,
            OfferNotInCountry,
            QuantityOutOfRange,
        ]
    );
}

fn a_consequence_is_no_violation_of_its_own() {
    let unpartnered = |sale: &mut Sale| sale.partnership_active = false;
    let by_direct_bill = with(submit_order(), |sale| sale.seller = northwind());
    assert_eq!(reasons(with(by_direct_bill, unpartnered)), [Reason::ChainNotSupported]);
    let unnamed = with(submit_order(), |sale| (sale.reseller, sale.reseller_mpn_id) = (None, None));
    assert_eq!(reasons(unnamed), [Reason::ChainNotSupported]);
    let associated_by_direct_bill = AssociateReseller {
        caller: agent_of(&northwind()),
        seller: northwind(),
        partnership_active: false,
        ..associate_reseller()
    };
    assert_eq!(reasons(associated_by_direct_bill), [Reason::ChainNotSupported]);
    let associated_by_another = AssociateReseller {
        caller: agent_of(&fabrikam()),
        partnership_active: false,
        ..associate_reseller()
    };
    assert_eq!(reasons(associated_by_another), [Reason::ResellerCannotOrder]);
    let of_no_reseller =
        AssociateReseller { reseller: Some(northwind()), partnership_active: false, ..associate_reseller() };
    assert_eq!(reasons(of_no_reseller), [Reason::MpnIdNotAReseller]);
    let closed = CancelSubscription {
        state: SubscriptionState::Expired,
        held: held(10, &[]),
        ..cancel_subscription()
    };
    assert_eq!(reasons(closed), [Reason::SubscriptionNotActive]);
}

fn a_reseller_buying_on_its_csp_tenant_breaks_psh_11_and_sal_03() {
    let own = Buyer {
        tenant: "woodgrove-csp".to_owned(),
        csp_tenant_of: Some("partners/woodgrove".to_owned()),
        is_partner: true,
        ..tailspin()
    };
    let create =
        CreateCustomer { buyer: own, other_edge: Some("partnerships/9".to_owned()), ..create_customer() };
    assert_eq!(reasons(create), [Reason::RelationshipTypeConflict, Reason::TenantIsCspTenant]);
}

fn a_reseller_buys_for_its_own_use_with_a_customer_tenant() {
    let own_use = || Buyer { organization: Some(company("woodgrove")), is_partner: true, ..tailspin() };
    let another_tenant = with(submit_order(), |sale| sale.buyer = own_use());
    let another_partner = with(submit_direct_order(), |sale| sale.buyer = own_use());
    assert_eq!(reasons(another_tenant), []);
    assert_eq!(reasons(another_partner), []);
}

fn a_permit_carries_its_decision() {
    let revisions = vec![Revision::undated("partners/contoso", 7)];
    let act = Act { revisions: revisions.clone(), ..act("orders/1") };
    let permit = decide(SubmitOrder { act, ..submit_order() }).unwrap();
    assert_eq!(permit.subject(), "orders/1");
    let decision = permit.decision();
    assert!(decision.is_accepted());
    assert_eq!((decision.boundary, decision.day), ("SubmitOrder", today()));
    assert_eq!(decision.revisions, revisions);
}
