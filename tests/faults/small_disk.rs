//! A file system of a few megabytes that can be filled to the last byte.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

const SIZE: &str = "size=24m";
const BALLAST: &str = "ballast";
/// Sizes of the pieces of ballast in bytes: the last pieces are smaller, so that no byte stays free.
const BALLAST_CHUNKS: [usize; 3] = [64 * 1024, 4096, 1];

/// A file system in memory, mounted while this value lives.
pub(crate) struct SmallDisk {
    folder: tempfile::TempDir,
}

impl SmallDisk {
    /// Mounts a small disk. `None`, with a message on stderr, where mounting is not allowed.
    pub(crate) fn mount() -> Option<SmallDisk> {
        let folder = tempfile::tempdir().unwrap();
        let mount =
            Command::new("mount").args(["-t", "tmpfs", "-o", SIZE, "tmpfs"]).arg(folder.path()).output();
        if mount.is_ok_and(|mount| mount.status.success()) {
            return Some(SmallDisk { folder });
        }
        eprintln!("!! NOT TESTED: a full disk (mounting a small file system needs root)");
        None
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Creates a folder on the disk with the owner and group of `other`.
    pub(crate) fn folder_like(&self, name: &str, other: &Path) -> PathBuf {
        let folder = self.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        let owner = std::fs::metadata(other).unwrap();
        std::os::unix::fs::chown(&folder, Some(owner.uid()), Some(owner.gid())).unwrap();
        folder
    }

    /// Leaves no byte free.
    pub(crate) fn fill(&self) {
        let mut ballast = File::options().create(true).append(true).open(self.ballast()).unwrap();
        for chunk in BALLAST_CHUNKS {
            let chunk = vec![0; chunk];
            while ballast.write_all(&chunk).is_ok() {}
        }
        let refused = ballast.write_all(&[0]).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::StorageFull, "the disk is full");
    }

    /// Frees the space that [`SmallDisk::fill`] took.
    pub(crate) fn free(&self) {
        std::fs::remove_file(self.ballast()).unwrap();
    }

    fn ballast(&self) -> PathBuf {
        self.path().join(BALLAST)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazy, so that a file that is still open does not keep the disk mounted.
        drop(Command::new("umount").arg("--lazy").arg(self.path()).status());
    }
}
