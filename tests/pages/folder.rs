//! The place where a page is played: the repository as its reader sees it, apart from what changes there.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use crate::architecture::files::root;

/// What a page may read and nobody changes.
const LINKED: [&str; 8] =
    ["Cargo.toml", "Cargo.lock", "LICENSE", "README.md", "proto", "services", "shared", "clippy.toml"];
/// Folders with programs of ours, which are written down instead of run.
const WITH_PROGRAMS: [&str; 2] = ["tests", ".ci"];

/// The folder of the programs that stand in for others.
pub(crate) fn shims() -> PathBuf {
    root().join("tests/pages/shims")
}

/// Makes a place for a page. The suite's addresses in the deployments become those at `host`.
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

/// Links a file or folder into the place.
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
