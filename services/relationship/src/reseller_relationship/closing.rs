//! The removal lease: the lease on a reseller relationship whose removal is in flight across two databases.
//!
//! The lease in this database keeps two removals of one relationship apart. The guard row in the subscription
//! service's database keeps orders out. A lease is identified by its start time, which is later than the
//! start time of every earlier lease of the relationship, whatever the clocks say. Two properties follow:
//! - A removal that lost its lease never finds its lease again, and therefore does not end the relationship.
//! - A call by that removal to the guard, however late, carries an earlier instant than the calls of its
//!   successor. The call does not close a guard that the successor reopened, and does not reopen a guard that
//!   the successor closed. For this reason a removal reopens the guard before it releases its lease.
//!
//! Taking over the lease of a process that still runs is therefore safe. To wait for [`LEASE_LIFE`], or for a
//! repeat of the request, only makes it likely that the process has stopped.
//!
//! No API message shows the lease, and the lease does not change the relationship's revision, so the lease
//! has no journal entry.

use std::time::Duration;

use csp_service::peers::Closing as Answer;
use csp_service::{Call, Fault, Result, races};
use jiff::SignedDuration;

use super::ResellerRelationship;
use super::table::{self, RemovalLease};
use crate::RelationshipService;

/// Age after which the lease of a removal counts as abandoned; longer than any call lasts.
const LEASE_LIFE: SignedDuration = SignedDuration::from_mins(5);
/// Maximum number of abandoned removals that one round undoes.
const REOPENED_MAX: i64 = 100;
/// Wait of a removal that finds another removal's lease, before its next try: the other removal is calling a
/// peer.
const LEASE_WAIT: Duration = Duration::from_millis(25);

/// A removal in flight, with its lease.
pub(crate) struct Closing<'a> {
    service: &'a RelationshipService,
    call: &'a Call,
    relationship: &'a ResellerRelationship,
    /// Start time of the lease, in microseconds UTC.
    lease: i64,
}

/// Lets the repeats of one removal request recognise each other's lease.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Repeat<'a> {
    /// Identifies the request in all its repeats; `None` without a request id.
    pub(crate) key: Option<&'a str>,
    /// Whether to take over the lease of an earlier try of the same request, which may have been interrupted.
    pub(crate) takes_over: bool,
}

impl<'a> Closing<'a> {
    /// Takes the lease and closes the relationship for orders. If an order arrived first, the race is lost:
    /// the command reads its facts again, and the count of subscriptions then includes the order.
    pub(crate) async fn begin(
        service: &'a RelationshipService,
        call: &'a Call,
        relationship: &'a ResellerRelationship,
        repeat: Repeat<'_>,
    ) -> Result<Self> {
        let closing = Closing::of(service, call, relationship);
        closing.take_lease(repeat).await?;
        closing.close().await?;
        Ok(closing)
    }

    fn of(service: &'a RelationshipService, call: &'a Call, relationship: &'a ResellerRelationship) -> Self {
        let above = relationship.row().latest_closing_time.saturating_add(1);
        Closing { service, call, relationship, lease: service.book.micros().max(above) }
    }

    /// Start time of the lease, in microseconds UTC.
    pub(crate) fn since(&self) -> i64 {
        self.lease
    }

    /// Reopens the relationship for orders and releases the lease, unless the relationship has ended or
    /// another removal took over. A failure is logged and left to the next try of the same request, and to
    /// [`RelationshipService::reopen_abandoned`].
    pub(crate) async fn abandon(&self) {
        if let Err(fault) = self.reopen().await {
            let relationship = self.relationship.name();
            tracing::warn!(
                ?fault,
                relationship,
                "could not reopen a relationship for orders: a repeat or the background task retries"
            );
        }
    }

