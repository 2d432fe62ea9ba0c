//! The end of a reseller relationship, while it is under way over two databases.
//!
//! A mark here keeps two ends of one relationship apart; the guard in the subscription service's database keeps orders
//! out. Each mark is an instant above every earlier one of its relationship, whatever the clocks say:
//! - whoever lost its mark never meets it again, and so ends nothing;
//! - what it still asks of the guard, however late, comes below what its successor asked: it closes nothing that the
//!   successor gave up, and opens nothing that the successor closed. Therefore a mark is taken back only after the
//!   guard was opened by it.
//!
//! So a mark may be taken over from a process that is still at work. That the time of [`CLOSING_LIFE`] passes first,
//! or that the same request is repeated, only makes it likely that nobody is.
//!
//! The mark shows nowhere and changes no revision, so it has no journal entry.

use std::time::Duration;

use csp_service::peers::Closing as Answer;
use csp_service::{Call, Fault, Result, races};
use jiff::SignedDuration;

use super::ResellerRelationship;
use super::table::{self, ClosingMark};
use crate::RelationshipService;

/// After this time an end that is under way counts as abandoned: longer than any call lasts.
const CLOSING_LIFE: SignedDuration = SignedDuration::from_mins(5);
/// Abandoned ends that are taken back at once, at most.
const REOPENED_MAX: i64 = 100;
/// How long a removal that finds another one's mark waits before it is tried again: the other is at a peer call.
const MARK_WAIT: Duration = Duration::from_millis(25);

/// An end under way, by the one who set its mark.
pub(crate) struct Closing<'a> {
    service: &'a RelationshipService,
    call: &'a Call,
    relationship: &'a ResellerRelationship,
    mark: i64,
}

/// What an end brings along to mark the relationship.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Repeat<'a> {
    /// Tells its repeats; `None` for one that cannot be repeated.
    pub(crate) key: Option<&'a str>,
    /// Whether it takes over from another try of the same request, which may have been broken off.
    pub(crate) takes_over: bool,
}

impl<'a> Closing<'a> {
    /// Marks the relationship and closes it for orders. An order that came first is a lost race: the facts are read
    /// again, and count it.
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

    /// The instant of its mark.
    pub(crate) fn since(&self) -> i64 {
        self.mark
    }

    /// Opens the relationship for orders again and takes the mark back, unless it has ended or another removal took
    /// over. What fails here is left to the next try of the same request, and to [`RelationshipService::reopen_abandoned`].
    pub(crate) async fn give_up(&self) {
        if let Err(fault) = self.reopen().await {
            let relationship = self.relationship.name();
            tracing::warn!(?fault, relationship, "a relationship stays closed for orders");
        }
    }

    async fn mark(&self, repeat: Repeat<'_>) -> Result<()> {
        match self.save_mark(repeat).await {
            Ok(()) => Ok(()),
            Err(Fault::LostRace { resource }) => {
                await_other_end(self.call).await;
                Err(Fault::LostRace { resource })
            }
            // Nobody knows whether it was marked: a mark that stayed would keep every end away until it is old.
            // Nothing was closed yet, so without the mark the command may start again.
            Err(fault) => match self.reopen().await {
                Ok(()) if matches!(fault, Fault::StoreUnavailable) => Err(Fault::StoreDisconnected),
                Ok(()) => Err(fault),
                Err(failed) => {
                    let relationship = self.relationship.name();
                    tracing::warn!(fault = ?failed, relationship, "a mark may stay");
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
                // Nobody knows whether it was closed.
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

    /// Repeating it is harmless, so it is repeated also where nobody knows whether it was done.
    async fn take_mark_back(&self) -> Result<()> {
        let once = || async {
            let mut tx = self.service.book.store.write();
            table::save_reopened(&mut tx, &self.relationship.row().id, self.mark);
            tx.commit().await.map_err(|_| Fault::StoreDisconnected)
        };
        races::bounded(self.call.deadline, once).await
    }
}

/// Gives another end of the relationship time to finish. Unlike other races this one is lost to a writer that is
/// still at work, so that tries at once would be used up on the same mark.
async fn await_other_end(call: &Call) {
    tokio::time::sleep(call.remaining().map_or(MARK_WAIT, |left| left.min(MARK_WAIT))).await;
}

impl RelationshipService {
    /// Opens again for orders what a removal closed and did not end, because its process stopped half-way; says how
    /// many. To be called at the start and now and then. Once `goes_on` says no, the one at work is the last. One that
    /// cannot be opened now is told to the log and left to a later round, and holds no other up.
    ///
    /// # Errors
    /// [`Fault::StoreUnavailable`].
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
                    tracing::warn!(?fault, relationship = relationship.name(), "an abandoned end stays");
                }
            }
        }
        Ok(reopened)
    }
}

/// Makes an abandoned end one's own, and takes it back.
async fn take_back(
    service: &RelationshipService,
    call: &Call,
    relationship: &ResellerRelationship,
) -> Result<()> {
    let closing = Closing::of(service, call, relationship);
    closing.save_mark(Repeat::default()).await?;
    closing.reopen().await
}

/// Marks older than this are abandoned at that instant.
fn abandoned_before(micros: i64) -> i64 {
    micros.saturating_sub(i64::try_from(CLOSING_LIFE.as_micros()).unwrap_or(i64::MAX))
}
