//! The boundary `EstablishEdges`: its facts and its rules.

use crate::boundary::row;
use crate::rules::partnership::*;
use crate::{Act, Boundary, Chain, Partner, Row};

/// The relationship service stores the reseller relationships of a customer that is being created.
///
/// `CreateCustomer` allowed the creation before. The rules about edges are judged again here, because only
/// the database that holds the edges can decide them without a race.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EstablishEdges {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
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
        row(&PSH_01, |it| partnership_must_be_active(it.chain(), it.partnership_active)),
        row(&PSH_11, |it| edge_types_must_agree(&it.seller, &it.customer_tenant, it.other_edge.as_deref())),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}

impl EstablishEdges {
    fn chain(&self) -> Chain<'_> {
        Chain { seller: &self.seller, reseller: self.reseller.as_ref() }
    }
}
