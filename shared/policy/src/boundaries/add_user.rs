//! What guards `AddUser`.

use crate::boundary::row;
use crate::rules::partnership::*;
use crate::{Act, Boundary, Caller, Partner, Row};

/// Somebody adds a user to a partner: the partner itself, or a provider with administrator access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddUser {
    /// What the act says of itself.
    pub act: Act,
    /// Who calls.
    pub caller: Caller,
    /// The partner whose users are managed.
    pub partner: Partner,
    /// Whether the caller is a provider with an active partnership that carries administrator access.
    pub admin_access: bool,
}

impl Boundary for AddUser {
    const NAME: &'static str = "AddUser";
    const ROWS: &'static [Row<Self>] =
        &[row(&PSH_06, |it| provider_must_hold_admin_access(&it.caller, &it.partner, it.admin_access))];

    fn act(&self) -> &Act {
        &self.act
    }
}
