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
//! A process that stops between 1 and 3 leaves a mark: once it is older than [`CLOSING_LIFE`], the next removal
//! takes over, or [`reopen_abandoned`] opens the relationship again. The mark shows nowhere and changes no
//! revision, so it has no journal entry.
//!
//! The end of a provider's relationship leaves those of its resellers: the customer gave each for itself, and
//! rule CUS-09 asks only for what the ending partner sold. Nothing is sold through them meanwhile, since an
//! order needs the provider's own (rule CUS-06); should the customer authorise the provider again, they serve as
//! before.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use csp_policy::boundaries::RemoveResellerRelationship;
use csp_policy::{Party, Permit, decide};
use csp_proto::relationship::v1 as pb;
use csp_service::peers::Closing;
use csp_service::{Attempt, Call, Fault, Fields, Result, etag, races};
use csp_store::Tx;
use jiff::{SignedDuration, Timestamp};

use crate::admin_grant::AdminGrant;
use crate::remove_partnership::REASON_CHARS_MAX;
use crate::reseller_relationship::{COLLECTION, ResellerRelationship, TYPE};
use crate::store::relationship_type::{self, Kind};
use crate::time::day_of;
use crate::{Relationship, good_faith, read_reseller_relationships, store};

/// After this time an end that is under way counts as abandoned: longer than any call lasts.
const CLOSING_LIFE: SignedDuration = SignedDuration::from_mins(5);
/// Abandoned ends that are taken back at once, at most.
const REOPENED_MAX: i64 = 100;
/// How long a removal that finds another one's mark waits before it is tried again: the other is at a peer call.
const MARK_WAIT: Duration = Duration::from_millis(25);

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
        let attestation_version = good_faith::read(&mut fields, request.good_faith.as_ref());
        let reason = fields.text("reason", &request.reason, 1..=REASON_CHARS_MAX);
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

pub(crate) async fn remove_reseller_relationship(
    service: &Relationship,
    call: &Call,
    request: pb::RemoveResellerRelationshipRequest,
) -> Result<pb::RemoveResellerRelationshipResponse> {
    let command = Command::try_from(&request)?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    // Each try marks by an instant of its own, even where the clock stands still: what an earlier one gave up is
    // given up for good.
    let tries = AtomicI64::new(0);
    let run = || run(service, call, &command, &attempt, tries.fetch_add(1, Ordering::Relaxed));
    service.book.settle(&attempt, run).await
}

async fn run(
    service: &Relationship,
    call: &Call,
    command: &Command,
    attempt: &Attempt,
    earlier_tries: i64,
) -> Result<pb::RemoveResellerRelationshipResponse> {
    let book = &service.book;
    if let Some(answer) = book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let now = book.now();
    let before = read_reseller_relationships::seen(service, call, &command.name).await?;
    if !before.may_be_ended_by(&call.caller) {
        return Err(Fault::not_found(TYPE, &command.name));
    }
    etag::check(&command.name, &command.etag, before.row().revision)?;
    let mut relationship = before.clone();
    let by_partner = matches!(call.caller.party, Party::Partner { .. });
    let attested = command.attestation_version.clone().filter(|_| by_partner);
    relationship.end(command.reason.clone(), attested, now)?;
    let facts = gather(service, call, command, &before, now).await?;
    let permit = decide(facts).map_err(|refused| book.refuse(call, attempt, refused))?;
    if attempt.validates_only() {
        return Ok(pb::RemoveResellerRelationshipResponse {
            relationship: Some(relationship.render()),
            decision: Some(book.preview(&permit)),
        });
    }

    // After this point only a lost race can refuse.
    let mark = now.as_microsecond().saturating_add(earlier_tries);
    close(service, call, &before, mark).await?;
    let ended = end(service, call, attempt, permit, &before, &relationship, mark, now).await;
    if ended.is_err() {
        reopen(service, call, &before, mark).await;
    }
    ended
}

