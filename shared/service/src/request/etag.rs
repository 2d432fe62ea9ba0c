//! Etags: a resource's revision, as the contract carries it.

use crate::fault::{Fault, Result};

/// The etag of a revision.
pub fn of(revision: i64) -> String {
    revision.to_string()
}

/// A caller that names an etag must name the present one; without one it changes whatever is there.
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
    fn only_the_present_etag_or_none_passes() {
        assert!(check("partners/p", "", 4).is_ok());
        assert!(check("partners/p", "4", 4).is_ok());
        assert!(matches!(check("partners/p", "3", 4), Err(Fault::EtagMismatch { .. })));
    }
}
