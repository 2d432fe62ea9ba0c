//! The cells of one row. Each reader returns a value and notes the flaws of the cell; a row with a flaw is
//! not used.

use csp_proto::google::r#type::Money;
use csp_proto::r#type::v1::{Cloud, Contact, Evidence, PostalAddress};
use csp_service::wire;
use csv::StringRecord;

use super::files::File;

/// Maximum length of a cell, in characters.
pub const CELL_CHARS_MAX: usize = 2000;
/// Maximum number of entries of a list in one cell.
pub const LIST_ENTRIES_MAX: usize = 250;
/// The word of a cell that names nothing on purpose.
const NONE: &str = "none";
/// Separates the entries of a list.
const LIST_SEPARATOR: char = ';';
/// Maximum length of an id, in characters.
const ID_CHARS_MAX: usize = 63;
/// Maximum number of characters of a wrong cell that its flaw quotes.
const QUOTED_CHARS_MAX: usize = 60;
/// Maximum number of digits after the decimal point of an amount of money: amounts are stored in millionths.
const MONEY_DIGITS_MAX: usize = 6;

/// The index of a cell in its row, and the flaw of the cell.
pub(crate) type CellFlaw = (usize, String);

/// The cells of one row, read by the name of their column.
pub(crate) struct Cells<'r> {
    file: &'static File,
    header: &'r [&'static str],
    record: &'r StringRecord,
    flaws: Vec<CellFlaw>,
}

