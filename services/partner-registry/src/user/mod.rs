//! A person of a partner account (rule ENR-12).

pub(crate) mod access;
pub(crate) mod add;
pub(crate) mod read;
pub(crate) mod set_roles;
pub(crate) mod table;

use csp_proto::partner_registry::v1::{self as pb, UserRole};
use csp_service::{etag, wire};
use jiff::Timestamp;

use crate::names;
use crate::store::user::UserRow;
use crate::words;

/// People of one account, at most.
pub(crate) const USERS_MAX: i64 = 1000;
/// Roles in a request, at most; there are four.
pub(crate) const ROLES_MAX: usize = 16;

/// A person, whole.
#[derive(Debug, Clone)]
pub(crate) struct User {
    row: UserRow,
}

/// Who is added.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) external_id: Option<String>,
    pub(crate) subject: String,
    pub(crate) display_name: String,
    pub(crate) email: String,
    pub(crate) roles: Vec<UserRole>,
}

impl User {
    /// A new person of the account.
    pub(crate) fn add(partner_id: &str, id: String, person: &Person, now: Timestamp) -> Self {
        User {
            row: UserRow {
                partner: partner_id.to_owned(),
                id,
                revision: 1,
                create_time: now.as_microsecond(),
                update_time: now.as_microsecond(),
                external_id: person.external_id.clone(),
                subject: person.subject.clone(),
                display_name: person.display_name.clone(),
                email: person.email.clone(),
                roles: words::join(&person.roles),
            },
        }
    }

    /// The person holds these roles from now on, and no other.
    pub(crate) fn set_roles(&mut self, roles: &[UserRole], now: Timestamp) {
        self.row.roles = words::join(roles);
        self.row.revision += 1;
        self.row.update_time = now.as_microsecond();
    }

    pub(crate) fn name(&self) -> String {
        names::user(&self.row.partner, &self.row.id)
    }

    pub(crate) fn roles(&self) -> Vec<UserRole> {
        words::split(&self.row.roles)
    }

    pub(crate) fn row(&self) -> &UserRow {
        &self.row
    }

    /// As the contract shows it.
    pub(crate) fn render(&self) -> pb::User {
        let row = &self.row;
        pb::User {
            name: self.name(),
            etag: etag::of(row.revision),
            revision: row.revision,
            create_time: Some(wire::timestamp_of_micros(row.create_time)),
            update_time: Some(wire::timestamp_of_micros(row.update_time)),
            external_id: row.external_id.clone().unwrap_or_default(),
            subject: row.subject.clone(),
            display_name: row.display_name.clone(),
            email: row.email.clone(),
            roles: self.roles().into_iter().map(i32::from).collect(),
        }
    }
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        User { row }
    }
}
