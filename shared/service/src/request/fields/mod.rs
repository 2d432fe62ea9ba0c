//! Parses the fields of a request and collects all violations, not only the first.
//!
//! Each reader returns the value, or records a violation and returns `None`. [`Fields::finish`] builds the
//! command if there was no violation:
//!
//! ```
//! use csp_service::Fields;
//!
//! let mut fields = Fields::new();
//! let name = fields.text("partner.legal_name", "Contoso", 1..=200);
//! let country = fields.country("partner.address.country", "de");
//! let parsed = fields.finish(|| Some((name?, country?)));
//! assert!(parsed.is_err());
//! ```

use std::ops::RangeInclusive;

use csp_policy::{Country, Day};
use csp_proto::google::r#type::Money;
use jiff::Timestamp;

use crate::fault::{Fault, FieldViolation, Result};
use crate::request::wire;

/// Maximum length of a resource id, in characters.
pub const RESOURCE_ID_CHARS_MAX: usize = 63;
/// Maximum length of a tenant id, in characters.
pub const TENANT_CHARS_MAX: usize = 64;
/// Maximum length of a domain, in characters.
pub const DOMAIN_CHARS_MAX: usize = 253;
/// Maximum length of a domain label, in characters.
pub const DOMAIN_LABEL_CHARS_MAX: usize = 63;
/// Maximum length of an e-mail address, in characters.
pub const EMAIL_CHARS_MAX: usize = 254;
/// Maximum length of the part of an e-mail address before the `@`, in characters.
pub const EMAIL_LOCAL_CHARS_MAX: usize = 64;
/// Maximum number of digits of an MPN ID.
pub const MPN_DIGITS_MAX: usize = 10;
/// Billionths of a unit of a currency.
const NANOS: u32 = 1_000_000_000;
/// Maximum length of a refused value in its violation, in characters.
const TOLD_CHARS_MAX: usize = 60;

/// The parent that stands for all customers.
const ALL_CUSTOMERS: &str = "customers/-";

/// The name of a resource that belongs to a customer. Its id is unique for that customer only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomersResource {
    /// Resource name of the customer.
    pub customer: String,
    /// The id in the last part of the name.
    pub id: String,
}

impl CustomersResource {
    /// The resource name.
    pub fn name(&self, collection: &str) -> String {
        wire::customers_name(&self.customer, collection, &self.id)
    }
}

/// Collects the violations of one request.
#[derive(Debug, Default)]
#[must_use = "what was collected is only refused by finish"]
pub struct Fields {
    violations: Vec<FieldViolation>,
}

impl Fields {
    /// An empty collection.
    pub fn new() -> Self {
        Fields::default()
    }

    /// Records a violation. `description` continues the sentence that starts with the field's name: "must be
    /// …".
    pub fn refuse(&mut self, field: &str, description: impl Into<String>) {
        self.violations.push(FieldViolation { field: field.to_owned(), description: description.into() });
    }

    /// Returns the command that `build` makes, or all violations. `build` may return `None` only for a value
    /// that was refused.
    ///
    /// # Errors
    /// [`Fault::Invalid`] with all violations.
    pub fn finish<T>(self, build: impl FnOnce() -> Option<T>) -> Result<T> {
        if !self.violations.is_empty() {
            return Err(Fault::Invalid(self.violations));
        }
        build().ok_or_else(|| Fault::internal("a field has no value although no field was refused"))
    }

    /// Reads a single field, for a request with only one field to check.
    ///
    /// # Errors
    /// [`Fault::Invalid`].
    pub fn only<T>(read: impl FnOnce(&mut Fields) -> Option<T>) -> Result<T> {
        let mut fields = Fields::new();
        let value = read(&mut fields);
        fields.finish(|| value)
    }

    /// Reads an optional value; `Some(None)` when the value is empty.
    pub fn optional<T>(
        &mut self,
        value: &str,
        read: impl FnOnce(&mut Self, &str) -> Option<T>,
    ) -> Option<Option<T>> {
        if value.is_empty() { Some(None) } else { read(self, value).map(Some) }
    }

