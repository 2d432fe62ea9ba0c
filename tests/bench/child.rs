//! The command `csp` as a process of its own, as its users run it.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long it may take to come up.
const UP_WAIT_MAX: Duration = Duration::from_secs(30);

/// A `csp up --dev` on a folder of its own; it ends with this value.
pub(crate) struct Csp {
    pub(crate) address: SocketAddr,
    child: Child,
    _folder: tempfile::TempDir,
}

impl Csp {
    /// Starts one and waits until it listens; `None`, with a word to the reader, when it was not built.
    pub(crate) fn up(figure: &str) -> Option<Csp> {
        let csp = binary();
        if !csp.exists() {
            println!("{figure:<52} not measured: build csp first (cargo build --release --bin csp)");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        // A port that was free a moment ago.
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

/// Where `csp` is, built in the same profile as this.
pub(crate) fn binary() -> PathBuf {
    std::env::current_exe().unwrap().with_file_name("csp")
}
