//! The pairs of calls that race with each other. Every schedule has a fact of its own.

mod accepted_partnership;
mod cancelled_base;
mod ended_hire;
mod enrolled_tenant;
mod exhausted_limit;
mod named_reseller;
mod reactivated_subscription;
mod removed_partnership;
mod removed_relationship;
mod suspended_partner;
mod withdrawn_access;

pub(crate) use accepted_partnership::AcceptedPartnership;
pub(crate) use cancelled_base::CancelledBase;
pub(crate) use ended_hire::{EndedHire, acts_after_expiry};
pub(crate) use enrolled_tenant::EnrolledTenant;
pub(crate) use exhausted_limit::ExhaustedLimit;
pub(crate) use named_reseller::NamedReseller;
pub(crate) use reactivated_subscription::ReactivatedSubscription;
pub(crate) use removed_partnership::RemovedPartnership;
pub(crate) use removed_relationship::RemovedRelationship;
pub(crate) use suspended_partner::SuspendedPartner;
pub(crate) use withdrawn_access::WithdrawnAccess;

use csp_proto::relationship::v1::{ListResellerRelationshipsRequest, RelationshipState};
use csp_proto::subscription::v1::{ListSubscriptionsRequest, SubscriptionState};
use csp_proto::r#type::v1::Attestation;
use csp_tests::{Party, Running, Seller, all_subscriptions, attested};

use crate::races::checker::{Relationship, Subscription};
use crate::races::runner::Schedule;

/// The seller of a lane: a direct-bill partner, or in every second lane a provider with a reseller.
async fn sellers(suite: &Running, lane: usize) -> (Seller, Option<Seller>) {
    if lane.is_multiple_of(2) {
        return (suite.direct_bill(&format!("litware{lane}"), "DE").await, None);
    }
    let provider = suite.provider(&format!("contoso{lane}"), "DE").await;
    let reseller = suite.reseller(&format!("fabrikam{lane}"), "FR").await;
    suite.partnership(&provider, &reseller).await;
    (provider, Some(reseller))
}

/// Who ends a relationship of the seller – the seller, the customer with that tenant or an operator – and the
/// statement that this party makes.
fn ender(
    suite: &Running,
    seller: &Seller,
    tenant: &str,
    schedule: &mut Schedule,
) -> (Party, Option<Attestation>) {
    match schedule.below(3) {
        0 => (seller.people.clone(), Some(attested())),
        1 => (suite.customer(tenant), None),
        _ => (suite.operator(), None),
    }
}

/// The seller's relationships with a customer.
async fn relationships(seller: &Seller, customer: &str, tenant: &str) -> Vec<Relationship> {
    let request = ListResellerRelationshipsRequest {
        parent: customer.to_owned(),
        filter: Some(csp_tests::every_relationship()),
        ..Default::default()
    };
    let listed = seller.people.relationship().list_reseller_relationships(request).await.unwrap();
    let own = listed.into_inner().relationships.into_iter().filter(|it| it.partner == seller.name);
    own.map(|it| Relationship {
        seller: it.partner.clone(),
        customer: it.customer.clone(),
        tenant: tenant.to_owned(),
        active: it.state() == RelationshipState::Active,
    })
    .collect()
}

/// The subscriptions sold to a customer.
async fn subscriptions(suite: &Running, customer: &str) -> Vec<Subscription> {
    let request = ListSubscriptionsRequest { parent: customer.to_owned(), ..all_subscriptions() };
    let listed = suite.operator().subscription().list_subscriptions(request).await.unwrap().into_inner();
    let sold = listed.subscriptions.into_iter();
    sold.map(|it| Subscription {
        seller: it.seller.clone(),
        customer: it.customer.clone(),
        offer: it.offer.clone(),
        seats: it.quantity,
        active: it.state() == SubscriptionState::Active,
    })
    .collect()
}
