//! Committed texts that tests regenerate: `UPDATE_GOLDEN=1 tests/run` writes them.

use std::path::Path;

use crate::switches::UPDATE_GOLDEN;

/// Asserts that `text` equals the committed file, whose path is relative to `tests`. With `UPDATE_GOLDEN=1`
/// the file is written first.
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
