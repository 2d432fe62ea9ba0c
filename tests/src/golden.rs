//! Committed text that a test regenerates: `UPDATE_GOLDEN=1 tests/run` writes it.

use std::path::Path;

use crate::switches::UPDATE_GOLDEN;

/// Compares with the committed file, named from the folder of the tests, or writes it.
#[track_caller]
pub fn must_match(file: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if UPDATE_GOLDEN.is_on() {
        std::fs::write(&path, text).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == text,
        "{file} is stale: review the change and run UPDATE_GOLDEN=1 tests/run\n{text}"
    );
}
