//! A plan of an offer: its term (how long a purchase lasts) and its billing cycle (how often it is invoiced).

use csp_proto::subscription::v1::{self as pb, BillingCycle, Term};
use csp_service::Storable;

/// A term with a billing cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) term: Term,
    pub(crate) billing_cycle: BillingCycle,
}

impl Plan {
    pub(crate) fn render(self) -> pb::Plan {
        pb::Plan { term: self.term.into(), billing_cycle: self.billing_cycle.into() }
    }
}

/// Stored as text like `P1Y/MONTHLY`.
impl Storable for Plan {
    fn text(&self) -> String {
        format!("{}/{}", self.term.text(), self.billing_cycle.text())
    }

    fn of_text(text: &str) -> Option<Self> {
        let (term, cycle) = text.split_once('/')?;
        Some(Plan { term: Term::of_text(term)?, billing_cycle: BillingCycle::of_text(cycle)? })
    }
}

/// Length of the term in months; 0 when unspecified.
pub(crate) fn months_of_term(term: Term) -> i32 {
    match term {
        Term::Unspecified => 0,
        Term::P1m => 1,
        Term::P1y => 12,
        Term::P3y => 36,
    }
}

/// Months between two invoices; 0 when unspecified.
pub(crate) fn months_of_cycle(cycle: BillingCycle) -> i32 {
    match cycle {
        BillingCycle::Unspecified => 0,
        BillingCycle::Monthly => 1,
        BillingCycle::Annual => 12,
        BillingCycle::Triennial => 36,
    }
}
