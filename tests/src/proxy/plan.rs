//! Which round trip fails, and how.

use std::collections::HashSet;
use std::sync::Arc;

use super::unit::Unit;

/// How a round trip fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The server refuses the round trip with SQLSTATE 40001, as after a conflict of serializable
    /// transactions. An open transaction then accepts nothing but a rollback; a refused commit has rolled
    /// back.
    Serialization,
    /// Like [`Fault::Serialization`], with SQLSTATE 40P01, as for the victim of a deadlock.
    Deadlock,
    /// The connection is cut before the server sees the round trip. An open transaction is rolled back before
    /// the client notices the cut; this holds for [`Fault::CutAfter`] too.
    CutBefore,
    /// The server does the round trip, and the connection is cut before the client gets the answer.
    CutAfter,
    /// The client is cut off while the server works on the round trip, and the server goes on. The client
    /// does not know the outcome, which may not even be decided yet.
    CutDuring,
    /// Neither side hears of the other until [`Proxy::release`](super::Proxy::release). Only then does the
    /// server see the round trip.
    BlackHole,
}

impl Fault {
    /// The SQLSTATE of a refusal; `None` for a fault of the connection.
    pub(super) fn sqlstate(self) -> Option<&'static str> {
        match self {
            Fault::Serialization => Some("40001"),
            Fault::Deadlock => Some("40P01"),
            Fault::CutBefore | Fault::CutAfter | Fault::CutDuring | Fault::BlackHole => None,
        }
    }

    /// Whether the fault can occur: a server never refuses a rollback.
    fn can_hit(self, unit: &Unit) -> bool {
        self.sqlstate().is_none() || !unit.rolls_back()
    }
}

/// Which round trips fail.
#[derive(Debug, Default)]
pub(super) enum Plan {
    /// No round trip fails, or no further one after the past faults.
    #[default]
    Nothing,
    /// That many round trips pass. Then the next one fails that the fault can hit.
    After(usize, Fault),
    /// That many commits pass. Then the next one fails.
    AfterCommits(usize, Fault),
    /// Every statement fails at its first execution. These statements have been executed before.
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

    /// The fault for this unit, if any; advances the plan to the next unit.
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
