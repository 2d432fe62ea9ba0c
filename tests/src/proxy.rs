//! Proxies that inject faults between a service and what it connects to: PostgreSQL, or a peer. Faults are
//! caused here, never in a crate that ships.
//!
//! [`Proxy`] stands between a service and PostgreSQL and understands their protocol (version 3, without TLS):
//! it counts round trips, records statements, and makes a chosen round trip fail. [`Tap`] stands between any
//! two peers and knows no protocol: it cuts and blocks whole connections. A tap and a proxy can be stacked.
//!
//! In reading order: `listening` (a socket and its sessions), `tap`, and for PostgreSQL `wire` (messages),
//! `unit` (the messages of one round trip), `plan` (which unit fails, and how), `ledger` (counts, statements
//! and the plan), `session` (one connection). No code here sleeps.

mod ledger;
mod listening;
mod plan;
mod session;
mod tap;
mod unit;
mod wire;

pub use ledger::{Count, STATEMENTS_KEPT_MAX};
pub use plan::Fault;
pub use tap::Tap;
pub use unit::{Action, Statement};

use std::net::SocketAddr;
use std::sync::Arc;

use ledger::Ledger;
use listening::Listening;
use plan::Plan;

/// A proxy in front of a PostgreSQL server. Dropping it closes its connections.
#[derive(Debug)]
pub struct Proxy {
    listening: Listening,
    ledger: Arc<Ledger>,
}

impl Proxy {
    /// Starts a proxy that forwards everything to the server at `target`.
    pub async fn start(target: SocketAddr) -> Proxy {
        let ledger = Arc::new(Ledger::default());
        let shared = Arc::clone(&ledger);
        let serve = move |client| session::serve(client, target, Arc::clone(&shared));
        Proxy { listening: Listening::start(serve).await, ledger }
    }

    /// Where the proxy listens: see [`Database::url_through`](crate::Database::url_through).
    pub fn address(&self) -> SocketAddr {
        self.listening.address()
    }

    /// Counts what all clients sent since the start or the last [`Proxy::reset`], without the messages that
    /// open a session.
    pub fn count(&self) -> Count {
        self.ledger.count()
    }

    /// The statements that clients sent since the start or the last [`Proxy::reset`], in order of arrival. At
    /// most [`STATEMENTS_KEPT_MAX`] are kept; later ones are only counted.
    pub fn statements(&self) -> Vec<Statement> {
        self.ledger.statements()
    }

    /// Sets the counts to zero and forgets the statements.
    pub fn reset(&self) {
        self.ledger.reset();
    }

    /// Makes the `n`th round trip from now on fail, counted from 1 over all connections; replaces any other
    /// plan. Preparing a statement is a round trip too, unless the connection has prepared the statement
    /// already.
    pub fn fail_nth(&self, n: usize, fault: Fault) {
        self.ledger.plan(Plan::nth(n, fault));
    }

    /// Makes the `n`th commit from now on fail, counted from 1 over all connections; replaces any other plan.
    pub fn fail_nth_commit(&self, n: usize, fault: Fault) {
        self.ledger.plan(Plan::nth_commit(n, fault));
    }

    /// Makes every statement fail when its text is executed for the first time from now on; replaces any
    /// other plan.
    pub fn fail_each_once(&self, fault: Fault) {
        self.ledger.plan(Plan::each_once(fault));
    }

    /// Makes nothing fail from now on, and releases the round trips that [`Fault::BlackHole`] holds back.
    pub fn heal(&self) {
        self.ledger.plan(Plan::default());
        self.release();
    }

    /// Releases the round trips that [`Fault::BlackHole`] holds back.
    pub fn release(&self) {
        self.ledger.release();
    }

    /// The round trips that failed by the present plan, or by the last one before [`Proxy::heal`], in order.
    /// A test that expects a fault checks here that the fault occurred.
    pub fn faults(&self) -> Vec<String> {
        self.ledger.faults()
    }

    /// Waits until the plan has made that many round trips fail.
    pub async fn wait_for_faults(&self, count: usize) {
        self.ledger.wait_for_faults(count).await;
    }
}
