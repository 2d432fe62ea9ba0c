//! Delegated administration, as a partner asks for it.

use csp_proto::relationship::v1 as pb;
use csp_service::Fields;

/// Roles of one grant, at most.
pub(crate) const ADMIN_ROLES_MAX: usize = 20;
/// Longest grant.
pub(crate) const ADMIN_DAYS_MAX: i32 = 730;

/// Delegated administration that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AdminAccess {
    /// Names of administrative roles; never empty.
    pub(crate) roles: Vec<String>,
    /// How long it lasts from its start.
    pub(crate) days: i64,
}

impl AdminAccess {
    /// Reads what a request asks for: `Some(None)` when it asks for none.
    pub(crate) fn read(fields: &mut Fields, asked: Option<&pb::AdminAccess>) -> Option<Option<Self>> {
        let Some(asked) = asked else { return Some(None) };
        let count = fields.number("admin_access.roles", asked.roles.len(), 1..=ADMIN_ROLES_MAX);
        let roles: Option<Vec<String>> = asked
            .roles
            .iter()
            .take(ADMIN_ROLES_MAX)
            .enumerate()
            .map(|(index, role)| fields.resource_id(&format!("admin_access.roles[{index}]"), role))
            .collect();
        let days = fields.number("admin_access.duration_days", asked.duration_days, 1..=ADMIN_DAYS_MAX);
        count?;
        Some(Some(AdminAccess { roles: roles?, days: i64::from(days?) }))
    }

    /// What a row holds; `None` for no roles.
    pub(crate) fn stored(roles: &str, days: i64) -> Option<Self> {
        let roles: Vec<String> = roles.split_whitespace().map(str::to_owned).collect();
        (!roles.is_empty()).then_some(AdminAccess { roles, days })
    }

    /// The roles as a row holds them: their names have no spaces.
    pub(crate) fn joined_roles(&self) -> String {
        self.roles.join(" ")
    }
}

impl From<AdminAccess> for pb::AdminAccess {
    fn from(access: AdminAccess) -> Self {
        pb::AdminAccess {
            roles: access.roles,
            duration_days: i32::try_from(access.days).unwrap_or(ADMIN_DAYS_MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use csp_service::Fault;

    use super::*;

    #[test]
    fn asked_administration_is_read_whole() {
        let mut fields = Fields::new();
        let asked = pb::AdminAccess { roles: vec!["Not A Role".to_owned()], duration_days: 731 };
        assert_eq!(AdminAccess::read(&mut fields, Some(&asked)), None);
        let Err(Fault::Invalid(violations)) = fields.finish(|| Some(())) else {
            panic!("nothing was refused")
        };
        let fields: Vec<_> = violations.into_iter().map(|violation| violation.field).collect();
        assert_eq!(fields, ["admin_access.roles[0]", "admin_access.duration_days"]);
    }
}
