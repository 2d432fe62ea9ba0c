//! The messages that a proxy has seen and the faults that it plans, over all of its connections.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::plan::{Fault, Plan};
use super::unit::{Statement, Unit};

/// Maximum number of statements whose text is kept, until the next [`Proxy::reset`](super::Proxy::reset).
pub const STATEMENTS_KEPT_MAX: usize = 10_000;

/// Counts of what clients sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// How often a client waited for the server: simple queries, and Syncs of the extended protocol.
    pub round_trips: usize,
    /// Executed statements.
    pub statements: usize,
    /// Statements that were parsed for later execution.
    pub parses: usize,
}

#[derive(Debug, Default)]
struct Page {
    count: Count,
    statements: Vec<Statement>,
    plan: Plan,
}

/// The state that a proxy shares with its sessions.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    page: Mutex<Page>,
    faults: watch::Sender<Vec<String>>,
    releases: watch::Sender<u64>,
}

impl Ledger {
    /// Records a unit; returns the fault that the plan has for it.
    pub(super) fn enter(&self, unit: &Unit) -> Option<Fault> {
        let mut page = self.page();
        let executed = unit.executed().count();
        page.count.round_trips += 1;
        page.count.statements += executed;
        page.count.parses += unit.statements.len() - executed;
        let room = STATEMENTS_KEPT_MAX - page.statements.len();
        page.statements.extend(unit.statements.iter().take(room).cloned());
        let fault = page.plan.next(unit)?;
        self.faults.send_modify(|faults| faults.push(unit.to_string()));
        Some(fault)
    }

    /// Notifies of each release from now on. A session subscribes before its unit can fall into a black hole.
    pub(super) fn releases(&self) -> watch::Receiver<u64> {
        self.releases.subscribe()
    }

    pub(super) fn count(&self) -> Count {
        self.page().count
    }

    pub(super) fn statements(&self) -> Vec<Statement> {
        self.page().statements.clone()
    }

    pub(super) fn reset(&self) {
        let mut page = self.page();
        page.count = Count::default();
        page.statements.clear();
    }

    pub(super) fn plan(&self, plan: Plan) {
        let mut page = self.page();
        if !matches!(plan, Plan::Nothing) {
            self.faults.send_modify(Vec::clear);
        }
        page.plan = plan;
    }

    pub(super) fn release(&self) {
        self.releases.send_modify(|releases| *releases += 1);
    }

    pub(super) fn faults(&self) -> Vec<String> {
        self.faults.borrow().clone()
    }

    pub(super) async fn wait_for_faults(&self, count: usize) {
        let mut faults = self.faults.subscribe();
        faults.wait_for(|faults| faults.len() >= count).await.unwrap();
    }

    fn page(&self) -> MutexGuard<'_, Page> {
        self.page.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
