//! The decision of a boundary tells the revision of each fact that it was decided on: a change of the fact
//! changes its revision.
//!
//! The property is complete in three ways. `types.rs` takes every fact type apart, so that a new field does
//! not compile unnoticed. A decision that names a resource of a kind without a row of its boundary fails, and
//! so does a decision that names the resource of a row that leaves its boundary out. A boundary that stops
//! naming the resource of its row fails.

mod fact;
mod scene;
mod types;

use std::collections::{BTreeMap, BTreeSet};

use csp_proto::r#type::v1::PartnerKind;
use csp_tests::{Refusal, Running};

use fact::Fact;
use scene::Act::{self, *};
use scene::{ACTS, Read, Scene};

/// The sales of the scene.
const SALES: &[Act] = &[SubmitOrder, SubmitCart, ChangeQuantity, UpgradeSubscription];
/// The acts that bring a reseller to a customer that is known already.
const JOINING: &[Act] = &[CreateCart, AssociateReseller, InviteCustomer, AcceptInvitation];
/// The acts of the hired partner.
const MANAGING: &[Act] = &[SetSupportContact, ReactivateSubscription];
/// The acts that take seats of the add-on.
const ADDING: &[Act] = &[SubmitOrder, SubmitCart, CreateCart, ChangeQuantity];

/// The facts in the order of their change, each with the boundaries that read it.
const ROWS: &[(Fact, &[&[Act]])] = &[
    (Fact::Number, &[&[SubmitOrder, SubmitCart, AssociateReseller]]),
    (Fact::Standing("contoso"), OF_SELLER),
    (Fact::Standing("fabrikam"), OF_RESELLER),
    (Fact::Standing("proseware"), &[MANAGING]),
    (Fact::Standing("litware"), &[&[RequestPartnership]]),
    (Fact::Standing("adatum"), &[&[AcceptPartnership]]),
    (Fact::Standing("woodgrove"), &[&[CreateCustomer]]),
    (Fact::Signature("contoso"), OF_SELLER),
    (Fact::Signature("fabrikam"), OF_RESELLER),
    (Fact::Signature("litware"), &[&[RequestPartnership]]),
    (Fact::Affiliation("contoso"), OF_SELLER),
    (Fact::Affiliation("fabrikam"), OF_RESELLER),
    (Fact::Affiliation("tailspin"), OF_BUYER),
    // The account that makes the buyer's company a partner; the accounts that have its domain and its
    // registration id.
    (Fact::Standing("tailspin"), OF_BUYER),
    (Fact::Standing("northwind"), OF_BUYER),
    (Fact::Standing("relecloud"), OF_BUYER),
    (Fact::Customer("tailspin"), &[SALES, JOINING]),
    (Fact::Customer("adatum"), &[&[CreateCustomer]]),
    (Fact::CustomerAgreement, &[SALES]),
    (Fact::Partnership, &[SALES, JOINING, &[CreateCustomer], MANAGING]),
    (Fact::TenantPartnership, &[&[CreateCustomer]]),
    (Fact::Offer("add-on"), &[ADDING]),
    (Fact::Offer("base"), &[&[UpgradeSubscription]]),
    (Fact::Offer("premium"), &[&[UpgradeSubscription]]),
    (Fact::Base, &[ADDING, &[UpgradeSubscription, AssociateReseller], MANAGING]),
    (Fact::Premium, &[ADDING, &[UpgradeSubscription]]),
    (Fact::AddOn(0), &[ADDING, &[UpgradeSubscription]]),
    (Fact::AddOn(1), &[ADDING, &[UpgradeSubscription]]),
    (Fact::Remaining, &[&[RemoveResellerRelationship]]),
    (Fact::Cart, &[&[SubmitCart]]),
    (Fact::Grant, &[MANAGING]),
    (Fact::OtherEdge, &[&[AcceptPartnership]]),
    (Fact::Request, &[&[AcceptPartnership]]),
    (Fact::Invitation, &[&[AcceptInvitation]]),
    (Fact::ResellerRelationship, &[SALES, &[CreateCart, AssociateReseller], MANAGING]),
    (Fact::SellerRelationship, &[SALES, &[CreateCart, AssociateReseller, ReactivateSubscription]]),
];
const OF_SELLER: &[&[Act]] =
    &[SALES, JOINING, &[CreateCustomer, RequestPartnership, AcceptPartnership], MANAGING];
