//! What an idle `csp` holds resident.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How long the suite may take to come up.
const UP_WAIT_MAX: Duration = Duration::from_secs(30);

/// Prints the resident memory of an idle `csp`.
pub(crate) fn run() {
    let csp = std::env::current_exe().unwrap().with_file_name("csp");
    if !csp.exists() {
        println!(
            "{:<52} not measured: build csp first (cargo build --release --bin csp)",
            "idle memory of csp"
        );
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    // A port that was free a moment ago.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut child = Command::new(csp)
        .args(["up", "--dev", "--listen", &free.to_string(), "--data"])
        .arg(folder.path())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while std::net::TcpStream::connect(free).is_err() && start.elapsed() < UP_WAIT_MAX {
        std::thread::yield_now();
    }
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("unknown").trim();
    println!("{:<52} {resident:>14} {:>22}", "idle memory of csp", "(aim: 61440 kB)");
    child.kill().unwrap();
    child.wait().unwrap();
}
