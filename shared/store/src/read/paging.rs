//! Lists in pages: the number of entries on a page, and the opaque token that leads to the next page.
//!
//! A token holds the key of the page's last entry and is bound to its query: with another query it is
//! refused. The token is neither secret nor a permission. A forged token only names a key to start from, and
//! the query still shows no more than the caller may see.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Number of entries on a page when the caller names none.
pub const PAGE_SIZE_DEFAULT: u32 = 50;

/// Maximum number of entries on a page. A caller that asks for more gets this maximum.
pub const PAGE_SIZE_MAX: u32 = 500;

/// Maximum length of a token that is read, in bytes.
pub const TOKEN_CHARS_MAX: usize = 4096;

/// Maximum number of parts of a key.
pub const KEY_PARTS_MAX: usize = 8;

const FORMAT: u8 = 1;
const FINGERPRINT_BYTES: usize = 12;
const CHECKSUM_BYTES: usize = 8;
const LENGTH_BYTES: usize = 8;
const MARK_BYTES: usize = 6;

/// The requested page size is negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("page_size `{0}` is negative: send 0 for the default or a positive number")]
pub struct NegativePageSize(pub i32);

/// Why a page token was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The text is not a token that [`encode`] made.
    #[error("page_token is malformed: send back a next_page_token unchanged")]
    Malformed,
    /// The token belongs to a query with other parameters, or of another caller.
    #[error("page_token belongs to another query: start again without it")]
    ForeignQuery,
}

/// The number of entries on a page for a requested `page_size`: 0 means [`PAGE_SIZE_DEFAULT`], and more than
/// [`PAGE_SIZE_MAX`] is capped.
///
/// # Errors
/// [`NegativePageSize`].
pub fn size(requested: i32) -> Result<u32, NegativePageSize> {
    match u32::try_from(requested) {
        Ok(0) => Ok(PAGE_SIZE_DEFAULT),
        Ok(size) => Ok(size.min(PAGE_SIZE_MAX)),
        Err(_) => Err(NegativePageSize(requested)),
    }
}

/// Cuts rows that were read with `LIMIT size + 1` down to one page. Returns whether more rows follow.
pub fn cut<T>(rows: &mut Vec<T>, size: u32) -> bool {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    more
}

/// The query that a token is bound to: a digest of the RPC, the caller and every filter, in a fixed order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; FINGERPRINT_BYTES]);

impl Fingerprint {
    /// The fingerprint of a query. The boundaries of parts matter: `["ab", "c"]` is not `["a", "bc"]`.
    pub fn of(parts: &[&str]) -> Self {
        let mut content = Vec::new();
        for part in parts {
            put_part(&mut content, part);
        }
        Self(digest(&content))
    }
}

/// The token of the page after the entry with the key `last_key`. The key may have at most [`KEY_PARTS_MAX`]
/// parts, and the token at most [`TOKEN_CHARS_MAX`] characters: [`decode`] refuses longer ones.
pub fn encode(fingerprint: Fingerprint, last_key: &[&str]) -> String {
    let mut content = vec![FORMAT];
    content.extend(fingerprint.0);
    for part in last_key {
        put_part(&mut content, part);
    }
    let checksum: [u8; CHECKSUM_BYTES] = digest(&content);
    content.extend(checksum);
    URL_SAFE_NO_PAD.encode(content)
}

/// The key of the entry after which the page begins.
///
/// # Errors
/// [`TokenError::Malformed`] when [`encode`] did not make the token; [`TokenError::ForeignQuery`] when the
/// token belongs to a query with another fingerprint.
pub fn decode(token: &str, fingerprint: Fingerprint) -> Result<Vec<String>, TokenError> {
    match read(token).ok_or(TokenError::Malformed)? {
        (of, key) if of == fingerprint => Ok(key),
        _ => Err(TokenError::ForeignQuery),
    }
}

