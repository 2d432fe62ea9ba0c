//! The boundary `SetUserRoles`: its facts and its rules.

use crate::boundary::row;
use crate::rules::partnership::*;
use crate::rules::standing::*;
use crate::{Act, Adminship, Boundary, Caller, Partner, Row};

/// A partner, its provider with administrator access or an operator changes the roles of the partner's user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetUserRoles {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// Who calls.
    pub caller: Caller,
    /// The partner whose users are managed.
    pub partner: Partner,
    /// Whether the caller is a provider with an active partnership that carries administrator access.
    pub admin_access: bool,
    /// Whether the user is a global admin before and after the act.
    pub adminship: Adminship,
}

impl Boundary for SetUserRoles {
    const NAME: &'static str = "SetUserRoles";
    const ROWS: &'static [Row<Self>] = &[
        row(&PSH_06, |it| provider_must_hold_admin_access(&it.caller, &it.partner, it.admin_access)),
        row(&ENR_12, |it| role_must_be_grantable(&it.caller, &it.partner, it.adminship, &it.act)),
        row(&ENR_12, |it| last_global_admin_must_stay(&it.partner, it.adminship, &it.act)),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}
