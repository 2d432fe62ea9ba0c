//! A plan of an offer: for how long it is bought, and how often it is paid.

use csp_proto::subscription::v1::{BillingCycle, Term};

/// A term with its billing cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) term: Term,
    pub(crate) billing_cycle: BillingCycle,
}

/// Months of a term.
pub(crate) fn months_of_term(term: Term) -> i32 {
    match term {
        Term::Unspecified => 0,
        Term::P1m => 1,
        Term::P1y => 12,
        Term::P3y => 36,
    }
}

/// Months between two invoices.
pub(crate) fn months_of_cycle(cycle: BillingCycle) -> i32 {
    match cycle {
        BillingCycle::Unspecified => 0,
        BillingCycle::Monthly => 1,
        BillingCycle::Annual => 12,
        BillingCycle::Triennial => 36,
    }
}