async fn gather(
    service: &Relationship,
    call: &Call,
    command: &Command,
    relationship: &ResellerRelationship,
    now: Timestamp,
) -> Result<RemoveResellerRelationship> {
    let active = service.subscriptions.count_active(call, relationship.key()).await?;
    Ok(RemoveResellerRelationship {
        day: day_of(now),
        subject: relationship.name(),
        revisions: vec![relationship.revision()],
        caller: call.caller.clone(),
        partner: relationship.row().partner.clone(),
        customer: relationship.row().customer.clone(),
        active_subscriptions: u64::try_from(active).unwrap_or_default(),
        attested: command.attestation_version.is_some(),
    })
}

/// Marks the relationship and closes it for orders. An order that came first is a lost race: the facts are read
/// again, and count it.
async fn close(
    service: &Relationship,
    call: &Call,
    relationship: &ResellerRelationship,
    mark: i64,
) -> Result<()> {
    match save_mark(service, relationship, mark).await {
        Ok(()) => {}
        Err(Fault::LostRace { resource }) => {
            await_other_end(call).await;
            return Err(Fault::LostRace { resource });
        }
        Err(fault) => {
            // Nobody knows whether it was marked: a mark that stayed would keep every end away until it is old.
            // Nothing was closed yet, so without the mark the command may start again.
            return match take_mark_back(service, call, relationship, mark).await {
                Ok(()) if matches!(fault, Fault::StoreUnavailable) => Err(Fault::StoreDisconnected),
                Ok(()) => Err(fault),
                Err(failed) => {
                    tracing::warn!(fault = ?failed, relationship = relationship.name(), "a mark may stay");
                    Err(fault)
                }
            };
        }
    }
    match service.subscriptions.close_edge(call, relationship.key(), mark).await {
        Ok(Closing::Closed) => Ok(()),
        Ok(Closing::Held(_)) => {
            take_mark_back(service, call, relationship, mark).await?;
            Err(Fault::lost_race(relationship.name()))
        }
        Err(fault) => {
            // Nobody knows whether it was closed.
            reopen(service, call, relationship, mark).await;
            Err(fault)
        }
    }
}

/// Gives another end of the relationship time to finish. Unlike other races this one is lost to a writer that is
/// still at work, so that tries at once would be used up on the same mark.
async fn await_other_end(call: &Call) {
    tokio::time::sleep(call.remaining().map_or(MARK_WAIT, |left| left.min(MARK_WAIT))).await;
}

/// Ends the relationship in one transaction.
#[expect(clippy::too_many_arguments, reason = "the last step of one command, which has them all")]
async fn end(
    service: &Relationship,
    call: &Call,
    attempt: &Attempt,
    permit: Permit<RemoveResellerRelationship>,
    before: &ResellerRelationship,
    relationship: &ResellerRelationship,
    mark: i64,
    now: Timestamp,
) -> Result<pb::RemoveResellerRelationshipResponse> {
    let book = &service.book;
    let mut tx = book.store.write();
    let accepted = book.accept(&mut tx, call, attempt, permit, &relationship.name())?;
    let row = relationship.row();
    store::reseller_relationship::save_ended(&mut tx, row, mark, &accepted);
    relationship_type::take(&mut tx, relationship.seller(), &row.customer_tenant, Kind::Customer, 1);
    let mut effects = vec![relationship.effect(before)?];
    for (given, ended) in ended_grants(&mut tx, relationship, now).await? {
        store::admin_grant::save_ended(&mut tx, ended.row(), &accepted);
        effects.push(ended.effect(&given, now)?);
    }
    let response = pb::RemoveResellerRelationshipResponse {
        relationship: Some(relationship.render()),
        decision: Some(accepted.decision()),
    };
    book.conclude(tx, call, attempt, Some(accepted.decision_id()), effects, &response).await?;
    Ok(response)
}

