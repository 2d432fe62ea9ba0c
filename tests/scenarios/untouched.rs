//! Accepted acts leave existing business unchanged, byte for byte in the databases: PSH-10, PSH-12, AGR-08.
//! The tests of scenarios 2, 3 and 6 compare the databases in this way for MUL-02 to MUL-05.

use csp_proto::relationship::v1::AdminAccess;
use csp_proto::r#type::v1::PartnerKind;
use csp_tests::{Running, Seller, Stored, profile, refusal_of};

/// The tables that hold existing business.
const BUSINESS: &[&str] =
    &["customer", "customer_agreement", "reseller_relationship", "orders", "order_line", "subscription"];

/// A provider that sold to the customer tailspin through its reseller. The reseller also holds an admin grant
/// of tailspin.
async fn chain(suite: &Running) -> (Seller, Seller, String) {
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "FR").await);
    let partnership = suite.partnership(&contoso, &fabrikam).await;
    let tailspin = suite.customer_of("tailspin", "IT", &contoso, Some(&fabrikam)).await;
    let access = AdminAccess { roles: vec!["helpdesk-administrator".to_owned()], duration_days: 365 };
    let draft = contoso.invite("", Some(&fabrikam), Some(access)).await.unwrap().into_inner().draft.unwrap();
    suite.customer("tailspin.tenant").accept_invitation(&draft.link_token).await.unwrap();
    let offer = suite.offer("e3").await;
    contoso.order(&tailspin, Some(&fabrikam), &offer, 10).await.unwrap();
    (contoso, fabrikam, partnership)
}

#[tokio::test]
async fn the_removal_of_a_partnership_changes_no_customer_grant_or_subscription() {
    let suite = Running::start().await;
    let (contoso, fabrikam, partnership) = chain(&suite).await;
    let before = suite.stored().await;
    contoso.remove_partnership(&partnership).await.unwrap();

    let after = suite.stored().await;
    before.must_stand_in(&after, BUSINESS);
    before.must_stand_in(&after, &["admin_grant", "partner"]);
    let refused = contoso.order("customers/tailspin", Some(&fabrikam), "offers/e3", 1).await;
    assert!(refusal_of(refused).names("PSH-01"), "new business that names the reseller is refused");
}

#[tokio::test]
async fn a_new_partnership_changes_and_adds_no_customer_relationship() {
    let suite = Running::start().await;
    let (contoso, fabrikam, _) = chain(&suite).await;
    let (northwind, adatum) = (suite.provider("northwind", "DE").await, suite.reseller("adatum", "FR").await);
    let before = suite.stored().await;
    for (provider, reseller) in [(&northwind, &fabrikam), (&contoso, &adatum)] {
        suite.partnership(provider, reseller).await;
    }
    // The rows must be equal in both directions: no row changed, and no row was added.
    let edges = [BUSINESS, &["admin_grant"]].concat();
    assert_eq!(suite.stored().await.of(&edges), before.of(&edges));
    before.must_stand_in(&suite.stored().await, &edges);
}

/// A partner that never signs sells on 31 January 2020, the last day on which a sale needed no partner
/// agreement.
#[tokio::test]
async fn a_missing_signature_stops_new_business_only() {
    let suite = Running::start_at("2020-01-31T12:00:00Z").await;
    let litware = suite.unsigned_seller("litware", "DE", PartnerKind::DirectBill, "litware").await;
    litware.create_customer(profile("tailspin", "FR"), None).await.unwrap();
    let attestation = csp_proto::customer::v1::AgreementAttestation {
        accept_date: "2020-01-30".to_owned(),
        ..csp_tests::attestation()
    };
    let request = csp_proto::customer::v1::ConfirmCustomerAgreementRequest {
        name: "customers/tailspin/agreement".to_owned(),
        attestation: Some(attestation),
        ..Default::default()
    };
    litware.people.customers().confirm_customer_agreement(request).await.unwrap();
    let offer = suite.offer("e3").await;
    litware.order("customers/tailspin", None, &offer, 10).await.unwrap();
    let before = suite.stored().await;

    suite.set_clock("2020-03-01T12:00:00Z").await;
    assert!(refusal_of(litware.order("customers/tailspin", None, &offer, 1).await).names("AGR-01"));
    before.must_stand_in(&suite.stored().await, BUSINESS);
    before.must_stand_in(&suite.stored().await, &["partner"]);
}

/// Negative control: each statement changes one value of one row or deletes one row, and the comparison names
/// its table.
#[tokio::test]
async fn a_changed_value_is_noticed() {
    let suite = Running::start().await;
    chain(&suite).await;
    let changes = [
        ("subscription", "subscription", "UPDATE subscription SET term_end = term_end + 1"),
        ("subscription", "subscription", "UPDATE subscription SET reseller_mpn_id = reseller_mpn_id || ' '"),
        ("subscription", "subscription", "UPDATE subscription SET evidence_date = ''"),
        ("subscription", "orders", "UPDATE orders SET seller = 'partners/Contoso'"),
        ("subscription", "order_line", "DELETE FROM order_line"),
        (
            "relationship",
            "admin_grant",
            "UPDATE admin_grant SET end_time = end_time - 1 WHERE id = (SELECT MIN(id) FROM admin_grant)",
        ),
        ("customer", "customer", "UPDATE customer SET billing_address = NULL"),
        ("customer", "customer_agreement", "UPDATE customer_agreement SET revision = revision + 1"),
        ("partner-registry", "partner", "UPDATE partner SET standing = 'SUSPENDED' WHERE id = 'fabrikam'"),
    ];
    for (service, table, change) in changes {
        let before: Stored = suite.stored().await;
        suite.tamper(service, change).await;
        let after = suite.stored().await;
        let missing = before.missing_in(&after);
        assert_eq!(missing.iter().map(|(of, _)| *of).collect::<Vec<_>>(), [table], "{change}");
    }
}
