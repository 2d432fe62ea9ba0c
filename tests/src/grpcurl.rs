//! The program grpcurl.

use std::path::{Path, PathBuf};

use crate::switches::{GRPCURL, WITHOUT_GRPCURL};

/// Where `tests/run` installs grpcurl.
const INSTALLED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/tools/grpcurl");

/// The program that `CSP_GRPCURL` names, else the program that `tests/run` installed, else the one on `PATH`.
/// `None` when there is none and `CSP_WITHOUT_GRPCURL=1` accepts that; panics without that switch.
pub fn grpcurl() -> Option<PathBuf> {
    let found = GRPCURL.raw().map(PathBuf::from).or_else(found);
    let without = WITHOUT_GRPCURL.name;
    assert!(
        found.is_some() || WITHOUT_GRPCURL.is_on(),
        "grpcurl is missing: run tests/run, which installs it, or set {without}=1"
    );
    found
}

fn found() -> Option<PathBuf> {
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&on_path).map(|folder| folder.join("grpcurl"));
    std::iter::once(Path::new(INSTALLED).to_owned()).chain(on_path).find(|program| program.is_file())
}
