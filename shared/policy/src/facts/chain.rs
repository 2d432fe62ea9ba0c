//! The partners between Microsoft and a customer, which most boundaries judge alike.

use crate::{Partner, Verdict};

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
