//! The mark of a reseller relationship whose removal is in flight across two databases.
//!
//! The mark in this database keeps two removals of one relationship apart. The guard row in the subscription
//! service's database keeps orders out. A mark is an instant, later than every earlier mark of its
//! relationship, whatever the clocks say. Two properties follow:
//! - A removal that lost its mark never finds its mark again, and therefore ends nothing.
//! - A call by that removal to the guard, however late, carries an earlier instant than the calls of its
//!   successor: the call closes nothing that the successor reopened, and reopens nothing that the successor
//!   closed. For this reason a removal reopens the guard before it deletes its mark.
//!
//! It is therefore safe to take a mark over from a process that still runs. To wait for [`CLOSING_LIFE`], or
//! for a repeat of the request, only makes it likely that the process has stopped.
//!
//! No API message shows the mark, and the mark changes no revision, so it has no journal entry.

use std::time::Duration;

use csp_service::peers::Closing as Answer;
use csp_service::{Call, Fault, Result, races};
use jiff::SignedDuration;

use super::ResellerRelationship;
use super::table::{self, ClosingMark};
use crate::RelationshipService;

/// Age after which the mark of a removal counts as abandoned; longer than any call lasts.
const CLOSING_LIFE: SignedDuration = SignedDuration::from_mins(5);
/// Maximum number of abandoned removals that one round undoes.
const REOPENED_MAX: i64 = 100;
/// How long a removal that finds another removal's mark waits before its next try: the other removal is
/// calling a peer.
const MARK_WAIT: Duration = Duration::from_millis(25);

/// A removal in flight, with its mark.
pub(crate) struct Closing<'a> {
    service: &'a RelationshipService,
    call: &'a Call,
    relationship: &'a ResellerRelationship,
    mark: i64,
}

/// How repeats of one removal request recognise each other's mark.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Repeat<'a> {
    /// Identifies the request in all its repeats; `None` without a request id.
    pub(crate) key: Option<&'a str>,
    /// Whether to take over the mark of an earlier try of the same request, which may have been interrupted.
    pub(crate) takes_over: bool,
}

impl<'a> Closing<'a> {
    /// Marks the relationship and closes it for orders. If an order came first, the race is lost: the command
    /// reads its facts again, and the count of subscriptions then includes the order.
    pub(crate) async fn begin(
        service: &'a RelationshipService,
        call: &'a Call,
        relationship: &'a ResellerRelationship,
        repeat: Repeat<'_>,
    ) -> Result<Self> {
        let closing = Closing::of(service, call, relationship);
        closing.mark(repeat).await?;
        closing.close().await?;
        Ok(closing)
    }

    fn of(service: &'a RelationshipService, call: &'a Call, relationship: &'a ResellerRelationship) -> Self {
        let above = relationship.row().latest_closing_time.saturating_add(1);
        Closing { service, call, relationship, mark: service.book.micros().max(above) }
    }

    /// The mark, in microseconds UTC.
    pub(crate) fn since(&self) -> i64 {
        self.mark
    }

    /// Reopens the relationship for orders and deletes the mark, unless the relationship has ended or another
    /// removal took over. A failure is logged and left to the next try of the same request, and to
    /// [`RelationshipService::reopen_abandoned`].
    pub(crate) async fn give_up(&self) {
        if let Err(fault) = self.reopen().await {
            let relationship = self.relationship.name();
            tracing::warn!(
                ?fault,
                relationship,
                "could not reopen a relationship for orders: a repeat or the background task retries"
            );
        }
    }

    async fn mark(&self, repeat: Repeat<'_>) -> Result<()> {
        match self.save_mark(repeat).await {
            Ok(()) => Ok(()),
            Err(Fault::LostRace { resource }) => {
                await_other_end(self.call).await;
                Err(Fault::LostRace { resource })
            }
            // The outcome of the write is unknown. A mark left behind would block other removals until it is
            // old, so the mark is deleted. Nothing is closed yet, so the command may then start again.
            Err(fault) => match self.reopen().await {
                Ok(()) if matches!(fault, Fault::StoreUnavailable) => Err(Fault::StoreDisconnected),
                Ok(()) => Err(fault),
                Err(failed) => {
                    let relationship = self.relationship.name();
                    tracing::warn!(
                        fault = ?failed,
                        relationship,
                        "could not delete a mark: other removals may wait for up to 5 minutes"
                    );
                    Err(fault)
                }
            },
        }
    }

