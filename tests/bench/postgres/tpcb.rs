//! What the server gives: TPC-B by `pgbench`, prepared: seven round trips a transaction, five of them statements.

use std::path::{Path, PathBuf};
use std::process::Command;

use csp_tests::{Database, Postgres};

use super::MEASURED;

/// Branches: as many as the most clients, so that they wait for the disk rather than for each other.
const SCALE: u32 = 32;
/// Threads of `pgbench`.
const THREADS: u32 = 2;

/// A database that `pgbench` filled.
pub(super) struct Tpcb {
    program: PathBuf,
    database: Database,
}

impl Tpcb {
    /// Fills a database of the server; `None`, with a word to the reader, where there is no `pgbench`.
    pub(super) async fn prepare(server: &Postgres) -> Option<Tpcb> {
        let Some(program) = Postgres::program("pgbench") else {
            println!("{:<52} not measured: pgbench is not installed", "pgbench TPC-B");
            return None;
        };
        let database = server.create_database(None).await;
        pgbench(&program, &database, &["--initialize", "--quiet", &format!("--scale={SCALE}")]);
        Some(Tpcb { program, database })
    }

    /// Transactions a second of that many clients; prints them.
    pub(super) fn per_second(&self, clients: usize) -> f64 {
        let (clients_told, seconds) =
            (format!("--client={clients}"), format!("--time={}", MEASURED.as_secs()));
        let threads = format!("--jobs={THREADS}");
        let told = ["--protocol=prepared", "--no-vacuum", &clients_told, &threads, &seconds];
        let report = pgbench(&self.program, &self.database, &told);
        let rate = report.lines().find_map(|line| line.strip_prefix("tps = "));
        let rate = rate.and_then(|rest| rest.split(' ').next()).and_then(|rate| rate.parse().ok());
        let rate: f64 = rate.expect("pgbench reports its rate");
        let figure = format!("pgbench TPC-B, scale {SCALE}, {clients} clients");
        println!("{figure:<52} {rate:>12.0}/s {:>22}", "(limit)");
        rate
    }
}

/// What it says on stdout.
fn pgbench(program: &Path, database: &Database, told: &[&str]) -> String {
    let ended = Command::new(program).args(told).arg(database.url()).output().unwrap();
    assert!(ended.status.success(), "pgbench fails: {}", String::from_utf8_lossy(&ended.stderr));
    String::from_utf8(ended.stdout).unwrap()
}
