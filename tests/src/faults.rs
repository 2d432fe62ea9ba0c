//! The table of faults survived, written by the tests that cause them.
//!
//! Each such test calls [`record`] when it passed. With `CSP_FAULT_TABLE=FILE` its row is also appended to that file,
//! tab-separated: that is what the table in the documents is made of.

use std::fs::OpenOptions;
use std::io::Write;

use crate::switches::FAULT_TABLE;

/// Writes one row: what was done to the suite, what it must do then, how often that was tried, what came of it, how
/// the same test looks where the protection is missing, and the command that runs the test again, with the variables of
/// the environment in `switches`. Called by the test itself, whose thread has its name.
pub fn record(fault: &str, expected: &str, trials: usize, result: &str, control: &str, switches: &str) {
    let row = row(&[fault, expected, &trials.to_string(), result, control, &command(switches)]);
    eprint!("fault survived: {row}");
    if let Some(file) = FAULT_TABLE.raw() {
        let mut table = OpenOptions::new().create(true).append(true).open(file).unwrap();
        // In one write, so that rows of tests that run at the same time don't mix.
        table.write_all(row.as_bytes()).unwrap();
    }
}

fn command(switches: &str) -> String {
    let thread = std::thread::current();
    let test = thread.name().expect("a row is recorded by a test");
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
    fn a_row_is_one_line_whatever_its_cells_say() {
        assert_eq!(super::row(&["a\tb", "c\nd", "1"]), "a b\tc d\t1\n");
    }
}
