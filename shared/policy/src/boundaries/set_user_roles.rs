//! What guards `SetUserRoles`.

use crate::rules::partnership::{self, PSH_06};
use crate::{Boundary, Caller, Day, Partner, Revision, Row};

/// Somebody changes the roles of a partner's user: the partner itself, or a provider with administrator
/// access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetUserRoles {
    /// The day that the act is judged for, UTC.
    pub day: Day,
    /// Resource name of what the act would create or change.
    pub subject: String,
    /// The resources that were read, each at its revision.
    pub revisions: Vec<Revision>,
    /// Who calls.
    pub caller: Caller,
    /// The partner whose users are managed.
    pub partner: Partner,
    /// Whether the caller is a provider with an active partnership that carries administrator access.
    pub admin_access: bool,
}

impl Boundary for SetUserRoles {
    const NAME: &'static str = "SetUserRoles";
    const ROWS: &'static [Row<Self>] = &[Row {
        rule: &PSH_06,
        judge: |act| {
            partnership::provider_must_hold_admin_access(&act.caller, &act.partner, act.admin_access)
        },
    }];

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
