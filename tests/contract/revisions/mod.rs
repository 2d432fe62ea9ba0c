//! The decision about an order tells the revision of each fact that it was decided on: a change of the fact
//! changes its revision.

use std::collections::BTreeMap;

use csp_proto::customer::v1::SetCustomerOrganizationRequest;
use csp_proto::partner_registry::v1::Standing;
use csp_proto::relationship::v1::RevokeProviderAdminAccessRequest;
use csp_proto::subscription::v1::CancelSubscriptionRequest;
use csp_tests::{OfferTerms, Running, Seller, attested, company, draft, evidence, lines, submission};

struct Sale {
    suite: Running,
    contoso: Seller,
    fabrikam: Seller,
    partnership: String,
    tailspin: String,
}

async fn sale() -> Sale {
    let suite = Running::start().await;
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "FR").await);
    let partnership = suite.partnership(&contoso, &fabrikam).await;
    let tailspin = suite.customer_of("tailspin", "IT", &contoso, Some(&fabrikam)).await;
    suite.offer("e3").await;
    Sale { suite, contoso, fabrikam, partnership, tailspin }
}

impl Sale {
    /// The revisions of the decision about an order, as an operator reads them. What was sold is given back.
    async fn revisions(&self) -> BTreeMap<String, i64> {
        let order = draft(lines(&[("offers/e3", 3)]), Some(self.fabrikam.by_number()));
        let request = submission(&self.tailspin, order);
        let name = match self.contoso.people.subscription().submit_order(request).await {
            Ok(accepted) => {
                let accepted = accepted.into_inner();
                for sold in accepted.subscriptions {
                    let back = CancelSubscriptionRequest { name: sold.name, ..Default::default() };
                    self.contoso.people.subscription().cancel_subscription(back).await.unwrap();
                }
                accepted.decision.unwrap().name
            }
            Err(status) => csp_tests::Refusal::from(status).decision,
        };
        let decision = self.suite.operator().stored_decision(&name).await;
        decision.revisions.into_iter().map(|read| (read.resource, read.revision)).collect()
    }

    /// Asserts that `change` changes the revision of `resource` in the decision.
    async fn must_change(&self, resource: &str, change: impl AsyncFnOnce(&Sale)) {
        let before = self.revisions().await.get(resource).copied();
        assert!(before.is_some(), "the decision does not name {resource}");
        change(self).await;
        let after = self.revisions().await.get(resource).copied();
        assert!(after > before, "{resource}: {before:?}, then {after:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_fact_of_an_order_has_another_revision_in_the_decision() {
    let sale = sale().await;
    for partner in ["partners/contoso", "partners/fabrikam"] {
        sale.must_change(partner, async |sale: &Sale| {
            sale.suite.set_standing(partner, Standing::Restricted).await;
            sale.suite.set_standing(partner, Standing::Active).await;
        })
        .await;
    }
    sale.must_change("organizations/fabrikam", async |sale: &Sale| {
        let other = sale.suite.organization("wingtip", "FR").await;
        sale.suite.affiliates(&[&sale.fabrikam.organization, &other]).await;
    })
    .await;
    sale.must_change("customers/tailspin", async |sale: &Sale| {
        let other = sale.suite.organization("tailspin", "IT").await;
        let request = SetCustomerOrganizationRequest {
            name: sale.tailspin.clone(),
            organization: company(&other),
            evidence: Some(evidence("2026-11-20")),
            ..Default::default()
        };
        sale.suite.operator().customers().set_customer_organization(request).await.unwrap();
    })
    .await;
    sale.must_change(&sale.partnership, async |sale: &Sale| {
        let request =
            RevokeProviderAdminAccessRequest { name: sale.partnership.clone(), ..Default::default() };
        sale.fabrikam.people.relationship().revoke_provider_admin_access(request).await.unwrap();
    })
    .await;
    sale.must_change("offers/e3", async |sale: &Sale| {
        let terms = OfferTerms { countries: vec!["DE", "FR", "IT", "ES"], ..OfferTerms::default() };
        sale.suite.offer_on("e3", terms).await;
    })
    .await;
    let relationship = sale.contoso.relationship(&sale.tailspin).await;
    sale.must_change(&relationship, async |sale: &Sale| {
        sale.contoso.people.remove_relationship(&relationship, Some(attested())).await.unwrap();
    })
    .await;
}
