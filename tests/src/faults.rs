//! The table of faults survived, written by the tests that cause them.
//!
//! Each such test calls [`record`] when it passed. With `CSP_FAULT_TABLE=FILE` its row is also appended to that file,
//! tab-separated: that is what the table in the documents is made of.

use std::fs::OpenOptions;
use std::io::Write;

/// Names the file that the rows are appended to.
const TABLE: &str = "CSP_FAULT_TABLE";

/// Writes one row: what was done to the suite, what it must do then, how often that was tried, what came of it, how
/// the same test looks where the protection is missing, and the command that runs it again.
pub fn record(fault: &str, expected: &str, trials: usize, result: &str, control: &str, command: &str) {
    let row = row(&[fault, expected, &trials.to_string(), result, control, command]);
    eprint!("fault survived: {row}");
    if let Some(file) = std::env::var_os(TABLE) {
        let mut table = OpenOptions::new().create(true).append(true).open(file).unwrap();
        // In one write, so that rows of tests that run at the same time don't mix.
        table.write_all(row.as_bytes()).unwrap();
    }
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