    /// Reads a one-line text with a number of characters within `chars`: no control characters.
    pub fn text(&mut self, field: &str, value: &str, chars: RangeInclusive<usize>) -> Option<String> {
        self.prose(field, value, chars, |_| false)
    }

    /// Reads a text with a number of characters within `chars`; line breaks and tabs are allowed.
    pub fn lines(&mut self, field: &str, value: &str, chars: RangeInclusive<usize>) -> Option<String> {
        self.prose(field, value, chars, |character| matches!(character, '\n' | '\t'))
    }

    /// Reads the id of a resource: lower-case letters, digits, `.`, `_` and `-`, the first a letter or digit.
    pub fn resource_id(&mut self, field: &str, value: &str) -> Option<String> {
        let must = "must be 1 to 63 of `a-z0-9._-`, the first a letter or digit";
        self.accept(field, value, is_id(value, RESOURCE_ID_CHARS_MAX), must)
    }

    /// Reads a resource name `{collection}/{id}` and returns the whole name.
    pub fn resource_name(&mut self, field: &str, value: &str, collection: &str) -> Option<String> {
        let id = value.strip_prefix(collection).and_then(|rest| rest.strip_prefix('/'));
        let fits = id.is_some_and(|id| is_id(id, RESOURCE_ID_CHARS_MAX));
        self.accept(field, value, fits, &format!("must be a name like `{collection}/{{id}}`"))
    }

    /// Reads the name of a customer's resource, `customers/{customer}/{collection}/{id}`.
    pub fn customers_resource(
        &mut self,
        field: &str,
        value: &str,
        collection: &str,
    ) -> Option<CustomersResource> {
        let parts: Vec<&str> = value.split('/').collect();
        let name = match parts.as_slice() {
            ["customers", customer, named, id]
                if *named == collection
                    && is_id(customer, RESOURCE_ID_CHARS_MAX)
                    && is_id(id, RESOURCE_ID_CHARS_MAX) =>
            {
                Some(CustomersResource { customer: format!("customers/{customer}"), id: (*id).to_owned() })
            }
            _ => None,
        };
        self.keep(
            field,
            value,
            name,
            &format!("must be a name like `customers/{{customer}}/{collection}/{{id}}`"),
        )
    }

    /// Reads the name of a resource that its parent has once, `{collection}/{id}/{singleton}`, and returns
    /// the parent's name.
    pub fn singleton(
        &mut self,
        field: &str,
        value: &str,
        collection: &str,
        singleton: &str,
    ) -> Option<String> {
        let parent = value.strip_suffix(singleton).and_then(|rest| rest.strip_suffix('/'));
        let id = parent.and_then(|parent| parent.strip_prefix(collection)?.strip_prefix('/'));
        let parent = parent.filter(|_| id.is_some_and(|id| is_id(id, RESOURCE_ID_CHARS_MAX)));
        let must = format!("must be a name like `{collection}/{{id}}/{singleton}`");
        self.keep(field, value, parent.map(str::to_owned), &must)
    }

    /// Reads the parent of a list: `Some(Some(name))` for one customer, `Some(None)` for `customers/-`, which
    /// stands for all customers.
    pub fn customer_or_all(&mut self, field: &str, value: &str) -> Option<Option<String>> {
        if value == ALL_CUSTOMERS {
            return Some(None);
        }
        let id = value.strip_prefix("customers/").filter(|id| is_id(id, RESOURCE_ID_CHARS_MAX));
        let name = id.map(|_| Some(value.to_owned()));
        self.keep(field, value, name, "must be a name like `customers/{customer}`, or `customers/-` for all")
    }

    /// Reads a tenant id: a GUID or a domain, in lower case.
    pub fn tenant(&mut self, field: &str, value: &str) -> Option<String> {
        let must = "must be a tenant id: 1 to 64 of `a-z0-9._-`, the first a letter or digit";
        self.accept(field, value, is_tenant(value), must)
    }

    /// Reads a domain: lower case, with at least one dot.
    pub fn domain(&mut self, field: &str, value: &str) -> Option<String> {
        self.accept(field, value, is_domain(value), "must be a lower-case domain like `contoso.example`")
    }

