//! Pages of a list: the page size, the position after which the page starts, and the token of the next page.

use csp_store::paging::{self, Fingerprint};

use crate::fault::{Fault, Result};
use crate::request::call::Call;

/// The page that a list request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    size: u32,
    after: Vec<String>,
    query: Fingerprint,
}

impl Page {
    /// Reads `page_size` and `page_token`. `filters` are the values that select the entries, in a fixed
    /// order. A token is valid only for the RPC, caller and filters that it was issued for.
    ///
    /// # Errors
    /// [`Fault::Invalid`] for a negative size; [`Fault::PageToken`] for a token of another query.
    pub fn of(call: &Call, filters: &[&str], page_size: i32, page_token: &str) -> Result<Self> {
        let size = paging::size(page_size)
            .map_err(|_| Fault::field("page_size", format!("must not be negative, was `{page_size}`")))?;
        let key = call.key();
        let mut parts = vec![call.rpc, key.as_str()];
        parts.extend(filters);
        let query = Fingerprint::of(&parts);
        let after = match page_token {
            "" => Vec::new(),
            token => paging::decode(token, query).map_err(|_| Fault::PageToken)?,
        };
        Ok(Page { size, after, query })
    }

    /// A part of the key of the last entry before this page; empty on the first page.
    pub fn after(&self, part: usize) -> &str {
        self.after.get(part).map_or("", String::as_str)
    }

    /// Like [`Page::after`], for a key part that is an instant or a revision; `first` on the first page.
    ///
    /// # Errors
    /// [`Fault::PageToken`] when the part is not a number.
    pub fn after_number(&self, part: usize, first: i64) -> Result<i64> {
        self.after.get(part).map_or(Ok(first), |text| text.parse().map_err(|_| Fault::PageToken))
    }

    /// Whether this is the first page.
    pub fn is_first(&self) -> bool {
        self.after.is_empty()
    }

    /// The number of rows to read: one more than the page size, to detect whether a next page exists.
    pub fn limit(&self) -> i64 {
        i64::from(self.size) + 1
    }

    /// Maximum number of entries on the page.
    pub fn size(&self) -> usize {
        usize::try_from(self.size).unwrap_or(usize::MAX)
    }

    /// Cuts the rows to the page size and returns the token of the next page; empty on the last page. `key`
    /// returns the key of a row.
    pub fn cut<T>(&self, rows: &mut Vec<T>, key: impl FnOnce(&T) -> Vec<String>) -> String {
        if !paging::cut(rows, self.size) {
            return String::new();
        }
        rows.last().map(|last| self.next(&key(last))).unwrap_or_default()
    }

    /// The token of the page that starts after the entry with this key.
    pub fn next(&self, key: &[String]) -> String {
        let parts: Vec<&str> = key.iter().map(String::as_str).collect();
        paging::encode(self.query, &parts)
    }
}

#[cfg(test)]
mod tests {
    use csp_policy::Caller;

    use super::*;

    fn operator() -> Call {
        Call::made_by(Caller::operator(), "op", "ListThings")
    }

    #[test]
    fn a_list_is_read_page_by_page() {
        let call = operator();
        let first = Page::of(&call, &["DE"], 2, "").unwrap();
        let mut rows = vec!["a", "b", "c"];
        let token = first.cut(&mut rows, |row| vec![(*row).to_owned()]);
        assert_eq!((rows, first.limit()), (vec!["a", "b"], 3));
        let second = Page::of(&call, &["DE"], 2, &token).unwrap();
        assert_eq!(second.after(0), "b");
        assert_eq!(second.cut(&mut vec!["c"], |_| Vec::new()), "");
    }

    #[test]
    fn a_page_token_of_another_query_is_refused() {
        let page = Page::of(&operator(), &["DE"], 2, "").unwrap();
        let token = page.next(&["b".to_owned()]);
        let other_caller = Call::made_by(Caller::operator(), "other", "ListThings");
        for refused in [
            Page::of(&operator(), &["FR"], 2, &token),
            Page::of(&other_caller, &["DE"], 2, &token),
            Page::of(&operator(), &["DE"], 2, "garbled"),
        ] {
            assert!(matches!(refused, Err(Fault::PageToken)), "{refused:?}");
        }
    }

    #[test]
    fn a_negative_page_size_is_refused() {
        assert!(matches!(Page::of(&operator(), &[], -1, ""), Err(Fault::Invalid(_))));
    }
}
