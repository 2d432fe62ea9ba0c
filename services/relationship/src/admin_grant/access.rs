//! Delegated administration that a partner asks for.

use csp_proto::relationship::v1 as pb;
use csp_service::Fields;
use csp_service::limits::ADMIN_DAYS_MAX;
use csp_store::Column;

/// The roles and the duration that are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AdminAccess {
    /// At least one.
    pub(crate) roles: Roles,
    /// Days from the start of the grant to its end.
    pub(crate) days: i64,
}

/// Names of administrator roles. The column holds them separated by spaces; no name contains a space.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Roles(pub(crate) Vec<String>);

impl AdminAccess {
    /// Reads the access that a request asks for: `Some(None)` for none, `None` after a field violation.
    pub(crate) fn read(fields: &mut Fields, asked: Option<&pb::AdminAccess>) -> Option<Option<Self>> {
        let asked = fields.admin_access(asked)?;
        Some(
            asked
                .map(|asked| AdminAccess { roles: Roles(asked.roles), days: i64::from(asked.duration_days) }),
        )
    }
}

impl From<AdminAccess> for pb::AdminAccess {
    fn from(access: AdminAccess) -> Self {
        pb::AdminAccess {
            roles: access.roles.0,
            duration_days: i32::try_from(access.days).unwrap_or(ADMIN_DAYS_MAX),
        }
    }
}

impl Column for Roles {
    type Raw = String;

    fn from_raw(raw: String) -> Option<Self> {
        Some(Roles(raw.split_whitespace().map(str::to_owned).collect()))
    }

    fn to_raw(&self) -> String {
        self.0.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use csp_service::Fault;

    use super::*;

    #[test]
    fn all_violations_of_a_requested_admin_access_are_reported_at_once() {
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
