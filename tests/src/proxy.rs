//! What goes wrong between a service and whom it talks to. Faults live here, never in a crate that ships.
//!
//! [`Proxy`] stands between a service and PostgreSQL and understands their protocol (version 3, without TLS): it
//! counts round trips, remembers statements, and lets a chosen one fail. [`Tap`] stands between any two peers
//! and understands nothing: it cuts and blocks whole connections; both can be stacked.
//!
//! In reading order: `listening` (a socket and its sessions), `tap`, and for PostgreSQL `wire` (messages),
//! `unit` (what a client sends before it waits), `plan` (which unit fails, and how), `ledger` (what was seen),
//! `session` (one connection). Nothing here waits for time to pass.

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
pub use unit::{Deed, Statement};

use std::net::SocketAddr;
use std::sync::Arc;

use ledger::Ledger;
use listening::Listening;
use plan::Plan;

/// A proxy in front of a PostgreSQL server; it and its connections end with this value.
#[derive(Debug)]
pub struct Proxy {
    listening: Listening,
    ledger: Arc<Ledger>,
}

impl Proxy {
    /// Starts one that forwards everything to the server at `target`.
    pub async fn start(target: SocketAddr) -> Proxy {
        let ledger = Arc::new(Ledger::default());
        let shared = Arc::clone(&ledger);
        let serve = move |client| session::serve(client, target, Arc::clone(&shared));
        Proxy { listening: Listening::start(serve).await, ledger }
    }

    /// Where it listens: see [`Database::url_through`](crate::Database::url_through).
    pub fn address(&self) -> SocketAddr {
        self.listening.address()
    }

    /// What all clients sent since the start or the last [`Proxy::reset`], connecting apart.
    pub fn count(&self) -> Count {
        self.ledger.count()
    }

    /// The statements of the same window, in the order in which they came; at most
    /// [`STATEMENTS_KEPT_MAX`], later ones are only counted.
    pub fn statements(&self) -> Vec<Statement> {
        self.ledger.statements()
    }

    /// Begins a new window.
    pub fn reset(&self) {
        self.ledger.reset();
    }

    /// Lets the `n`th round trip from now on fail, counted from 1 over all connections; replaces any other plan.
    /// Preparing a statement is a round trip too, unless the connection has it prepared already.
    pub fn fail_nth(&self, n: usize, fault: Fault) {
        self.ledger.plan(Plan::nth(n, fault));
    }

    /// Lets the `n`th commit from now on fail, counted from 1 over all connections; replaces any other plan.
    pub fn fail_nth_commit(&self, n: usize, fault: Fault) {
        self.ledger.plan(Plan::nth_commit(n, fault));
    }

    /// Lets every statement fail when its text is executed for the first time from now on; replaces any other
    /// plan.
    pub fn fail_each_once(&self, fault: Fault) {
        self.ledger.plan(Plan::each_once(fault));
    }

    /// Lets nothing fail from now on, and releases what is in a black hole.
    pub fn heal(&self) {
        self.ledger.plan(Plan::default());
        self.release();
    }

    /// Lets what is in a black hole go on.
    pub fn release(&self) {
        self.ledger.release();
    }

    /// What the present plan, or the last one before [`Proxy::heal`], let fail, in order: a test that expects
    /// a fault looks here whether it came.
    pub fn faults(&self) -> Vec<String> {
        self.ledger.faults()
    }

    /// Waits until the plan has let that many round trips fail.
    pub async fn wait_for_faults(&self, count: usize) {
        self.ledger.wait_for_faults(count).await;
    }
}
