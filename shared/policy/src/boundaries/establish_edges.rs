//! What guards `EstablishEdges`.

use crate::rules::partnership::{self, PSH_01, PSH_11};
use crate::{Boundary, Chain, Day, Partner, Revision, Row};

/// The relationships of a customer that is being created come into being. Its creation was allowed before, by
/// `CreateCustomer`; the edges are decided where they are kept, so that no race between them can win.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EstablishEdges {
    /// The day that the act is judged for, UTC.
    pub day: Day,
    /// Resource name of what the act would create or change.
    pub subject: String,
    /// The resources that were read, each at its revision.
    pub revisions: Vec<Revision>,
    /// The partner that buys from Microsoft: the provider, or a direct-bill partner.
    pub seller: Partner,
    /// The reseller between seller and customer; `None` when none is named.
    pub reseller: Option<Partner>,
    /// Whether an active partnership connects seller and reseller; irrelevant without a reseller.
    pub partnership_active: bool,
    /// Tenant of the customer.
    pub customer_tenant: String,
    /// Resource name of the partnership between the seller and the partner whose CSP tenant is the
    /// customer's tenant; `None` when there is none.
    pub other_edge: Option<String>,
}

impl Boundary for EstablishEdges {
    const NAME: &'static str = "EstablishEdges";
    const ROWS: &'static [Row<Self>] = &[
        Row::of(&PSH_01, |it| partnership::partnership_must_be_active(it.chain(), it.partnership_active)),
        Row::of(&PSH_11, |it| {
            partnership::tenant_must_have_one_relationship_type(
                &it.seller,
                &it.customer_tenant,
                it.other_edge.as_deref(),
            )
        }),
    ];

    fn day(&self) -> Day {
        self.day
    }

    fn subject(&self) -> &str {
        &self.subject
    }

    fn revisions(&self) -> &[Revision] {
        &self.revisions
    }
}

impl EstablishEdges {
    fn chain(&self) -> Chain<'_> {
        Chain { seller: &self.seller, reseller: self.reseller.as_ref() }
    }
}
