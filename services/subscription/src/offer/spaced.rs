//! A list in one text column: words separated by spaces, with a space at each end, so that `LIKE '% word %'`
//! finds a word.

use csp_service::Storable;
use csp_store::Column;

/// A list that is stored as words. A word must not contain a space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spaced<T>(pub(crate) Vec<T>);

impl<T: Storable> Column for Spaced<T> {
    type Raw = String;

    fn from_raw(raw: String) -> Option<Self> {
        raw.split_whitespace().map(T::of_text).collect::<Option<_>>().map(Spaced)
    }

    fn to_raw(&self) -> String {
        let words: Vec<String> = self.0.iter().map(Storable::text).collect();
        if words.is_empty() { String::new() } else { format!(" {} ", words.join(" ")) }
    }
}

#[cfg(test)]
mod tests {
    use csp_policy::Country;

    use super::*;

    #[test]
    fn a_list_is_read_back_and_an_unknown_word_is_rejected() {
        let countries = |codes: &str| Spaced::<Country>::from_raw(codes.to_owned());
        assert_eq!(countries(" FR IT ").unwrap().to_raw(), " FR IT ");
        assert_eq!(countries("").unwrap().to_raw(), "");
        assert_eq!(countries(" FR Italy "), None);
    }
}
