//! The table of survived faults, written by the tests that cause the faults.
//!
//! Each of these tests calls [`record`] when it has passed. With `CSP_FAULT_TABLE=FILE` the row is also
//! appended to that file, tab-separated. `tests/faults-table` makes `tests/FAULTS.md` from the rows.

use std::fs::OpenOptions;
use std::io::Write;

use crate::switches::FAULT_TABLE;

/// Writes one row of the table. The row ends with the command that repeats the test.
///
/// - `fault`: what the test did to the suite
/// - `expected`: how the suite must react
/// - `trials`: how often the test caused the fault
/// - `result`: how the suite reacted
/// - `control`: the outcome of the same test without the protection
/// - `switches`: variables of the environment that the command needs
///
/// Must be called on the test's own thread: the thread's name is the name of the test in the command.
pub fn record(fault: &str, expected: &str, trials: usize, result: &str, control: &str, switches: &str) {
    let row = row(&[fault, expected, &trials.to_string(), result, control, &command(switches)]);
    eprint!("fault survived: {row}");
    if let Some(file) = FAULT_TABLE.raw() {
        let mut table = OpenOptions::new().create(true).append(true).open(file).unwrap();
        // In one write, so that rows of tests that run at the same time do not mix.
        table.write_all(row.as_bytes()).unwrap();
    }
}

fn command(switches: &str) -> String {
    let thread = std::thread::current();
    // With one thread for all tests, tests run on the main thread, whose name says nothing.
    let test = thread.name().filter(|name| *name != "main").unwrap_or_default();
    let binary = std::env::current_exe().unwrap();
    let binary = binary.file_name().unwrap().to_string_lossy().into_owned();
    let (target, _hash) = binary.rsplit_once('-').unwrap_or((&binary, ""));
    let blank = if switches.is_empty() { "" } else { " " };
    format!("{switches}{blank}cargo test -p csp-tests --test {target} {test}")
}

fn row(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace(['\t', '\n'], " ")).collect();
    format!("{}\n", cells.join("\t"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_row_stays_on_one_line_when_its_cells_hold_tabs_and_newlines() {
        assert_eq!(super::row(&["a\tb", "c\nd", "1"]), "a b\tc d\t1\n");
    }
}
