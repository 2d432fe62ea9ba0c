//! What many boundaries judge alike: the act itself, and the partners between Microsoft and a customer.

use crate::{Day, Partner, Revision, Verdict};

/// What an act says of itself, whatever it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// The day that it is judged for, UTC.
    pub day: Day,
    /// Resource name of what it would create or change.
    pub subject: String,
    /// The resources that were read, each at its revision.
    pub revisions: Vec<Revision>,
}

/// The partners between Microsoft and a customer, as a boundary's facts have them.
#[derive(Debug, Clone, Copy)]
pub struct Chain<'a> {
    /// The partner that buys from Microsoft: the provider, or a direct-bill partner.
    pub seller: &'a Partner,
    /// The reseller between it and the customer; `None` when there is none.
    pub reseller: Option<&'a Partner>,
}

impl Chain<'_> {
    /// Puts a rule to each partner.
    pub fn each(self, judge: impl Fn(&Partner) -> Verdict) -> Verdict {
        match self.reseller {
            Some(reseller) => judge(self.seller).and(judge(reseller)),
            None => judge(self.seller),
        }
    }
}