const OF_RESELLER: &[&[Act]] = &[SALES, JOINING, &[CreateCustomer, SetSupportContact]];
const OF_BUYER: &[&[Act]] = &[SALES, JOINING, &[CreateCustomer]];

/// Kinds of resources that a boundary names, and that cannot change while the act can be decided.
const LASTING: &[(Act, &str)] = &[
    // The number of the reseller of record is associated for good.
    (ChangeQuantity, "mpnIds"),
    (UpgradeSubscription, "mpnIds"),
    // The relationship that would end.
    (RemoveResellerRelationship, "customers/resellerRelationships"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_fact_has_another_revision_in_the_decision_of_every_boundary_that_reads_it() {
    let scene = Scene::open().await;
    let mut kinds: BTreeSet<(Act, String)> =
        LASTING.iter().map(|(act, kind)| (*act, (*kind).to_owned())).collect();
    let (mut named, mut problems) = (BTreeSet::new(), Vec::new());
    let mut before = scene.read().await;
    for (fact, read_by) in ROWS {
        let resource = fact.resource(&scene).await;
        fact.change(&scene).await;
        let after = scene.read().await;
        let read_by: Vec<Act> = read_by.iter().copied().flatten().copied().collect();
        for act in ACTS {
            let (was, is) = (before[&act].get(&resource), after[&act].get(&resource));
            let holds = match (read_by.contains(&act), was, is) {
                (true, Some(was), Some(is)) => is > was,
                // A resource that the decision no longer names has changed too.
                (true, was, None) => was.is_some(),
                (true, None, Some(_)) => false,
                (false, was, is) => was.or(is).is_none(),
            };
            if !holds {
                problems.push(format!("{act:?}, {fact:?}: {resource} at {was:?}, then {is:?}"));
            }
        }
        kinds.extend(read_by.iter().map(|act| (*act, kind(&resource))));
        named.extend(kinds_named(&before));
        before = after;
    }
    named.extend(kinds_named(&before));
    problems.extend(named.symmetric_difference(&kinds).map(|(act, kind)| {
        let what = if named.contains(&(*act, kind.clone())) { "named without a row" } else { "never named" };
        format!("{act:?}: {kind} is {what}")
    }));
    assert!(problems.is_empty(), "{problems:#?}");
}

/// The boundaries with the kinds of resources that their decisions name.
fn kinds_named(read: &BTreeMap<Act, Read>) -> BTreeSet<(Act, String)> {
    read.iter().flat_map(|(act, read)| read.keys().map(|resource| (*act, kind(resource)))).collect()
}

/// The kind of a resource: its name without ids.
fn kind(resource: &str) -> String {
    let words: Vec<&str> = resource.split('/').step_by(2).collect();
    words.join("/")
}

/// A direct-bill account of the company signs: the signature covers the reseller account too (rule AGR-06).
#[tokio::test]
async fn a_decision_names_the_signature_that_covers_the_reseller_under_whichever_account_it_was_given() {
    let suite = Running::start().await;
    let contoso = suite.provider("contoso", "DE").await;
    let of_fabrikam = async |id: &str, kind| suite.unsigned_seller(id, "DE", kind, "fabrikam").await;
    let fabrikam = of_fabrikam("fabrikam", PartnerKind::IndirectReseller).await;
    let direct = of_fabrikam("fabrikam-direct", PartnerKind::DirectBill).await;
    suite.partnership(&contoso, &fabrikam).await;
    let tailspin = suite.customer_of("tailspin", "DE", &contoso, None).await;
    suite.offer("e3").await;
    let signatures = async || {
        let refused = contoso.order(&tailspin, Some(&fabrikam), "offers/e3", 1000).await.unwrap_err();
        let decision = suite.operator().stored_decision(&Refusal::from(refused).decision).await;
        let read =
            decision.revisions.into_iter().filter(|read| read.resource.starts_with("partners/fabrikam"));
        let read = read.filter(|read| read.resource.ends_with("/agreement"));
        read.map(|read| (read.resource, read.revision)).collect::<Vec<_>>()
    };
    assert_eq!(signatures().await, [("partners/fabrikam/agreement".to_owned(), 0)]);
    suite.sign(&direct).await;
    assert_eq!(signatures().await, [("partners/fabrikam-direct/agreement".to_owned(), 1)]);
}
