//! Which round trip fails, and how.

use std::collections::HashSet;
use std::sync::Arc;

use super::unit::Unit;

/// How a round trip fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The server refuses it with SQLSTATE 40001, as after a conflict of serializable transactions: inside a
    /// transaction nothing but a rollback is accepted from then on, and a refused commit has rolled back.
    Serialization,
    /// The same with SQLSTATE 40P01, as the victim of a deadlock.
    Deadlock,
    /// The connection is cut before the server sees it. With this and the next fault, a transaction that was open
    /// is rolled back by the time the client hears of the cut.
    CutBefore,
    /// The server does it, and the connection is cut before the client hears of that.
    CutAfter,
    /// The server is at work on it, and goes on, when the client is cut off: nobody has heard of the outcome, which may
    /// be yet to come.
    CutDuring,
    /// Neither side hears of the other until [`Proxy::release`](super::Proxy::release); the server sees it then.
    BlackHole,
}

impl Fault {
    /// The SQLSTATE with which the server refuses, if that is the fault.
    pub(super) fn sqlstate(self) -> Option<&'static str> {
        match self {
            Fault::Serialization => Some("40001"),
            Fault::Deadlock => Some("40P01"),
            Fault::CutBefore | Fault::CutAfter | Fault::CutDuring | Fault::BlackHole => None,
        }
    }

    /// A server never refuses to roll back.
    fn can_hit(self, unit: &Unit) -> bool {
        self.sqlstate().is_none() || !unit.rolls_back()
    }
}

/// What is to fail.
#[derive(Debug, Default)]
pub(super) enum Plan {
    /// Nothing, or nothing more.
    #[default]
    Nothing,
    /// The round trip after that many others, or the first after it that the fault can hit.
    After(usize, Fault),
    /// The commit after that many others.
    AfterCommits(usize, Fault),
    /// Every statement that is executed, but for these.
    EachBut(HashSet<Arc<str>>, Fault),
}

impl Plan {
    pub(super) fn nth(n: usize, fault: Fault) -> Plan {
        Plan::After(n.checked_sub(1).expect("round trips are counted from 1"), fault)
    }

    pub(super) fn nth_commit(n: usize, fault: Fault) -> Plan {
        Plan::AfterCommits(n.checked_sub(1).expect("commits are counted from 1"), fault)
    }

    pub(super) fn each_once(fault: Fault) -> Plan {
        Plan::EachBut(HashSet::new(), fault)
    }

    /// The fault of this unit; the plan goes on to the next one.
    pub(super) fn next(&mut self, unit: &Unit) -> Option<Fault> {
        match self {
            Plan::Nothing => None,
            Plan::After(0, fault) => {
                let fault = *fault;
                fault.can_hit(unit).then(|| {
                    *self = Plan::Nothing;
                    fault
                })
            }
            Plan::After(others, _) => {
                *others -= 1;
                None
            }
            Plan::AfterCommits(..) if !unit.commits() => None,
            Plan::AfterCommits(0, fault) => {
                let fault = *fault;
                *self = Plan::Nothing;
                Some(fault)
            }
            Plan::AfterCommits(others, _) => {
                *others -= 1;
                None
            }
            Plan::EachBut(seen, fault) => {
                let mut is_new = false;
                for statement in unit.executed() {
                    is_new |= seen.insert(Arc::clone(&statement.sql));
                }
                (is_new && fault.can_hit(unit)).then_some(*fault)
            }
        }
    }
}
