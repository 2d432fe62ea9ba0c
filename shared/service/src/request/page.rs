//! Pages of a list: the page size, the position after which the page starts, and the token of the next page.

use csp_store::paging::{self, Fingerprint};
use prost::Message;

use crate::fault::{Fault, Result};
use crate::request::call::Call;

/// Maximum length of a page's entries, in bytes. Clients refuse a response over 4 MiB unless they are set
/// otherwise; the rest is for the token and the frame.
pub const PAGE_BYTES_MAX: usize = 3 * 1024 * 1024;
/// Maximum length of the tag and the length that precede an entry on the wire, in bytes.
const ENTRY_FRAME_BYTES: usize = 6;

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

    /// Fills the page from rows that were read with [`Page::limit`]. Returns the entries, and the token of
    /// the next page, which is empty on the last page. `key` returns the key of a row, `render` its entry.
    pub fn fill<T, M: Message>(
        &self,
        rows: impl IntoIterator<Item = T>,
        key: impl Fn(&T) -> Vec<String>,
        mut render: impl FnMut(T) -> M,
    ) -> (Vec<M>, String) {
        let mut entries = self.entries();
        let mut last = Vec::new();
        for row in rows {
            let next = key(&row);
            if !entries.takes(render(row)) {
                return (entries.into_vec(), self.next(&last));
            }
            last = next;
        }
        (entries.into_vec(), String::new())
    }

    /// An empty page, for a list that is not read with [`Page::limit`].
    pub fn entries<M: Message>(&self) -> Entries<M> {
        Entries { entries: Vec::new(), size: self.size(), bytes: 0 }
    }

    /// The token of the page that starts after the entry with this key.
    pub fn next(&self, key: &[String]) -> String {
        let parts: Vec<&str> = key.iter().map(String::as_str).collect();
        paging::encode(self.query, &parts)
    }
}

/// The entries of a page so far. A page ends at its size, or before its entries exceed [`PAGE_BYTES_MAX`].
#[derive(Debug)]
pub struct Entries<M> {
    entries: Vec<M>,
    size: usize,
    bytes: usize,
}

impl<M: Message> Entries<M> {
    /// Puts the entry on the page; `false` when the page has no room for it. The first entry always has room,
    /// so that a list goes on behind an entry of any length.
    pub fn takes(&mut self, entry: M) -> bool {
        let bytes = self.bytes + entry.encoded_len() + ENTRY_FRAME_BYTES;
        let has_room = self.entries.len() < self.size && bytes <= PAGE_BYTES_MAX;
        if !has_room && !self.entries.is_empty() {
            return false;
        }
        self.bytes = bytes;
        self.entries.push(entry);
        true
    }

    /// The entries, in the order in which they were put on the page.
    pub fn into_vec(self) -> Vec<M> {
        self.entries
    }
}

#[cfg(test)]
mod tests {
    use csp_policy::Caller;
    use csp_proto::policy::v1::Fact;

    use super::*;

    fn operator() -> Call {
        Call::made_by(Caller::operator(), "op", "ListThings")
    }

    fn fact(value: &str) -> Fact {
        Fact { name: "f".to_owned(), value: value.to_owned() }
    }

    fn filled(page: &Page, values: &[&str]) -> (Vec<String>, String) {
        let rows = values.iter().copied().filter(|value| page.is_first() || *value > page.after(0));
        let (facts, token) = page.fill(rows, |value| vec![(*value).to_owned()], fact);
        (facts.into_iter().map(|fact| fact.value).collect(), token)
    }

    #[test]
    fn a_list_is_read_page_by_page() {
        let call = operator();
        let first = Page::of(&call, &["DE"], 2, "").unwrap();
        let (values, token) = filled(&first, &["a", "b", "c"]);
        assert_eq!((values, first.limit()), (vec!["a".to_owned(), "b".to_owned()], 3));
        let second = Page::of(&call, &["DE"], 2, &token).unwrap();
        assert_eq!(filled(&second, &["a", "b", "c"]), (vec!["c".to_owned()], String::new()));
    }

    #[test]
    fn a_page_ends_before_its_entries_are_too_long_and_the_next_page_goes_on_without_a_loss() {
        let values: Vec<String> = ('a'..='z').map(|c| c.to_string().repeat(PAGE_BYTES_MAX / 7)).collect();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let (mut read, mut token) = (Vec::new(), String::new());
        loop {
            let page = Page::of(&operator(), &[], 500, &token).unwrap();
            let rows = values.iter().copied().skip(read.len());
            let (facts, next) = page.fill(rows, |value| vec![value[..1].to_owned()], fact);
            let bytes: usize = facts.iter().map(|fact| fact.encoded_len() + ENTRY_FRAME_BYTES).sum();
            assert!(bytes <= PAGE_BYTES_MAX && facts.len() <= 6, "{bytes} bytes, {} entries", facts.len());
            read.extend(facts.into_iter().map(|fact| fact.value));
            token = next;
            if token.is_empty() {
                break;
            }
        }
        assert_eq!(read, values);
    }

    #[test]
    fn an_entry_that_is_longer_than_a_page_is_a_page_of_its_own() {
        let page = Page::of(&operator(), &[], 2, "").unwrap();
        let long = "x".repeat(PAGE_BYTES_MAX);
        let (values, token) = filled(&page, &[&long, "y"]);
        assert_eq!((values.len(), token.is_empty()), (1, false));
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
