//! An invitation: a partnership request or a relationship request, waiting for its answer.

use crate::Instant;

/// An invitation as it stands when somebody answers it. Its link is single use and expires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Resource name of the invitation.
    pub name: String,
    /// What became of it so far.
    pub state: InvitationState,
    /// The last instant at which it may be answered.
    pub expire_time: Instant,
}

/// What became of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InvitationState {
    /// Not answered yet.
    Open,
    /// Accepted or declined.
    Answered,
    /// Withdrawn by its sender.
    Withdrawn,
}
