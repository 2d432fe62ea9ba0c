//! Finds the files of the workspace.

use std::path::{Path, PathBuf};

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The files below these folders with this extension, sorted.
pub(crate) fn files(folders: &[&str], ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|is| is == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The root file of every library below `services` and `shared`.
pub(crate) fn crates() -> Vec<PathBuf> {
    let roots = files(&["services", "shared"], "rs");
    let roots: Vec<_> = roots.into_iter().filter(|file| file.ends_with("src/lib.rs")).collect();
    assert!(roots.len() >= 9, "{roots:?}");
    roots
}

/// The file's path relative to the folder of the workspace.
pub(crate) fn shown(file: &Path) -> String {
    file.strip_prefix(root()).unwrap_or(file).display().to_string()
}
