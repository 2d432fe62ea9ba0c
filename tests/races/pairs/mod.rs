//! The pairs of calls that race with each other. Every schedule has a fact of its own.

mod accepted_partnership;
mod removed_relationship;
mod ended_hire;
mod enrolled_tenant;
mod named_reseller;
mod removed_partnership;
mod suspended_partner;
mod withdrawn_access;

pub(crate) use accepted_partnership::AcceptedPartnership;
pub(crate) use ended_hire::{EndedHire, acts_after_expiry};
pub(crate) use enrolled_tenant::EnrolledTenant;
pub(crate) use named_reseller::NamedReseller;
pub(crate) use removed_partnership::RemovedPartnership;
pub(crate) use removed_relationship::RemovedRelationship;
pub(crate) use suspended_partner::SuspendedPartner;
pub(crate) use withdrawn_access::WithdrawnAccess;

use csp_proto::relationship::v1::{ListResellerRelationshipsRequest, RelationshipState};
use csp_proto::subscription::v1::{ListSubscriptionsRequest, SubscriptionState};
use csp_tests::{Running, Seller, all_subscriptions};

use crate::races::checker::{Relationship, Subscription};

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
        active: it.state() == SubscriptionState::Active,
    })
    .collect()
}