    /// Reads the number of an MPN ID: 1 to [`MPN_DIGITS_MAX`] digits.
    pub fn mpn_number(&mut self, field: &str, value: &str) -> Option<String> {
        let fits =
            (1..=MPN_DIGITS_MAX).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_digit());
        self.accept(field, value, fits, "must be an MPN ID: 1 to 10 digits")
    }

    /// Reads an e-mail address.
    pub fn email(&mut self, field: &str, value: &str) -> Option<String> {
        self.accept(field, value, is_email(value), "must be an e-mail address like `a.datum@contoso.example`")
    }

    /// Reads a country code: two upper-case letters (ISO 3166-1 alpha-2).
    pub fn country(&mut self, field: &str, value: &str) -> Option<Country> {
        let country = Country::try_from(value).ok();
        self.keep(field, value, country, "must be a country code of two upper-case letters like `DE`")
    }

    /// Reads a day, an RFC 3339 full-date: `YYYY-MM-DD`.
    pub fn day(&mut self, field: &str, value: &str) -> Option<Day> {
        // The parser also accepts dates with a time; the contract does not.
        let day = (value.len() == "2026-11-21".len()).then(|| value.parse().ok()).flatten();
        self.keep(field, value, day, "must be a day like `2026-11-21`")
    }

    /// Reads an instant.
    pub fn instant(&mut self, field: &str, value: Option<&prost_types::Timestamp>) -> Option<Timestamp> {
        let instant = value.and_then(wire::instant);
        let told = value.map_or_else(String::new, |value| format!("{}s {}ns", value.seconds, value.nanos));
        self.keep(field, &told, instant, "must be an instant between the years 1 and 9999")
    }

    /// Refuses a period that ends where it starts, or before. `end` is exclusive.
    pub fn period<T: PartialOrd>(&mut self, (start_field, start): (&str, T), (end_field, end): (&str, T)) {
        if end <= start {
            self.refuse(end_field, format!("must be later than `{start_field}`"));
        }
    }

    /// Reads an enum of the contract; `UNSPECIFIED` is refused.
    pub fn enum_value<E: TryFrom<i32>>(&mut self, field: &str, value: i32) -> Option<E> {
        let known = if value == 0 { None } else { E::try_from(value).ok() };
        let must = "must be one of the contract's values, other than UNSPECIFIED";
        self.keep(field, &value.to_string(), known, must)
    }

    /// Reads an optional enum of the contract; `Some(None)` when unset.
    pub fn optional_enum<E: TryFrom<i32>>(&mut self, field: &str, value: i32) -> Option<Option<E>> {
        if value == 0 { Some(None) } else { self.enum_value(field, value).map(Some) }
    }

    /// Reads a number within `range`. For a list, `value` is the number of its entries and `field` the list.
    pub fn number<N>(&mut self, field: &str, value: N, range: RangeInclusive<N>) -> Option<N>
    where
        N: PartialOrd + ToString + Copy,
    {
        let must = format!("must be between {} and {}", range.start().to_string(), range.end().to_string());
        self.keep(field, &value.to_string(), Some(value).filter(|value| range.contains(value)), &must)
    }

    /// Reads an amount of money with `micros` within a range: its currency code, and the amount in millionths
    /// of the unit.
    pub fn money(
        &mut self,
        field: &str,
        sent: Option<&Money>,
        micros: RangeInclusive<i64>,
    ) -> Option<(String, i64)> {
        let Money { currency_code, units, nanos } = self.required(field, sent)?;
        let is_code = currency_code.len() == 3 && currency_code.bytes().all(|byte| byte.is_ascii_uppercase());
        let must = "must be a currency code of three upper-case letters like `EUR`";
        let code = self.accept(&format!("{field}.currency_code"), currency_code, is_code, must);
        let has_one_sign = !(*units > 0 && *nanos < 0 || *units < 0 && *nanos > 0);
        let fits = nanos.abs_diff(0) < NANOS && nanos % wire::NANOS_IN_MICRO == 0 && has_one_sign;
        let must = "must be whole thousands between -999999000 and 999999000, with the sign of `units`";
        let nanos = self.keep(&format!("{field}.nanos"), &nanos.to_string(), fits.then_some(*nanos), must);
        let (least, most) = (micros.start() / wire::MICROS, micros.end() / wire::MICROS);
        let total = i128::from(*units) * i128::from(wire::MICROS) + i128::from(nanos? / wire::NANOS_IN_MICRO);
        let total = i64::try_from(total).ok().filter(|total| micros.contains(total));
        let must = format!("must be an amount between {least} and {most}");
        let total = self.keep(&format!("{field}.units"), &units.to_string(), total, &must);
        Some((code?, total?))
    }

    /// Requires a message to be set and returns it, so that its fields can be read.
    pub fn required<'m, M>(&mut self, field: &str, value: Option<&'m M>) -> Option<&'m M> {
        if value.is_none() {
            self.refuse(field, "must be set");
        }
        value
    }

    fn prose(
        &mut self,
        field: &str,
        value: &str,
        chars: RangeInclusive<usize>,
        is_layout: fn(char) -> bool,
    ) -> Option<String> {
        let length = value.chars().count();
        if !chars.contains(&length) {
            let (least, most) = (chars.start(), chars.end());
            self.refuse(field, format!("must have {least} to {most} characters, had {length}"));
        } else if value.chars().any(|character| character.is_control() && !is_layout(character)) {
            self.refuse(field, "must not contain control characters");
        } else if *chars.start() > 0 && value.trim().is_empty() {
            self.refuse(field, "must not be blank");
        } else {
            return Some(value.to_owned());
        }
        None
    }

    fn accept(&mut self, field: &str, value: &str, fits: bool, must: &str) -> Option<String> {
        self.keep(field, value, fits.then(|| value.to_owned()), must)
    }

    fn keep<T>(&mut self, field: &str, told: &str, value: Option<T>, must: &str) -> Option<T> {
        if value.is_none() {
            let was = if told.is_empty() { "was empty".to_owned() } else { format!("was `{}`", shown(told)) };
            self.refuse(field, format!("{must}, {was}"));
        }
        value
    }
}