impl<'r> Cells<'r> {
    /// The cells of `record`, in the order of `header`.
    pub(crate) fn new(file: &'static File, header: &'r [&'static str], record: &'r StringRecord) -> Self {
        Cells { file, header, record, flaws: Vec::new() }
    }

    /// The flaws of the cells that were read.
    pub(crate) fn into_flaws(self) -> Vec<CellFlaw> {
        self.flaws
    }

    /// The text of the cell, unchanged. Empty in a required column is a flaw.
    pub(crate) fn text(&mut self, column: &'static str) -> String {
        let value = self.value(column);
        if value.is_empty() && self.file.column(column).is_some_and(|column| column.required) {
            self.refuse(column, "must not be empty".to_owned());
        } else if value.chars().count() > CELL_CHARS_MAX {
            self.refuse(column, format!("must have at most {CELL_CHARS_MAX} characters"));
        } else if value.chars().any(char::is_control) {
            self.refuse(column, "must not contain control characters".to_owned());
        }
        value.to_owned()
    }

    /// A bare id.
    pub(crate) fn id(&mut self, column: &'static str) -> String {
        let must = "an id of 1 to 63 of `a-z0-9._-`, the first a letter or digit";
        self.checked(column, must, is_id)
    }

    /// The resource name in `collection` for the id in the cell; empty for an empty cell.
    pub(crate) fn name(&mut self, column: &'static str, collection: &str) -> String {
        let id = self.id(column);
        if id.is_empty() { id } else { format!("{collection}/{id}") }
    }

    /// The resource name in `collection` for the id in the cell; `None` for the word `none`.
    pub(crate) fn name_or_none(&mut self, column: &'static str, collection: &str) -> Option<String> {
        let is_none = self.value(column) == NONE;
        (!is_none).then(|| self.name(column, collection))
    }

    /// A country code.
    pub(crate) fn country(&mut self, column: &'static str) -> String {
        self.checked(column, "a country code of two upper-case letters like `DE`", is_country)
    }

    /// A day.
    pub(crate) fn day(&mut self, column: &'static str) -> String {
        self.checked(column, "a day like `2026-11-21`", is_day)
    }

    /// `yes` or `no`; an empty cell means `no`.
    pub(crate) fn flag(&mut self, column: &'static str) -> bool {
        self.choice(column).unwrap_or_default()
    }

    /// `yes` or `no`; `None` for an empty cell.
    pub(crate) fn choice(&mut self, column: &'static str) -> Option<bool> {
        let value = self.text(column);
        match value.as_str() {
            "yes" | "true" => Some(true),
            "no" | "false" => Some(false),
            "" => None,
            _ => {
                self.must_be(column, "`yes` or `no`", &value);
                None
            }
        }
    }

    /// A count; an empty cell is 0.
    pub(crate) fn count(&mut self, column: &'static str) -> i32 {
        let value = self.text(column);
        if value.is_empty() {
            return 0;
        }
        value.parse().ok().filter(|count| *count >= 0).unwrap_or_else(|| {
            self.must_be(column, "a whole number of at most 2147483647", &value);
            0
        })
    }

    /// An amount of money with its currency.
    pub(crate) fn money(&mut self, amount: &'static str, currency: &'static str) -> Money {
        let currency = self.text(currency);
        let value = self.text(amount);
        let micros = micros(&value).unwrap_or_else(|| {
            self.must_be(
                amount,
                "an amount of money like `12.50`, with at most 6 digits after the point",
                &value,
            );
            0
        });
        wire::money(&currency, micros)
    }

    /// A price with its currency; `None` when the cell of the amount is empty.
    pub(crate) fn price(&mut self, amount: &'static str, currency: &'static str) -> Option<Money> {
        if self.value(amount).is_empty() { None } else { Some(self.money(amount, currency)) }
    }

    /// A word of the contract's enum, without the enum's prefix; an empty cell is the unset value.
    pub(crate) fn word(&mut self, column: &'static str, known: fn(&str) -> Option<i32>) -> i32 {
        let value = self.text(column);
        self.word_of(column, &value, known)
    }

    /// A list of words of the contract's enum.
    pub(crate) fn words(&mut self, column: &'static str, known: fn(&str) -> Option<i32>) -> Vec<i32> {
        let entries = self.list(column);
        entries.iter().map(|entry| self.word_of(column, entry, known)).collect()
    }

    /// One entry of a cell as a word of the contract's enum.
    pub(crate) fn word_of(
        &mut self,
        column: &'static str,
        value: &str,
        known: fn(&str) -> Option<i32>,
    ) -> i32 {
        if value.is_empty() {
            return 0;
        }
        known(value).filter(|number| *number != 0).unwrap_or_else(|| {
            self.must_be(column, "one of the words that this column takes", value);
            0
        })
    }

    /// A list with `;` between its entries; empty entries are dropped.
    pub(crate) fn list(&mut self, column: &'static str) -> Vec<String> {
        let value = self.text(column);
        let entries: Vec<String> = value
            .split(LIST_SEPARATOR)
            .map(|entry| entry.trim().to_owned())
            .filter(|entry| !entry.is_empty())
            .collect();
        if entries.len() > LIST_ENTRIES_MAX {
            self.refuse(column, format!("must have at most {LIST_ENTRIES_MAX} entries"));
        }
        entries
    }

    /// The resource names in `collection` for a list of ids.
    pub(crate) fn names(&mut self, column: &'static str, collection: &str) -> Vec<String> {
        let entries = self.list(column);
        for entry in entries.iter().filter(|entry| !is_id(entry)) {
            self.must_be(column, "ids with `;` between", entry);
        }
        entries.into_iter().map(|id| format!("{collection}/{id}")).collect()
    }

    /// The evidence of a fact that was established elsewhere: its day and its source.
    pub(crate) fn evidence(&mut self) -> Option<Evidence> {
        Some(Evidence { establish_date: self.day("date"), source: self.text("source") })
    }

    /// The cloud of a tenant.
    pub(crate) fn cloud(&mut self) -> i32 {
        self.word("cloud", |word| Cloud::from_str_name(&format!("CLOUD_{word}")).map(i32::from))
    }

    /// A postal address in `country`.
    pub(crate) fn address(&mut self, country: &str) -> PostalAddress {
        let street = self.text("street");
        PostalAddress {
            lines: if street.is_empty() { Vec::new() } else { vec![street] },
            city: self.text("city"),
            state: self.text("state"),
            postal_code: self.text("postal_code"),
            country: country.to_owned(),
        }
    }

    /// A contact person; `None` when the e-mail address is empty.
    pub(crate) fn contact(
        &mut self,
        names: Option<(&'static str, &'static str)>,
        email: &'static str,
        phone: Option<&'static str>,
    ) -> Option<Contact> {
        let mut contact = Contact { email: self.text(email), ..Contact::default() };
        if let Some((first, last)) = names {
            contact.first_name = self.text(first);
            contact.last_name = self.text(last);
        }
        if let Some(phone) = phone {
            contact.phone = self.text(phone);
        }
        Some(contact).filter(|contact| !contact.email.is_empty())
    }

    /// Notes a flaw: the cell must be `must`, and was `was`.
    pub(crate) fn must_be(&mut self, column: &'static str, must: &str, was: &str) {
        let quoted: String = was.chars().filter(|c| !c.is_control()).take(QUOTED_CHARS_MAX).collect();
        self.refuse(column, format!("must be {must}, was `{quoted}`"));
    }

    fn refuse(&mut self, column: &'static str, problem: String) {
        self.flaws.push((self.index(column).unwrap_or(0), format!("`{column}` {problem}")));
    }

    fn checked(&mut self, column: &'static str, must: &str, fits: fn(&str) -> bool) -> String {
        let value = self.text(column);
        if !value.is_empty() && !fits(&value) {
            self.must_be(column, must, &value);
        }
        value
    }

    fn value(&self, column: &str) -> &'r str {
        self.index(column).and_then(|index| self.record.get(index)).unwrap_or_default()
    }

    fn index(&self, column: &str) -> Option<usize> {
        self.header.iter().position(|name| *name == column)
    }
}

fn is_id(value: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    value.len() <= ID_CHARS_MAX
        && value.bytes().next().is_some_and(plain)
        && value.bytes().all(|byte| plain(byte) || matches!(byte, b'.' | b'_' | b'-'))
}

fn is_country(value: &str) -> bool {
    value.len() == 2 && value.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_day(value: &str) -> bool {
    value.len() == "2026-11-21".len() && value.parse::<jiff::civil::Date>().is_ok()
}

fn micros(value: &str) -> Option<i64> {
    let (whole, part) = value.split_once('.').unwrap_or((value, "0"));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(part) || part.len() > MONEY_DIGITS_MAX {
        return None;
    }
    format!("{whole}{part:0<MONEY_DIGITS_MAX$}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::micros;

    #[test]
    fn money_is_read_without_floating_point() {
        assert_eq!(micros("12.50"), Some(12_500_000));
        assert_eq!(micros("7"), Some(7_000_000));
        assert_eq!(micros("0.000001"), Some(1));
        for wrong in ["", ".5", "1.", "1.0000001", "-1", "1,50", "1e3"] {
            assert_eq!(micros(wrong), None, "{wrong}");
        }
    }
}
