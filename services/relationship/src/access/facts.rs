//! The facts about a customer's partners from which the paths and steps follow.

use csp_policy::grants_sleep;
use csp_service::peers::{RegistryFacts, SubscriptionPartner};

use crate::admin_grant::table::AdminGrantRow;
use crate::reseller_relationship::table::ResellerRelationshipRow;

/// Everything from which the paths follow.
pub(super) struct Facts {
    pub(super) relationships: Vec<ResellerRelationshipRow>,
    /// Live grants of both kinds.
    pub(super) grants: Vec<AdminGrantRow>,
    /// Sellers and resellers of record of the active and suspended subscriptions.
    pub(super) sales: Vec<SubscriptionPartner>,
    pub(super) registry: RegistryFacts,
}

impl Facts {
    /// The names of all partners with a path.
    pub(super) fn partners(&self) -> Vec<String> {
        let relationships = self.relationships.iter().map(|row| &row.partner);
        let grants = self.grants.iter().map(|row| &row.partner);
        let sales = self.sales.iter().map(|sale| &sale.partner);
        let mut names: Vec<String> = relationships.chain(grants).chain(sales).cloned().collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Whether an active relationship of a reseller names the partner as provider.
    pub(super) fn serves_through_a_reseller(&self, partner: &str) -> bool {
        self.relationships.iter().any(|row| row.provider == partner)
    }

    /// Whether the grants of the partner sleep (rule CUS-08).
    pub(super) fn sleeps(&self, partner: &str) -> bool {
        let standing = self.registry.partner(partner).map(|partner| partner.standing);
        grants_sleep(standing)
    }
}