fn read(token: &str) -> Option<(Fingerprint, Vec<String>)> {
    if token.len() > TOKEN_CHARS_MAX {
        return None;
    }
    let content = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (content, checksum) = content.split_last_chunk::<CHECKSUM_BYTES>()?;
    if digest::<CHECKSUM_BYTES>(content) != *checksum {
        return None;
    }
    let (format, rest) = content.split_first()?;
    let (fingerprint, mut rest) = rest.split_first_chunk::<FINGERPRINT_BYTES>()?;
    let mut key = Vec::new();
    while !rest.is_empty() && key.len() < KEY_PARTS_MAX {
        key.push(take_part(&mut rest)?);
    }
    (*format == FORMAT && rest.is_empty()).then_some((Fingerprint(*fingerprint), key))
}

fn put_part(content: &mut Vec<u8>, part: &str) {
    content.extend((part.len() as u64).to_be_bytes());
    content.extend(part.as_bytes());
}

fn take_part(content: &mut &[u8]) -> Option<String> {
    let (length, rest) = content.split_first_chunk::<LENGTH_BYTES>()?;
    let (part, rest) = rest.split_at_checked(usize::try_from(u64::from_be_bytes(*length)).ok()?)?;
    *content = rest;
    String::from_utf8(part.to_vec()).ok()
}

/// A short mark of a text, so that a token need not hold the whole text; empty for an empty text.
pub(crate) fn mark(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        URL_SAFE_NO_PAD.encode(digest::<MARK_BYTES>(text.as_bytes()))
    }
}

/// The first `N` bytes (at most 32) of the content's SHA-256.
fn digest<const N: usize>(content: &[u8]) -> [u8; N] {
    let mut short = [0; N];
    for (byte, of_digest) in short.iter_mut().zip(Sha256::digest(content)) {
        *byte = of_digest;
    }
    short
}

#[cfg(test)]
mod tests {
    use super::{Fingerprint, NegativePageSize, TokenError, cut, decode, encode, size};
    use proptest::prelude::*;

    #[test]
    fn a_page_size_is_defaulted_capped_or_refused() {
        assert_eq!([0, 1, 500, 501].map(size), [Ok(50), Ok(1), Ok(500), Ok(500)]);
        assert_eq!(size(-1), Err(NegativePageSize(-1)));
    }

    #[test]
    fn a_page_tells_whether_more_follow() {
        let mut rows = vec![1, 2, 3];
        assert!(cut(&mut rows, 2));
        assert!(!cut(&mut rows, 2));
        assert_eq!(rows, [1, 2]);
    }

    #[test]
    fn a_token_of_another_query_is_refused_with_another_error_than_a_malformed_one() {
        let query = Fingerprint::of(&["ListThings", "alice", "region"]);
        let token = encode(query, &["a", "2020"]);
        assert_eq!(decode(&token, query), Ok(vec!["a".to_owned(), "2020".to_owned()]));
        for other in [&["ListThings", "bob", "region"] as &[_], &["ListThings", "aliceregion"]] {
            assert_eq!(decode(&token, Fingerprint::of(other)), Err(TokenError::ForeignQuery));
        }
        for malformed in ["", "AA", "not base64!", &token[1..], &format!("{token}AAAA"), &"A".repeat(8000)] {
            assert_eq!(decode(malformed, query), Err(TokenError::Malformed), "{malformed}");
        }
    }

    proptest! {
        #[test]
        fn every_key_is_decoded_as_it_was_encoded(key in prop::collection::vec(".{0,40}", 0..8)) {
            let query = Fingerprint::of(&["ListThings"]);
            let parts: Vec<_> = key.iter().map(String::as_str).collect();
            prop_assert_eq!(decode(&encode(query, &parts), query), Ok(key));
        }

        #[test]
        fn a_random_text_is_not_a_token(text in "[A-Za-z0-9_-]{0,120}") {
            prop_assert_eq!(decode(&text, Fingerprint::of(&[])), Err(TokenError::Malformed));
        }
    }
}
