//! The folder in which a page is played: the repository as its reader sees it. Files that a page changes are
//! copies.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use crate::architecture::files::root;

/// Files and folders that a page only reads.
const LINKED: [&str; 8] =
    ["Cargo.toml", "Cargo.lock", "LICENSE", "README.md", "proto", "services", "shared", "clippy.toml"];
/// Folders with programs of this repository, which are recorded instead of run.
const WITH_PROGRAMS: [&str; 2] = ["tests", ".ci"];

/// The folder of the programs that replace others while a page is played.
pub(crate) fn shims() -> PathBuf {
    root().join("tests/pages/shims")
}

/// Fills the folder for a page. In the deployment files, `host` replaces 127.0.0.1.
pub(crate) fn furnish(folder: &Path, host: &str) {
    for name in LINKED {
        symlink(root().join(name), folder.join(name)).unwrap();
    }
    for name in WITH_PROGRAMS {
        let made = folder.join(name);
        fs::create_dir(&made).unwrap();
        for path in entries(&root().join(name)) {
            link(&path, &made);
        }
    }
    copy(&root().join("deploy"), &folder.join("deploy"), host);
}

fn copy(from: &Path, to: &Path, host: &str) {
    fs::create_dir(to).unwrap();
    for path in entries(from) {
        let name = path.file_name().unwrap();
        if path.is_dir() {
            copy(&path, &to.join(name), host);
        } else if is_program(&path) {
            link(&path, to);
        } else {
            let text = fs::read_to_string(&path).unwrap();
            fs::write(to.join(name), text.replace("127.0.0.1", host)).unwrap();
        }
    }
}

/// Links a file or folder into the folder of the page. A program is linked to `shims/written-down`.
fn link(path: &Path, folder: &Path) {
    let target = if is_program(path) { shims().join("written-down") } else { path.to_owned() };
    symlink(target, folder.join(path.file_name().unwrap())).unwrap();
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn is_program(path: &Path) -> bool {
    path.is_file() && path.metadata().unwrap().permissions().mode() & 0o111 != 0
}
