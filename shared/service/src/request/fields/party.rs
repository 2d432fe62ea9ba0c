//! Parts that requests to several services share: the caller's own keys, evidence, contacts, addresses, clouds.

use csp_policy::{Cloud, Day};
use csp_proto::relationship::v1::AdminAccess;
use csp_proto::r#type::v1::{self as pb, Contact, PostalAddress};

use super::Fields;
use crate::request::wire;

/// Longest key of the caller's own.
pub const EXTERNAL_ID_CHARS_MAX: usize = 128;
/// Longest source of evidence.
pub const EVIDENCE_SOURCE_CHARS_MAX: usize = 200;
/// Lines of a postal address.
pub const ADDRESS_LINES_MAX: usize = 4;
/// Longest line of a postal address.
pub const ADDRESS_LINE_CHARS_MAX: usize = 200;
/// Longest city or state.
pub const PLACE_CHARS_MAX: usize = 100;
/// Longest postal code.
pub const POSTAL_CODE_CHARS_MAX: usize = 20;
/// Longest given or family name.
pub const PERSON_NAME_CHARS_MAX: usize = 100;
/// Administrative roles of one grant.
pub const ADMIN_ROLES_MAX: usize = 20;
/// Longest grant: two years.
pub const ADMIN_DAYS_MAX: i32 = 730;
/// Longest telephone number.
pub const PHONE_CHARS_MAX: usize = 40;

/// Since when, and by what source, a fact is known that an operator records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The day since which it holds.
    pub day: Day,
    /// Where that is written.
    pub source: String,
}

impl Evidence {
    /// The evidence as the contract has it, from a row's columns.
    pub fn of_row(day: Option<Day>, source: Option<&str>) -> Option<pb::Evidence> {
        day.map(|day| Evidence { day, source: source.unwrap_or_default().to_owned() }.render())
    }

    /// The evidence as the contract has it.
    pub fn render(&self) -> pb::Evidence {
        pb::Evidence { date: self.day.to_string(), source: self.source.clone() }
    }
}

/// How much of an address or contact must be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// What is given is well formed.
    AsGiven,
    /// An address has a line and a city, a contact an e-mail address.
    Required,
}

impl Detail {
    fn least(self) -> usize {
        usize::from(self == Detail::Required)
    }
}

impl Fields {
    /// An id that the caller may choose: `Some(None)` when it does not.
    pub fn chosen_id(&mut self, field: &str, id: &str) -> Option<Option<String>> {
        self.optional(id, |fields, id| fields.resource_id(field, id))
    }

    /// The caller's own key: `Some(None)` when there is none.
    pub fn external_id(&mut self, field: &str, key: &str) -> Option<Option<String>> {
        self.optional(key, |fields, key| fields.text(field, key, 1..=EXTERNAL_ID_CHARS_MAX))
    }

    /// A resource name that may be left out: `Some(None)` when it was.
    pub fn optional_name(&mut self, field: &str, name: &str, collection: &str) -> Option<Option<String>> {
        self.optional(name, |fields, name| fields.resource_name(field, name, collection))
    }

    /// The evidence that every record needs; its day is not in the future.
    pub fn evidence(&mut self, sent: Option<&pb::Evidence>, today: Day) -> Option<Evidence> {
        let sent = self.required("evidence", sent)?;
        let day = self.day("evidence.date", &sent.date);
        let source = self.text("evidence.source", &sent.source, 1..=EVIDENCE_SOURCE_CHARS_MAX);
        if let Some(day) = day.filter(|day| *day > today) {
            self.refuse("evidence.date", format!("must not be in the future, was `{day}`"));
        }
        Some(Evidence { day: day?, source: source? })
    }

    /// A person that can be asked.
    pub fn contact(&mut self, field: &str, sent: &Contact, detail: Detail) -> Option<Contact> {
        let mut text = |part: &str, value: &str, most| self.text(&format!("{field}.{part}"), value, 0..=most);
        let first_name = text("first_name", &sent.first_name, PERSON_NAME_CHARS_MAX);
        let last_name = text("last_name", &sent.last_name, PERSON_NAME_CHARS_MAX);
        let phone = text("phone", &sent.phone, PHONE_CHARS_MAX);
        let email = match detail {
            Detail::AsGiven if sent.email.is_empty() => Some(String::new()),
            _ => self.email(&format!("{field}.email"), &sent.email),
        };
        Some(Contact { first_name: first_name?, last_name: last_name?, email: email?, phone: phone? })
    }

    /// A postal address; it always has a country.
    pub fn address(&mut self, field: &str, sent: &PostalAddress, detail: Detail) -> Option<PostalAddress> {
        let least = detail.least();
        self.number(&format!("{field}.lines"), sent.lines.len(), least..=ADDRESS_LINES_MAX);
        for (index, line) in sent.lines.iter().take(ADDRESS_LINES_MAX).enumerate() {
            self.text(&format!("{field}.lines[{index}]"), line, least..=ADDRESS_LINE_CHARS_MAX);
        }
        self.text(&format!("{field}.city"), &sent.city, least..=PLACE_CHARS_MAX);
        self.text(&format!("{field}.state"), &sent.state, 0..=PLACE_CHARS_MAX);
        self.text(&format!("{field}.postal_code"), &sent.postal_code, 0..=POSTAL_CODE_CHARS_MAX);
        self.country(&format!("{field}.country"), &sent.country)?;
        Some(sent.clone())
    }

    /// Delegated administration that is asked for: `Some(None)` when none is.
    pub fn admin_access(&mut self, asked: Option<&AdminAccess>) -> Option<Option<AdminAccess>> {
        let Some(asked) = asked else { return Some(None) };
        self.number("admin_access.roles", asked.roles.len(), 1..=ADMIN_ROLES_MAX);
        for (index, role) in asked.roles.iter().take(ADMIN_ROLES_MAX).enumerate() {
            self.resource_id(&format!("admin_access.roles[{index}]"), role);
        }
        self.number("admin_access.duration_days", asked.duration_days, 1..=ADMIN_DAYS_MAX)?;
        Some(Some(asked.clone()))
    }

    /// A cloud; left out, it is the worldwide one.
    pub fn cloud(&mut self, field: &str, value: i32) -> Option<Cloud> {
        if value == 0 {
            return Some(Cloud::Global);
        }
        self.enum_value::<pb::Cloud>(field, value).and_then(|cloud| wire::cloud_of(cloud.into()))
    }
}
