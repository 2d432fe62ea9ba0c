//! The terms of a subscription, computed from the clock.

use jiff::Timestamp;

use super::Subscription;
use crate::calendar::months_after;
use crate::offer::plan::months_of_term;

/// Maximum number of consecutive terms that are computed: a century of monthly terms.
pub(super) const TERMS_MAX: i32 = 1200;

impl Subscription {
    /// The end of the term that runs at `now`. While the subscription renews, `term_end` in the row may be
    /// the end of an earlier term. Without this computation, switching auto-renew off would make a renewed
    /// subscription expire at once, regardless of the window of rule SUB-10.
    pub(super) fn running_term_end(&self, now: Timestamp) -> Timestamp {
        let row = &self.row;
        if !row.auto_renew || row.term_end > now {
            return row.term_end;
        }
        let months = months_of_term(row.term.0);
        let mut ends = (1..=TERMS_MAX).map_while(|terms| months_after(row.term_start, terms * months).ok());
        ends.find(|end| *end > now).unwrap_or(row.term_end)
    }

    /// The start of the term that runs at `now`: the purchase, or the last renewal.
    pub(crate) fn term_start(&self, now: Timestamp) -> Timestamp {
        let (row, end) = (&self.row, self.running_term_end(now));
        let months = months_of_term(row.term.0);
        let starts = (1..=TERMS_MAX).map_while(|terms| months_after(row.term_start, terms * months).ok());
        starts.take_while(|start| *start < end).last().unwrap_or(row.term_start)
    }

    /// Whether the term that ran at `decided` is over at `now`.
    pub(crate) fn term_ended_between(&self, decided: Timestamp, now: Timestamp) -> bool {
        let end = self.running_term_end(decided);
        decided < end && end <= now
    }
}