/// The grants that end with the relationship, before and after; one that has ended by itself stays as it is.
async fn ended_grants(
    tx: &mut Tx,
    relationship: &ResellerRelationship,
    now: Timestamp,
) -> Result<Vec<(AdminGrant, AdminGrant)>> {
    let rows = store::admin_grant::of_relationship(tx.conn().await?, &relationship.name()).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let given = AdminGrant::from(row);
            let mut ended = given.clone();
            ended.revoke(now).ok().map(|()| (given, ended))
        })
        .collect())
}

/// Opens the relationship for orders again and takes the mark back, unless it has ended or another removal took
/// over. What fails here is left to [`reopen_abandoned`].
async fn reopen(service: &Relationship, call: &Call, relationship: &ResellerRelationship, mark: i64) {
    if let Err(fault) = try_reopen(service, call, relationship, mark).await {
        tracing::warn!(?fault, relationship = relationship.name(), "a relationship stays closed for orders");
    }
}

async fn try_reopen(
    service: &Relationship,
    call: &Call,
    relationship: &ResellerRelationship,
    mark: i64,
) -> Result<()> {
    let id = &relationship.row().id;
    let is_ours = races::bounded(call.deadline, || async {
        let mut tx = service.book.store.write();
        let is_ours = store::reseller_relationship::is_closing_since(&mut tx, id, mark).await?;
        tx.commit().await.map_err(|_| Fault::StoreDisconnected)?;
        Ok(is_ours)
    });
    if is_ours.await? {
        service.subscriptions.reopen_edge(call, relationship.key(), mark).await?;
        take_mark_back(service, call, relationship, mark).await?;
    }
    Ok(())
}

async fn save_mark(service: &Relationship, relationship: &ResellerRelationship, mark: i64) -> Result<()> {
    let abandoned_before = mark.saturating_sub(closing_life_micros());
    let mut tx = service.book.store.write();
    store::reseller_relationship::save_closing(&mut tx, relationship.row(), mark, abandoned_before);
    Ok(tx.commit().await?)
}

/// Repeating it is harmless, so it is repeated also where nobody knows whether it was done.
async fn take_mark_back(
    service: &Relationship,
    call: &Call,
    relationship: &ResellerRelationship,
    mark: i64,
) -> Result<()> {
    let once = || async {
        let mut tx = service.book.store.write();
        store::reseller_relationship::save_reopened(&mut tx, &relationship.row().id, mark);
        tx.commit().await.map_err(|_| Fault::StoreDisconnected)
    };
    races::bounded(call.deadline, once).await
}

/// Takes back ends that were begun and abandoned; says how many. One that cannot be taken back now is told to the
/// log and left to a later round, and holds no other up.
pub(crate) async fn reopen_abandoned(service: &Relationship, goes_on: impl Fn() -> bool) -> Result<usize> {
    let call = Call::of_service(crate::NAME, "ReopenAbandoned");
    let mark = service.book.micros();
    let abandoned = {
        let mut reader = service.book.store.read_once().await?;
        let before = mark.saturating_sub(closing_life_micros());
        store::reseller_relationship::abandoned(&mut reader, before, REOPENED_MAX).await?
    };
    let mut reopened = 0;
    for relationship in abandoned.into_iter().map(ResellerRelationship::from) {
        if !goes_on() {
            break;
        }
        match take_over(service, &call, &relationship, mark).await {
            Ok(()) => reopened += 1,
            // Another removal took over.
            Err(Fault::LostRace { .. }) => {}
            Err(fault) => {
                tracing::warn!(?fault, relationship = relationship.name(), "an abandoned end stays");
            }
        }
    }
    Ok(reopened)
}

/// Makes an abandoned end one's own, and takes it back.
async fn take_over(
    service: &Relationship,
    call: &Call,
    relationship: &ResellerRelationship,
    mark: i64,
) -> Result<()> {
    save_mark(service, relationship, mark).await?;
    try_reopen(service, call, relationship, mark).await
}

fn closing_life_micros() -> i64 {
    i64::try_from(CLOSING_LIFE.as_micros()).unwrap_or(i64::MAX)
}
