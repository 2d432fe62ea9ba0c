//! A partner, a customer or an operator ends a reseller relationship: `RemoveResellerRelationship`.
//!
//! Orders and this end must not interleave into a subscription without a relationship (rule CUS-09). Orders
//! are guarded in the subscription service's database, so the end goes over two databases:
//!
//! ```text
//! 1. mark the relationship as closing, here: two ends of it are kept apart
//! 2. close it for orders, there: refused while an active subscription rests on it
//! 3. end it here, with its admin grants; or, when that fails, open it there and take the mark back
//! ```
//!
//! 1 and 2, and the way back, are in `closing.rs`. A process that stops between 1 and 3 leaves a mark: a repeat of the
//! same request takes it over at once, another removal once it is old; or else the relationship is opened again.
//!
//! The end of a provider's relationship leaves those of its resellers: the customer gave each for itself, and
//! rule CUS-09 asks only for what the ending partner sold. Nothing is sold through them meanwhile, since an
//! order needs the provider's own (rule CUS-06); should the customer authorise the provider again, they serve as
//! before.

use std::sync::atomic::{AtomicBool, Ordering};

use csp_policy::boundaries::RemoveResellerRelationship;
use csp_policy::{Act, Party, Permit};
use csp_proto::relationship::v1 as pb;
use csp_service::{Call, Fault, Fields, Result, Run, etag};
use csp_store::Tx;
use jiff::Timestamp;

use super::closing::{Closing, Repeat};
use super::{COLLECTION, ResellerRelationship, TYPE, read, table};
use crate::admin_grant::{self, AdminGrant};
use crate::relationship_type::{self, Kind};
use crate::{RelationshipService, good_faith_statement};
use csp_service::wire::day_of;

/// What the remover wants, well formed.
struct Command {
    name: String,
    etag: String,
    attestation_version: Option<String>,
    reason: String,
}

impl TryFrom<&pb::RemoveResellerRelationshipRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::RemoveResellerRelationshipRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let name = fields.resource_name("name", &request.name, COLLECTION);
        let attestation_version = good_faith_statement::read(&mut fields, request.good_faith.as_ref());
        let reason = fields.text("reason", &request.reason, 1..=good_faith_statement::REASON_CHARS_MAX);
        fields.finish(|| {
            Some(Command {
                name: name?,
                etag: request.etag.clone(),
                attestation_version: attestation_version?,
                reason: reason?,
            })
        })
    }
}

/// Keeps a branch of its own for requests that only validate: they must not close the relationship for orders, and with
/// nothing closed there is nothing to end.
pub(crate) async fn remove(
    service: &RelationshipService,
    call: &Call,
    request: pb::RemoveResellerRelationshipRequest,
) -> Result<pb::RemoveResellerRelationshipResponse> {
    let command = Command::try_from(&request)?;
    let run = service.book.run(call, &request)?;
    // Only the first mark of a call may take over: two repeats at the same time would displace each other for ever.
    let may_take_over = AtomicBool::new(true);
    run.settle(|| async {
        let now = service.book.now();
        let before = read::visible(service, call, &command.name).await?;
        if !before.may_be_ended_by(&call.caller) {
            return Err(Fault::not_found(TYPE, &command.name));
        }
        etag::check(&command.name, &command.etag, before.row().revision)?;
        let mut relationship = before.clone();
        let by_partner = matches!(call.caller.party, Party::Partner { .. });
        let attested = command.attestation_version.clone().filter(|_| by_partner);
        relationship.end(command.reason.clone(), attested, now)?;
        let permit = run.decide(gather(service, call, &command, &before, now).await?)?;
        if run.is_dry() {
            return end(&run, permit, &before, &relationship, None, now).await;
        }
        let key = run.attempt().repeat_key();
        let takes_over = may_take_over.swap(false, Ordering::Relaxed);
        let closing =
            Closing::begin(service, call, &before, Repeat { key: key.as_deref(), takes_over }).await?;
        let ended = end(&run, permit, &before, &relationship, Some(&closing), now).await;
        if ended.is_err() {
            closing.give_up().await;
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
    let active = service.subscriptions.count_active(call, relationship.key()).await?;
    Ok(RemoveResellerRelationship {
        act: Act { day: day_of(now), subject: relationship.name(), revisions: vec![relationship.revision()] },
        caller: call.caller.clone(),
        partner: relationship.row().partner.clone(),
        customer: relationship.row().customer.clone(),
        active_subscriptions: active,
        attested: command.attestation_version.is_some(),
    })
}

/// Ends the relationship in one transaction, once it is closed for orders.
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

/// The grants that end with the relationship, before and after; one that has ended by itself stays as it is.
async fn ended_grants(
    tx: &mut Tx,
    relationship: &ResellerRelationship,
    now: Timestamp,
) -> Result<Vec<(AdminGrant, AdminGrant)>> {
    let rows = admin_grant::table::of_relationship(tx.conn().await?, &relationship.name()).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let given = AdminGrant::from(row);
            let mut ended = given.clone();
            ended.revoke(now).ok().map(|()| (given, ended))
        })
        .collect())
}
