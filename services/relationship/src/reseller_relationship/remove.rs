//! A partner, a customer or an operator ends a reseller relationship: `RemoveResellerRelationship`.
//!
//! An order and the removal of the relationship must not interleave into a subscription without a
//! relationship (rule CUS-09). The guard row that orders use is in the subscription service's database, so
//! the removal spans two databases:
//!
//! ```text
//! 1. here: take the removal lease on the relationship, which keeps two removals apart
//! 2. subscription service: close the relationship for orders; refused while an active subscription depends
//!    on the relationship
//! 3. here: end the relationship, with its admin grants; if that fails, reopen the relationship for orders
//!    and release the lease
//! ```
//!
//! Steps 1 and 2 and their compensation are in `closing.rs`. A process that stops between steps 1 and 3
//! leaves its lease behind. A repeat of the same request takes the lease over at once, and any other removal
//! takes the lease over once the lease has expired. If neither arrives, a background task reopens the
//! relationship for orders.
//!
//! The removal of a provider's relationship does not end the relationships of its resellers: the customer
//! gave each relationship separately, and rule CUS-09 asks only about subscriptions that the ending partner
//! sold. Until the customer authorises the provider again, its resellers sell nothing, since an order needs
//! the provider's own relationship (rule CUS-06).

use std::sync::atomic::{AtomicBool, Ordering};

use csp_policy::boundaries::RemoveResellerRelationship;
use csp_policy::{Act, Party, Permit, Remaining};
use csp_proto::relationship::v1 as pb;
use csp_service::{Call, CustomersResource, Fault, Fields, Result, Run, etag};
use csp_store::Tx;
use jiff::Timestamp;

use super::closing::{Closing, Repeat};
use super::{COLLECTION, ResellerRelationship, read, table};
use crate::admin_grant::{self, AdminGrant};
use crate::relationship_type::{self, Kind};
use crate::{RelationshipService, good_faith};
use csp_service::wire::day_of;

/// The parsed request.
struct Command {
    name: CustomersResource,
    etag: String,
    text_version: Option<String>,
    reason: String,
}

impl TryFrom<&pb::RemoveResellerRelationshipRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::RemoveResellerRelationshipRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let name = fields.customers_resource("name", &request.name, COLLECTION);
        let text_version = good_faith::read(&mut fields, request.good_faith.as_ref());
        let reason = fields.text("reason", &request.reason, 1..=good_faith::REASON_CHARS_MAX);
        fields.finish(|| {
            Some(Command {
                name: name?,
                etag: request.etag.clone(),
                text_version: text_version?,
                reason: reason?,
            })
        })
    }
}

/// A preview takes a branch of its own: a preview must not close the relationship for orders, and without the
/// lease the ended relationship cannot be written. A relationship that ended before is not closed either.
pub(crate) async fn remove(
    service: &RelationshipService,
    call: &Call,
    request: pb::RemoveResellerRelationshipRequest,
) -> Result<pb::RemoveResellerRelationshipResponse> {
    let command = Command::try_from(&request)?;
    let run = service.book.run(call, &request)?;
    // Only the first try of a call may take over a lease. If every try did, two concurrent repeats could
    // displace each other forever.
    let may_take_over = AtomicBool::new(true);
    run.settle(|| async {
        let now = service.book.now();
        let before = read::visible(service, call, &command.name).await?;
        if !before.may_be_ended_by(&call.caller) {
            return Err(Fault::role_missing(call.method, "RESELLER CUSTOMER_GLOBAL_ADMIN OPERATOR"));
        }
        etag::check(&before.name(), &command.etag, before.row().revision)?;
        let mut relationship = before.clone();
        let by_partner = matches!(call.caller.party, Party::Partner { .. });
        let attested = command.text_version.clone().filter(|_| by_partner);
        relationship.end(command.reason.clone(), attested, now);
        let permit = run.decide(gather(service, call, &command, &before, now).await?)?;
        if run.is_dry() || relationship == before {
            return end(&run, permit, &before, &relationship, None, now).await;
        }
        let key = run.attempt().repeat_key();
        let takes_over = may_take_over.swap(false, Ordering::Relaxed);
        let closing =
            Closing::begin(service, call, &before, Repeat { key: key.as_deref(), takes_over }).await?;
        let ended = end(&run, permit, &before, &relationship, Some(&closing), now).await;
        if ended.is_err() {
            closing.abandon().await;
        }
        ended
    })
    .await
}

async fn gather(
    service: &RelationshipService,
    call: &Call,
    command: &Command,
    relationship: &ResellerRelationship,
    now: Timestamp,
) -> Result<RemoveResellerRelationship> {
    let remaining = match relationship.is_active() {
        true => service.subscriptions.count_active(call, relationship.key()).await?,
        // The subscriptions of an ended relationship rest on another one.
        false => Remaining::default(),
    };
    let revisions = [relationship.revision()].into_iter().chain(remaining.first.clone()).collect();
    Ok(RemoveResellerRelationship {
        act: Act { at: now, day: day_of(now), subject: relationship.name(), revisions },
        caller: call.caller.clone(),
        partner: relationship.row().partner.clone(),
        customer: relationship.row().customer.clone(),
        remaining,
        attested: command.text_version.is_some(),
    })
}

/// Ends the relationship in one transaction, after it was closed for orders. `closing` is `None` in a
/// preview, and when the relationship ended before.
async fn end(
    run: &Run<'_, pb::RemoveResellerRelationshipRequest>,
    permit: Permit<RemoveResellerRelationship>,
    before: &ResellerRelationship,
    relationship: &ResellerRelationship,
    closing: Option<&Closing<'_>>,
    now: Timestamp,
) -> Result<pb::RemoveResellerRelationshipResponse> {
    let mut write = run.write();
    let accepted = write.accept(permit, &relationship.name())?;
    write.tell(relationship.effect(before)?);
    if let Some(closing) = closing {
        let row = relationship.row();
        table::save_ended(&mut write, row, closing.since(), &accepted);
        relationship_type::take(&mut write, relationship.seller(), &row.customer_tenant, Kind::Customer, 1);
        for (given, ended) in ended_grants(&mut write, relationship, now).await? {
            admin_grant::table::save_ended(&mut write, ended.row(), &accepted);
            write.tell(ended.effect(&given, now)?);
        }
    }
    let (relationship, decision) = (Some(relationship.render()), Some(accepted.decision()));
    write.conclude(pb::RemoveResellerRelationshipResponse { relationship, decision }).await
}

/// The grants that end with the relationship, each before and after the removal. Grants that were revoked or
/// have expired stay unchanged.
async fn ended_grants(
    tx: &mut Tx,
    relationship: &ResellerRelationship,
    now: Timestamp,
) -> Result<Vec<(AdminGrant, AdminGrant)>> {
    let rows = admin_grant::table::of_relationship(tx.conn().await?, relationship.row()).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let given = AdminGrant::from(row);
            let mut ended = given.clone();
            ended.revoke(now);
            (ended != given).then_some((given, ended))
        })
        .collect())
}
