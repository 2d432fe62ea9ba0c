//! Parts that several requests share: contacts, addresses, evidence, delegated administration.

use csp_policy::{Cloud, Day};
use csp_proto::relationship::v1::AdminAccess;
use csp_proto::r#type::v1::{self as pb, Contact, PostalAddress};
use csp_service::Fields;

/// Longest key of a caller's own.
pub(crate) const EXTERNAL_ID_CHARS_MAX: usize = 128;
/// Lines of a postal address.
pub(crate) const ADDRESS_LINES_MAX: usize = 4;
/// Longest line of a postal address.
pub(crate) const ADDRESS_LINE_CHARS_MAX: usize = 200;
/// Longest city or state.
pub(crate) const PLACE_CHARS_MAX: usize = 100;
/// Longest postal code.
pub(crate) const POSTAL_CODE_CHARS_MAX: usize = 20;
/// Longest given or family name.
pub(crate) const NAME_CHARS_MAX: usize = 100;
/// Longest telephone number.
pub(crate) const PHONE_CHARS_MAX: usize = 40;
/// Longest source of evidence.
pub(crate) const EVIDENCE_SOURCE_CHARS_MAX: usize = 200;
/// Administrative roles of one grant.
pub(crate) const ADMIN_ROLES_MAX: usize = 20;
/// Longest grant: two years.
pub(crate) const ADMIN_DAYS_MAX: i32 = 730;

/// Where an established fact comes from, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Evidence {
    pub(crate) day: Day,
    pub(crate) source: String,
}

impl Evidence {
    pub(crate) fn render(&self) -> pb::Evidence {
        pb::Evidence { date: self.day.to_string(), source: self.source.clone() }
    }
}

/// A key of the caller's own; `Some(None)` for none.
pub(crate) fn external_id(fields: &mut Fields, value: &str) -> Option<Option<String>> {
    fields.optional(value, |fields, value| fields.text("external_id", value, 1..=EXTERNAL_ID_CHARS_MAX))
}

/// An id that the caller chose; `Some(None)` for none.
pub(crate) fn chosen_id(fields: &mut Fields, field: &str, value: &str) -> Option<Option<String>> {
    fields.optional(value, |fields, value| fields.resource_id(field, value))
}

/// The name of a resource that may be left out.
pub(crate) fn named(
    fields: &mut Fields,
    field: &str,
    value: &str,
    collection: &str,
) -> Option<Option<String>> {
    fields.optional(value, |fields, value| fields.resource_name(field, value, collection))
}

/// Evidence, which every record needs; its day is not in the future.
pub(crate) fn evidence(fields: &mut Fields, value: Option<&pb::Evidence>, today: Day) -> Option<Evidence> {
    let value = fields.required("evidence", value)?;
    let day = fields.day("evidence.date", &value.date);
    let source = fields.text("evidence.source", &value.source, 1..=EVIDENCE_SOURCE_CHARS_MAX);
    if day.is_some_and(|day| day > today) {
        fields.refuse("evidence.date", format!("must not be in the future, was `{}`", value.date));
    }
    Some(Evidence { day: day?, source: source? })
}

/// A contact: what is given is well formed.
pub(crate) fn contact(fields: &mut Fields, field: &str, value: &Contact) -> Option<Contact> {
    let first_name = fields.text(&format!("{field}.first_name"), &value.first_name, 0..=NAME_CHARS_MAX);
    let last_name = fields.text(&format!("{field}.last_name"), &value.last_name, 0..=NAME_CHARS_MAX);
    let email = fields.optional(&value.email, |fields, value| fields.email(&format!("{field}.email"), value));
    let phone = fields.text(&format!("{field}.phone"), &value.phone, 0..=PHONE_CHARS_MAX);
    Some(Contact {
        first_name: first_name?,
        last_name: last_name?,
        email: email?.unwrap_or_default(),
        phone: phone?,
    })
}

/// A postal address.
pub(crate) fn address(fields: &mut Fields, field: &str, value: &PostalAddress) -> Option<PostalAddress> {
    fields.number(&format!("{field}.lines"), value.lines.len(), 1..=ADDRESS_LINES_MAX);
    for (index, line) in value.lines.iter().take(ADDRESS_LINES_MAX).enumerate() {
        fields.text(&format!("{field}.lines[{index}]"), line, 1..=ADDRESS_LINE_CHARS_MAX);
    }
    fields.text(&format!("{field}.city"), &value.city, 1..=PLACE_CHARS_MAX);
    fields.text(&format!("{field}.state"), &value.state, 0..=PLACE_CHARS_MAX);
    fields.text(&format!("{field}.postal_code"), &value.postal_code, 0..=POSTAL_CODE_CHARS_MAX);
    fields.country(&format!("{field}.country"), &value.country)?;
    Some(value.clone())
}

/// Delegated administration that is asked for; `Some(None)` for none.
pub(crate) fn admin_access(fields: &mut Fields, value: Option<&AdminAccess>) -> Option<Option<AdminAccess>> {
    let Some(value) = value else { return Some(None) };
    fields.number("admin_access.roles", value.roles.len(), 1..=ADMIN_ROLES_MAX);
    for (index, role) in value.roles.iter().take(ADMIN_ROLES_MAX).enumerate() {
        fields.resource_id(&format!("admin_access.roles[{index}]"), role);
    }
    fields.number("admin_access.duration_days", value.duration_days, 1..=ADMIN_DAYS_MAX)?;
    Some(Some(value.clone()))
}

/// A cloud; left out, it is the worldwide one.
pub(crate) fn cloud(fields: &mut Fields, field: &str, value: i32) -> Option<Cloud> {
    if value == 0 {
        return Some(Cloud::Global);
    }
    fields.enum_value::<pb::Cloud>(field, value).map(|cloud| match cloud {
        pb::Cloud::Unspecified | pb::Cloud::Global => Cloud::Global,
        pb::Cloud::UsGovernment => Cloud::UsGovernment,
        pb::Cloud::Germany => Cloud::Germany,
        pb::Cloud::China => Cloud::China,
    })
}

/// A cloud as the contract names it.
pub(crate) fn wire_cloud(cloud: Cloud) -> pb::Cloud {
    match cloud {
        Cloud::Global => pb::Cloud::Global,
        Cloud::UsGovernment => pb::Cloud::UsGovernment,
        Cloud::Germany => pb::Cloud::Germany,
        Cloud::China => pb::Cloud::China,
    }
}
