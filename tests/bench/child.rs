//! The command `csp` as a process of its own, as its users run it.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Maximum wait until `csp` listens.
const UP_WAIT_MAX: Duration = Duration::from_secs(30);

/// A running `csp up --dev` on a folder of its own; killed when dropped.
pub(crate) struct Csp {
    pub(crate) address: SocketAddr,
    child: Child,
    _folder: tempfile::TempDir,
}

impl Csp {
    /// Starts `csp` and waits until it listens. When `csp` was not built: `None`, and a printed line that
    /// says so for `figure`.
    pub(crate) fn up(figure: &str) -> Option<Csp> {
        let csp = binary();
        if !csp.exists() {
            println!("{figure:<52} not measured: build csp first (cargo build --release --bin csp)");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        // The port was free a moment ago; another process could take it before `csp` does.
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let child = Command::new(csp)
            .args(["up", "--dev", "--listen", &address.to_string(), "--data"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let start = Instant::now();
        while TcpStream::connect(address).is_err() && start.elapsed() < UP_WAIT_MAX {
            std::thread::yield_now();
        }
        Some(Csp { address, child, _folder: folder })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Csp {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Path of `csp`, built in the same profile as this program.
pub(crate) fn binary() -> PathBuf {
    std::env::current_exe().unwrap().with_file_name("csp")
}