    async fn take_lease(&self, repeat: Repeat<'_>) -> Result<()> {
        match self.save_lease(repeat).await {
            Ok(()) => Ok(()),
            Err(Fault::LostRace { resource }) => {
                await_other_removal(self.call).await;
                Err(Fault::LostRace { resource })
            }
            // The outcome of the write is unknown. A lease left behind would block other removals until the
            // lease expires, so the lease is released. Nothing is closed yet, so the command may then start
            // again.
            Err(fault) => match self.reopen().await {
                Ok(()) if matches!(fault, Fault::StoreUnavailable) => Err(Fault::StoreDisconnected),
                Ok(()) => Err(fault),
                Err(failed) => {
                    let relationship = self.relationship.name();
                    tracing::warn!(
                        fault = ?failed,
                        relationship,
                        "could not release the lease of a removal: other removals may wait for up to 5 minutes"
                    );
                    Err(fault)
                }
            },
        }
    }

    async fn close(&self) -> Result<()> {
        let key = self.relationship.key();
        match self.service.subscriptions.close_edge(self.call, key, self.lease).await {
            Ok(Answer::Closed) => Ok(()),
            Ok(Answer::Held(_)) => {
                self.reopen().await?;
                Err(Fault::lost_race(self.relationship.name()))
            }
            Err(fault) => {
                // The subscription service may have closed the relationship all the same.
                self.abandon().await;
                Err(fault)
            }
        }
    }

    async fn save_lease(&self, repeat: Repeat<'_>) -> Result<()> {
        let row = self.relationship.row();
        let key = repeat.key.map(str::to_owned);
        let lease = RemovalLease {
            customer: row.customer.clone(),
            id: row.id.clone(),
            revision: row.revision,
            closing_time: self.lease,
            closing_request: key.clone(),
            abandoned_before: abandoned_before(self.lease),
            repeated_request: key.filter(|_| repeat.takes_over),
        };
        let mut tx = self.service.book.store.write();
        table::save_closing(&mut tx, &lease);
        Ok(tx.commit().await?)
    }

    async fn reopen(&self) -> Result<()> {
        let (row, lease) = (self.relationship.row(), self.lease);
        let is_ours = races::bounded(self.call.deadline, || async {
            let mut tx = self.service.book.store.write();
            let is_ours = table::is_closing_since(&mut tx, &row.customer, &row.id, lease).await?;
            tx.commit().await.map_err(|_| Fault::StoreDisconnected)?;
            Ok(is_ours)
        });
        if is_ours.await? {
            self.service.subscriptions.reopen_edge(self.call, self.relationship.key(), lease).await?;
            self.release_lease().await?;
        }
        Ok(())
    }

    /// The write is idempotent, and is therefore retried also when its outcome is unknown.
    async fn release_lease(&self) -> Result<()> {
        let once = || async {
            let (row, mut tx) = (self.relationship.row(), self.service.book.store.write());
            table::save_reopened(&mut tx, &row.customer, &row.id, self.lease);
            tx.commit().await.map_err(|_| Fault::StoreDisconnected)
        };
        races::bounded(self.call.deadline, once).await
    }
}

/// Gives another removal of the relationship time to finish. Other races are lost to a finished write; this
/// race is lost to a removal in flight, and immediate retries would all find the same lease.
async fn await_other_removal(call: &Call) {
    tokio::time::sleep(call.remaining().map_or(LEASE_WAIT, |left| left.min(LEASE_WAIT))).await;
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
            match undo(self, &call, &relationship).await {
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

/// Takes over the lease of an abandoned removal, reopens the relationship for orders and releases the lease.
async fn undo(service: &RelationshipService, call: &Call, relationship: &ResellerRelationship) -> Result<()> {
    let closing = Closing::of(service, call, relationship);
    closing.save_lease(Repeat::default()).await?;
    closing.reopen().await
}

/// At the instant `micros`, leases that started before the returned instant are abandoned. Both are
/// microseconds UTC.
fn abandoned_before(micros: i64) -> i64 {
    micros.saturating_sub(i64::try_from(LEASE_LIFE.as_micros()).unwrap_or(i64::MAX))
}
