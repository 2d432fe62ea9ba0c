//! Invitations: requests for a partnership or for a reseller relationship.

use crate::Instant;

/// An invitation at the moment of an answer. The invitation's link is single use and expires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Resource name of the invitation.
    pub name: String,
    /// State of the invitation before the answer; an expired invitation is still `Open`.
    pub state: InvitationState,
    /// The last instant at which the invitation may be answered.
    pub expire_time: Instant,
}

/// State of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InvitationState {
    /// Not answered yet.
    Open,
    /// Accepted or declined.
    Answered,
    /// Withdrawn by its sender.
    Withdrawn,
}
