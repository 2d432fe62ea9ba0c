//! A user of a partner account: a person with roles (rule ENR-12).

pub(crate) mod access;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod read;
pub(crate) mod set_roles;
pub(crate) mod table;

pub(crate) use self::create::create;
pub(crate) use self::delete::delete;
pub(crate) use self::set_roles::set_roles;

use std::fmt;

use csp_policy::Caller;
use csp_proto::partner_registry::v1 as pb;
use csp_proto::policy::v1::Role;
use csp_service::wire::timestamp;
use csp_service::{Effect, ExternalId, Fields, Result, Stored, etag};
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
const ROLES_MAX: usize = 16;
/// The roles of a partner's user (rule ENR-12). The contract's other roles are those of other callers.
const ROLES: [Role; 4] = [Role::GlobalAdmin, Role::UserAdmin, Role::AdminAgent, Role::SalesAgent];

/// The parts of a user's resource name, `partners/{id}/users/{id}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UserName {
    /// Resource name of the account.
    pub(crate) partner: String,
    pub(crate) id: String,
}

impl UserName {
    /// Reads a user's resource name.
    pub(crate) fn read(fields: &mut Fields, field: &str, name: &str) -> Option<Self> {
        let Some((partner, user)) = name.split_once(COLLECTION) else {
            fields.refuse(field, "must be a name like `partners/{id}/users/{id}`");
            return None;
        };
        let partner = fields.resource_name(field, partner, partner::COLLECTION);
        let id = fields.resource_id(field, user);
        Some(UserName { partner: partner?, id: id? })
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}{COLLECTION}{}", self.partner, self.id)
    }
}

/// Reads the roles of a user, sorted and without duplicates. An absent set is refused: it states nothing
/// (rule SUB-16).
fn read_roles(fields: &mut Fields, sent: Option<&pb::RoleSet>) -> Option<Vec<Role>> {
    let sent = &fields.required("roles", sent)?.roles;
    fields.number("roles.roles", sent.len(), 0..=ROLES_MAX)?;
    let read: Vec<Option<Role>> = sent.iter().map(|role| read_role(fields, "roles.roles", *role)).collect();
    let mut roles = read.into_iter().collect::<Option<Vec<Role>>>()?;
    roles.sort_unstable();
    roles.dedup();
    Some(roles)
}

/// Reads one role of a user.
fn read_role(fields: &mut Fields, field: &str, sent: i32) -> Option<Role> {
    let role = Role::try_from(sent).ok().filter(|role| ROLES.contains(role));
    if role.is_none() {
        fields.refuse(field, format!("must be a role of a partner's user, was `{sent}`"));
    }
    role
}

/// A user. The roles change only by [`User::set_roles`].
#[derive(Debug, Clone)]
pub(crate) struct User {
    row: UserRow,
}

/// The data of a new user.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) external_id: Option<ExternalId>,
    pub(crate) subject: String,
    pub(crate) display_name: String,
    pub(crate) email: String,
    pub(crate) roles: Vec<Role>,
}

impl User {
    /// A new user of the account.
    pub(crate) fn create(partner_id: &str, id: String, person: &Person, now: Timestamp) -> Self {
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

    /// Replaces all roles of the user. Nothing changes when it has them.
    pub(crate) fn set_roles(&mut self, roles: &[Role], now: Timestamp) {
        if self.row.roles.0 == roles {
            return;
        }
        self.row.roles = Stored(roles.to_vec());
        self.row.revision += 1;
        self.row.update_time = now;
    }

    pub(crate) fn name(&self) -> String {
        format!("{}{COLLECTION}{}", resource_name::of(partner::COLLECTION, &self.row.partner), self.row.id)
    }

    pub(crate) fn is_global_admin(&self) -> bool {
        self.row.roles.0.contains(&Role::GlobalAdmin)
    }

    pub(crate) fn row(&self) -> &UserRow {
        &self.row
    }

    /// The user as an API message for `caller`.
    pub(crate) fn render(&self, caller: &Caller) -> pb::User {
        let row = &self.row;
        pb::User {
            name: self.name(),
            etag: etag::of(row.revision),
            revision: row.revision,
            create_time: Some(timestamp(row.create_time)),
            update_time: Some(timestamp(row.update_time)),
            external_id: ExternalId::shown(row.external_id.as_ref(), caller),
            subject: row.subject.clone(),
            display_name: row.display_name.clone(),
            email: row.email.clone(),
            roles: Some(pb::RoleSet { roles: row.roles.0.iter().map(|role| i32::from(*role)).collect() }),
        }
    }

    /// The journal entry for the change from `before`.
    pub(crate) fn effect(&self, before: &User) -> Result<Effect> {
        let [old, new] = [before, self].map(|user| user.render(&Caller::operator()));
        Effect::changed(&self.name(), self.row.revision, &old, &new)
    }

    /// The journal entry for the deletion.
    pub(crate) fn deletion(&self) -> Result<Effect> {
        Effect::deleted(&self.name(), self.row.revision + 1, &self.render(&Caller::operator()))
    }

    /// The journal entry for the creation.
    pub(crate) fn creation(&self) -> Result<Effect> {
        Effect::created(&self.name(), self.row.revision, &self.render(&Caller::operator()))
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
        let read = |name: &str| UserName::read(&mut Fields::new(), "name", name);
        let ana = read("partners/contoso/users/ana").unwrap();
        assert_eq!((ana.partner.as_str(), ana.id.as_str()), ("partners/contoso", "ana"));
        assert_eq!(ana.to_string(), "partners/contoso/users/ana");
        for other in ["partners/contoso", "partners//users/ana", "partners/c/users/a/b", "users/a"] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn a_user_holds_the_roles_of_a_partners_people_only_and_each_once() {
        let read = |roles: &[Role]| {
            let roles = roles.iter().map(|role| i32::from(*role)).collect();
            read_roles(&mut Fields::new(), Some(&pb::RoleSet { roles }))
        };
        let twice = read(&[Role::SalesAgent, Role::GlobalAdmin, Role::SalesAgent]);
        assert_eq!(twice, Some(vec![Role::GlobalAdmin, Role::SalesAgent]));
        assert_eq!(read(&[]), Some(Vec::new()), "an empty set states that the user has no role");
        for other in [Role::Unspecified, Role::Operator, Role::Anyone, Role::CustomerGlobalAdmin] {
            assert_eq!(read(&[other]), None, "{other:?}");
        }
        assert_eq!(read_roles(&mut Fields::new(), None), None, "an absent set states nothing");
    }
}