    async fn close(&self) -> Result<()> {
        let key = self.relationship.key();
        match self.service.subscriptions.close_edge(self.call, key, self.mark).await {
            Ok(Answer::Closed) => Ok(()),
            Ok(Answer::Held(_)) => {
                self.reopen().await?;
                Err(Fault::lost_race(self.relationship.name()))
            }
            Err(fault) => {
                // The subscription service may have closed the relationship all the same.
                self.give_up().await;
                Err(fault)
            }
        }
    }

    async fn save_mark(&self, repeat: Repeat<'_>) -> Result<()> {
        let row = self.relationship.row();
        let key = repeat.key.map(str::to_owned);
        let mark = ClosingMark {
            id: row.id.clone(),
            revision: row.revision,
            closing_time: self.mark,
            closing_request: key.clone(),
            abandoned_before: abandoned_before(self.mark),
            repeated_request: key.filter(|_| repeat.takes_over),
        };
        let mut tx = self.service.book.store.write();
        table::save_closing(&mut tx, &mark);
        Ok(tx.commit().await?)
    }

    async fn reopen(&self) -> Result<()> {
        let (id, mark) = (&self.relationship.row().id, self.mark);
        let is_ours = races::bounded(self.call.deadline, || async {
            let mut tx = self.service.book.store.write();
            let is_ours = table::is_closing_since(&mut tx, id, mark).await?;
            tx.commit().await.map_err(|_| Fault::StoreDisconnected)?;
            Ok(is_ours)
        });
        if is_ours.await? {
            self.service.subscriptions.reopen_edge(self.call, self.relationship.key(), mark).await?;
            self.take_mark_back().await?;
        }
        Ok(())
    }

    /// Idempotent, so this write is also repeated when its outcome is unknown.
    async fn take_mark_back(&self) -> Result<()> {
        let once = || async {
            let mut tx = self.service.book.store.write();
            table::save_reopened(&mut tx, &self.relationship.row().id, self.mark);
            tx.commit().await.map_err(|_| Fault::StoreDisconnected)
        };
        races::bounded(self.call.deadline, once).await
    }
}

/// Gives another removal of the relationship time to finish. Other races are lost to a finished write; this
/// race is lost to a removal in flight, and immediate retries would all meet the same mark.
async fn await_other_end(call: &Call) {
    tokio::time::sleep(call.remaining().map_or(MARK_WAIT, |left| left.min(MARK_WAIT))).await;
}

impl RelationshipService {
    /// Reopens for orders the relationships whose removal was abandoned because its process stopped half-way;
    /// returns how many. Call this function at start-up and periodically. `goes_on` is asked before each
    /// relationship, and `false` ends the round. A relationship that cannot be reopened is logged and left to
    /// a later round; the round continues with the next relationship.
    ///
    /// # Errors
    /// [`Fault::StoreUnavailable`] when the list of abandoned removals cannot be read.
    pub async fn reopen_abandoned(&self, goes_on: impl Fn() -> bool) -> Result<usize> {
        let call = Call::of_service(crate::NAME, "ReopenAbandoned");
        let abandoned = {
            let mut reader = self.book.store.read_once().await?;
            let before = abandoned_before(self.book.micros());
            table::abandoned(&mut reader, before, REOPENED_MAX).await?
        };
        let mut reopened = 0;
        for relationship in abandoned.into_iter().map(ResellerRelationship::from) {
            if !goes_on() {
                break;
            }
            match take_back(self, &call, &relationship).await {
                Ok(()) => reopened += 1,
                // Another removal took over.
                Err(Fault::LostRace { .. }) => {}
                Err(fault) => {
                    tracing::warn!(
                        ?fault,
                        relationship = relationship.name(),
                        "could not undo an abandoned removal: a later round retries"
                    );
                }
            }
        }
        Ok(reopened)
    }
}

/// Takes over the mark of an abandoned removal, reopens the relationship for orders and deletes the mark.
async fn take_back(
    service: &RelationshipService,
    call: &Call,
    relationship: &ResellerRelationship,
) -> Result<()> {
    let closing = Closing::of(service, call, relationship);
    closing.save_mark(Repeat::default()).await?;
    closing.reopen().await
}

/// At the instant `micros`, marks before the returned instant are abandoned. Both are microseconds UTC.
fn abandoned_before(micros: i64) -> i64 {
    micros.saturating_sub(i64::try_from(CLOSING_LIFE.as_micros()).unwrap_or(i64::MAX))
}
