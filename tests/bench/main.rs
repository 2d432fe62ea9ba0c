//! The benchmark: `cargo run --release -p csp-tests --bin bench`.
//!
//! Prints figures beside a limit that is measured in the same run. No figure makes the benchmark fail.
//!
//! Client, server and database run in this process, on loopback. Two figures need the command `csp` as a
//! process: its idle memory, and the rate of `csp import`. Build it before, in the same profile:
//! `cargo build --release --bin csp`.
//!
//! Options:
//! - `--customers N`: customers in the large book whose first page is timed (default 20000), rounded up to
//!   thousands. The book is made by copying the rows of 1000 recorded customers: see `multiply.rs`.
//! - `--postgres`: measures only four processes of `csp` on a PostgreSQL server of their own, whose commits
//!   wait for the disk: see `postgres.rs`. Needs `csp` and the programs of PostgreSQL, among them `pgbench`.
//! - `--store`: measures only the store's pool and shared commits beside plain sqlx: see `store.rs`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

mod child;
mod decision;
mod disk;
mod import;
mod load;
mod memory;
mod multiply;
mod pages;
mod postgres;
mod rate;
mod store;

/// Customers of the large book without the option `--customers`.
const CUSTOMERS_DEFAULT: u32 = 20_000;

#[tokio::main]
async fn main() {
    println!("{:<52} {:>14} {:>22}", "figure", "value", "ratio to its limit");
    if std::env::args().any(|argument| argument == "--postgres") {
        return postgres::run().await;
    }
    if std::env::args().any(|argument| argument == "--store") {
        return store::run().await;
    }
    decision::run();
    let folder = tempfile::tempdir().unwrap();
    let fsyncs = disk::fsyncs_per_second(folder.path());
    println!("{:<52} {fsyncs:>12.0}/s {:>22}", "fsync after 4 KiB, one at a time", "(limit)");
    load::run(fsyncs).await;
    import::run(fsyncs);
    memory::run();
    pages::run(large_book()).await;
}

fn large_book() -> u32 {
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--customers" {
            return arguments
                .next()
                .and_then(|number| number.parse().ok())
                .expect("--customers takes a number");
        }
    }
    CUSTOMERS_DEFAULT
}
