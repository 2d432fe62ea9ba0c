//! The resident memory of an idle `csp`.

use crate::child::Csp;

/// Prints the resident memory of an idle `csp up`, beside the aim.
pub(crate) fn run() {
    let Some(csp) = Csp::up("idle memory of csp") else { return };
    print("idle memory of csp", csp.pid(), 61_440);
}

/// Prints the resident memory of a process beside the aim: the maximum that the process should use.
pub(crate) fn print(figure: &str, pid: u32, aim_kb: u32) {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("unknown").trim();
    println!("{figure:<52} {resident:>14} {:>22}", format!("(aim: {aim_kb} kB)"));
}
