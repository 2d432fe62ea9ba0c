//! Countries by their codes.

use std::fmt;

/// A country: two upper-case letters as in ISO 3166-1 alpha-2. The letters need not be an assigned code, and
/// the country need not have a CSP region: see [`region_of`](crate::region_of).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country(pub(crate) [u8; 2]);

/// The text is not two upper-case letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidCountry;

impl Country {
    /// The code, for example `IT`.
    pub fn as_str(&self) -> &str {
        // Only ASCII letters are ever stored, so the fallback is never taken.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl TryFrom<&str> for Country {
    type Error = InvalidCountry;

    fn try_from(text: &str) -> Result<Self, InvalidCountry> {
        match text.as_bytes() {
            [first, second] if first.is_ascii_uppercase() && second.is_ascii_uppercase() => {
                Ok(Country([*first, *second]))
            }
            _ => Err(InvalidCountry),
        }
    }
}

impl fmt::Display for Country {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl fmt::Display for InvalidCountry {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a country is two upper-case letters (ISO 3166-1 alpha-2)")
    }
}

impl std::error::Error for InvalidCountry {}