/// A refused value as a violation quotes it: shortened, and without control characters.
pub(crate) fn shown(value: &str) -> String {
    let mut shown: String = value.chars().filter(|c| !c.is_control()).take(TOLD_CHARS_MAX).collect();
    if value.chars().count() > TOLD_CHARS_MAX {
        shown.push('…');
    }
    shown
}

pub(crate) fn is_tenant(value: &str) -> bool {
    is_id(value, TENANT_CHARS_MAX)
}

fn is_id(value: &str, chars_max: usize) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    value.len() <= chars_max
        && value.bytes().next().is_some_and(plain)
        && value.bytes().all(|byte| plain(byte) || matches!(byte, b'.' | b'_' | b'-'))
}

fn is_domain(value: &str) -> bool {
    value.len() <= DOMAIN_CHARS_MAX && value.contains('.') && value.split('.').all(is_domain_label)
}

fn is_domain_label(label: &str) -> bool {
    (1..=DOMAIN_LABEL_CHARS_MAX).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn is_email(value: &str) -> bool {
    let Some((local, domain)) = value.split_once('@') else {
        return false;
    };
    value.len() <= EMAIL_CHARS_MAX
        && (1..=EMAIL_LOCAL_CHARS_MAX).contains(&local.len())
        && local
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b'"' | b',' | b';'))
        && is_domain(&domain.to_ascii_lowercase())
}

mod directory_roles;
mod party;

pub use party::{
    ADDRESS_LINE_CHARS_MAX, ADDRESS_LINES_MAX, ADMIN_DAYS_MAX, ADMIN_ROLES_MAX, Detail,
    EVIDENCE_SOURCE_CHARS_MAX, EXTERNAL_ID_CHARS_MAX, Evidence, PERSON_NAME_CHARS_MAX, PHONE_CHARS_MAX,
    PLACE_CHARS_MAX, POSTAL_CODE_CHARS_MAX, Tenant, attests,
};

#[cfg(test)]
mod tests;
