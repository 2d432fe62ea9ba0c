//! The boundary `SetUserRoles`: its facts and its rules.

use crate::boundary::row;
use crate::rules::partnership::*;
use crate::{Act, Boundary, Caller, Partner, Row};

/// A partner, its provider with administrator access or an operator changes the roles of the partner's user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetUserRoles {
    /// Day, subject and revisions of the act.
    pub act: Act,
    /// Who calls.
    pub caller: Caller,
    /// The partner whose users are managed.
    pub partner: Partner,
    /// Whether the caller is a provider with an active partnership that carries administrator access.
    pub admin_access: bool,
}

impl Boundary for SetUserRoles {
    const NAME: &'static str = "SetUserRoles";
    const ROWS: &'static [Row<Self>] =
        &[row(&PSH_06, |it| provider_must_hold_admin_access(&it.caller, &it.partner, it.admin_access))];

    fn act(&self) -> &Act {
        &self.act
    }
}
