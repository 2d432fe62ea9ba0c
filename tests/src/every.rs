//! Filters that select the resources of a list in every state: without states, a list leaves out what has
//! ended.

use csp_proto::relationship::v1::{
    AdminGrantFilter, AdminGrantState, InvitationFilter, InvitationState, PartnershipFilter,
    PartnershipState, RelationshipState, ResellerRelationshipFilter,
};

/// The numbers of all states of an enumeration whose values have no gap.
fn states<E: TryFrom<i32>>() -> Vec<i32> {
    (1..).take_while(|state| E::try_from(*state).is_ok()).collect()
}

/// Partnerships in every state.
pub fn every_partnership() -> PartnershipFilter {
    PartnershipFilter { states: states::<PartnershipState>(), ..Default::default() }
}

/// Invitations in every state.
pub fn every_invitation() -> InvitationFilter {
    InvitationFilter { states: states::<InvitationState>(), ..Default::default() }
}

/// Reseller relationships in every state.
pub fn every_relationship() -> ResellerRelationshipFilter {
    ResellerRelationshipFilter { states: states::<RelationshipState>(), ..Default::default() }
}

/// Admin grants in every state.
pub fn every_admin_grant() -> AdminGrantFilter {
    AdminGrantFilter { states: states::<AdminGrantState>(), ..Default::default() }
}
