//! What an idle `csp` holds resident.

use crate::child::Csp;

/// Prints the resident memory of an idle `csp`.
pub(crate) fn run() {
    let Some(csp) = Csp::up("idle memory of csp") else { return };
    let status = std::fs::read_to_string(format!("/proc/{}/status", csp.pid())).unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("unknown").trim();
    println!("{:<52} {resident:>14} {:>22}", "idle memory of csp", "(aim: 61440 kB)");
}
