//! A user of a partner account: a person with roles (rule ENR-12).

pub(crate) mod access;
pub(crate) mod add;
pub(crate) mod read;
pub(crate) mod set_roles;
pub(crate) mod table;

pub(crate) use self::add::add;
pub(crate) use self::set_roles::set_roles;

use csp_proto::partner_registry::v1::{self as pb, UserRole};
use csp_service::wire::timestamp;
use csp_service::{Effect, Fields, Result, Stored, etag};
use jiff::Timestamp;

use self::table::UserRow;
use crate::{partner, resource_name};

/// The resource type in errors.
pub(crate) const TYPE: &str = "user";
/// The collection of users in a resource name, below the account.
const COLLECTION: &str = "/users/";
/// Maximum number of users of one account.
pub(crate) const USERS_MAX: i64 = 1000;
/// Maximum number of roles in a request; four roles exist.
pub(crate) const ROLES_MAX: usize = 16;

/// Reads `partners/{id}/users/{id}` and returns the account's name and the user's id.
pub(crate) fn read_name(fields: &mut Fields, field: &str, name: &str) -> Option<(String, String)> {
    let Some((partner, user)) = name.split_once(COLLECTION) else {
        fields.refuse(field, "must be a name like `partners/{id}/users/{id}`");
        return None;
    };
    let partner = fields.resource_name(field, partner, partner::COLLECTION);
    let user = fields.resource_id(field, user);
    Some((partner?, user?))
}

/// A user. The roles change only by [`User::set_roles`].
#[derive(Debug, Clone)]
pub(crate) struct User {
    row: UserRow,
}

/// The data of a new user.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) external_id: Option<String>,
    pub(crate) subject: String,
    pub(crate) display_name: String,
    pub(crate) email: String,
    pub(crate) roles: Vec<UserRole>,
}

impl User {
    /// A new user of the account.
    pub(crate) fn add(partner_id: &str, id: String, person: &Person, now: Timestamp) -> Self {
        User {
            row: UserRow {
                partner: partner_id.to_owned(),
                id,
                revision: 1,
                create_time: now,
                update_time: now,
                external_id: person.external_id.clone(),
                subject: person.subject.clone(),
                display_name: person.display_name.clone(),
                email: person.email.clone(),
                roles: Stored(person.roles.clone()),
            },
        }
    }

    /// Replaces all roles of the user.
    pub(crate) fn set_roles(&mut self, roles: &[UserRole], now: Timestamp) {
        self.row.roles = Stored(roles.to_vec());
        self.row.revision += 1;
        self.row.update_time = now;
    }

    pub(crate) fn name(&self) -> String {
        format!("{}{COLLECTION}{}", resource_name::of(partner::COLLECTION, &self.row.partner), self.row.id)
    }

    pub(crate) fn roles(&self) -> &[UserRole] {
        &self.row.roles.0
    }

    pub(crate) fn row(&self) -> &UserRow {
        &self.row
    }

    /// The user as an API message.
    pub(crate) fn render(&self) -> pb::User {
        let row = &self.row;
        pb::User {
            name: self.name(),
            etag: etag::of(row.revision),
            revision: row.revision,
            create_time: Some(timestamp(row.create_time)),
            update_time: Some(timestamp(row.update_time)),
            external_id: row.external_id.clone().unwrap_or_default(),
            subject: row.subject.clone(),
            display_name: row.display_name.clone(),
            email: row.email.clone(),
            roles: self.roles().iter().map(|role| i32::from(*role)).collect(),
        }
    }

    /// The journal entry for the change from `before`.
    pub(crate) fn effect(&self, before: &User) -> Result<Effect> {
        Effect::changed(&self.name(), self.row.revision, &before.render(), &self.render())
    }

    /// The journal entry for the creation.
    pub(crate) fn creation(&self) -> Result<Effect> {
        Effect::created(&self.name(), self.row.revision, &self.render())
    }
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        User { row }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_named_below_an_account() {
        let read = |name: &str| read_name(&mut Fields::new(), "name", name);
        assert_eq!(
            read("partners/contoso/users/ana"),
            Some(("partners/contoso".to_owned(), "ana".to_owned()))
        );
        for other in ["partners/contoso", "partners//users/ana", "partners/c/users/a/b", "users/a"] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
