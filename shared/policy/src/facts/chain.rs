//! The partners between Microsoft and a customer. Most boundaries judge them by the same rules.

use crate::{Partner, Verdict};

/// The partners between Microsoft and a customer, borrowed from the facts of a boundary.
#[derive(Debug, Clone, Copy)]
pub struct Chain<'a> {
    /// The partner that buys from Microsoft: the provider, or a direct-bill partner.
    pub seller: &'a Partner,
    /// The reseller between the seller and the customer; `None` without a reseller.
    pub reseller: Option<&'a Partner>,
}

impl Chain<'_> {
    /// Judges each partner of the chain, and joins the verdicts.
    pub fn each(self, judge: impl Fn(&Partner) -> Verdict) -> Verdict {
        match self.reseller {
            Some(reseller) => judge(self.seller).and(judge(reseller)),
            None => judge(self.seller),
        }
    }
}
