//! The rate of `csp import`, run as users do: the command imports a book into a `csp up --dev` on SQLite.

use std::process::{Command, Stdio};
use std::time::Instant;

use csp_tests::book::{GeneratedBook, Size};

use crate::child::{self, Csp};

/// The book to import. No row breaks a rule.
const SIZE: Size = Size {
    regions: 4,
    providers: 2,
    direct_bill: 2,
    resellers: 10,
    customers: 500,
    offers: 40,
    orders: 1000,
    breaches: 0,
};
const SEED: u64 = 7;

/// Prints the imported rows a second and their ratio to fsyncs a second: a row is on disk before it counts.
pub(crate) fn run(fsyncs: f64) {
    let Some(csp) = Csp::up("rows by csp import") else { return };
    let (folder, book) = (tempfile::tempdir().unwrap(), GeneratedBook::generate(SIZE, SEED));
    book.write(folder.path()).unwrap();
    let start = Instant::now();
    let ended = Command::new(child::binary())
        .arg("import")
        .arg(folder.path())
        .args(["--server", &csp.address.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(ended.success(), "every row is accepted");
    let rows = book.entries().len();
    let rate = rows as f64 / start.elapsed().as_secs_f64();
    println!(
        "{:<52} {rate:>12.0}/s {:>22}",
        format!("rows by csp import, {rows} rows"),
        format!("{:.2} × fsync", rate / fsyncs)
    );
}
