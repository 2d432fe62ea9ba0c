//! What it costs. Prints figures beside a limit that is measured in the same run; never fails on a figure.
//!
//! `cargo run --release -p csp-tests --bin bench` – everything runs in one process on loopback: client, server
//! and database share the machine.
//!
//! But for `csp` itself – its idle memory, and a book through `csp import` –, which runs as processes of its own and must be
//! built before in the same profile: `cargo build --release --bin csp`.
//!
//! Options: `--customers N`: size of the large book whose first page is timed (default 20000), in thousands. It is made
//! by copying the rows of 1000 customers that were recorded one call at a time: see `multiply.rs`.
//! `--postgres`: nothing of the above, but four processes of `csp` on a PostgreSQL of their own whose commits wait for the
//! disk: see `postgres.rs`. Besides `csp` it needs the server's programs, `pgbench` among them.
//! `--store`: nothing of the above, but the store's pool and its shared commits beside plain sqlx: see `store.rs`.
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

/// Customers of the large book, unless told otherwise.
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
