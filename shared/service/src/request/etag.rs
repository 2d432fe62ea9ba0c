//! Etags: the text form of a resource's revision, for optimistic locking.

use crate::fault::{Fault, Result};

/// The etag of a revision.
pub fn of(revision: i64) -> String {
    revision.to_string()
}

/// Checks that the etag of the request matches the current revision. An empty etag always passes: the caller
/// then changes the resource at any revision.
///
/// # Errors
/// [`Fault::EtagMismatch`].
pub fn check(resource: &str, sent: &str, revision: i64) -> Result<()> {
    let current = of(revision);
    if sent.is_empty() || sent == current {
        return Ok(());
    }
    Err(Fault::EtagMismatch { resource: resource.to_owned(), etag: sent.to_owned(), current })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_current_etag_or_an_empty_one_passes() {
        assert!(check("partners/p", "", 4).is_ok());
        assert!(check("partners/p", "4", 4).is_ok());
        assert!(matches!(check("partners/p", "3", 4), Err(Fault::EtagMismatch { .. })));
    }
}
